//! Cases of the effective price.

#![allow(clippy::unwrap_used, reason = "tests")]

use live_pack_dal::model::Activity;

use super::*;
use crate::rules::fixtures::{activity, dec, sku, sku_price};
use ActivityKind::{
    Campaign, CreatorLiveFlashSale as Creator, FlashSale, LiveFlashSale as Live, ProductDiscount as Off,
};
use PriceSource as S;
use PriceType as T;

/// sale_min, sale_max, origin_min, origin_max, percent
type Amounts = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, i32);

fn price(skus: Vec<SkuPrice>) -> ProductPrice {
    ProductPrice { currency: "USD".into(), skus }
}

fn with_reference(sku_id: i64, retail: &str, reference: &str) -> SkuPrice {
    SkuPrice { reference: Some(dec(reference)), ..sku_price(sku_id, retail) }
}

fn promotions(activities: Vec<Activity>) -> ProductPromotions {
    ProductPromotions { activities, free_shipping: false, has_gift: false }
}

fn at(now_ms: i64, skus: Vec<SkuPrice>, stock: &[Sku], activities: Vec<Activity>) -> EffectivePrice {
    let (price, promotions) = (price(skus), promotions(activities));
    effective_price(PriceFacts { price: &price, skus: stock, promotions: Some(&promotions), now_ms }, |_| None).unwrap()
}

/// The only SKU of a product with a retail price of 100, under these activities.
fn under(activities: Vec<Activity>) -> (Decimal, PriceSource, Option<i64>) {
    let got = at(1_500, vec![sku_price(1, "100")], &[], activities);
    (got.sale_min, got.source, got.activity_id)
}

fn assert_amounts(name: &str, got: &EffectivePrice, expected: Amounts) {
    let (min, max, origin_min, origin_max, percent) = expected;
    assert_eq!((got.sale_min, got.sale_max), (dec(min), dec(max)), "{name}");
    assert_eq!((got.origin_min, got.origin_max), (origin_min.map(dec), origin_max.map(dec)), "{name}");
    assert_eq!(got.discount_percent, percent, "{name}");
}

#[test]
fn the_lowest_price_of_the_highest_level_applies() {
    let one = |kind, price| activity(1, kind, &[(1, price)]);
    let two = |kind, price| activity(2, kind, &[(1, price)]);
    let cases = [
        ("no activity", vec![], "100", S::Original, None),
        ("a discount", vec![one(Off, "90")], "90", S::ProductDiscount, Some(1)),
        ("a flash deal", vec![one(FlashSale, "90")], "90", S::FlashSale, Some(1)),
        ("a campaign", vec![one(Campaign, "90")], "90", S::Campaign, Some(1)),
        ("a live flash sale", vec![one(Live, "90")], "90", S::LiveFlashSale, Some(1)),
        ("a creator's live flash sale", vec![one(Creator, "90")], "90", S::CreatorLiveFlashSale, Some(1)),
        ("flash deal over discount", vec![one(Off, "50"), two(FlashSale, "90")], "90", S::FlashSale, Some(2)),
        ("campaign over flash deal", vec![one(FlashSale, "50"), two(Campaign, "90")], "90", S::Campaign, Some(2)),
        ("live over campaign", vec![one(Campaign, "50"), two(Live, "90")], "90", S::LiveFlashSale, Some(2)),
        (
            "creator over campaign",
            vec![two(Creator, "90"), one(Campaign, "50")],
            "90",
            S::CreatorLiveFlashSale,
            Some(2),
        ),
        ("creator is no higher than live", vec![one(Creator, "80"), two(Live, "70")], "70", S::LiveFlashSale, Some(2)),
        (
            "live is no higher than creator",
            vec![one(Live, "80"), two(Creator, "70")],
            "70",
            S::CreatorLiveFlashSale,
            Some(2),
        ),
        ("two discounts", vec![one(Off, "80"), two(Off, "70")], "70", S::ProductDiscount, Some(2)),
        (
            "equal prices go to the lower id",
            vec![two(Live, "70"), one(Creator, "70")],
            "70",
            S::CreatorLiveFlashSale,
            Some(1),
        ),
        ("exactly the retail price", vec![one(Live, "100")], "100", S::LiveFlashSale, Some(1)),
        ("above the retail price", vec![one(Live, "120")], "100", S::Original, None),
        ("above it, with a lower level below it", vec![one(Live, "120"), two(Off, "50")], "100", S::Original, None),
        ("another variation", vec![activity(1, Live, &[(2, "10")])], "100", S::Original, None),
        ("a variation named twice", vec![activity(1, Live, &[(1, "60"), (1, "55")])], "55", S::LiveFlashSale, Some(1)),
    ];
    for (name, activities, sale, source, id) in cases.clone() {
        assert_eq!(under(activities), (dec(sale), source, id), "{name}");
    }
    for source in
        [S::Original, S::ProductDiscount, S::FlashSale, S::Campaign, S::LiveFlashSale, S::CreatorLiveFlashSale]
    {
        assert!(cases.iter().any(|case| case.3 == source), "no case for {source:?}");
    }
}

#[test]
fn an_activity_applies_from_its_start_until_its_end() {
    for (name, now, expected) in [
        ("before", 999, "100"),
        ("start is now", 1_000, "70"),
        ("between", 1_500, "70"),
        ("the last moment", 1_999, "70"),
        ("end is now", 2_000, "100"),
        ("after", 2_001, "100"),
    ] {
        let got = at(now, vec![sku_price(1, "100")], &[], vec![activity(1, Live, &[(1, "70")])]);
        assert_eq!(got.sale_min, dec(expected), "{name}");
    }
}

#[test]
fn an_activity_without_stock_no_longer_applies() {
    for (name, own, live, expected) in [
        ("not limited", None, None, "70"),
        ("one left", Some(1), None, "70"),
        ("none left", Some(0), None, "90"),
        ("oversold", Some(-1), None, "90"),
        ("the live counter says gone", Some(5), Some(0), "90"),
        ("the live counter says left", Some(0), Some(3), "70"),
        ("the live counter limits", None, Some(0), "90"),
    ] {
        let sale = Activity { stock_left: own, ..activity(1, Live, &[(1, "70")]) };
        let (price, promotions) =
            (price(vec![sku_price(1, "100")]), promotions(vec![sale, activity(2, Off, &[(1, "90")])]));
        let facts = PriceFacts { price: &price, skus: &[], promotions: Some(&promotions), now_ms: 1_500 };
        let got = effective_price(facts, |id| live.filter(|_| id == 1)).unwrap();
        assert_eq!(got.sale_min, dec(expected), "{name}");
    }
}

#[test]
fn the_price_is_taken_over_the_variations_in_stock_or_over_all_if_all_are_out() {
    let three = || vec![sku_price(1, "10"), sku_price(2, "20"), sku_price(3, "30")];
    let cases = [
        ("all in stock", vec![sku(1, 1), sku(2, 1), sku(3, 1)], ("10", "30", 1)),
        ("the cheapest is out", vec![sku(1, 0), sku(2, 1), sku(3, 1)], ("20", "30", 2)),
        ("the dearest is out", vec![sku(1, 1), sku(2, 1), sku(3, 0)], ("10", "20", 1)),
        ("one left", vec![sku(1, 0), sku(2, 5), sku(3, 0)], ("20", "20", 2)),
        ("all out", vec![sku(1, 0), sku(2, 0), sku(3, 0)], ("10", "30", 1)),
        ("an absent variation is out", vec![sku(2, 1), sku(3, 1)], ("20", "30", 2)),
        ("no variation is known", vec![], ("10", "30", 1)),
        ("only one without a price has stock", vec![sku(1, 0), sku(9, 4)], ("10", "30", 1)),
    ];
    for (name, stock, (min, max, winner)) in cases {
        let got = at(1_500, three(), &stock, vec![]);
        assert_eq!((got.sale_min, got.sale_max, got.sku_id), (dec(min), dec(max), winner), "{name}");
    }
}

#[test]
fn only_a_reference_above_the_price_is_struck_through() {
    let cases: Vec<(&str, Vec<SkuPrice>, Amounts, PriceType)> = vec![
        ("no reference", vec![sku_price(1, "10")], ("10", "10", None, None, 0), T::Fixed),
        ("above", vec![with_reference(1, "75", "100")], ("75", "75", Some("100"), Some("100"), 25), T::Discount),
        ("equal", vec![with_reference(1, "10", "10")], ("10", "10", None, None, 0), T::Fixed),
        ("below", vec![with_reference(1, "10", "8")], ("10", "10", None, None, 0), T::Fixed),
        (
            "below one percent",
            vec![with_reference(1, "99.01", "100")],
            ("99.01", "99.01", Some("100"), Some("100"), 0),
            T::Discount,
        ),
        (
            "a range without references",
            vec![sku_price(1, "10"), sku_price(2, "20")],
            ("10", "20", None, None, 0),
            T::Range,
        ),
        (
            "a range below its references",
            vec![with_reference(1, "10", "20"), with_reference(2, "20", "30")],
            ("10", "20", Some("20"), Some("30"), 50),
            T::Range,
        ),
        (
            "the reference of the dearest does not reach it",
            vec![with_reference(1, "10", "15"), with_reference(2, "20", "18")],
            ("10", "20", None, None, 0),
            T::Range,
        ),
        (
            "only the dearest has one",
            vec![sku_price(1, "10"), with_reference(2, "20", "40")],
            ("10", "20", None, None, 0),
            T::Range,
        ),
        (
            "the highest reference stands at the upper end",
            vec![with_reference(1, "10", "50"), with_reference(2, "20", "30")],
            ("10", "20", Some("50"), Some("50"), 80),
            T::Range,
        ),
        (
            "equal prices: the first variation",
            vec![with_reference(1, "10", "15"), with_reference(2, "10", "20")],
            ("10", "10", Some("15"), Some("15"), 33),
            T::Discount,
        ),
        (
            "the same price in other digits",
            vec![sku_price(1, "10.0"), sku_price(2, "10")],
            ("10", "10", None, None, 0),
            T::Fixed,
        ),
        ("for nothing", vec![with_reference(1, "0", "5")], ("0", "0", Some("5"), Some("5"), 100), T::Discount),
    ];
    for (name, skus, amounts, price_type) in &cases {
        let got = at(1_500, skus.clone(), &[], vec![]);
        assert_amounts(name, &got, *amounts);
        assert_eq!(got.price_type, *price_type, "{name}");
    }
    for price_type in [T::Fixed, T::Range, T::Discount] {
        assert!(cases.iter().any(|case| case.3 == price_type), "no case for {price_type:?}");
    }
}

#[test]
fn an_activity_without_a_reference_strikes_no_price() {
    let got = at(1_500, vec![sku_price(1, "100")], &[], vec![activity(1, Live, &[(1, "50")])]);
    assert_amounts("", &got, ("50", "50", None, None, 0));
    assert_eq!((got.price_type, got.source), (T::Fixed, S::LiveFlashSale));
}

#[test]
fn an_activity_on_one_variation_makes_a_range() {
    let skus = vec![with_reference(1, "100", "120"), with_reference(2, "100", "120")];
    let got = at(1_500, skus, &[], vec![activity(1, Live, &[(2, "60")])]);
    assert_amounts("", &got, ("60", "100", Some("120"), Some("120"), 50));
    assert_eq!((got.price_type, got.sku_id, got.source), (T::Range, 2, S::LiveFlashSale));
}

#[test]
fn the_source_is_that_of_the_lowest_price() {
    let skus = vec![sku_price(1, "100"), sku_price(2, "30")];
    let got = at(1_500, skus, &[], vec![activity(1, Live, &[(1, "60")])]);
    assert_eq!((got.sale_min, got.source, got.activity_id), (dec("30"), S::Original, None));
}

#[test]
fn percent_is_the_floor_and_hidden_below_one() {
    for (name, reference, sale, expected) in [
        ("a quarter", "100", "75", 25),
        ("0.99 percent", "100", "99.01", 0),
        ("exactly one percent", "100", "99", 1),
        ("1.99 percent", "100", "98.01", 1),
        ("a third", "30", "20", 33),
        ("two thirds", "30", "10", 66),
        ("a sixth of small amounts", "0.06", "0.05", 16),
        ("all of it", "10", "0", 100),
        ("equal", "10", "10", 0),
        ("reference below", "10", "11", 0),
        ("reference of nothing", "0", "0", 0),
        ("a price below zero is at most 100 percent off", "10", "-10", 100),
        ("large amounts", "1290000", "999000", 22),
        ("just below thirty", "29.99", "21", 29),
        ("just below a half", "19.99", "10", 49),
        ("too large to compare", "79228162514264337593543950335", "1", 0),
    ] {
        assert_eq!(discount_percent(dec(reference), dec(sale)), expected, "{name}");
    }
}

#[test]
fn lowest_in_30_days_compares_the_variation_that_is_shown() {
    let skus = |lowest: Option<&str>| {
        vec![
            SkuPrice { lowest_30d: lowest.map(dec), ..sku_price(1, "50") },
            SkuPrice { lowest_30d: Some(dec("999")), ..sku_price(2, "60") },
        ]
    };
    for (name, lowest, expected) in [
        ("not known", None, false),
        ("it was cheaper", Some("49.99"), false),
        ("as cheap as at its lowest", Some("50"), true),
        ("never as cheap", Some("50.01"), true),
    ] {
        assert_eq!(at(1_500, skus(lowest), &[], vec![]).lowest_in_30_days, expected, "{name}");
    }
}

#[test]
fn without_promotions_the_plain_price_applies() {
    let price = price(vec![with_reference(1, "80", "100")]);
    let got =
        effective_price(PriceFacts { price: &price, skus: &[], promotions: None, now_ms: 1_500 }, |_| None).unwrap();
    assert_amounts("", &got, ("80", "80", Some("100"), Some("100"), 20));
    assert_eq!((got.source, got.activity_id), (S::Original, None));
}

#[test]
fn a_product_without_a_priced_variation_has_no_price() {
    let price = price(vec![]);
    let facts = PriceFacts { price: &price, skus: &[sku(1, 1)], promotions: None, now_ms: 0 };
    assert_eq!(effective_price(facts, |_| None), None);
}

#[test]
fn rounding_fits_the_currency_and_is_consistent() {
    let cases: Vec<(&str, Vec<SkuPrice>, u32, Amounts, PriceType)> = vec![
        ("a half rounds up", vec![sku_price(1, "10.005")], 2, ("10.01", "10.01", None, None, 0), T::Fixed),
        ("below a half", vec![sku_price(1, "10.0049")], 2, ("10.00", "10.00", None, None, 0), T::Fixed),
        ("without decimals", vec![sku_price(1, "1980.5")], 0, ("1981", "1981", None, None, 0), T::Fixed),
        (
            "no range is left",
            vec![sku_price(1, "10.2"), sku_price(2, "10.4")],
            0,
            ("10", "10", None, None, 0),
            T::Fixed,
        ),
        ("a range is left", vec![sku_price(1, "10.2"), sku_price(2, "10.6")], 0, ("10", "11", None, None, 0), T::Range),
        ("no reference is left", vec![with_reference(1, "9.6", "10.4")], 0, ("10", "10", None, None, 0), T::Fixed),
        (
            "the percent of what is shown",
            vec![with_reference(1, "2.4", "4.4")],
            0,
            ("2", "2", Some("4"), Some("4"), 50),
            T::Discount,
        ),
    ];
    for (name, skus, decimals, amounts, price_type) in cases {
        let got = at(1_500, skus, &[], vec![]).rounded(decimals);
        assert_amounts(name, &got, amounts);
        assert_eq!(got.price_type, price_type, "{name}");
    }
}
