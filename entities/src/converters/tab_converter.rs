//! The tabs in the answer.

use live_pack_dal::{Same, texts::Text};
use live_pack_engine::{Context, Inputs, Maybe, Page, RememberedList, Stage, Task, TaskResult};
use live_pack_idl::live_pack::{self as wire, TabItem};

use crate::{
    folds::{Tallied, Tally},
    providers::{AuctionList, RoomVouchers},
    request::LiveRequest,
    rules::tab::{Tab, TabCounts, TabEntry, tabs},
    scene::BagScene,
};

/// The tabs and the one that opens first.
#[derive(Debug)]
pub struct BagTabs {
    /// Empty if there is only one.
    pub tabs: Vec<TabItem>,
    /// Listed or not.
    pub default_tab: wire::BagTab,
}

/// Counts the tabs over the whole filtered bag.
#[derive(Debug)]
pub struct TabConverter;

/// Inputs of [`TabConverter`].
#[derive(Debug, Inputs)]
pub struct TabInputs<'a> {
    page: Page<'a, BagScene>,
    vouchers: Maybe<'a, RoomVouchers>,
    auctions: Maybe<'a, AuctionList>,
}

impl Task<BagScene> for TabConverter {
    type Output = BagTabs;
    type Input<'a> = TabInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: TabInputs<'_>) -> TaskResult<BagScene, BagTabs> {
        let (request, list) = (cx.request(), input.page);
        let rules = &request.conf.tabs;
        let auctions = input.auctions.done().filter(|_| rules.auction).map_or(0, |list| {
            let version = request.viewer.app_version;
            list.0.iter().filter(|auction| version == 0 || version >= auction.min_app_version).count()
        });
        let tallied = tallied(request, list, input.vouchers.done().filter(|_| rules.voucher));
        let counts = TabCounts {
            all: count(list.total()),
            flash_sale: if rules.flash_sale { count(tallied.flash_sale) } else { 0 },
            auction: count(auctions),
            voucher: count(tallied.voucher),
        };
        let red_dot = rules.flash_sale_red_dot && tallied.any_running;
        let found = tabs(counts);
        let texts = &request.resident.texts;
        let item = |entry: &TabEntry| {
            let (tab, text) = wire_tab(entry.tab);
            TabItem {
                tab,
                text: texts.get(request.language, text),
                count: entry.count,
                is_default: entry.is_default,
                red_dot: entry.tab == Tab::FlashSale && red_dot,
            }
        };
        Ok(BagTabs { tabs: found.entries.iter().map(item).collect(), default_tab: wire_tab(found.default).0 })
    }
}

/// The counts of the bag, remembered if the bag is.
fn tallied(request: &LiveRequest, list: Page<'_, BagScene>, vouchers: Option<&RoomVouchers>) -> Tallied {
    if let Some(RememberedList { items, order }) = list.remembered() {
        let claimable = vouchers.map(|known| (Same::of(&known.vouchers), known.claimable_at(request)));
        let (items, order) = (Same::of(items), Same::of(order));
        return request.remembered(Tally { items, order, claimable, region: request.viewer.region });
    }
    let claimable = vouchers.map(|vouchers| vouchers.claimable(request));
    Tallied::of(list.ordered(), |item| claimable.as_ref().is_some_and(|claimable| claimable.applies_to(item)))
}

const fn wire_tab(tab: Tab) -> (wire::BagTab, Text) {
    match tab {
        Tab::All => (wire::BagTab::ALL, Text::TabAll),
        Tab::FlashSale => (wire::BagTab::FLASH_SALE, Text::TabFlash),
        Tab::Auction => (wire::BagTab::AUCTION, Text::TabAuction),
        Tab::Voucher => (wire::BagTab::VOUCHER, Text::TabVoucher),
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
