// D1 product relation: the products of a room, their order, and the pinned card.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs product_relation
namespace java livepack.product_relation

enum PinKind { NONE = 0, PRODUCT = 1, VOUCHER = 2, AUCTION = 3, SURPRISE_SET = 4 }

struct BagEntry {
    1: required i64 product_id = 0,
    2: required i32 item_no = 0,       // number of the product in the bag, from 1
    3: required i32 top_rank = 0,      // 0: not a top product; 1, 2 …: the host's order of top products
}
struct GetRoomProductsRequest { 1: required i64 room_id, 255: optional base.Base Base }
struct GetRoomProductsResponse {
    1: required list<BagEntry> entries = [],
    2: required i64 bag_version = 0,   // grows with every change of the bag, from 1
    255: required base.BaseResp BaseResp,
}

struct Pin {
    1: required i64 pin_id = 0,
    2: required PinKind kind = PinKind.NONE,
    3: required i64 target_id = 0,     // the product, voucher, auction or surprise set
    4: required i64 pinned_at_ms = 0,
    5: required i64 expire_ms = 0,     // 0: does not expire
    6: required i64 version = 0,       // from 1
}
struct MGetPinnedRequest { 1: required list<i64> room_ids, 255: optional base.Base Base }
struct MGetPinnedResponse { 1: required map<i64, Pin> pins = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

enum AgeClass { GENERAL = 0, ADULT = 1 }

struct BagSummary {
    1: required i32 count = 0,               // distinct products on sale that the viewer of the request may see
    2: required bool has_flash_sale = false, // whether a flash sale of one of these is running or announced
    3: required i64 bag_version = 0,
}
// One viewer for all rooms. An absent field excludes no product.
struct MGetBagSummaryRequest {
    1: required list<i64> room_ids,
    2: optional string region,               // ISO 3166-1 alpha-2; excludes products that are not sold there
    3: optional AgeClass age_class,          // GENERAL: excludes products for adults
    4: optional i32 app_version,             // excludes products that need a newer client; 0: unknown, excludes none
    5: optional bool hide_sold_out,          // true: excludes sold-out products, except the pinned one
    255: optional base.Base Base,
}
struct MGetBagSummaryResponse { 1: required map<i64, BagSummary> summaries = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

struct MGetRoomProductRelationRequest { 1: required i64 room_id, 2: required list<i64> product_ids, 255: optional base.Base Base }
struct MGetRoomProductRelationResponse {
    1: required map<i64, BagEntry> entries = {}, 2: required list<i64> failed = [], 3: required i64 bag_version = 0, 255: required base.BaseResp BaseResp,
}

struct GetShowcaseRequest { 1: required i64 creator_id, 2: required i32 count = 6, 255: optional base.Base Base }
struct GetShowcaseResponse { 1: required list<i64> product_ids = [], 2: required i32 total = 0, 255: required base.BaseResp BaseResp }

service ProductRelationService {
    GetRoomProductsResponse GetRoomProducts(1: GetRoomProductsRequest req),
    MGetPinnedResponse MGetPinned(1: MGetPinnedRequest req),
    MGetBagSummaryResponse MGetBagSummary(1: MGetBagSummaryRequest req),
    MGetRoomProductRelationResponse MGetRoomProductRelation(1: MGetRoomProductRelationRequest req),
    GetShowcaseResponse GetShowcase(1: GetShowcaseRequest req),
}
