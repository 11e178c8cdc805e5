// D9 trade chain: may this viewer buy this product now, and if not, why. For a guest (user_id 0) the answer depends on the region only.
// Called only by dal/src/rpc/; served by commerce/. Keys that are not there are absent from a map, keys that failed are named in `failed`.
include "base.thrift"
namespace rs trade_chain
namespace java livepack.trade_chain

enum BlockReason { UNKNOWN = 0, NOT_DELIVERABLE = 1, AGE_RESTRICTED = 2, USER_RESTRICTED = 3, PURCHASE_LIMIT = 4, OFF_SHELF = 5, OWN_PRODUCT = 6 }

struct Buyable {
    1: required bool buyable = false,
    2: required list<BlockReason> reasons = [],
    3: required i32 limit_left = -1,              // units this viewer may still buy; -1: not limited
    4: required bool deliverable = false,
    5: required bool cod = false,                 // cash on delivery is offered to this viewer
}
struct MCheckBuyableRequest { 1: required i64 user_id = 0, 2: required string region = "", 3: required i64 room_id = 0, 4: required list<i64> product_ids, 255: optional base.Base Base }
struct MCheckBuyableResponse { 1: required map<i64, Buyable> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service TradeChainService { MCheckBuyableResponse MCheckBuyable(1: MCheckBuyableRequest req) }
