//! The viewer's prices for the products of the page, as numbers and as text.

use std::sync::Arc;

use live_pack_dal::{
    experiment::Experiment,
    model::Room,
    money::NumberFormat,
    texts::{Arg, Language, Text},
};
use live_pack_engine::{Column, Context, IfWritten, Inputs, Maybe, Page, Row, Stage, Task, TaskResult};
use live_pack_idl::live_pack::Price;

use super::wire::{wire_price_source, wire_price_type};
use crate::{
    item::BagItem,
    loaders::{LiveStock, ProductModels, ProductPrices, Promotions, Texts},
    providers::RoomInfo,
    request::LiveRequest,
    rules::price::{EffectivePrice, PriceFacts, PriceType, effective_price},
    scene::BagScene,
};

/// The prices of the page.
#[derive(Debug)]
pub struct PagePrices {
    /// The effective price and the price on the wire, for each product; `None`: the card has no price line.
    pub prices: Column<Option<(EffectivePrice, Price)>>,
    /// The number format of this viewer in this room; `None`: the room names no configured region.
    pub numbers: Option<NumberFormat>,
}

/// Computes the effective prices, in the currency of the room's region and the format of the viewer's locale.
#[derive(Debug)]
pub struct PriceConverter;

/// Inputs of [`PriceConverter`].
#[derive(Debug, Inputs)]
pub struct PriceInputs<'a> {
    page: Page<'a, BagScene>,
    room: &'a RoomInfo,
    models: Maybe<'a, ProductModels>,
    prices: Maybe<'a, ProductPrices>,
    promotions: IfWritten<'a, Promotions>,
    live: IfWritten<'a, LiveStock>,
    texts: Texts<'a>,
}

impl Task<BagScene> for PriceConverter {
    type Output = PagePrices;
    type Input<'a> = PriceInputs<'a>;
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, input: PriceInputs<'_>) -> TaskResult<BagScene, PagePrices> {
        let request = cx.request();
        let page = input.page;
        let Some(numbers) = numbers(request, &input.room.0) else {
            return Ok(PagePrices { prices: page.map(|_| None), numbers: None });
        };
        let language = input.texts.language(request);
        let (models, prices) = (input.models.done(), input.prices.done());
        let (promotions, live) = (input.promotions.done(), input.live.done());
        let of = |row: Row<'_, BagItem>| {
            let model = models?.0.of(row).found();
            let price = prices?.0.of(row).found()?;
            if price.currency != *numbers.currency() {
                return None;
            }
            let facts = PriceFacts {
                price,
                skus: model.map_or(&[], |model| &model.skus),
                promotions: promotions.and_then(|promotions| promotions.0.of(row).found()).map(Arc::as_ref),
                now_ms: request.now_ms,
            };
            let effective = effective_price(facts, |activity| live?.left(activity))?.rounded(numbers.decimals());
            Some((effective, wire(request, &numbers, language, &effective)))
        };
        Ok(PagePrices { prices: page.map(of), numbers: Some(numbers) })
    }
}

/// The viewer's number format for the room's currency.
pub(super) fn numbers(request: &LiveRequest, room: &Room) -> Option<NumberFormat> {
    let region = room.region.unwrap_or(request.viewer.region);
    request.conf.regions.get(region).map(|rules| NumberFormat::of(&request.viewer.locale, rules))
}

fn wire(request: &LiveRequest, numbers: &NumberFormat, language: Language, price: &EffectivePrice) -> Price {
    let texts = &request.resident.texts;
    // "from" names only the lowest price, so the reference beside it is that of the lowest price
    let from_style = price.price_type == PriceType::Range && request.groups.is_on(Experiment::PriceRangeStyle);
    let span = |low, high| if from_style { numbers.price(low) } else { numbers.range(low, high) };
    let amount = span(price.sale_min, price.sale_max);
    let sale_text =
        if from_style { texts.format(language, Text::FromPrice, 0, &[(Arg::Price, &amount)]) } else { amount };
    let percent = || {
        let percent = numbers.percent(price.discount_percent);
        texts.format(language, Text::OffPercent, 0, &[(Arg::Percent, &percent)])
    };
    Price {
        currency: numbers.currency().clone(),
        symbol: numbers.symbol().clone(),
        decimals: i32::try_from(numbers.decimals()).unwrap_or(0),
        sale_min: numbers.plain(price.sale_min),
        sale_max: numbers.plain(price.sale_max),
        origin_min: price.origin_min.map(|origin| numbers.plain(origin)),
        origin_max: price.origin_max.map(|origin| numbers.plain(origin)),
        discount_percent: price.discount_percent,
        price_type: wire_price_type(price.price_type),
        source: wire_price_source(price.source),
        sale_text,
        origin_text: price.origin_min.zip(price.origin_max).map(|(low, high)| span(low, high)),
        discount_text: (price.discount_percent > 0).then(percent),
    }
}
