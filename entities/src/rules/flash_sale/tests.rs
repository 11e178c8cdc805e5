//! Cases of flash sales: starts at 1 000 000, ends at 2 000 000, announced five minutes before.

use live_pack_dal::model::ActivityKind as K;

use super::*;
use crate::rules::fixtures::{activity, sale_at, window};
use FlashState as F;

const START: i64 = 1_000_000;
const END: i64 = 2_000_000;
const PREHEAT: i64 = 300_000;

const STATES: &[(&str, i64, Option<i32>, FlashState)] = &[
    ("long before", 0, None, F::None),
    ("a moment before it is announced", START - PREHEAT - 1, None, F::None),
    ("announced now", START - PREHEAT, None, F::Preheat),
    ("a moment before the start", START - 1, Some(5), F::Preheat),
    ("announced, though nothing is left", START - 1, Some(0), F::Preheat),
    ("start is now", START, Some(5), F::Ongoing),
    ("running, not limited", START + 1, None, F::Ongoing),
    ("the last unit", START + 1, Some(1), F::Ongoing),
    ("nothing left", START + 1, Some(0), F::SoldOut),
    ("oversold", START + 1, Some(-2), F::SoldOut),
    ("start is now, nothing left", START, Some(0), F::SoldOut),
    ("the last moment", END - 1, Some(5), F::Ongoing),
    ("the last moment, nothing left", END - 1, Some(0), F::SoldOut),
    ("end is now", END, Some(5), F::Ended),
    ("end is now, nothing left", END, Some(0), F::Ended),
    ("long after", END * 2, None, F::Ended),
];

#[test]
fn a_sale_goes_from_none_to_ended_and_each_edge_belongs_to_the_next_state() {
    for (name, now, left, expected) in STATES {
        let sale = FlashWindow { stock_left: *left, ..window(START, END) };
        assert_eq!(state(&sale, &FlashSaleRules::default(), *now), *expected, "{name}");
    }
}

#[test]
fn every_state_has_a_case() {
    for wanted in [F::None, F::Preheat, F::Ongoing, F::SoldOut, F::Ended] {
        assert!(STATES.iter().any(|case| case.3 == wanted), "{wanted:?}");
    }
}

#[test]
fn without_preheat_a_sale_is_not_announced() {
    let rules = FlashSaleRules { preheat_ms: 0, ..FlashSaleRules::default() };
    assert_eq!(state(&window(START, END), &rules, START - 1), F::None);
    assert_eq!(state(&window(START, END), &rules, START), F::Ongoing);
}

#[test]
fn a_window_that_ends_before_it_starts_never_runs() {
    let rules = FlashSaleRules::default();
    assert_eq!(state(&window(START, START), &rules, START), F::Ended);
    assert_eq!(state(&window(START, START - 5), &rules, START - 2), F::Preheat);
    assert_eq!(state(&window(i64::MIN, i64::MAX), &rules, 0), F::Ongoing);
}

#[test]
fn progress_is_the_floor_of_what_is_sold() {
    for (name, total, left, expected) in [
        ("nothing sold", Some(100), Some(100), (0, false, false)),
        ("nine percent", Some(100), Some(91), (9, false, false)),
        ("9.9 percent", Some(1_000), Some(901), (9, false, false)),
        ("exactly ten percent", Some(100), Some(90), (10, true, false)),
        ("a third", Some(3), Some(2), (33, true, false)),
        ("79.9 percent", Some(1_000), Some(201), (79, true, false)),
        ("exactly eighty percent", Some(100), Some(20), (80, true, true)),
        ("99.9 percent", Some(1_000), Some(1), (99, true, true)),
        ("all sold is not almost", Some(100), Some(0), (100, true, false)),
        ("oversold", Some(100), Some(-3), (100, true, false)),
        ("more left than there were", Some(100), Some(130), (0, false, false)),
        ("no total", None, Some(5), (0, false, false)),
        ("a total of nothing", Some(0), Some(0), (0, false, false)),
        ("a total below zero", Some(-1), Some(5), (0, false, false)),
        ("the units left are unknown", Some(100), None, (0, false, false)),
        ("the largest total", Some(i32::MAX), Some(1), (99, true, true)),
    ] {
        let (percent, show, almost_gone) = expected;
        let of = |state| progress(state, total, left, &FlashSaleRules::default());
        assert_eq!(of(F::Ongoing), Progress { percent, show, almost_gone }, "{name}");
        assert_eq!(of(F::SoldOut), Progress { percent, show, almost_gone: false }, "{name}, sold out");
        for state in [F::Preheat, F::Ended] {
            assert_eq!(of(state), Progress { percent, show: false, almost_gone: false }, "{name}, {state:?}");
        }
    }
}

#[test]
fn almost_gone_is_shown_from_the_configured_percent() {
    for (from, expected) in [(0, true), (50, true), (51, false), (100, false)] {
        let rules = FlashSaleRules { almost_gone_from: from, ..FlashSaleRules::default() };
        assert_eq!(progress(F::Ongoing, Some(10), Some(5), &rules).almost_gone, expected, "{from}");
    }
}

#[test]
fn a_card_shows_a_running_sale_only_if_it_sets_the_price() {
    let now = 1_000_000;
    let running = |id| one(id, K::LiveFlashSale, now - 10, now + 100, None);
    let coming = |id| one(id, K::LiveFlashSale, now + 10, now + 100, None);
    let gone = |id| one(id, K::LiveFlashSale, now - 10, now + 100, Some(0));
    let over = |id| one(id, K::LiveFlashSale, now - 10, now, None);
    let cases = [
        ("it sets the price", vec![running(1)], Some(1), Some((1, F::Ongoing))),
        ("another activity sets the price", vec![running(1)], Some(2), None),
        ("the retail price applies", vec![running(1)], None, None),
        ("of two that run, the one that sets the price", vec![running(1), running(2)], Some(2), Some((2, F::Ongoing))),
        ("a coming one behind a running one", vec![running(1), coming(2)], Some(9), Some((2, F::Preheat))),
        ("preheating stays as it is", vec![coming(1)], None, Some((1, F::Preheat))),
        ("sold out stays as it is", vec![gone(1)], Some(9), Some((1, F::SoldOut))),
        ("ended stays as it is", vec![over(1)], None, Some((1, F::Ended))),
    ];
    for (name, windows, priced_by, expected) in cases {
        let got = shown(windows, priced_by, &FlashSaleRules::default(), now);
        assert_eq!(got.map(|sale| (sale.window.promotion_id, sale.state)), expected, "{name}");
    }
}

fn one(promotion_id: i64, kind: K, start_ms: i64, end_ms: i64, stock_left: Option<i32>) -> FlashWindow {
    FlashWindow { promotion_id, kind, start_ms, end_ms, stock_left }
}

#[test]
fn the_current_window_is_chosen_from_several() {
    let now = 1_000_000;
    let running = |id, end| one(id, K::LiveFlashSale, now - 10, end, None);
    let coming = |id, start| one(id, K::LiveFlashSale, start, start + 500, None);
    let gone = |id, end| one(id, K::LiveFlashSale, now - 10, end, Some(0));
    let over = |id, end| one(id, K::LiveFlashSale, 0, end, None);
    let cases = [
        ("none", vec![], None),
        ("not announced yet", vec![coming(1, now + PREHEAT + 1)], None),
        ("running before preheating", vec![coming(1, now + 5), running(2, now + 900)], Some((2, F::Ongoing))),
        ("running by end", vec![running(1, now + 9), running(2, now + 5)], Some((2, F::Ongoing))),
        ("equal ends go to the lower id", vec![running(2, now + 9), running(1, now + 9)], Some((1, F::Ongoing))),
        (
            "a live flash sale before a flash deal that ends sooner",
            vec![one(1, K::FlashSale, 0, now + 1, None), running(2, now + 900)],
            Some((2, F::Ongoing)),
        ),
        (
            "a creator's is no higher than a live one",
            vec![running(1, now + 9), one(2, K::CreatorLiveFlashSale, 0, now + 5, None)],
            Some((2, F::Ongoing)),
        ),
        (
            "a running flash deal before a live one to come",
            vec![coming(1, now + 5), one(2, K::FlashSale, 0, now + 9, None)],
            Some((2, F::Ongoing)),
        ),
        ("preheating by start", vec![coming(1, now + 50), coming(2, now + 40)], Some((2, F::Preheat))),
        ("preheating before sold out", vec![gone(1, now + 5), coming(2, now + 9)], Some((2, F::Preheat))),
        ("sold out by end", vec![gone(1, now + 9), gone(2, now + 5)], Some((2, F::SoldOut))),
        ("sold out before ended", vec![over(1, now - 1), gone(2, now + 5)], Some((2, F::SoldOut))),
        ("the one that ended last", vec![over(1, now - 9), over(2, now - 1)], Some((2, F::Ended))),
        ("ended, and one not announced", vec![over(1, now), coming(2, now + PREHEAT + 1)], Some((1, F::Ended))),
        ("a campaign is not a flash sale", vec![one(1, K::Campaign, 0, now + 5, None)], None),
    ];
    for (name, windows, expected) in cases {
        let got = current(windows, &FlashSaleRules::default(), now).map(|sale| (sale.window.promotion_id, sale.state));
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn running_sorts_by_end_then_preheating_by_start_then_the_rest_equally() {
    let of = |state, start, end| sort_key(Some(&sale_at(state, window(start, end))));
    for (name, first, second) in [
        ("running by end", of(F::Ongoing, 9, 10), of(F::Ongoing, 1, 11)),
        ("running before preheating", of(F::Ongoing, 0, END * 9), of(F::Preheat, 1, 2)),
        ("preheating by start", of(F::Preheat, 5, 99), of(F::Preheat, 6, 7)),
        ("preheating before none", of(F::Preheat, i64::MAX, i64::MAX), sort_key(None)),
        ("the latest end still before preheating", of(F::Ongoing, 0, i64::MAX), of(F::Preheat, 0, 1)),
    ] {
        assert!(first < second, "{name}: {first} {second}");
    }
    for state in [F::None, F::SoldOut, F::Ended] {
        assert_eq!(of(state, 1, 2), NOT_IN_FLASH_SALE, "{state:?}");
    }
}

#[test]
fn the_next_edge_is_the_nearest_after_now() {
    for (name, now, expected) in [
        ("to the announcement", START - PREHEAT - 10, Some(START - PREHEAT)),
        ("announced now, so to the start", START - PREHEAT, Some(START)),
        ("to the start", START - 1, Some(START)),
        ("start is now, so to the end", START, Some(END)),
        ("to the end", END - 1, Some(END)),
        ("end is now, so none", END, None),
    ] {
        assert_eq!(next_edge(&[window(START, END)], &FlashSaleRules::default(), now), expected, "{name}");
    }
}

#[test]
fn the_next_edge_is_the_nearest_of_all_windows() {
    let rules = FlashSaleRules::default();
    let windows = [window(0, END), window(0, START), one(3, K::Campaign, 0, 600, None)];
    assert_eq!(next_edge(&windows, &rules, 500), Some(START));
    assert_eq!(next_edge(&[], &rules, 500), None);
}

#[test]
fn a_client_polls_at_the_edge_or_after_the_setting() {
    for (name, setting, edge, expected) in [
        ("no edge", 10_000, None, 10_000),
        ("an edge before the setting", 10_000, Some(3_500), 3_500),
        ("an edge after the setting", 10_000, Some(20_000), 10_000),
        ("an edge too near", 10_000, Some(10), 1_000),
        ("an edge that has passed", 10_000, Some(-5), 1_000),
        ("a setting too long", 90_000, None, 30_000),
        ("a setting too short", 10, None, 1_000),
        ("exactly a second", 10_000, Some(1_000), 1_000),
        ("exactly thirty seconds", 60_000, Some(30_000), 30_000),
    ] {
        assert_eq!(next_poll_ms(setting, edge.map(|edge| edge + START), START), expected, "{name}");
    }
}

#[test]
fn the_tab_contains_running_and_preheating_sales() {
    for (state, expected) in
        [(F::None, false), (F::Preheat, true), (F::Ongoing, true), (F::SoldOut, false), (F::Ended, false)]
    {
        assert_eq!(state.is_running_or_preheating(), expected, "{state:?}");
    }
}

#[test]
fn only_a_flash_sale_has_a_window() {
    for (kind, expected) in [
        (K::ProductDiscount, false),
        (K::FlashSale, true),
        (K::Campaign, false),
        (K::LiveFlashSale, true),
        (K::CreatorLiveFlashSale, true),
    ] {
        let got = window_of(&activity(7, kind, &[]));
        assert_eq!(got, expected.then(|| one(7, kind, 1_000, 2_000, None)), "{kind:?}");
    }
}

#[test]
fn the_live_counter_overrides_the_window() {
    for (own, live, expected) in
        [(None, None, None), (Some(5), None, Some(5)), (Some(5), Some(2), Some(2)), (None, Some(0), Some(0))]
    {
        let sale = FlashWindow { stock_left: own, ..window(START, END) };
        assert_eq!(with_live_stock(sale, live).stock_left, expected, "{own:?} {live:?}");
    }
}
