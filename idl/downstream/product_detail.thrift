// D3 product detail: ratings, reviews, units sold, delivery options.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs product_detail
namespace java livepack.product_detail

struct DeliveryOption { 1: required i64 id = 0, 2: required string name = "", 3: required bool free = false, 4: required i32 min_days = 0, 5: required i32 max_days = 0 }
struct ProductDetail {
    1: required double rating = 0,                // 0 to 5; 0: not rated
    2: required i64 review_count = 0,
    3: required i64 sold_count = 0,
    4: required list<DeliveryOption> delivery = [],
}
struct MGetProductDetailRequest { 1: required list<i64> product_ids, 2: required string region = "", 255: optional base.Base Base }
struct MGetProductDetailResponse { 1: required map<i64, ProductDetail> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service ProductDetailService { MGetProductDetailResponse MGetProductDetail(1: MGetProductDetailRequest req) }
