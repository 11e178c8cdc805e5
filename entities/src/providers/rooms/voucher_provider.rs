//! Whether there are vouchers in the rooms.

use std::sync::Arc;

use live_pack_dal::{Lookup, config::Feature, model::Voucher};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::ByRoom;
use crate::{
    providers::issued_vouchers,
    scene::{Ask as _, RoomScene},
};

/// One answer for each room.
#[derive(Debug)]
pub struct Vouchers(pub ByRoom<Lookup<Arc<Vec<Voucher>>>>);

/// Calls D6 `MGetRoomVouchers`. The viewer's claims are not fetched: whether there are vouchers is the same for all
/// viewers.
#[derive(Debug)]
pub struct VoucherProvider;

impl Task<RoomScene> for VoucherProvider {
    type Output = Vouchers;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<RoomScene>, (): &()) -> NeedRun {
        cx.request().need(Feature::Voucher)
    }

    async fn run(&self, cx: &Context<RoomScene>, (): ()) -> TaskResult<RoomScene, Vouchers> {
        let request = cx.request();
        let vouchers = if request.is_batch() {
            request.resident.dal.room_vouchers(&cx.early_call(), request.rooms()).await?
        } else {
            vec![Lookup::Found(issued_vouchers(request, cx.early_call()).await?)]
        };
        Ok(Vouchers(ByRoom::new(request, vouchers)?))
    }
}
