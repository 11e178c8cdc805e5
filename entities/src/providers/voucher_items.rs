//! The list of an engine over vouchers.

use live_pack_dal::model::Voucher;
use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::RoomVouchers;
use crate::scene::VoucherScene;

/// All vouchers of the room; none where they could not be had.
#[derive(Debug)]
pub struct VoucherItems;

impl Items<VoucherScene> for VoucherItems {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<RoomVouchers>()
    }

    fn items(&self, cx: &Context<VoucherScene>) -> TaskResult<VoucherScene, Vec<Voucher>> {
        Ok(cx.maybe::<RoomVouchers>().done().map(|vouchers| vouchers.vouchers.to_vec()).unwrap_or_default())
    }
}
