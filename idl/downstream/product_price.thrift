// D4 product price: retail price per SKU, and its reference price if that was validated. Amounts are decimal strings.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs product_price
namespace java livepack.product_price

struct SkuPrice {
    1: required i64 sku_id = 0,
    2: required string retail = "0",
    3: optional string reference,                 // list price, to be struck through
    4: required bool reference_validated = false,
    5: optional string lowest_30d,                // lowest price of the last 30 days
}
struct ProductPrice { 1: required string currency = "", 2: required list<SkuPrice> skus = [] }
struct MGetProductPriceRequest { 1: required list<i64> product_ids, 2: required string region = "", 255: optional base.Base Base }
struct MGetProductPriceResponse { 1: required map<i64, ProductPrice> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service ProductPriceService { MGetProductPriceResponse MGetProductPrice(1: MGetProductPriceRequest req) }
