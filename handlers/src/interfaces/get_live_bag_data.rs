//! `GetLiveBagData`: a page of the bag, with auctions, the pinned card and the tabs.

use std::sync::Arc;

use live_pack_dal::texts::Text;
use live_pack_engine::{
    NeedRun,
    flow::{Flow, FlowDefinition, Fork, Next},
};
use live_pack_entities::{
    converters::{AuctionCards, BagTabs, LiveBagProducts, PinnedCard},
    request::{BagQuery, BagTab, Query},
    scene::{AuctionScene, BagScene},
};
use live_pack_idl::live_pack::{self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse};

use crate::{
    active_call::ActiveCall,
    check::{Check, or_default},
    compose::{Composing, Draft, ProgramBranches as _, composed},
    engines::{live_bag_auction_engine, live_bag_products_engine, live_bag_tab_engine, pin_card_data_engine},
    interface::Interface,
    params::Params,
    plans::{Compose, Composed, plans},
    with_losses::WithLosses,
};

plans! {
    /// The engines of a page of the bag.
    BagPlans {
        /// Strong: the page.
        products: BagScene => LiveBagProducts = live_bag_products_engine;
        /// Weak: the auctions.
        auction: AuctionScene => AuctionCards = live_bag_auction_engine;
        /// Weak: the pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
        /// Weak: the tabs.
        tab: BagScene => BagTabs = live_bag_tab_engine;
    }
}

/// Maximum number of products on a page.
const MAX_COUNT: i32 = 50;
/// Maximum number of products to exclude.
const MAX_EXCLUDED: usize = 200;

pub(crate) struct GetLiveBagData;

impl Interface for GetLiveBagData {
    type Request = GetLiveBagDataRequest;
    type Plans = Composed<BagPlans>;

    fn params(req: &GetLiveBagDataRequest, check: &mut Check) -> Params {
        let bag = bag_query(req.page.as_ref(), req.tab, &req.exclude_ids, check);
        Params { query: Query { bag, ..Query::default() }, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &Composed<BagPlans>, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagDataResponse> {
        composed(call, &plans.flow).await
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

/// A page under construction.
type Page = Draft<GetLiveBagDataResponse>;

impl Compose for BagPlans {
    type Answer = GetLiveBagDataResponse;
    const FLOW: &'static str = "Bag";

    /// The engines of a page run concurrently; a failure of the strong one ends the others.
    fn flow(&self) -> FlowDefinition<Composing<GetLiveBagDataResponse>> {
        let engines = Fork::all()
            .page_engine(&self.products)
            .weak_engine(&self.auction)
            .need_run(pages_auctions)
            .weak_engine(&self.pin)
            .need_run(is_first)
            .weak_engine(&self.tab);
        Flow::define(Self::FLOW)
            .fork("engines", engines, |page: &mut Page, (products, auctions, pin, tabs), _| {
                let Page { call, answer, .. } = page;
                *answer = products.0;
                answer.pin = pin.and_then(|pin| pin.card);
                if let Some(BagTabs { tabs, default_tab }) = tabs {
                    (answer.tabs, answer.default_tab) = (tabs, default_tab);
                }
                if let Some(auctions) = auctions {
                    add_auctions(answer, auctions, call.request.query.bag.tab);
                }
                Ok(Next::Next)
            })
            .sync("empty text", |page, _| {
                let Page { call, answer, .. } = page;
                if answer.products.is_empty() && answer.auctions.is_empty() && answer.total == 0 {
                    answer.empty_text = call.request.resident.texts.get(call.request.language, Text::BagEmpty);
                }
                Ok(Next::Finish)
            })
    }
}

fn pages_auctions(page: &Page) -> NeedRun {
    match page.call.request.query.bag.tab {
        BagTab::Auction => NeedRun::Run,
        BagTab::All => is_first(page),
        BagTab::FlashSale | BagTab::Voucher => NeedRun::Skip("another_tab"),
    }
}

fn is_first(page: &Page) -> NeedRun {
    let is_first = page.call.request.query.bag.is_first_page();
    if is_first { NeedRun::Run } else { NeedRun::Skip("not_the_first_page") }
}

/// On the AUCTION tab the page consists of auctions.
fn add_auctions(answer: &mut GetLiveBagDataResponse, auctions: AuctionCards, tab: BagTab) {
    let AuctionCards { cards, total, next_cursor, has_more } = auctions;
    (answer.auctions, answer.auction_total) = (cards, total);
    if tab == BagTab::Auction {
        (answer.next_cursor, answer.has_more) = (next_cursor, has_more);
    }
}
