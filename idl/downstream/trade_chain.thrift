// D9 trade chain: whether a viewer may buy a product now, with the reasons against. For a guest (user_id 0) it depends on the region only.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs trade_chain
namespace java livepack.trade_chain

enum BlockReason { UNKNOWN = 0, NOT_DELIVERABLE = 1, AGE_RESTRICTED = 2, USER_RESTRICTED = 3, PURCHASE_LIMIT = 4, OFF_SHELF = 5, OWN_PRODUCT = 6 }

struct Buyable {
    1: required bool buyable = false,
    2: required list<BlockReason> reasons = [],
    3: required i32 limit_left = -1,              // units this viewer may still buy; -1: unlimited
    4: required bool deliverable = false,
    5: required bool cod = false,                 // cash on delivery is available to this viewer
}
struct MCheckBuyableRequest { 1: required i64 user_id = 0, 2: required string region = "", 3: required i64 room_id = 0, 4: required list<i64> product_ids, 255: optional base.Base Base }
struct MCheckBuyableResponse { 1: required map<i64, Buyable> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service TradeChainService { MCheckBuyableResponse MCheckBuyable(1: MCheckBuyableRequest req) }
