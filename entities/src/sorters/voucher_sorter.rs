//! The order of vouchers.

use live_pack_dal::model::Voucher;
use live_pack_engine::{Context, Reads, SortKey, Sorter};

use super::rank;
use crate::{
    providers::{CheapestProduct, RoomVouchers},
    rules::voucher::{VoucherState, order, value_on},
    scene::VoucherScene,
};

/// Claimable first, then worth most on the cheapest product, platform before seller, soonest end. Where that product could
/// not be had, nothing is worth anything.
#[derive(Debug)]
pub struct VoucherSorter;

impl Sorter<VoucherScene> for VoucherSorter {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<RoomVouchers>().maybe::<CheapestProduct>()
    }

    fn key(&self, cx: &Context<VoucherScene>, voucher: &Voucher) -> SortKey {
        let now_ms = cx.request().now_ms;
        let (vouchers, cheapest) = (cx.maybe::<RoomVouchers>().done(), cx.maybe::<CheapestProduct>().done());
        let product = cheapest.and_then(CheapestProduct::priced);
        rank(cx.items(), voucher, |voucher| {
            let state = vouchers.map_or(VoucherState::Expired, |vouchers| vouchers.state(voucher, now_ms));
            order(voucher, state, product.and_then(|product| value_on(voucher, &product)))
        })
    }
}
