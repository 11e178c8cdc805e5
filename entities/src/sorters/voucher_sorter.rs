//! The order of vouchers.

use live_pack_dal::model::Voucher;
use live_pack_engine::{Context, Inputs, Items, Maybe, SortKey, Sorter};

use super::rank;
use crate::{
    providers::{CheapestProduct, RoomVouchers},
    rules::voucher::{VoucherState, order, value_on},
    scene::VoucherScene,
};

/// Claimable first, then the greatest worth on the cheapest product, platform before seller, earliest end. If that
/// product is not available, no voucher has a worth.
#[derive(Debug)]
pub struct VoucherSorter;

/// Inputs of [`VoucherSorter`].
#[derive(Debug, Inputs)]
pub struct OrderInputs<'a> {
    items: Items<'a, VoucherScene>,
    vouchers: Maybe<'a, RoomVouchers>,
    cheapest: Maybe<'a, CheapestProduct>,
}

impl Sorter<VoucherScene> for VoucherSorter {
    type Input<'a> = OrderInputs<'a>;

    fn key(&self, cx: &Context<VoucherScene>, input: &OrderInputs<'_>, voucher: &Voucher) -> SortKey {
        let now_ms = cx.request().now_ms;
        let vouchers = input.vouchers.done();
        let product = input.cheapest.done().and_then(CheapestProduct::priced);
        rank(&input.items, voucher, |voucher| {
            let state = vouchers.map_or(VoucherState::Expired, |vouchers| vouchers.state(voucher, now_ms));
            order(voucher, state, product.and_then(|product| value_on(voucher, &product)))
        })
    }
}
