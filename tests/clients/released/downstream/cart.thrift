// D8 cart: how full a cart is and how many of some products lie in it.
// Called only by dal/src/rpc/; served by commerce/. Keys that are not there are absent from a map, keys that failed are named in `failed`.
include "base.thrift"
namespace rs cart

struct GetCartCountRequest { 1: required i64 user_id, 255: optional base.Base Base }
struct GetCartCountResponse { 1: required i32 count = 0, 2: required i32 capacity = 0, 255: required base.BaseResp BaseResp }
struct MCheckInCartRequest { 1: required i64 user_id, 2: required list<i64> product_ids, 255: optional base.Base Base }
struct MCheckInCartResponse {
    1: required map<i64, i32> quantities = {},    // only products that lie in the cart
    2: required list<i64> failed = [],
    3: required bool cart_full = false,
    255: required base.BaseResp BaseResp,
}

service CartService {
    GetCartCountResponse GetCartCount(1: GetCartCountRequest req),
    MCheckInCartResponse MCheckInCart(1: MCheckInCartRequest req),
}
