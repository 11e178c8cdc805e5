//! Vouchers that are not for this viewer.

use live_pack_dal::model::Voucher;
use live_pack_engine::{Context, Filter, Maybe, Verdict};

use crate::{providers::RoomVouchers, rules::voucher::rejection, scene::VoucherScene};

/// Rejects vouchers that are expired, gone, or not for the viewer's region or segment.
#[derive(Debug)]
pub struct VoucherFilter;

impl Filter<VoucherScene> for VoucherFilter {
    type Input<'a> = Maybe<'a, RoomVouchers>;

    fn judge(&self, cx: &Context<VoucherScene>, vouchers: &Maybe<'_, RoomVouchers>, voucher: &Voucher) -> Verdict {
        let request = cx.request();
        // the list consists of these vouchers
        let Some(vouchers) = vouchers.done() else { return Verdict::Reject("unknown") };
        let state = vouchers.state(voucher, request.now_ms);
        let rejection = rejection(voucher, state, vouchers.claims.as_deref(), request.viewer.region);
        rejection.map_or(Verdict::Keep, |rejection| Verdict::Reject(rejection.code()))
    }
}
