//! `GetLiveBagData`: a page of the bag, with auctions, the pinned card and the tabs.

use std::{sync::Arc, time::Duration};

use live_pack_dal::{Error, config::Snapshot, texts::Text};
use live_pack_engine::{Engine, EngineError, Finished, Plan, Record};
use live_pack_entities::{
    converters::{AuctionCards, BagTabs, LiveBagProducts, PinnedCard, wire_room_status},
    request::{BagQuery, BagTab, LiveRequest},
    scene::{LiveScene, Stop},
};
use live_pack_idl::live_pack::{self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse};

use crate::{
    check::Check,
    degraded::Losses,
    identity,
    live_pack::LivePack,
    plans::Plans,
    record::{self, Records},
    request::{Asked, fetch_deadlines, live_request},
    request_context::RequestContext,
    status::Status,
};

/// A request without a server around it, as in a test, may take this long.
const DEFAULT_REQUEST_TIME: Duration = Duration::from_secs(3);
/// The most products a page can hold.
const MAX_COUNT: i32 = 50;
/// The most products that can be hidden.
const MAX_EXCLUDED: usize = 200;

/// Answers the call.
pub(crate) async fn get_live_bag_data(service: &LivePack, req: GetLiveBagDataRequest) -> GetLiveBagDataResponse {
    let mut context = RequestContext::current_or(DEFAULT_REQUEST_TIME);
    if let Some(base) = req.base.as_ref().filter(|base| !base.log_id.is_empty()) {
        context.log_id = base.log_id.clone();
    }
    let snapshot = service.centre.snapshot();
    let asked = match asked(service, &req, &snapshot) {
        Ok(asked) => asked,
        Err(status) => {
            return GetLiveBagDataResponse {
                base_resp: status.into_base_resp(),
                server_now_ms: service.clock.now_ms(),
                ..GetLiveBagDataResponse::default()
            };
        }
    };
    let deadlines = fetch_deadlines(context.until(), &snapshot.derived.get_live_bag_data.products);
    let request = live_request(service, &snapshot, &context, deadlines, asked);
    let with_record = record::is_asked_for(req.base.as_ref(), service.environment);
    let mut page =
        Page { service, context: &context, with_record, losses: Losses::default(), records: Records::default() };
    let mut answer = page.assemble(&snapshot, &request).await;
    answer.server_now_ms = request.now_ms;
    answer.degraded = std::mem::take(&mut page.losses).into_list(&request.call.notes);
    if with_record {
        page.records.attach(&mut answer.base_resp, &snapshot.version, &context.log_id);
    }
    answer
}

/// Checks the request: all faults in one message.
fn asked<'a>(
    service: &LivePack,
    req: &'a GetLiveBagDataRequest,
    snapshot: &Snapshot<Plans>,
) -> Result<Asked<'a>, Status> {
    let page = req.page.clone().unwrap_or_default();
    let tab = bag_tab(req.tab);
    let excluded = req.exclude_ids.len();
    Check::default()
        .room(req.room.room_id)
        .user(req.user.user_id)
        .that((1..=MAX_COUNT).contains(&page.count), "page.count", "1 to 50", page.count)
        .that(page.cursor >= 0, "page.cursor", "0 or above", page.cursor)
        .that(excluded <= MAX_EXCLUDED, "exclude_ids", "at most 200 ids", excluded)
        .that(tab.is_some(), "tab", "ALL, FLASH_SALE, AUCTION or VOUCHER (RECOMMEND is not built yet)", req.tab.inner())
        .done()?;
    let viewer = identity::viewer(&req.user, &snapshot.conf, service.default_region)?;
    let query = BagQuery {
        cursor: page.cursor,
        count: page.count,
        tab: tab.unwrap_or_default(),
        exclude_ids: req.exclude_ids.clone(),
    };
    Ok(Asked { room_id: req.room.room_id, query, user: &req.user, viewer })
}

const fn bag_tab(tab: wire::BagTab) -> Option<BagTab> {
    match tab {
        wire::BagTab::ALL => Some(BagTab::All),
        wire::BagTab::FLASH_SALE => Some(BagTab::FlashSale),
        wire::BagTab::AUCTION => Some(BagTab::Auction),
        wire::BagTab::VOUCHER => Some(BagTab::Voucher),
        _ => None,
    }
}

/// One answer in the making.
struct Page<'a> {
    service: &'a LivePack,
    context: &'a RequestContext,
    with_record: bool,
    losses: Losses,
    records: Records,
}

impl Page<'_> {
    /// Runs the engines side by side; the strong one ends them all when it fails.
    async fn assemble(&mut self, snapshot: &Snapshot<Plans>, request: &Arc<LiveRequest>) -> GetLiveBagDataResponse {
        let plans = &snapshot.derived.get_live_bag_data;
        let query = &request.query;
        let first = query.is_first_page();
        let auctions = query.tab == BagTab::Auction || (first && query.tab == BagTab::All);
        let products = async {
            let finished = self.run(&plans.products, request).await;
            if finished.is_ok() { Ok(finished) } else { Err(finished) }
        };
        let auction = async { if auctions { Ok(Some(self.run(&plans.auction, request).await)) } else { Ok(None) } };
        let pin = async { if first { Ok(Some(self.run(&plans.pin, request).await)) } else { Ok(None) } };
        let tab = async { Ok(self.run(&plans.tab, request).await) };
        match tokio::try_join!(products, auction, pin, tab) {
            Err(finished) => self.failed(request, finished),
            Ok((products, auction, pin, tab)) => {
                let mut answer = self.products(products);
                if let Some(auction) = auction {
                    self.auctions(&mut answer, auction, query.tab);
                }
                answer.pin = pin.and_then(|pin| self.weak::<_, PinnedCard>(pin)).and_then(|pinned| pinned.0);
                if let Some(BagTabs { tabs, default_tab }) = self.weak(tab) {
                    (answer.tabs, answer.default_tab) = (tabs, default_tab);
                }
                if answer.products.is_empty() && answer.auctions.is_empty() && answer.total == 0 {
                    answer.empty_text = request.resident.texts.get(request.language, Text::BagEmpty);
                }
                answer
            }
        }
    }

    async fn run<S: LiveScene>(&self, plan: &Arc<Plan<S>>, request: &Arc<LiveRequest>) -> Finished<S> {
        Engine::new(Arc::clone(plan), Arc::clone(request)).until(self.context.until()).run().await
    }

    fn note<S: LiveScene>(&mut self, record: &Record<S>) {
        self.service.metrics.observe(record);
        if self.with_record {
            self.records.add(record);
        }
    }

    fn products<S: LiveScene>(&mut self, finished: Finished<S>) -> GetLiveBagDataResponse {
        let (answer, record) = finished.into_answer::<LiveBagProducts>();
        self.note(&record);
        self.losses.add(&record);
        answer.map(|answer| answer.0).unwrap_or_default()
    }

    /// The answer of a weak engine; what it lost is noted.
    fn weak<S: LiveScene, A: 'static>(&mut self, finished: Finished<S>) -> Option<A> {
        let (answer, record) = finished.into_answer::<A>();
        self.note(&record);
        match &answer {
            Ok(_) => self.losses.add(&record),
            Err(error) => self.losses.add_engine(&record, error),
        }
        answer.ok()
    }

    /// On the AUCTION tab the auctions are what is paged.
    fn auctions<S: LiveScene>(&mut self, answer: &mut GetLiveBagDataResponse, finished: Finished<S>, tab: BagTab) {
        let Some(AuctionCards { cards, total, next_cursor, has_more }) = self.weak(finished) else { return };
        (answer.auctions, answer.auction_total) = (cards, total);
        if tab == BagTab::Auction {
            (answer.next_cursor, answer.has_more) = (next_cursor, has_more);
        }
    }

    /// The answer of a strong engine that failed: its status, and that of the room where it was found.
    fn failed<S: LiveScene>(&mut self, request: &LiveRequest, finished: Finished<S>) -> GetLiveBagDataResponse {
        let (answer, record) = finished.into_answer::<LiveBagProducts>();
        self.note(&record);
        let Err(error) = answer else { return GetLiveBagDataResponse::default() };
        if !matches!(error, EngineError::Stop(_)) {
            tracing::warn!(log_id = %self.context.log_id, record = %record.line(), "GetLiveBagData failed");
        }
        GetLiveBagDataResponse {
            room_status: room_status(request, &error),
            base_resp: Status::of(&error).into_base_resp(),
            ..GetLiveBagDataResponse::default()
        }
    }
}

fn room_status(request: &LiveRequest, error: &EngineError<Error, Stop>) -> Option<wire::RoomStatus> {
    match error {
        EngineError::Stop(Stop::RoomNotFound) => None,
        EngineError::Stop(Stop::RoomClosed) => Some(wire::RoomStatus::FINISH),
        EngineError::Stop(Stop::RoomBanned) => Some(wire::RoomStatus::BANNED),
        EngineError::Stop(Stop::EcBanned(state)) => Some(wire_room_status(*state)),
        _ => request.known_room().map(|room| wire_room_status(room.state)),
    }
}
