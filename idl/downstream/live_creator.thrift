// D10 live creator: a creator's permission to sell, profile, and the shop bound to the account.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs live_creator
namespace java livepack.live_creator

enum Permission { NONE = 0, NORMAL = 1, LIMITED = 2, BANNED = 3 }

struct Shop { 1: required i64 shop_id = 0, 2: required string name = "", 3: required bool approved = false, 4: required i64 seller_id = 0, 5: required bool official = false, 6: required list<string> sale_regions = [] }
struct Creator { 1: required i64 creator_id = 0, 2: required Permission permission = Permission.NONE, 3: required string name = "", 4: required string avatar_uri = "", 5: optional Shop shop, 6: required i32 showcase_count = 0 }
struct MGetCreatorRequest { 1: required list<i64> creator_ids, 255: optional base.Base Base }
struct MGetCreatorResponse { 1: required map<i64, Creator> creators = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service LiveCreatorService { MGetCreatorResponse MGetCreator(1: MGetCreatorRequest req) }
