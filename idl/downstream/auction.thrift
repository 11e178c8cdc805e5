// D7 auction: auctions and surprise sets of a room, and the conditions under which a user may bid. Amounts are decimal strings.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs auction
namespace java livepack.auction

enum AuctionStatus { UNKNOWN = 0, NOT_STARTED = 1, ONGOING = 2, EXTENDED = 3, SOLD = 4, UNSOLD = 5, CANCELLED = 6, PAYMENT_PENDING = 7 }

struct Auction {
    1: required i64 auction_id = 0, 2: required i64 product_id = 0, 3: required string title = "", 4: required string cover_uri = "",
    5: required AuctionStatus status = AuctionStatus.UNKNOWN, 6: required string currency = "",
    7: required string starting_bid = "0", 8: required string current_bid = "0", 9: required string min_increment = "0",
    10: required i32 bid_count = 0, 11: required i64 start_ms = 0, 12: required i64 end_ms = 0, 13: required i32 extension_seconds = 0,
    14: required i64 leader_id = 0, 15: required string leader_name = "",
    16: required bool is_surprise_set = false, 17: required i64 surprise_set_id = 0, 18: required i32 units_left = -1,
    19: required i32 item_no = 0, 20: required i32 min_app_version = 0, 21: required i64 seller_id = 0,
}
struct RoomAuctions { 1: required list<Auction> auctions = [] }
struct MGetRoomAuctionsRequest { 1: required list<i64> room_ids, 255: optional base.Base Base }
struct MGetRoomAuctionsResponse { 1: required map<i64, RoomAuctions> rooms = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

struct SurprisePrize { 1: required i64 product_id = 0, 2: required string title = "", 3: required string cover_uri = "", 4: required i32 units = 0, 5: required i32 units_left = 0, 6: optional string value }
struct SurpriseSet {
    1: required i64 surprise_set_id = 0, 2: required i64 room_id = 0, 3: required string title = "", 4: required string cover_uri = "",
    5: required list<SurprisePrize> prizes = [], 6: required string rules_text = "", 7: required Auction auction,
}
struct GetSurpriseSetRequest { 1: required i64 room_id, 2: required i64 surprise_set_id, 255: optional base.Base Base }
struct GetSurpriseSetResponse { 1: optional SurpriseSet surprise_set, 255: required base.BaseResp BaseResp }

struct GetBidderStateRequest { 1: required i64 user_id, 2: required i64 room_id, 255: optional base.Base Base }
struct GetBidderStateResponse {
    1: required bool terms_signed = false, 2: required bool has_address = false, 3: required bool has_payment = false, 4: required bool is_minor = false,
    255: required base.BaseResp BaseResp,
}

service AuctionService {
    MGetRoomAuctionsResponse MGetRoomAuctions(1: MGetRoomAuctionsRequest req),
    GetSurpriseSetResponse GetSurpriseSet(1: GetSurpriseSetRequest req),
    GetBidderStateResponse GetBidderState(1: GetBidderStateRequest req),
}
