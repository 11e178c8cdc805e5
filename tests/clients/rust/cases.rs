//! Runs the list of cases over volo-thrift and the types of `live-pack-idl`, and prints one line for each: case, tab, "ok" or
//! "failed: why".

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    cell::RefCell, env, net::SocketAddr, os::unix::net::SocketAddr as UnixAddr, process::ExitCode, time::Duration,
};

use live_pack_idl::{
    base::{Base, BaseResp},
    live_pack::{
        BagTab, FcpSlot, GetLiveBagAssembleRequest, GetLiveBagCreatorShopInfoRequest, GetLiveBagDataRequest,
        GetLiveBagPreviewDataRequest, GetLiveBagPromotionBannerRequest, GetLiveBagRefreshRequest, GetLiveBagTabRequest,
        GetLiveBagTopBannerRequest, GetLiveRoomCommonInfoRequest, GetPinCardDataRequest, GetPreviewPinCardDataRequest,
        GetRoomFullDataRequest, GetSurpriseSetDetailRequest, LivePackServiceClient, LivePackServiceClientBuilder,
        MGetFcpEcomComponentRequest, MGetRoomLiteDataRequest, Page, RoomRef, UserContext,
    },
};
use metainfo::{Forward as _, METAINFO, MetaInfo};
use tokio::task::JoinSet;
use volo::net::Address;
use volo_thrift::{ClientError, codec::default::DefaultMakeCodec};

/// For this viewer, the driver makes one downstream call take a second.
const SLOW_USER: i64 = 10077;

type Outcome = Result<(), String>;

#[derive(Clone, Copy)]
enum Transport {
    Framed,
    Buffered,
    TTHeader,
}

fn connect(to: Address, transport: Transport, timeout: Duration) -> LivePackServiceClient {
    let builder = LivePackServiceClientBuilder::new("livepack").caller_name("clients-rust");
    let builder = builder.rpc_timeout(Some(timeout)).address(to);
    match transport {
        Transport::Framed => builder.make_codec(DefaultMakeCodec::framed()).build(),
        Transport::Buffered => builder.make_codec(DefaultMakeCodec::buffered()).build(),
        Transport::TTHeader => builder.make_codec(DefaultMakeCodec::ttheader_framed()).build(),
    }
}

fn tcp(variable: &str) -> Address {
    env::var(variable).unwrap().parse::<SocketAddr>().unwrap().into()
}

fn over(transport: Transport) -> LivePackServiceClient {
    connect(tcp("ADDR"), transport, Duration::from_secs(10))
}

fn room(room_id: i64) -> RoomRef {
    RoomRef { room_id, ..RoomRef::default() }
}

fn user(user_id: i64) -> UserContext {
    UserContext { user_id, region: "US".into(), language: "en".into(), ..UserContext::default() }
}

fn bag(user_id: i64) -> GetLiveBagDataRequest {
    GetLiveBagDataRequest { room: room(1001), user: user(user_id), ..GetLiveBagDataRequest::default() }
}

fn good(status: &BaseResp) -> Outcome {
    expect(status.status_code == 0, format_args!("status {}: {}", status.status_code, status.status_message))
}

fn expect(holds: bool, found: impl std::fmt::Display) -> Outcome {
    if holds { Ok(()) } else { Err(found.to_string()) }
}

fn told(error: ClientError) -> String {
    error.to_string()
}

async fn fifteen(c: LivePackServiceClient) -> Outcome {
    macro_rules! call {
        ($($method:ident($request:ident { $($more:tt)* });)*) => {$(
            let request = $request { user: user(101), $($more)*, ..$request::default() };
            let answer = c.$method(request).await.map_err(told);
            let status = answer.and_then(|answer| good(&answer.base_resp));
            status.map_err(|error| format!("{}: {error}", stringify!($method)))?;
        )*};
    }
    call! {
        m_get_room_lite_data(MGetRoomLiteDataRequest { rooms: vec![room(1001)] });
        get_room_full_data(GetRoomFullDataRequest { room: room(1001) });
        get_pin_card_data(GetPinCardDataRequest { room: room(1001) });
        get_live_bag_data(GetLiveBagDataRequest { room: room(1001) });
        get_live_bag_preview_data(GetLiveBagPreviewDataRequest { room: room(1001) });
        get_live_bag_assemble(GetLiveBagAssembleRequest { room: room(1001) });
        get_live_bag_refresh(GetLiveBagRefreshRequest { room: room(1001), product_ids: vec![1_001_001, 1_001_002] });
        get_preview_pin_card_data(GetPreviewPinCardDataRequest { room: room(1001) });
        get_live_bag_tab(GetLiveBagTabRequest { room: room(1001) });
        get_live_bag_top_banner(GetLiveBagTopBannerRequest { room: room(1001) });
        get_live_bag_promotion_banner(GetLiveBagPromotionBannerRequest { room: room(1001) });
        get_live_bag_creator_shop_info(GetLiveBagCreatorShopInfoRequest { room: room(1001) });
        get_live_room_common_info(GetLiveRoomCommonInfoRequest { room: room(1001) });
        get_surprise_set_detail(GetSurpriseSetDetailRequest { room: room(1006), surprise_set_id: 5001 });
        m_get_fcp_ecom_component(MGetFcpEcomComponentRequest {
            slots: vec![FcpSlot { room: room(1001), ..FcpSlot::default() }]
        });
    }
    Ok(())
}

async fn zero_filled() -> Outcome {
    let c = over(Transport::Framed);
    let (room, user) = (room(1001), UserContext::default());
    let page = c.get_live_bag_data(GetLiveBagDataRequest {
        room: room.clone(),
        user: user.clone(),
        page: Some(Page { cursor: 0, count: 0 }),
        tab: BagTab::UNKNOWN,
        source: "".into(),
        ..GetLiveBagDataRequest::default()
    });
    let page = page.await.map_err(told)?;
    let whole = c.get_live_bag_assemble(GetLiveBagAssembleRequest {
        room: room.clone(),
        user: user.clone(),
        tab: BagTab::UNKNOWN,
        ..GetLiveBagAssembleRequest::default()
    });
    let whole = whole.await.map_err(told)?;
    let preview = GetLiveBagPreviewDataRequest { room: room.clone(), user: user.clone(), count: 0, base: None };
    let preview = c.get_live_bag_preview_data(preview).await.map_err(told)?;
    let full = c.get_room_full_data(GetRoomFullDataRequest {
        room: room.clone(),
        user: user.clone(),
        preview_count: 0,
        ..GetRoomFullDataRequest::default()
    });
    let full = full.await.map_err(told)?;
    let slots = vec![FcpSlot { room, scene: "".into(), ..FcpSlot::default() }];
    let feed = MGetFcpEcomComponentRequest { slots, user, base: None };
    let feed = c.m_get_fcp_ecom_component(feed).await.map_err(told)?;
    for status in [page.base_resp, whole.base_resp, preview.base_resp, full.base_resp, feed.base_resp] {
        good(&status)?;
    }
    let cards = [page.products.len(), whole.bag.products.len(), preview.products.len(), full.preview.len()];
    expect(cards == [20, 20, 3, 3], format_args!("{cards:?} cards"))?;
    expect(feed.results[0].scene == "feed_preview", &feed.results[0].scene)
}

async fn bad_request() -> Outcome {
    let request = GetLiveBagDataRequest { page: Some(Page { cursor: 0, count: -1 }), ..bag(101) };
    let status = over(Transport::Framed).get_live_bag_data(request).await.map_err(told)?.base_resp;
    expect(status.status_code == 10001 && status.status_message.contains("page.count"), status.status_message)
}

async fn timeout() -> Outcome {
    let short = connect(tcp("ADDR"), Transport::Framed, Duration::from_millis(200));
    expect(short.get_live_bag_data(bag(SLOW_USER)).await.is_err(), "no time-out")?;
    let c = over(Transport::Framed);
    for _ in 0..20 {
        good(&c.get_live_bag_data(bag(101)).await.map_err(told)?.base_resp)?;
    }
    Ok(())
}

/// The server learns the time-out from the header and gives up before its caller does.
async fn deadline() -> Outcome {
    let short = connect(tcp("ADDR"), Transport::TTHeader, Duration::from_millis(700));
    let status = short.get_live_bag_data(bag(SLOW_USER)).await.map_err(told)?.base_resp;
    expect(matches!(status.status_code, 30001 | 50001 | 50003), format_args!("status {}", status.status_code))?;
    good(&over(Transport::TTHeader).get_live_bag_data(bag(SLOW_USER)).await.map_err(told)?.base_resp)
}

async fn callers() -> Outcome {
    let c = over(Transport::Framed);
    let mut all = JoinSet::new();
    for _ in 0..32 {
        let c = c.clone();
        all.spawn(async move {
            for _ in 0..50 {
                good(&c.get_live_bag_data(bag(101)).await.map_err(told)?.base_resp)?;
            }
            Outcome::Ok(())
        });
    }
    let outcomes = all.join_all().await;
    let failed: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    expect(failed.is_empty(), format_args!("{} callers of 32: {:?}", failed.len(), failed.first()))
}

async fn fifty_cards() -> Outcome {
    let request = GetLiveBagDataRequest { page: Some(Page { cursor: 0, count: 50 }), ..bag(101) };
    let answer = over(Transport::Framed).get_live_bag_data(request).await.map_err(told)?;
    good(&answer.base_resp)?;
    expect(answer.products.len() == 50, answer.products.len())
}

async fn other_letters() -> Outcome {
    let user = UserContext { region: "JP".into(), language: "ja".into(), device_id: "電話 🛍".into(), ..user(209) };
    let request = GetLiveBagDataRequest { room: room(2009), user, ..GetLiveBagDataRequest::default() };
    let answer = over(Transport::Framed).get_live_bag_data(request).await.map_err(told)?;
    good(&answer.base_resp)?;
    let text = &answer.products[0].buttons[0].text;
    expect(text.chars().any(|sign| ('\u{3040}'..='\u{9fff}').contains(&sign)), text)
}

async fn log_id() -> Outcome {
    let base = Base { log_id: env::var("LOG_ID").unwrap().into(), ..Base::default() };
    let request = GetLiveBagDataRequest { base: Some(base), ..bag(101) };
    good(&over(Transport::Framed).get_live_bag_data(request).await.map_err(told)?.base_resp)
}

async fn persistent() -> Outcome {
    let mut lane = MetaInfo::new();
    lane.set_persistent("LANE", "blue");
    METAINFO.scope(RefCell::new(lane), fifteen(over(Transport::TTHeader))).await
}

async fn unix_socket() -> Outcome {
    let path = UnixAddr::from_pathname(env::var("UNIX_SOCKET").unwrap()).unwrap();
    fifteen(connect(path.into(), Transport::TTHeader, Duration::from_secs(10))).await
}

async fn released_server() -> Outcome {
    fifteen(connect(tcp("RELEASED_ADDR"), Transport::TTHeader, Duration::from_secs(10))).await
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut failed = false;
    let mut tell = |name: &str, outcome: Outcome| {
        failed |= outcome.is_err();
        let outcome =
            outcome.map_or_else(|error| format!("failed: {}", error.replace('\n', " ")), |()| "ok".to_owned());
        println!("{name}\t{outcome}");
    };
    tell("fifteen methods, framed", fifteen(over(Transport::Framed)).await);
    tell("fifteen methods, buffered", fifteen(over(Transport::Buffered)).await);
    tell("fifteen methods, TTHeader framed", fifteen(over(Transport::TTHeader)).await);
    tell("zero-filled requests", zero_filled().await);
    tell("bad request", bad_request().await);
    tell("client time-out, then good calls", timeout().await);
    tell("32 callers, 50 calls each", callers().await);
    tell("50 cards", fifty_cards().await);
    tell("texts outside ASCII", other_letters().await);
    tell("log id in the access log", log_id().await);
    tell("time-out in TTHeader", deadline().await);
    tell("persistent metadata", persistent().await);
    tell("Unix socket", unix_socket().await);
    tell("server of the last release", released_server().await);
    ExitCode::from(u8::from(failed))
}
