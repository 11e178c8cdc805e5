// D12 seller core: the shops that sell the products.
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs seller_core
namespace java livepack.seller_core

struct Seller { 1: required i64 seller_id = 0, 2: required string name = "", 3: required string logo_uri = "", 4: required double rating = 0, 5: required bool official = false, 6: required string region = "", 7: required i64 owner_user_id = 0 }
struct MGetSellerRequest { 1: required list<i64> seller_ids, 255: optional base.Base Base }
struct MGetSellerResponse { 1: required map<i64, Seller> sellers = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service SellerCoreService { MGetSellerResponse MGetSeller(1: MGetSellerRequest req) }
