// D8 cart: number of products in a cart, its capacity, and the units of given products in it.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs cart
namespace java livepack.cart

struct GetCartCountRequest { 1: required i64 user_id, 255: optional base.Base Base }
struct GetCartCountResponse {
    1: required i32 count = 0,                    // distinct products in the cart
    2: required i32 capacity = 0,                 // maximum of distinct products
    255: required base.BaseResp BaseResp,
}
struct MCheckInCartRequest { 1: required i64 user_id, 2: required list<i64> product_ids, 255: optional base.Base Base }
struct MCheckInCartResponse {
    1: required map<i64, i32> quantities = {},    // units; only products that are in the cart
    2: required list<i64> failed = [],
    3: required bool cart_full = false,
    255: required base.BaseResp BaseResp,
}

service CartService {
    GetCartCountResponse GetCartCount(1: GetCartCountRequest req),
    MCheckInCartResponse MCheckInCart(1: MCheckInCartRequest req),
}
