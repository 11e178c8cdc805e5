//! The buttons of the products of the page.

use live_pack_engine::{Column, Context, IfWritten, Inputs, Page, Row, Stage, Task, TaskResult};

use super::PagePrices;
use crate::{
    item::BagItem,
    loaders::{CartInfo, TradeChain},
    providers::{CreatorInfo, FlashWindows, ProductStatuses, RoomInfo},
    rules::{
        button::{Buttons, ProductFacts, Standing, product_buttons},
        flash_sale::FlashState,
        room, visibility,
    },
    scene::BagScene,
};

/// The buttons of each product of the page.
#[derive(Debug)]
pub struct PageButtons(pub Column<Buttons>);

/// Collects the facts for a card's buttons and applies the rule.
#[derive(Debug)]
pub struct ButtonConverter;

/// Inputs of [`ButtonConverter`].
#[derive(Debug, Inputs)]
pub struct ButtonInputs<'a> {
    page: Page<'a, BagScene>,
    room: &'a RoomInfo,
    creator: &'a CreatorInfo,
    statuses: &'a ProductStatuses,
    prices: &'a PagePrices,
    windows: IfWritten<'a, FlashWindows>,
    cart: IfWritten<'a, CartInfo>,
    trade: IfWritten<'a, TradeChain>,
}

impl Task<BagScene> for ButtonConverter {
    type Output = PageButtons;
    type Input<'a> = ButtonInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: ButtonInputs<'_>) -> TaskResult<BagScene, PageButtons> {
        let request = cx.request();
        let viewer = &request.viewer;
        let room = &input.room.0;
        let verdict = room::verdict(room.state, input.creator.permission());
        let minor = viewer.claims_minor || input.statuses.0.viewer_is_minor;
        let trade = input.trade.done();
        let cart_full = input.cart.done().is_some_and(|cart| cart.0.full);
        let windows_known = input.windows.done().is_some();
        let rules = request.conf.buttons.of(viewer.region);
        let of = |row: Row<'_, BagItem>| {
            let item = row.item;
            let lite = item.lite;
            let flash = item.sale.map(|sale| sale.state);
            product_buttons(
                &ProductFacts {
                    standing: Standing {
                        room: verdict,
                        own_product: !viewer.is_guest() && viewer.user_id == room.anchor_id,
                        off_shelf: lite.is_some_and(|lite| visibility::offline(lite.status).is_some()),
                        minor,
                        app_too_old: lite
                            .is_some_and(|lite| visibility::is_app_too_old(viewer.app_version, lite.min_app_version)),
                        trade: trade.and_then(|trade| trade.0.of(row).found()).map(AsRef::as_ref),
                    },
                    sold_out: item.is_sold_out(),
                    flash_only: lite.is_some_and(|lite| lite.flash_sale_only),
                    flash: if windows_known { Some(flash.unwrap_or(FlashState::None)) } else { None },
                    guest: viewer.is_guest(),
                    cart_full,
                    has_price: input.prices.prices.of(row).is_some(),
                },
                &rules,
            )
        };
        Ok(PageButtons(input.page.map(of)))
    }
}
