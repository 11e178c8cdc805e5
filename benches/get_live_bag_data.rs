//! `GetLiveBagData` against a bare volo-thrift server that clones and returns the same typed answer.
//!
//! ```text
//! cargo bench --bench get_live_bag_data
//! ```
//!
//! Each server has one worker thread, the client another, the commerce world a process of its own. The servers take
//! turns, so that a machine whose speed drifts drifts for all of them; the medians are compared. The client is the load
//! generator of `live-pack bench`: closed loop, 32 connections, framed binary, answers read but not decoded.
//!
//! The engines run for every call, over a warm local cache; nothing caches whole answers. User 101 has a cart, vouchers
//! and a trade chain that are fetched from the world for each call.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{
    error::Error,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use live_pack::{
    cli::bench::load::{self, Plan, Stop},
    cli::call,
    metrics::ServerMetrics,
    server::{self, Lifecycle, ServerOptions},
    settings::{RawSettings, Settings},
    wiring,
};
use live_pack_idl::live_pack::{
    self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse, LivePackService, LivePackServiceClientBuilder,
    LivePackServiceServer, RoomRef, UserContext,
};
use prometheus::Registry;
use tokio::{net::TcpListener, runtime::Runtime};
use volo::net::incoming::DefaultIncoming;
use volo_thrift::ServerError;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How long one turn lasts.
const TURN: Duration = Duration::from_secs(3);
/// Turns a server; the median counts.
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

/// The commerce world in a process of its own, ended with this one.
struct World {
    process: Child,
    services: String,
}

impl World {
    fn start() -> Outcome<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_live-pack"))
            .args(["world", "--base-port", "0"])
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the world has no standard output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some((_, services)) = line.split_once("--world ") {
                return Ok(Self { process, services: services.to_owned() });
            }
        }
        Err("the world did not say where it is".into())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // ended already is ended
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server's runtime: one worker thread.
fn one_worker(name: &str) -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?)
}

async fn live_pack(services: String, listener: TcpListener) -> Outcome<()> {
    let raw = RawSettings { world: Some(services), ..RawSettings::default() };
    let settings = Settings::check(&raw, None)?;
    let registry = Registry::new();
    let metrics = Arc::new(ServerMetrics::new(&registry)?);
    let wired = wiring::build(&settings, &registry).await?;
    server::serve(listener, wired.service, ServerOptions::default(), metrics, Arc::new(Lifecycle::default())).await;
    Ok(())
}

async fn bound() -> Outcome<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

fn request(user: i64) -> GetLiveBagDataRequest {
    GetLiveBagDataRequest {
        room: RoomRef { room_id: 1001, ..RoomRef::default() },
        user: UserContext { user_id: user, region: "US".into(), ..UserContext::default() },
        ..GetLiveBagDataRequest::default()
    }
}

/// One turn: answers a second, and the latency at the median and the 99th percentile in milliseconds.
fn turn(client: &Runtime, addr: SocketAddr, user: i64) -> Outcome<(f64, f64, f64)> {
    let fields = call::request::Fields { room: vec![1001], user: Some(user), ..call::request::Fields::default() };
    let plan = Plan {
        frame: call::framed("GetLiveBagData", &fields)?,
        addr: addr.to_string(),
        connections: 32,
        stop: Stop::After(TURN),
        rate: None,
        timeout: Duration::from_secs(5),
        slo: Duration::from_millis(300),
    };
    let tally = client.block_on(load::run(plan))?;
    if tally.statuses.keys().any(|status| *status != 0) || !tally.errors.is_empty() {
        return Err(format!("calls failed: {:?} {:?}", tally.statuses, tally.errors).into());
    }
    let answers: u64 = tally.statuses.values().sum();
    let ms = |quantile| tally.latency.value_at_quantile(quantile) as f64 / 1e3;
    Ok((answers as f64 / tally.elapsed.as_secs_f64(), ms(0.5), ms(0.99)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn main() -> Outcome<()> {
    let world = World::start()?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (pack, bare) = (one_worker("live-pack")?, one_worker("bare")?);

    let (listener, pack_addr) = pack.block_on(bound())?;
    let services = world.services.clone();
    pack.spawn(async move {
        if let Err(error) = live_pack(services, listener).await {
            println!("Live Pack ended: {error}");
        }
    });
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

    let rows = [("bare server", bare_addr, 0), ("guest", pack_addr, 0), ("user 101", pack_addr, 101)];
    let mut measured: [(Vec<f64>, Vec<f64>, Vec<f64>); 3] = Default::default();
    for round in 0..=TURNS {
        for ((_, addr, user), (rates, p50s, p99s)) in rows.iter().zip(&mut measured) {
            let (rate, p50, p99) = turn(&client, *addr, *user)?;
            // the first round warms up
            if round > 0 {
                rates.push(rate);
                p50s.push(p50);
                p99s.push(p99);
            }
        }
    }
    println!("GetLiveBagData, room 1001, page of {products}, 32 connections, median of {TURNS} turns of {TURN:?}");
    let mut base = None;
    for ((name, ..), (rates, p50s, p99s)) in rows.iter().zip(measured) {
        let rate = median(rates);
        let ratio = rate / *base.get_or_insert(rate);
        println!("{name:12} {rate:8.0}/s  {ratio:5.2}  p50 {:6.2} ms  p99 {:6.2} ms", median(p50s), median(p99s));
    }
    Ok(())
}
