//! Cases of labels.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use AtmosphereFact as A;

const NONE: Candidates<'_> = Candidates {
    flash_sale: false,
    voucher: false,
    free_shipping: false,
    gift: false,
    cod: false,
    atmosphere: &[],
    official_shop: false,
};
const ALL: Candidates<'_> = Candidates {
    flash_sale: true,
    voucher: true,
    free_shipping: true,
    gift: true,
    cod: true,
    atmosphere: &[A::BestSeller, A::Lowest30d, A::LowStock, A::New],
    official_shop: true,
};

/// name, candidates, most, experiment, codes
type Case = (&'static str, Candidates<'static>, usize, bool, &'static [&'static str]);

const CASES: &[Case] = &[
    ("nothing", NONE, 3, false, &[]),
    ("everything in the bag", ALL, 3, false, &["flash_sale", "voucher", "free_shipping"]),
    ("everything on the pin card", ALL, 2, false, &["flash_sale", "voucher"]),
    ("no place", ALL, 0, false, &[]),
    ("one place", ALL, 1, false, &["flash_sale"]),
    (
        "everything, all places",
        ALL,
        9,
        false,
        &["flash_sale", "voucher", "free_shipping", "gift", "cod", "atmosphere.best_seller", "official_shop"],
    ),
    ("without a flash sale", Candidates { flash_sale: false, ..ALL }, 3, false, &["voucher", "free_shipping", "gift"]),
    (
        "gift, cod and atmosphere",
        Candidates { flash_sale: false, voucher: false, free_shipping: false, ..ALL },
        3,
        false,
        &["gift", "cod", "atmosphere.best_seller"],
    ),
    (
        "one atmosphere, then the shop",
        Candidates { atmosphere: ALL.atmosphere, official_shop: true, ..NONE },
        3,
        false,
        &["atmosphere.best_seller", "official_shop"],
    ),
    (
        "two atmospheres in the experiment, then the shop",
        Candidates { atmosphere: ALL.atmosphere, official_shop: true, ..NONE },
        3,
        true,
        &["atmosphere.best_seller", "atmosphere.lowest_30d", "official_shop"],
    ),
    (
        "two atmospheres after a flash sale",
        Candidates { flash_sale: true, atmosphere: &[A::LowStock, A::New], ..NONE },
        3,
        true,
        &["flash_sale", "atmosphere.low_stock", "atmosphere.new"],
    ),
    (
        "the experiment changes no priority",
        Candidates { atmosphere: ALL.atmosphere, ..ALL },
        3,
        true,
        &["flash_sale", "voucher", "free_shipping"],
    ),
    ("the experiment with one fact", Candidates { atmosphere: &[A::New], ..NONE }, 3, true, &["atmosphere.new"]),
    (
        "no more than two in the experiment",
        Candidates { atmosphere: ALL.atmosphere, ..NONE },
        3,
        true,
        &["atmosphere.best_seller", "atmosphere.lowest_30d"],
    ),
    ("lowest in 30 days", Candidates { atmosphere: &[A::Lowest30d], ..NONE }, 3, false, &["atmosphere.lowest_30d"]),
    ("low stock", Candidates { atmosphere: &[A::LowStock, A::New], ..NONE }, 3, false, &["atmosphere.low_stock"]),
    ("an official shop", Candidates { official_shop: true, ..NONE }, 2, false, &["official_shop"]),
];

/// The labels of a card with the code of each label as its text.
fn labels(candidates: &Candidates<'_>, max: usize, v2: bool) -> Vec<Label> {
    let coded = ranked(candidates, if v2 { 2 } else { 1 }).into_iter().map(|label| (label, label.code()));
    distinct(coded, max).into_iter().map(|(label, _)| label).collect()
}

#[test]
fn places_are_given_by_priority_and_atmosphere_takes_one_or_two() {
    for (name, candidates, max, v2, expected) in CASES {
        let got: Vec<_> = labels(candidates, *max, *v2).into_iter().map(Label::code).collect();
        assert_eq!(got, *expected, "{name}");
    }
}

/// name, texts in the order of priority, most, places of those that are shown
type Reading = (&'static str, &'static [&'static str], usize, &'static [usize]);

const READINGS: &[Reading] = &[
    ("all different", &["Flash sale", "10% off", "Free shipping", "Gift"], 3, &[0, 1, 2]),
    ("a voucher that reads like free shipping", &["Free shipping", "Free shipping", "Gift"], 3, &[0, 2]),
    ("the free place goes to the next", &["Free shipping", "Free shipping", "Gift", "COD"], 3, &[0, 2, 3]),
    ("the same text apart", &["A", "B", "A", "C"], 3, &[0, 1, 3]),
    ("a label without a text", &["", "B", "C"], 2, &[1, 2]),
    ("no place", &["A"], 0, &[]),
];

#[test]
fn labels_have_distinct_texts_and_a_free_place_goes_to_the_next() {
    const FACTS: [A; 4] = [A::BestSeller, A::Lowest30d, A::LowStock, A::New];
    for (name, texts, max, expected) in READINGS {
        let all = FACTS.map(Label::Atmosphere);
        let got = distinct(all.into_iter().zip(texts.iter().copied()), *max);
        let places: Vec<_> = got.iter().map(|(label, _)| all.iter().position(|one| one == label).unwrap()).collect();
        assert_eq!(places, *expected, "{name}");
    }
}

#[test]
fn every_label_has_its_code_kind_priority_and_a_case() {
    for (label, code, kind, priority) in [
        (Label::FlashSale, "flash_sale", LabelKind::Promotion, 7),
        (Label::Voucher, "voucher", LabelKind::Promotion, 6),
        (Label::FreeShipping, "free_shipping", LabelKind::Shipping, 5),
        (Label::Gift, "gift", LabelKind::Gift, 4),
        (Label::Cod, "cod", LabelKind::Payment, 3),
        (Label::Atmosphere(A::BestSeller), "atmosphere.best_seller", LabelKind::Atmosphere, 2),
        (Label::Atmosphere(A::Lowest30d), "atmosphere.lowest_30d", LabelKind::Atmosphere, 2),
        (Label::Atmosphere(A::LowStock), "atmosphere.low_stock", LabelKind::Atmosphere, 2),
        (Label::Atmosphere(A::New), "atmosphere.new", LabelKind::Atmosphere, 2),
        (Label::OfficialShop, "official_shop", LabelKind::Service, 1),
        (Label::SurpriseSet, "surprise_set", LabelKind::Product, 8),
    ] {
        assert_eq!((label.code(), label.kind(), label.priority()), (code, kind, priority));
        if label == Label::SurpriseSet {
            // appears on auctions, which have no candidates
            continue;
        }
        assert!(CASES.iter().any(|case| case.4.contains(&code)), "no case for {code}");
    }
}

#[test]
fn labels_are_ordered_by_priority() {
    for (name, candidates, max, v2, _) in CASES {
        let got = labels(candidates, *max, *v2);
        assert!(got.is_sorted_by_key(|label| std::cmp::Reverse(label.priority())), "{name}");
    }
}
