// D2 product model: products in two forms. The light form has what filters and sorters need, the full form what a card shows.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs product_model
namespace java livepack.product_model

enum ProductStatus { UNKNOWN = 0, DRAFT = 1, PENDING = 2, FAILED = 3, ACTIVATE = 4, SELLER_DEACTIVATED = 5, PLATFORM_DEACTIVATED = 6, FREEZE = 7, DELETED = 8 }
enum AgeClass { GENERAL = 0, ADULT = 1 }

struct ProductLite {
    1: required ProductStatus status = ProductStatus.UNKNOWN,
    2: required list<string> sale_regions = [],   // ISO 3166-1 alpha-2
    3: required i32 stock = 0,                    // units over all SKUs
    4: required AgeClass age_class = AgeClass.GENERAL,
    5: required i64 seller_id = 0,
    6: required i32 min_app_version = 0,          // 0: any
    7: required bool flash_sale_only = false,     // sold only while a flash sale runs
    8: required i64 listed_ms = 0,                // time of the first listing, Unix milliseconds
}
struct MGetProductLiteRequest {
    1: required list<i64> product_ids,
    2: required i64 user_id = 0,                  // 0 = guest; decides viewer_is_minor only
    255: optional base.Base Base,
}
struct MGetProductLiteResponse {
    1: required map<i64, ProductLite> products = {},
    2: required list<i64> failed = [],
    3: required bool viewer_is_minor = false,     // from the account; a client's claim is not considered
    255: required base.BaseResp BaseResp,
}

struct Sku { 1: required i64 sku_id = 0, 2: required string name = "", 3: required i32 stock = 0 }
struct Picture { 1: required string uri = "", 2: required i32 width = 0, 3: required i32 height = 0 }
struct ProductModel {
    1: required string title = "",
    2: required Picture cover,
    3: required list<Picture> images = [],
    4: required i64 category_id = 0,
    5: required i64 seller_id = 0,
    6: required list<Sku> skus = [],
    7: required i64 default_sku_id = 0,
    8: required bool pre_sale = false,
    9: required bool cod = false,                 // the seller allows cash on delivery
    10: required bool has_gift = false,
}
struct MGetProductModelRequest { 1: required list<i64> product_ids, 255: optional base.Base Base }
struct MGetProductModelResponse { 1: required map<i64, ProductModel> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service ProductModelService {
    MGetProductLiteResponse MGetProductLite(1: MGetProductLiteRequest req),
    MGetProductModelResponse MGetProductModel(1: MGetProductModelRequest req),
}
