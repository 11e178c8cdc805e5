// D6 promotion delivery: vouchers of a room, banners, and a user's claims. Amounts are decimal strings.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs promotion_delivery
namespace java livepack.promotion_delivery

enum VoucherKind { UNKNOWN = 0, AMOUNT_OFF = 1, PERCENT_OFF = 2, FREE_SHIPPING = 3 }
enum VoucherFunder { UNKNOWN = 0, SELLER = 1, PLATFORM = 2 }
enum VoucherDisplay { UNKNOWN = 0, REGULAR = 1, LIVE = 2, CREATOR_EXCLUSIVE = 3, CHAT = 4, PROMO_CODE = 5, FOLLOWER = 6 }
enum ClaimTask { NO_TASK = 0, WATCH_LIVE = 1, FOLLOW_HOST = 2 }
enum ClaimState { NOT_CLAIMED = 0, CLAIMED = 1, USED = 2 }
enum BannerKind { UNKNOWN = 0, CAMPAIGN = 1, VOUCHER = 2, AUCTION = 3, CREATOR_SHOP = 4 }

struct Voucher {
    1: required i64 voucher_id = 0, 2: required string title = "", 3: required VoucherKind kind = VoucherKind.UNKNOWN,
    4: required VoucherFunder funder = VoucherFunder.UNKNOWN, 5: required VoucherDisplay display = VoucherDisplay.UNKNOWN,
    6: optional string reduction,                 // AMOUNT_OFF: the amount
    7: optional i32 percent,                      // PERCENT_OFF: 1 to 100
    8: optional string max_discount,
    9: required string min_spend = "0", 10: required string currency = "",
    11: required i64 claim_start_ms = 0, 12: required i64 claim_end_ms = 0,
    13: optional i64 use_end_ms, 14: optional i32 use_days,
    15: required ClaimTask task = ClaimTask.NO_TASK, 16: required i32 min_watch_seconds = 0,
    17: required i32 stock_left = -1,             // -1: unlimited
    18: required i64 seller_id = 0,               // 0: any seller
    19: required list<i64> product_ids = [],      // empty: every product (of the seller, if `seller_id` is set)
    20: required list<string> regions = [],       // empty: every region
    21: required bool new_users_only = false,
}
struct RoomVouchers { 1: required list<Voucher> vouchers = [] }
struct MGetRoomVouchersRequest { 1: required list<i64> room_ids, 2: required string region = "", 255: optional base.Base Base }
struct MGetRoomVouchersResponse { 1: required map<i64, RoomVouchers> rooms = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

struct GetClaimStateRequest { 1: required i64 user_id, 2: required list<i64> voucher_ids, 255: optional base.Base Base }
struct GetClaimStateResponse {
    // an entry per voucher of the request; a voucher without an entry failed
    1: required map<i64, ClaimState> states = {}, 2: required bool is_new_user = false, 3: required bool follows_host = false,
    255: required base.BaseResp BaseResp,
}

struct BannerMaterial {
    1: required i64 banner_id = 0, 2: required BannerKind kind = BannerKind.UNKNOWN, 3: required string title = "", 4: required string sub_title = "",
    5: required string image_uri = "", 6: required string schema = "", 7: required i64 start_ms = 0, 8: required i64 end_ms = 0,
    9: required i32 priority = 0, 10: required list<string> regions = [], 11: required list<i32> platforms = [],   // empty: all
    12: required i32 min_app_version = 0, 13: required i32 daily_cap = 0,                                            // 0: no cap
    14: required i64 countdown_end_ms = 0, 15: required list<i64> voucher_ids = [],
}
struct GetBannersRequest { 1: required i64 room_id, 2: required string region = "", 255: optional base.Base Base }
struct GetBannersResponse { 1: required list<BannerMaterial> banners = [], 255: required base.BaseResp BaseResp }

service PromotionDeliveryService {
    MGetRoomVouchersResponse MGetRoomVouchers(1: MGetRoomVouchersRequest req),
    GetBannersResponse GetBanners(1: GetBannersRequest req),
    GetClaimStateResponse GetClaimState(1: GetClaimStateRequest req),
}
