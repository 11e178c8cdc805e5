//! The vouchers that the products of the page can be bought with.

use live_pack_dal::config::Feature;
use live_pack_engine::{Context, NeedRun, Reads, Stage, Task, TaskResult};

use crate::{
    providers::{RoomVouchers, room_vouchers},
    scene::BagScene,
};

/// The vouchers of the room, for the page.
#[derive(Debug)]
pub struct PageVouchers(pub RoomVouchers);

/// Asks D6 `MGetRoomVouchers` and `GetClaimState`, once a request.
#[derive(Debug)]
pub struct VoucherLoader;

impl Task<BagScene> for VoucherLoader {
    type Output = PageVouchers;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn need_run(&self, cx: &Context<BagScene>) -> NeedRun {
        cx.request().need(Feature::Voucher)
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, PageVouchers> {
        let request = cx.request();
        Ok(PageVouchers(room_vouchers(request, request.call.clone()).await?))
    }
}
