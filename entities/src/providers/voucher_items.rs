//! The list of an engine over vouchers.

use live_pack_dal::model::Voucher;
use live_pack_engine::{Context, ItemProvider, Maybe, TaskResult};

use super::RoomVouchers;
use crate::scene::VoucherScene;

/// All vouchers of the room; none if they are not available.
#[derive(Debug)]
pub struct VoucherItems;

impl ItemProvider<VoucherScene> for VoucherItems {
    type Input<'a> = Maybe<'a, RoomVouchers>;

    fn items(
        &self,
        _cx: &Context<VoucherScene>,
        vouchers: Maybe<'_, RoomVouchers>,
    ) -> TaskResult<VoucherScene, Vec<Voucher>> {
        Ok(vouchers.done().map(|vouchers| vouchers.vouchers.to_vec()).unwrap_or_default())
    }
}
