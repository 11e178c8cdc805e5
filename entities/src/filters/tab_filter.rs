//! Products that are not on the requested tab.

use live_pack_engine::{Context, Filter, Maybe, NeedRun, Rejections, TaskResult};

use crate::{item::BagItem, providers::RoomVouchers, request::BagTab, scene::BagScene};

/// Keeps the products of the tab: all, running and preheating flash sales, or those that a claimable voucher applies
/// to. Auctions are not products, so their tab keeps none.
#[derive(Debug)]
pub struct TabFilter;

impl Filter<BagScene> for TabFilter {
    type Input<'a> = Maybe<'a, RoomVouchers>;

    fn need_run(&self, cx: &Context<BagScene>, _vouchers: &Maybe<'_, RoomVouchers>) -> NeedRun {
        if cx.request().query.bag.tab == BagTab::All { NeedRun::Skip("all") } else { NeedRun::Run }
    }

    async fn judge_all(
        &self,
        cx: &Context<BagScene>,
        vouchers: Maybe<'_, RoomVouchers>,
        items: &[BagItem],
    ) -> TaskResult<BagScene, Rejections> {
        let request = cx.request();
        let mut rejections = Rejections::default();
        let claimable = vouchers.done().map(|vouchers| vouchers.claimable(request));
        let belongs = |item: &BagItem| match request.query.bag.tab {
            BagTab::All => true,
            BagTab::Auction => false,
            BagTab::FlashSale => item.sale.is_some_and(|sale| sale.state.is_running_or_preheating()),
            BagTab::Voucher => claimable.as_ref().is_some_and(|claimable| claimable.applies_to(item)),
        };
        for (index, _) in items.iter().enumerate().filter(|(_, item)| !belongs(item)) {
            rejections.push(index, "other_tab");
        }
        Ok(rejections)
    }
}
