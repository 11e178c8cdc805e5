//! Cases of vouchers: claimable from 1 000 to 2 000, 5 off anything unless a case says otherwise.

use live_pack_dal::model::VoucherKind;

use super::*;
use crate::rules::fixtures::{dec, region as named, voucher};
use VoucherState as S;

fn claims(state: ClaimState) -> Claims {
    Claims { states: [(1, state)].into_iter().collect(), ..Claims::default() }
}

fn states() -> Vec<(&'static str, Voucher, Option<Claims>, i64, VoucherState)> {
    let plain = || voucher(1);
    let none = || Some(Claims::default());
    let claimed = || Some(claims(ClaimState::Claimed));
    let followers = || Voucher { task: ClaimTask::FollowHost, ..plain() };
    vec![
        ("a moment before", plain(), none(), 999, S::NotStarted),
        ("claim starts now", plain(), none(), 1_000, S::Claimable),
        ("the last moment", plain(), none(), 1_999, S::Claimable),
        ("claim ends now", plain(), none(), 2_000, S::Expired),
        ("for a guest", plain(), None, 1_500, S::Claimable),
        ("the last claim", Voucher { stock_left: Some(1), ..plain() }, none(), 1_500, S::Claimable),
        ("no claim left", Voucher { stock_left: Some(0), ..plain() }, none(), 1_500, S::SoldOut),
        ("no claim left before it begins", Voucher { stock_left: Some(0), ..plain() }, none(), 500, S::NotStarted),
        ("no claim left after its end", Voucher { stock_left: Some(0), ..plain() }, none(), 2_500, S::Expired),
        ("claimed", plain(), claimed(), 1_500, S::Claimed),
        ("claimed, none left for others", Voucher { stock_left: Some(0), ..plain() }, claimed(), 1_500, S::Claimed),
        ("claimed, others no longer can", plain(), claimed(), 2_500, S::Claimed),
        ("claimed, the last moment", Voucher { use_end_ms: Some(3_000), ..plain() }, claimed(), 2_999, S::Claimed),
        ("claimed, lapses now", Voucher { use_end_ms: Some(3_000), ..plain() }, claimed(), 3_000, S::Expired),
        ("lapsed before its claims end", Voucher { use_end_ms: Some(1_400), ..plain() }, none(), 1_500, S::Expired),
        ("used", plain(), Some(claims(ClaimState::Used)), 1_500, S::Used),
        (
            "used, and lapsed since",
            Voucher { use_end_ms: Some(3_000), ..plain() },
            Some(claims(ClaimState::Used)),
            9_000,
            S::Used,
        ),
        ("another one was claimed", voucher(2), claimed(), 1_500, S::Claimable),
        ("to follow", followers(), none(), 1_500, S::TaskRequired),
        ("to follow, as a guest", followers(), None, 1_500, S::TaskRequired),
        ("follows already", followers(), Some(Claims { follows_host: true, ..Claims::default() }), 1_500, S::Claimable),
        ("to watch", Voucher { task: ClaimTask::WatchLive, ..plain() }, none(), 1_500, S::TaskRequired),
        ("a task, but none left", Voucher { stock_left: Some(0), ..followers() }, none(), 1_500, S::SoldOut),
        ("a task, and claimed", followers(), claimed(), 1_500, S::Claimed),
    ]
}

#[test]
fn the_viewers_claim_takes_precedence_over_the_voucher() {
    for (name, voucher, claims, now, expected) in states() {
        assert_eq!(state(&voucher, claims.as_ref(), now), expected, "{name}");
    }
}

const ALL: [VoucherState; 7] =
    [S::Claimable, S::Claimed, S::Used, S::SoldOut, S::NotStarted, S::Expired, S::TaskRequired];

#[test]
fn every_state_has_a_case() {
    for wanted in ALL {
        assert!(states().iter().any(|case| case.4 == wanted), "{wanted:?}");
    }
}

#[test]
fn only_one_tap_is_claimable_and_only_available_vouchers_are_spendable() {
    for state in ALL {
        assert_eq!(state.is_claimable(), state == S::Claimable, "{state:?}");
        let spendable = matches!(state, S::Claimable | S::Claimed | S::TaskRequired);
        assert_eq!(state.is_spendable(), spendable, "{state:?}");
    }
}

#[test]
fn a_voucher_applies_by_product_seller_and_region() {
    let cases = [
        ("anything", voucher(1), true),
        ("this product", Voucher { product_ids: vec![4, 5], ..voucher(1) }, true),
        ("other products", Voucher { product_ids: vec![4], ..voucher(1) }, false),
        ("this seller", Voucher { seller_id: 7, ..voucher(1) }, true),
        ("another seller", Voucher { seller_id: 8, ..voucher(1) }, false),
        ("this product of another seller", Voucher { seller_id: 8, product_ids: vec![5], ..voucher(1) }, false),
        ("another product of this seller", Voucher { seller_id: 7, product_ids: vec![4], ..voucher(1) }, false),
        ("this region", Voucher { regions: vec![named("GB"), named("US")], ..voucher(1) }, true),
        ("another region", Voucher { regions: vec![named("GB")], ..voucher(1) }, false),
        ("a price below its minimum", Voucher { min_spend: dec("9999"), ..voucher(1) }, true),
    ];
    for (name, voucher, expected) in cases {
        assert_eq!(applies_to(&voucher, 5, 7, Region::US), expected, "{name}");
    }
}

#[test]
fn a_voucher_is_not_shown_to_another_region_or_segment_or_when_it_is_over() {
    use VoucherRejection as R;
    let elsewhere = || Voucher { regions: vec![named("GB")], ..voucher(1) };
    let newcomers = || Voucher { new_users_only: true, ..voucher(1) };
    let new_user = || Some(Claims { is_new_user: true, ..Claims::default() });
    let cases = [
        ("claimable", voucher(1), S::Claimable, None, None),
        ("claimed", voucher(1), S::Claimed, None, None),
        ("used", voucher(1), S::Used, None, None),
        ("to come", voucher(1), S::NotStarted, None, None),
        ("with a task", voucher(1), S::TaskRequired, None, None),
        ("expired", voucher(1), S::Expired, None, Some(R::Expired)),
        ("gone", voucher(1), S::SoldOut, None, Some(R::Gone)),
        ("elsewhere", elsewhere(), S::Claimable, None, Some(R::Region)),
        ("elsewhere, and expired", elsewhere(), S::Expired, None, Some(R::Region)),
        ("for new users, to one", newcomers(), S::Claimable, new_user(), None),
        ("for new users, to another", newcomers(), S::Claimable, Some(Claims::default()), Some(R::Segment)),
        ("for new users, to a guest", newcomers(), S::Claimable, None, Some(R::Segment)),
    ];
    for (name, voucher, state, claims, expected) in &cases {
        assert_eq!(rejection(voucher, *state, claims.as_ref(), Region::US), *expected, "{name}");
    }
    for (reason, code) in [(R::Region, "region"), (R::Segment, "segment"), (R::Expired, "expired"), (R::Gone, "gone")] {
        assert_eq!(reason.code(), code);
        assert!(cases.iter().any(|case| case.4 == Some(reason)), "no case for {code}");
    }
}

fn at(price: &str, decimals: u32) -> PricedProduct<'static> {
    PricedProduct { product_id: 5, seller_id: 7, price: dec(price), currency: "USD", decimals }
}

fn percent(percent: i32) -> Voucher {
    Voucher { kind: VoucherKind::PercentOff, reduction: None, percent: Some(percent), ..voucher(1) }
}

#[test]
fn a_voucher_is_worth_its_reduction_of_the_price() {
    let free = || Voucher { kind: VoucherKind::FreeShipping, reduction: None, ..voucher(1) };
    let capped = |voucher: Voucher, most| Voucher { max_discount: Some(dec(most)), ..voucher };
    let from = |voucher: Voucher, least| Voucher { min_spend: dec(least), ..voucher };
    let cases = [
        ("an amount", voucher(1), at("20", 2), Some("5")),
        ("an amount above the price", voucher(1), at("3", 2), Some("3")),
        ("an amount above its cap", capped(voucher(1), "4"), at("20", 2), Some("4")),
        ("an amount not said", Voucher { reduction: None, ..voucher(1) }, at("20", 2), None),
        ("an amount below zero", Voucher { reduction: Some(dec("-5")), ..voucher(1) }, at("20", 2), Some("0")),
        ("exactly the minimum spend", from(voucher(1), "20"), at("20", 2), Some("5")),
        ("just below the minimum spend", from(voucher(1), "20"), at("19.99", 2), None),
        ("a share", percent(25), at("20", 2), Some("5")),
        ("a share rounded down", percent(15), at("9.99", 2), Some("1.49")),
        ("a share without decimals", percent(15), at("1999", 0), Some("299")),
        ("a share at its cap", capped(percent(50), "8"), at("20", 2), Some("8")),
        ("a share below its cap", capped(percent(50), "80"), at("20", 2), Some("10")),
        ("all of it", percent(100), at("20", 2), Some("20")),
        ("a share of nothing", percent(0), at("20", 2), None),
        ("more than all of it", percent(101), at("20", 2), None),
        ("a share not said", Voucher { percent: None, ..percent(1) }, at("20", 2), None),
        ("a share below the minimum spend", from(percent(50), "20.01"), at("20", 2), None),
        (
            "a share of more than can be counted",
            percent(100),
            at("79228162514264337593543950335", 0),
            Some("79228162514264337593543950335"),
        ),
        ("free shipping", free(), at("20", 2), Some("0")),
        ("free shipping below the minimum spend", from(free(), "30"), at("20", 2), None),
        ("another currency", Voucher { currency: "GBP".into(), ..voucher(1) }, at("20", 2), None),
        ("a price of nothing", voucher(1), at("0", 2), Some("0")),
    ];
    for (name, voucher, product, expected) in cases {
        assert_eq!(value(&voucher, &product), expected.map(dec), "{name}");
    }
}

#[test]
fn the_best_voucher_of_each_funder_applies() {
    let off = |id, amount| Voucher { reduction: Some(dec(amount)), ..voucher(id) };
    let platform = |voucher| Voucher { funder: VoucherFunder::Platform, ..voucher };
    let free = |id| Voucher { kind: VoucherKind::FreeShipping, reduction: None, ..voucher(id) };
    let until = |voucher, end| Voucher { claim_end_ms: end, ..voucher };
    let claimable = |voucher| (voucher, S::Claimable);
    let cases = [
        ("none", vec![], (None, None)),
        ("two sellers' do not add up", vec![claimable(off(1, "3")), claimable(off(2, "4"))], (Some((2, "4")), None)),
        (
            "platform and seller are both kept",
            vec![claimable(off(1, "3")), claimable(platform(off(2, "9")))],
            (Some((1, "3")), Some((2, "9"))),
        ),
        (
            "the better of the platform's",
            vec![claimable(platform(off(1, "3"))), claimable(platform(off(2, "2")))],
            (None, Some((1, "3"))),
        ),
        ("free shipping alone", vec![claimable(free(1))], (Some((1, "0")), None)),
        ("an amount before free shipping", vec![claimable(free(1)), claimable(off(2, "1"))], (Some((2, "1")), None)),
        (
            "on a tie the one that ends first",
            vec![claimable(off(1, "3")), claimable(until(off(2, "3"), 1_999))],
            (Some((2, "3")), None),
        ),
        ("then the lower id", vec![claimable(off(2, "3")), claimable(off(1, "3"))], (Some((1, "3")), None)),
        ("claimed counts", vec![(off(1, "3"), S::Claimed)], (Some((1, "3")), None)),
        ("after a task counts", vec![(off(1, "3"), S::TaskRequired)], (Some((1, "3")), None)),
        ("used does not", vec![(off(1, "9"), S::Used), claimable(off(2, "1"))], (Some((2, "1")), None)),
        ("expired does not", vec![(off(1, "9"), S::Expired)], (None, None)),
        ("sold out does not", vec![(off(1, "9"), S::SoldOut)], (None, None)),
        ("to come does not", vec![(off(1, "9"), S::NotStarted)], (None, None)),
        (
            "for another product does not",
            vec![claimable(Voucher { product_ids: vec![99], ..off(1, "9") })],
            (None, None),
        ),
        ("too dear does not", vec![claimable(Voucher { min_spend: dec("50"), ..off(1, "9") })], (None, None)),
    ];
    for (name, vouchers, (seller, of_platform)) in cases {
        let got = best(vouchers.iter().map(|(voucher, state)| (voucher, *state)), &at("20", 2), Region::US);
        let read = |worth: Option<Worth<'_>>| worth.map(|worth| (worth.voucher.voucher_id, worth.value));
        let expected = |worth: Option<(i64, &str)>| worth.map(|(id, value)| (id, dec(value)));
        assert_eq!(read(got.seller), expected(seller), "{name}");
        assert_eq!(read(got.platform), expected(of_platform), "{name}");
    }
}

#[test]
fn the_first_voucher_comes_before_the_second() {
    let of = |voucher: &Voucher, state, value: Option<&str>| order(voucher, state, value.map(dec));
    let plain = voucher(5);
    let platform = Voucher { funder: VoucherFunder::Platform, ..voucher(6) };
    let sooner = Voucher { claim_end_ms: 1_999, ..voucher(7) };
    let cases = [
        ("claimable first", of(&plain, S::Claimable, Some("1")), of(&plain, S::Claimed, Some("9"))),
        ("claimable before a task", of(&plain, S::Claimable, None), of(&plain, S::TaskRequired, Some("9"))),
        ("worth more", of(&plain, S::Claimable, Some("2")), of(&plain, S::Claimable, Some("1"))),
        ("worth more, claimed or not to come", of(&plain, S::NotStarted, Some("2")), of(&plain, S::Claimed, Some("1"))),
        ("worth more than free shipping", of(&plain, S::Claimable, Some("1")), of(&platform, S::Claimable, Some("0"))),
        (
            "free shipping before one that does not count",
            of(&plain, S::Claimable, Some("0")),
            of(&platform, S::Claimable, None),
        ),
        ("platform on a tie", of(&platform, S::Claimable, Some("1")), of(&sooner, S::Claimable, Some("1"))),
        ("the soonest end", of(&sooner, S::Claimable, Some("1")), of(&plain, S::Claimable, Some("1"))),
        ("the lower id", of(&voucher(4), S::Claimable, Some("1")), of(&plain, S::Claimable, Some("1"))),
    ];
    for (name, first, second) in cases {
        assert!(first < second, "{name}");
    }
}

#[test]
fn a_banner_shows_the_first_voucher_that_can_still_be_spent() {
    for (name, states, expected) in [
        ("no vouchers", &[][..], None),
        ("the only one", &[S::Claimable], Some((0, 0))),
        ("the first of several", &[S::Claimable, S::Claimed], Some((0, 1))),
        ("claimed is as good", &[S::Claimed, S::TaskRequired], Some((0, 1))),
        ("after one that was used", &[S::Used, S::TaskRequired, S::NotStarted], Some((1, 2))),
        ("after one that is to come", &[S::NotStarted, S::Claimed], Some((1, 1))),
        ("none that can be spent", &[S::Used, S::NotStarted], None),
    ] {
        assert_eq!(headline(states), expected, "{name}");
    }
}
