//! Prices on the cards compared with the prices of the world, in every region.

use live_pack_idl::live_pack::{Price, PriceType, ProductCard};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::{
    ask::room,
    stack::Stack,
    truth::{Truth, decimal},
};

fn price(card: &ProductCard) -> &Price {
    card.price.as_ref().unwrap()
}

#[tokio::test]
async fn each_price_follows_from_the_activities_of_the_world() {
    let stack = Stack::start().await;
    let truth = Truth::of(&stack, 1001, "US").await;
    let (mut sources, mut types) = (Vec::new(), Vec::new());
    for cursor in [0, 50, 100, 150] {
        for card in &stack.bag(room(1001).page(cursor, 50)).await.products {
            let (price, cost, id) = (price(card), truth.cost(card.product_id), card.product_id);
            assert_eq!((decimal(&price.sale_min), decimal(&price.sale_max)), (cost.min, cost.max), "{id}");
            assert_eq!(price.source.inner(), cost.source, "{id}");
            assert_eq!(price.origin_min.as_deref().map(decimal), cost.reference, "{id}");
            let off = cost.reference.map_or(Decimal::ZERO, |it| (it - cost.min) / it * Decimal::ONE_HUNDRED);
            assert_eq!(Some(price.discount_percent), off.floor().to_i32(), "{id}");
            let due = match (cost.min < cost.max, cost.reference) {
                (true, _) => PriceType::RANGE,
                (false, Some(_)) => PriceType::DISCOUNT,
                (false, None) => PriceType::FIXED,
            };
            assert_eq!(price.price_type, due, "{id}");
            sources.push(price.source.inner());
            types.push(price.price_type.inner());
        }
    }
    for list in [&mut sources, &mut types] {
        list.sort_unstable();
        list.dedup();
    }
    assert!(sources.len() >= 4, "too few kinds of activities were met: {sources:?}");
    assert_eq!(types, [1, 2, 3]);
}

/// Room, region, currency, decimals, a part of each price text, and the language of the region.
const REGIONS: [(i64, &str, &str, i32, &str, &str); 12] = [
    (2001, "US", "USD", 2, "$", "en"),
    (2002, "GB", "GBP", 2, "£", "en"),
    (2003, "ID", "IDR", 0, "Rp", "id"),
    (2004, "VN", "VND", 0, "₫", "vi"),
    (2005, "TH", "THB", 2, "฿", "th"),
    (2006, "MY", "MYR", 2, "RM", "ms"),
    (2007, "PH", "PHP", 2, "₱", "fil"),
    (2008, "SG", "SGD", 2, "$", "en"),
    (2009, "JP", "JPY", 0, "￥", "ja"),
    (2010, "DE", "EUR", 2, "€", "de"),
    (2011, "BR", "BRL", 2, "R$", "pt"),
    (2012, "MX", "MXN", 2, "$", "es"),
];

#[tokio::test]
async fn every_region_sells_in_its_own_currency_and_format() {
    let stack = Stack::start().await;
    for (room_id, region, currency, decimals, symbol, language) in REGIONS {
        let truth = Truth::of(&stack, room_id, region).await;
        for user_id in [0, room_id - 1_800] {
            let answer = stack.bag(room(room_id).by(user_id).from(region, language).page(0, 50)).await;
            assert_eq!((answer.total, answer.products.len()), (40, 40), "{region}");
            for card in &answer.products {
                let (price, cost) = (price(card), truth.cost(card.product_id));
                assert_eq!((price.currency.as_str(), price.decimals), (currency, decimals), "{region}");
                assert_eq!((decimal(&price.sale_min), decimal(&price.sale_max)), (cost.min, cost.max), "{region}");
                let places = price.sale_min.split_once('.').map_or(0, |(_, cents)| cents.len());
                assert_eq!(i32::try_from(places), Ok(decimals), "{region} {}", price.sale_min);
                assert!(price.sale_text.contains(symbol), "{region} {:?}", price.sale_text);
                assert!(price.symbol.contains(symbol), "{region} {:?}", price.symbol);
            }
        }
    }
}

#[tokio::test]
async fn a_price_is_formatted_for_its_locale() {
    let stack = Stack::start().await;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    for (room_id, region, language, fraction) in
        [(2001, "US", "en", '.'), (2003, "ID", "id", ','), (2010, "DE", "de", ','), (2011, "BR", "pt", ',')]
    {
        let answer = stack.bag(room(room_id).from(region, language).page(0, 50)).await;
        for price in answer.products.iter().map(price).filter(|price| price.price_type != PriceType::RANGE) {
            let text = price.sale_text.as_str();
            assert_eq!(digits(text), digits(&price.sale_min), "{region} {text:?}");
            assert_eq!(text.contains(fraction), price.decimals > 0, "{region} {text:?}");
        }
    }
}

#[tokio::test]
async fn buttons_and_tabs_are_in_the_language_of_the_viewer() {
    let stack = Stack::start().await;
    let mut seen = Vec::new();
    for language in ["en", "id", "vi", "th", "fil", "ja", "de", "fr", "es", "it", "pt", "zh"] {
        let answer = stack.bag(room(1001).from("US", language)).await;
        let buttons = answer.products.iter().flat_map(|card| &card.buttons).map(|button| button.text.to_string());
        let mut texts: Vec<String> = buttons.chain(answer.tabs.iter().map(|tab| tab.text.to_string())).collect();
        assert!(texts.iter().all(|text| !text.is_empty()), "{language}");
        texts.sort();
        texts.dedup();
        assert!(!seen.contains(&texts), "{language} reads like another language: {texts:?}");
        seen.push(texts);
    }
}
