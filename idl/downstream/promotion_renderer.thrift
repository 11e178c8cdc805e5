// D5 promotion renderer: flash-sale windows of a whole bag (light), and the activities for the products of a page.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs promotion_renderer
namespace java livepack.promotion_renderer

enum ActivityKind { UNKNOWN = 0, PRODUCT_DISCOUNT = 1, FLASH_SALE = 2, CAMPAIGN = 3, LIVE_FLASH_SALE = 4, CREATOR_LIVE_FLASH_SALE = 5 }

struct FlashWindow {
    1: required i64 promotion_id = 0,
    2: required ActivityKind kind = ActivityKind.UNKNOWN,
    3: required i64 start_ms = 0,
    4: required i64 end_ms = 0,
    5: required i32 stock_left = -1,              // -1: unlimited
}
struct FlashWindows { 1: required list<FlashWindow> windows = [] }
struct MGetFlashWindowsRequest { 1: required i64 room_id, 2: required list<i64> product_ids, 255: optional base.Base Base }
struct MGetFlashWindowsResponse { 1: required map<i64, FlashWindows> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

struct SkuActivityPrice { 1: required i64 sku_id = 0, 2: required string price = "0" }
struct Activity {
    1: required i64 activity_id = 0,
    2: required ActivityKind kind = ActivityKind.UNKNOWN,
    3: required i64 start_ms = 0,
    4: required i64 end_ms = 0,
    5: required i32 stock_total = -1,             // -1: unlimited
    6: required i32 stock_left = -1,
    7: required i32 limit_per_user = -1,
    8: required list<SkuActivityPrice> prices = [],
    9: required string title = "",
}
struct ProductPromotions { 1: required list<Activity> activities = [], 2: required bool free_shipping = false, 3: required bool has_gift = false }
struct RenderProductPromotionsRequest { 1: required i64 room_id, 2: required list<i64> product_ids, 3: required string region = "", 255: optional base.Base Base }
struct RenderProductPromotionsResponse { 1: required map<i64, ProductPromotions> products = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service PromotionRendererService {
    MGetFlashWindowsResponse MGetFlashWindows(1: MGetFlashWindowsRequest req),
    RenderProductPromotionsResponse RenderProductPromotions(1: RenderProductPromotionsRequest req),
}
