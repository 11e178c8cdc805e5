//! `GetLiveBagData`: a page of the bag, with auctions, the pinned card and the tabs.

use std::{future::Future, sync::Arc};

use live_pack_dal::texts::Text;
use live_pack_engine::{
    NeedRun, Plan,
    flow::{Business, Flow, FlowDefinition, Fork, Next},
};
use live_pack_entities::{
    converters::{AuctionCards, BagTabs},
    request::{BagQuery, BagTab, Query},
    scene::LiveScene,
};
use live_pack_idl::live_pack::{self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse};

use crate::{
    check::{Check, or_default},
    degraded::Losses,
    interface::{Asked, Interface, WorkTime},
    part::{Failure, Part, weak},
    plans::{BagPlans, Plans},
    turn::Turn,
};

/// Maximum number of products on a page.
const MAX_COUNT: i32 = 50;
/// Maximum number of products to hide.
const MAX_EXCLUDED: usize = 200;

pub(crate) struct GetLiveBagData;

impl Interface for GetLiveBagData {
    type Request = GetLiveBagDataRequest;
    type Response = GetLiveBagDataResponse;

    const NAME: &'static str = "GetLiveBagData";

    fn asked(req: &GetLiveBagDataRequest, check: &mut Check) -> Asked {
        let bag = bag_query(req.page.as_ref(), req.tab, &req.exclude_ids, check);
        Asked { query: Query { bag, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_data.products)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagDataResponse> {
        bag(turn, |plans| &plans.get_live_bag_data).await
    }
}

/// The requested part of the bag.
pub(super) fn bag_query(
    page: Option<&wire::Page>,
    tab: wire::BagTab,
    exclude_ids: &[i64],
    check: &mut Check,
) -> BagQuery {
    let page = page.cloned().unwrap_or_default();
    let count = or_default(page.count, wire::Page::default().count);
    let known = bag_tab(or_default(tab, GetLiveBagDataRequest::default().tab));
    check
        .that((1..=MAX_COUNT).contains(&count), "page.count", "1 to 50", count)
        .that(page.cursor >= 0, "page.cursor", "0 or above", page.cursor)
        .that(exclude_ids.len() <= MAX_EXCLUDED, "exclude_ids", "at most 200 ids", exclude_ids.len())
        .that(known.is_some(), "tab", "ALL, FLASH_SALE, AUCTION or VOUCHER (RECOMMEND is not built yet)", tab.inner());
    BagQuery { cursor: page.cursor, count, tab: known.unwrap_or_default(), exclude_ids: exclude_ids.to_vec() }
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

/// A page of the bag.
pub(super) async fn bag(turn: &Arc<Turn>, plans: fn(&Plans) -> &BagPlans) -> Part<GetLiveBagDataResponse> {
    let mut page =
        Page { turn: Arc::clone(turn), plans, answer: GetLiveBagDataResponse::default(), losses: Losses::default() };
    let outcome = turn.follow(&turn.flows.bag, &mut page).await;
    let Page { answer, losses, .. } = page;
    Part { outcome: outcome.map(|()| answer), losses }
}

/// The business type of the flow of a page.
#[derive(Debug)]
pub(crate) struct Bag;

impl Business for Bag {
    type Context<'r> = Page;
    type Error = Failure;
}

/// A page under construction.
#[derive(Debug)]
pub(crate) struct Page {
    turn: Arc<Turn>,
    /// The plans of the method that the page is for.
    plans: fn(&Plans) -> &BagPlans,
    answer: GetLiveBagDataResponse,
    losses: Losses,
}

impl Page {
    fn query(&self) -> &BagQuery {
        &self.turn.request.query.bag
    }

    /// An engine as a branch.
    fn run<S: LiveScene, A: Send + 'static>(
        &self,
        plan: fn(&BagPlans) -> &Plan<S, A>,
    ) -> impl Future<Output = Result<(A, Losses), Failure>> + Send + use<S, A> {
        let (turn, plans) = (Arc::clone(&self.turn), self.plans);
        async move { turn.run(plan(plans(turn.plans()))).await.branch() }
    }

    fn pages_auctions(&self) -> NeedRun {
        match self.query().tab {
            BagTab::Auction => NeedRun::Run,
            BagTab::All => self.is_first(),
            BagTab::FlashSale | BagTab::Voucher => NeedRun::Skip("another_tab"),
        }
    }

    fn is_first(&self) -> NeedRun {
        if self.query().is_first_page() { NeedRun::Run } else { NeedRun::Skip("not_the_first_page") }
    }
}

/// The engines of a page run concurrently; a failure of the strong one ends them all.
pub(crate) fn bag_flow() -> FlowDefinition<Bag> {
    let engines = Fork::all()
        .strong("products", |page: &Page| page.run(|plans| &plans.products))
        .weak("auctions", |page: &Page| page.run(|plans| &plans.auction))
        .need_run(Page::pages_auctions)
        .weak("pin", |page: &Page| page.run(|plans| &plans.pin))
        .need_run(Page::is_first)
        .weak("tabs", |page: &Page| page.run(|plans| &plans.tab));
    Flow::define("Bag")
        .fork("engines", engines, |page, ((products, losses), auctions, pin, tabs), _| {
            let Page { answer, losses: whole, .. } = page;
            *answer = products.0;
            whole.merge(losses);
            let auctions = weak(auctions, "LiveBagAuctionEngine", whole);
            let pin = weak(pin, "PinCardDataEngine", whole);
            let tabs = weak(tabs, "LiveBagTabEngine", whole);
            answer.pin = pin.and_then(|pin| pin.card);
            if let Some(BagTabs { tabs, default_tab }) = tabs {
                (answer.tabs, answer.default_tab) = (tabs, default_tab);
            }
            if let Some(auctions) = auctions {
                add_auctions(answer, auctions, page.turn.request.query.bag.tab);
            }
            Ok(Next::Next)
        })
        .sync("empty text", |page, _| {
            let Page { turn, answer, .. } = page;
            if answer.products.is_empty() && answer.auctions.is_empty() && answer.total == 0 {
                answer.empty_text = turn.request.resident.texts.get(turn.request.language, Text::BagEmpty);
            }
            Ok(Next::Finish)
        })
}

/// On the AUCTION tab the page consists of auctions.
fn add_auctions(answer: &mut GetLiveBagDataResponse, auctions: AuctionCards, tab: BagTab) {
    let AuctionCards { cards, total, next_cursor, has_more } = auctions;
    (answer.auctions, answer.auction_total) = (cards, total);
    if tab == BagTab::Auction {
        (answer.next_cursor, answer.has_more) = (next_cursor, has_more);
    }
}
