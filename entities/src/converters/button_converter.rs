//! The buttons of the products of the page.

use live_pack_engine::{Context, Maybe, Reads, Stage, Strength, SyncTask, TaskResult};

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

/// The buttons, one entry a product of the page.
#[derive(Debug)]
pub struct PageButtons(pub Vec<Buttons>);

/// Gathers what decides a card's buttons and asks the rule.
#[derive(Debug)]
pub struct ButtonConverter;

impl SyncTask<BagScene> for ButtonConverter {
    type Output = PageButtons;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        Reads::none()
            .page()
            .need::<RoomInfo>()
            .need::<CreatorInfo>()
            .need::<ProductStatuses>()
            .need::<PagePrices>()
            .if_written::<FlashWindows>()
            .if_written::<CartInfo>()
            .if_written::<TradeChain>()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, PageButtons> {
        let request = cx.request();
        let viewer = &request.viewer;
        let room = &cx.need::<RoomInfo>()?.0;
        let verdict = room::verdict(room.state, cx.need::<CreatorInfo>()?.permission());
        let minor = viewer.claims_minor || cx.need::<ProductStatuses>()?.0.viewer_is_minor;
        let prices = &cx.need::<PagePrices>()?.prices;
        let trade = cx.maybe::<TradeChain>().done();
        let cart_full = cx.maybe::<CartInfo>().done().is_some_and(|cart| cart.0.full);
        let windows_known = matches!(cx.maybe::<FlashWindows>(), Maybe::Done(_));
        let rules = request.conf.buttons.of(viewer.region);
        let of = |(index, item): (usize, &BagItem)| {
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
                        trade: trade.and_then(|trade| trade.0.get(index)?.found()).map(AsRef::as_ref),
                    },
                    sold_out: item.is_sold_out(),
                    flash_only: lite.is_some_and(|lite| lite.flash_sale_only),
                    flash: if windows_known { Some(flash.unwrap_or(FlashState::None)) } else { None },
                    guest: viewer.is_guest(),
                    cart_full,
                    has_price: prices.get(index).is_some_and(Option::is_some),
                },
                &rules,
            )
        };
        Ok(PageButtons(cx.list().page().enumerate().map(of).collect()))
    }
}
