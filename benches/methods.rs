//! Cost of each method, warm, compared with `GetLiveBagData` in the same run; and cost of a product in the bag compared with
//! a product on the page.
//!
//! ```text
//! cargo bench --bench methods
//! ```
//!
//! One worker thread serves, another calls over 32 connections; the rows alternate and their medians are compared.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod stage;

use std::time::Duration;

use live_pack::cli::call;
use live_pack_idl::live_pack::{
    GetLiveBagDataRequest, LivePackServiceClient, LivePackServiceClientBuilder, MGetRoomLiteDataRequest, RoomRef,
};
use serde_json::{Value, json};

use self::stage::{Outcome, Turns, World, bound, live_pack, median, one_worker, turn};

/// Duration of one turn.
const TURN: Duration = Duration::from_secs(1);
/// Turns per row; the median is reported.
const TURNS: usize = 3;
/// Approximate sizes of bags in products. Each request is for a page of 20.
const SIZES: [i32; 4] = [20, 50, 100, 200];

/// A row of the table: its name and the call.
struct Row {
    name: String,
    frame: Vec<u8>,
    turns: Turns,
}

impl Row {
    fn new(name: impl Into<String>, method: &str, room: i64, user: i64, json: Value) -> Outcome<Self> {
        let fields = call::request::Fields { room: vec![room], user: Some(user), ..call::request::Fields::default() };
        Ok(Self { name: name.into(), frame: call::framed(method, json, &fields)?, turns: Turns::default() })
    }
}

/// The methods, each with its room and the rest of its request.
fn methods(page: &[i64]) -> Outcome<Vec<Row>> {
    let many: Value = (3001..=3050).map(|room| json!({ "room_id": room })).collect();
    let slots: Value = (3001..=3020).map(|room| json!({ "room": { "room_id": room } })).collect();
    let of = |method: &str, room: i64, user: i64, json: Value| {
        let who = if user == 0 { "guest" } else { "user 101" };
        Row::new(format!("{method}, {who}"), method, room, user, json)
    };
    let mut rows = vec![
        of("GetLiveBagData", 1001, 0, json!({}))?,
        of("GetLiveBagData", 1001, 101, json!({}))?,
        of("GetRoomFullData", 1001, 0, json!({}))?,
        of("GetPinCardData", 1001, 0, json!({}))?,
        of("GetLiveBagPreviewData", 1001, 0, json!({}))?,
        of("GetLiveBagAssemble", 1001, 0, json!({}))?,
        of("GetLiveBagRefresh", 1001, 0, json!({ "product_ids": page }))?,
        of("GetPreviewPinCardData", 1001, 0, json!({}))?,
        of("GetLiveBagTab", 1001, 0, json!({}))?,
        of("GetLiveBagTopBanner", 1001, 0, json!({}))?,
        of("GetLiveBagPromotionBanner", 1001, 0, json!({}))?,
        of("GetLiveBagCreatorShopInfo", 1001, 0, json!({ "highlight_count": 6 }))?,
        of("GetLiveRoomCommonInfo", 1001, 0, json!({}))?,
        of("GetSurpriseSetDetail", 1006, 0, json!({ "surprise_set_id": 5001 }))?,
    ];
    for (name, method, json) in [
        ("MGetRoomLiteData, 50 rooms", "MGetRoomLiteData", json!({ "rooms": many })),
        ("MGetFcpEcomComponent, 20 slots", "MGetFcpEcomComponent", json!({ "slots": slots })),
    ] {
        let fields = call::request::Fields { user: Some(0), ..call::request::Fields::default() };
        rows.push(Row { name: name.into(), frame: call::framed(method, json, &fields)?, turns: Turns::default() });
    }
    Ok(rows)
}

/// The rooms with bags closest to [`SIZES`].
async fn rooms_by_size(client: &LivePackServiceClient) -> Outcome<Vec<(i64, i32)>> {
    let mut rooms = Vec::new();
    for first in [1001, 2001, 3001, 3051] {
        let ids = first..first + if first < 3000 { 12 } else { 50 };
        let rooms_of = ids.map(|room_id| RoomRef { room_id, ..RoomRef::default() }).collect();
        let request = MGetRoomLiteDataRequest { rooms: rooms_of, ..MGetRoomLiteDataRequest::default() };
        let answer = client.m_get_room_lite_data(request).await?;
        rooms.extend(answer.rooms.values().map(|room| (room.room_id, room.bag_count)));
    }
    let nearest = |size: &i32| rooms.iter().copied().min_by_key(|(room, count)| ((count - size).abs(), *room));
    Ok(SIZES.iter().filter_map(nearest).collect())
}

fn main() -> Outcome<()> {
    let world = World::start()?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let pack = one_worker("live-pack")?;
    let (listener, addr) = pack.block_on(bound())?;
    let services = world.services.clone();
    pack.spawn(async move {
        if let Err(error) = live_pack(services, None, listener).await {
            println!("Live Pack ended: {error}");
        }
    });
    let (page, sizes) = client.block_on(async {
        let pack = LivePackServiceClientBuilder::new("live_pack").address(addr).build();
        let room = RoomRef { room_id: 1001, ..RoomRef::default() };
        let bag = pack.get_live_bag_data(GetLiveBagDataRequest { room, ..GetLiveBagDataRequest::default() }).await?;
        let ids: Vec<i64> = bag.products.iter().map(|card| card.product_id).collect();
        Ok::<_, Box<dyn std::error::Error>>((ids, rooms_by_size(&pack).await?))
    })?;
    let mut rows = methods(&page)?;
    for (room, count) in sizes {
        rows.push(Row::new(format!("GetLiveBagData, bag of {count}"), "GetLiveBagData", room, 0, json!({}))?);
        let narrow = json!({ "page": { "cursor": 0, "count": 5 } });
        rows.push(Row::new("… its first 5 alone", "GetLiveBagData", room, 0, narrow)?);
    }
    for round in 0..=TURNS {
        for row in &mut rows {
            let took = turn(&client, addr, &row.frame, 32, TURN)?;
            // the first round is warm-up
            if round > 0 {
                row.turns.add(took);
            }
        }
    }
    println!("32 connections, one worker, median of {TURNS} turns of {TURN:?}; µs of one core per call");
    let mut base = None;
    for Row { name, turns, .. } in &rows {
        let rate = median(&turns.rates);
        let ratio = rate / *base.get_or_insert(rate);
        let (p50, p99) = (median(&turns.p50s), median(&turns.p99s));
        let micros = 1e6 / rate;
        println!("{name:34} {rate:8.0}/s  {ratio:5.2}  {micros:6.0} µs  p50 {p50:6.2} ms  p99 {p99:6.2} ms");
    }
    Ok(())
}
