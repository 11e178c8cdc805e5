//! The prices of the products of the page, in the currency of the room.

use std::sync::Arc;

use live_pack_dal::{
    model::{ProductPrice, Room},
    money::NumberFormat,
};
use live_pack_engine::{Column, Context, Inputs, Maybe, Page, Row, Stage, Task, TaskResult};

use crate::{
    item::BagItem, loaders::ProductPrices, providers::RoomInfo, request::LiveRequest, rules::price, scene::BagScene,
};

/// The prices of the page.
#[derive(Debug)]
pub struct PagePrices {
    /// For each product the prices that its effective price is computed from; `None`: the card has no price line.
    pub prices: Column<Option<Arc<ProductPrice>>>,
    /// The number format of this viewer in this room; `None`: the room names no configured region.
    pub numbers: Option<NumberFormat>,
}

/// Chooses the prices in the currency of the room's region, and the format of the viewer's locale. The effective price
/// is computed where a card is drawn.
#[derive(Debug)]
pub struct PriceConverter;

/// Inputs of [`PriceConverter`].
#[derive(Debug, Inputs)]
pub struct PriceInputs<'a> {
    page: Page<'a, BagScene>,
    room: &'a RoomInfo,
    prices: Maybe<'a, ProductPrices>,
}

impl Task<BagScene> for PriceConverter {
    type Output = PagePrices;
    type Input<'a> = PriceInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: PriceInputs<'_>) -> TaskResult<BagScene, PagePrices> {
        let numbers = numbers(cx.request(), &input.room.0);
        let of = |row: Row<'_, BagItem>| {
            let price = input.prices.done()?.0.of(row).found()?;
            let counts = price.currency == *numbers.as_ref()?.currency() && price::is_priced(price);
            counts.then(|| Arc::clone(price))
        };
        Ok(PagePrices { prices: input.page.map(of), numbers })
    }
}

/// The viewer's number format for the room's currency.
pub(super) fn numbers(request: &LiveRequest, room: &Room) -> Option<NumberFormat> {
    let region = room.region.unwrap_or(request.viewer.region);
    request.conf.regions.get(region).map(|rules| NumberFormat::of(&request.viewer.locale, rules))
}
