// D4 product price: a retail price for each SKU, and the reference price where it was validated. Amounts are decimal strings.
// Called only by dal/src/rpc/; served by commerce/. Keys that are not there are absent from a map, keys that failed are named in `failed`.
include "base.thrift"
namespace rs product_price
namespace java livepack.product_price

struct SkuPrice {
    1: required i64 sku_id = 0,
    2: required string retail = "0",
    3: optional string reference,                 // the list price that may be struck through
    4: required bool reference_validated = false,
    5: optional string lowest_30d,                // the lowest price of the last 30 days
}
struct ProductPrice { 1: required string currency = "", 2: required list<SkuPrice> skus = [] }
struct MGetProductPriceRequest { 1: required list<i64> product_ids, 2: required string region = "", 255: optional base.Base Base }
struct MGetProductPriceResponse { 1: required map<i64, ProductPrice> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service ProductPriceService { MGetProductPriceResponse MGetProductPrice(1: MGetProductPriceRequest req) }
