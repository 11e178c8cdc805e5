//! The price line of a card.

use live_pack_dal::{
    NumberFormat,
    texts::{Arg, Language, Text, Texts},
};
use live_pack_idl::live_pack::Price;

use super::wire::{wire_price_source, wire_price_type};
use crate::rules::price::{EffectivePrice, PriceType};

/// A price as numbers and as text. `range_style`: a range shows "from" its lowest price.
pub(super) fn wire_price(
    price: &EffectivePrice,
    numbers: &NumberFormat,
    texts: &Texts,
    language: Language,
    range_style: bool,
) -> Price {
    // "from" shows only the lowest price, so the reference next to it belongs to the lowest price
    let from_style = price.price_type == PriceType::Range && range_style;
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
