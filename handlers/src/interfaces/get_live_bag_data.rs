//! `GetLiveBagData`: a page of the bag, with auctions, the pinned card and the tabs.

use live_pack_dal::texts::Text;
use live_pack_entities::{
    converters::{AuctionCards, BagTabs, LiveBagProducts, PinnedCard},
    request::{BagQuery, BagTab, Query},
};
use live_pack_idl::live_pack::{self as wire, GetLiveBagDataRequest, GetLiveBagDataResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::{BagPlans, Plans},
    turn::Turn,
};

/// The most products a page can hold.
const MAX_COUNT: i32 = 50;
/// The most products that can be hidden.
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

    async fn answer(turn: &Turn<'_>) -> Part<GetLiveBagDataResponse> {
        bag(turn, &turn.plans.get_live_bag_data).await
    }
}

/// What of the bag is asked for.
pub(super) fn bag_query(
    page: Option<&wire::Page>,
    tab: wire::BagTab,
    exclude_ids: &[i64],
    check: &mut Check,
) -> BagQuery {
    let page = page.cloned().unwrap_or_default();
    let known = bag_tab(tab);
    check
        .that((1..=MAX_COUNT).contains(&page.count), "page.count", "1 to 50", page.count)
        .that(page.cursor >= 0, "page.cursor", "0 or above", page.cursor)
        .that(exclude_ids.len() <= MAX_EXCLUDED, "exclude_ids", "at most 200 ids", exclude_ids.len())
        .that(known.is_some(), "tab", "ALL, FLASH_SALE, AUCTION or VOUCHER (RECOMMEND is not built yet)", tab.inner());
    BagQuery {
        cursor: page.cursor,
        count: page.count,
        tab: known.unwrap_or_default(),
        exclude_ids: exclude_ids.to_vec(),
    }
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

/// A page of the bag: its engines run side by side, and the strong one ends them all when it fails.
pub(super) async fn bag(turn: &Turn<'_>, plans: &BagPlans) -> Part<GetLiveBagDataResponse> {
    let query = &turn.request.query.bag;
    let first = query.is_first_page();
    let with_auctions = query.tab == BagTab::Auction || (first && query.tab == BagTab::All);
    let products = async { turn.run::<_, LiveBagProducts>(&plans.products).await.strong() };
    let auction = async { if with_auctions { Ok(Some(turn.run(&plans.auction).await)) } else { Ok(None) } };
    let pin = async { if first { Ok(Some(turn.run::<_, PinnedCard>(&plans.pin).await)) } else { Ok(None) } };
    let tab = async { Ok(turn.run::<_, BagTabs>(&plans.tab).await) };
    let ((LiveBagProducts(mut answer), mut losses), auction, pin, tab) =
        match tokio::try_join!(products, auction, pin, tab) {
            Ok(parts) => parts,
            Err(failed) => return failed,
        };
    if let Some(auctions) = auction.and_then(|auction| auction.weak(&mut losses)) {
        add_auctions(&mut answer, auctions, query.tab);
    }
    answer.pin = pin.and_then(|pin| pin.weak(&mut losses)).and_then(|pinned| pinned.card);
    if let Some(BagTabs { tabs, default_tab }) = tab.weak(&mut losses) {
        (answer.tabs, answer.default_tab) = (tabs, default_tab);
    }
    if answer.products.is_empty() && answer.auctions.is_empty() && answer.total == 0 {
        answer.empty_text = turn.request.resident.texts.get(turn.request.language, Text::BagEmpty);
    }
    Part { outcome: Ok(answer), losses }
}

/// On the AUCTION tab the auctions are what is paged.
fn add_auctions(answer: &mut GetLiveBagDataResponse, auctions: AuctionCards, tab: BagTab) {
    let AuctionCards { cards, total, next_cursor, has_more } = auctions;
    (answer.auctions, answer.auction_total) = (cards, total);
    if tab == BagTab::Auction {
        (answer.next_cursor, answer.has_more) = (next_cursor, has_more);
    }
}
