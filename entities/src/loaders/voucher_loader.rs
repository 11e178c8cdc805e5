//! The vouchers on the items of the page.

use live_pack_dal::{config::Feature, model::BannerMaterial};
use live_pack_engine::{Context, NeedRun, Page, Stage, Task, TaskResult};

use crate::{
    item::BagItem,
    providers::{RoomVouchers, room_vouchers},
    scene::{Ask as _, LiveScene},
};

/// The vouchers of the room, for the page.
#[derive(Debug)]
pub struct PageVouchers(pub RoomVouchers);

/// An item that may show vouchers.
pub trait Vouched {
    /// Whether it shows vouchers.
    fn has_vouchers(&self) -> bool;
}

impl Vouched for BagItem {
    /// Some voucher of the room may apply to any product.
    fn has_vouchers(&self) -> bool {
        true
    }
}

impl Vouched for BannerMaterial {
    fn has_vouchers(&self) -> bool {
        !self.voucher_ids.is_empty()
    }
}

/// Calls D6 `MGetRoomVouchers` and `GetClaimState`, once per request.
#[derive(Debug)]
pub struct VoucherLoader;

impl<S: LiveScene> Task<S> for VoucherLoader
where
    S::Item: Vouched,
{
    type Output = PageVouchers;
    type Input<'a> = Page<'a, S>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<S>, page: &Page<'_, S>) -> NeedRun {
        if page.items().any(Vouched::has_vouchers) {
            cx.request().need(Feature::Voucher)
        } else {
            NeedRun::Skip("no_vouchers_on_the_page")
        }
    }

    async fn run(&self, cx: &Context<S>, _page: Page<'_, S>) -> TaskResult<S, PageVouchers> {
        let request = cx.request();
        Ok(PageVouchers(room_vouchers(request, cx.shared_call()).await?))
    }
}
