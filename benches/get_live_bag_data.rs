//! `GetLiveBagData` against a bare volo-thrift server that clones and returns the same typed answer.
//!
//! ```text
//! cargo bench --bench get_live_bag_data
//! ```
//!
//! Each server has one worker thread, the client another, and the commerce world a separate process. The servers take
//! turns, so that a drift in the machine's speed affects all of them; the medians are compared. The client is the load
//! generator of `live-pack bench`: closed loop, 32 connections, framed binary, answers read but not decoded.
//!
//! The engines run for every call, over a warm local cache; nothing caches whole answers. User 101 has a cart, vouchers
//! and a trade chain that are fetched from the world for each call. The last two rows are those of a server whose
//! waiting tasks are polled in place (`"waits": "in_place"` in `LivePackEngineConf`).

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod stage;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use live_pack::cli::call;
use live_pack_idl::live_pack::{
    self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse, LivePackService, LivePackServiceClientBuilder,
    LivePackServiceServer, RoomRef, UserContext,
};
use serde_json::json;
use tokio::runtime::Runtime;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::ServerError;

use self::stage::{Outcome, Turns, World, bound, live_pack, median, one_worker, turn};

/// Duration of one turn.
const TURN: Duration = Duration::from_secs(3);
/// Turns per server; the median is reported.
const TURNS: usize = 5;

/// Answers every call with a clone of one answer.
struct Bare(Arc<GetLiveBagDataResponse>);

macro_rules! not_measured {
    ($($method:ident $req:ident $resp:ident;)*) => {
        $(async fn $method(&self, _req: wire::$req) -> Result<wire::$resp, ServerError> {
            Ok(wire::$resp::default())
        })*
    };
}

impl LivePackService for Bare {
    async fn get_live_bag_data(&self, _req: GetLiveBagDataRequest) -> Result<GetLiveBagDataResponse, ServerError> {
        Ok((*self.0).clone())
    }

    not_measured! {
        m_get_room_lite_data MGetRoomLiteDataRequest MGetRoomLiteDataResponse;
        get_room_full_data GetRoomFullDataRequest GetRoomFullDataResponse;
        get_pin_card_data GetPinCardDataRequest GetPinCardDataResponse;
        get_live_bag_preview_data GetLiveBagPreviewDataRequest GetLiveBagPreviewDataResponse;
        get_live_bag_assemble GetLiveBagAssembleRequest GetLiveBagAssembleResponse;
        get_live_bag_refresh GetLiveBagRefreshRequest GetLiveBagRefreshResponse;
        get_preview_pin_card_data GetPreviewPinCardDataRequest GetPreviewPinCardDataResponse;
        get_live_bag_tab GetLiveBagTabRequest GetLiveBagTabResponse;
        get_live_bag_top_banner GetLiveBagTopBannerRequest GetLiveBagTopBannerResponse;
        get_live_bag_promotion_banner GetLiveBagPromotionBannerRequest GetLiveBagPromotionBannerResponse;
        get_live_bag_creator_shop_info GetLiveBagCreatorShopInfoRequest GetLiveBagCreatorShopInfoResponse;
        get_live_room_common_info GetLiveRoomCommonInfoRequest GetLiveRoomCommonInfoResponse;
        get_surprise_set_detail GetSurpriseSetDetailRequest GetSurpriseSetDetailResponse;
        m_get_fcp_ecom_component MGetFcpEcomComponentRequest MGetFcpEcomComponentResponse;
    }
}

fn request(user: i64) -> GetLiveBagDataRequest {
    GetLiveBagDataRequest {
        room: RoomRef { room_id: 1001, ..RoomRef::default() },
        user: UserContext { user_id: user, region: "US".into(), ..UserContext::default() },
        ..GetLiveBagDataRequest::default()
    }
}

/// Starts Live Pack on this runtime, with a folder of hot configuration.
fn start(runtime: &Runtime, world: &World, conf: Option<String>) -> Outcome<SocketAddr> {
    let (listener, addr) = runtime.block_on(bound())?;
    let services = world.services.clone();
    runtime.spawn(async move {
        if let Err(error) = live_pack(services, conf, listener).await {
            println!("Live Pack ended: {error}");
        }
    });
    Ok(addr)
}

fn main() -> Outcome<()> {
    let world = World::start()?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (pack, in_place, bare) = (one_worker("live-pack")?, one_worker("in-place")?, one_worker("bare")?);

    let pack_addr = start(&pack, &world, None)?;
    let conf = tempfile::tempdir()?;
    let entry = json!({ "method": "*", "engine": "*", "waits": "in_place" });
    std::fs::write(conf.path().join("LivePackEngineConf.json"), json!({ "engines": [entry] }).to_string())?;
    let in_place_addr = start(&in_place, &world, Some(conf.path().display().to_string()))?;
    let answer = client.block_on(async {
        let pack = LivePackServiceClientBuilder::new("live_pack").address(pack_addr).build();
        pack.get_live_bag_data(request(0)).await
    })?;
    let products = answer.products.len();

    let (listener, bare_addr) = bare.block_on(bound())?;
    let served = LivePackServiceServer::new(Bare(Arc::new(answer)));
    bare.spawn(async move {
        if let Err(error) = served.run(DefaultIncoming::from(listener)).await {
            println!("the bare server ended: {error}");
        }
    });

    let rows: [(&str, SocketAddr, i64); 5] = [
        ("bare server", bare_addr, 0),
        ("guest", pack_addr, 0),
        ("user 101", pack_addr, 101),
        ("in place, guest", in_place_addr, 0),
        ("in place, user 101", in_place_addr, 101),
    ];
    let mut measured: [Turns; 5] = Default::default();
    for round in 0..=TURNS {
        for ((_, addr, user), turns) in rows.iter().zip(&mut measured) {
            let fields =
                call::request::Fields { room: vec![1001], user: Some(*user), ..call::request::Fields::default() };
            let took = turn(&client, *addr, &call::framed("GetLiveBagData", json!({}), &fields)?, 32, TURN)?;
            // the first round is warm-up
            if round > 0 {
                turns.add(took);
            }
        }
    }
    println!("GetLiveBagData, room 1001, page of {products}, 32 connections, median of {TURNS} turns of {TURN:?}");
    let mut base = None;
    for ((name, ..), turns) in rows.iter().zip(measured) {
        let rate = median(&turns.rates);
        let ratio = rate / *base.get_or_insert(rate);
        let (p50, p99) = (median(&turns.p50s), median(&turns.p99s));
        println!("{name:18} {rate:8.0}/s  {ratio:5.2}  p50 {p50:6.2} ms  p99 {p99:6.2} ms");
    }
    Ok(())
}
