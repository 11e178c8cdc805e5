// D11 live data: rooms, their state, and their counters (viewers, units sold, likes).
// Called by dal/src/rpc/, served by commerce/. A map has no entry for a key that does not exist; `failed` lists the keys that failed.
include "base.thrift"
namespace rs live_data
namespace java livepack.live_data

enum RoomState { UNKNOWN = 0, PREPARE = 1, LIVE = 2, PAUSE = 3, FINISH = 4, BANNED = 5 }

struct Room { 1: required i64 room_id = 0, 2: required i64 anchor_id = 0, 3: required RoomState state = RoomState.UNKNOWN, 4: required string region = "", 5: required string title = "", 6: required i64 started_ms = 0 }
struct MGetRoomRequest { 1: required list<i64> room_ids, 255: optional base.Base Base }
struct MGetRoomResponse { 1: required map<i64, Room> rooms = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

struct RoomStats { 1: required i64 viewer_count = 0, 2: required i64 sold_in_live = 0, 3: required i64 like_count = 0 }
struct MGetRoomStatsRequest { 1: required list<i64> room_ids, 255: optional base.Base Base }
struct MGetRoomStatsResponse { 1: required map<i64, RoomStats> rooms = {}, 2: required list<i64> failed = [], 255: required base.BaseResp BaseResp }

service LiveDataService {
    MGetRoomResponse MGetRoom(1: MGetRoomRequest req),
    MGetRoomStatsResponse MGetRoomStats(1: MGetRoomStatsRequest req),
}
