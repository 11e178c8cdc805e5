//! Cases of buttons.

use live_pack_dal::model::{AuctionStatus, BidderState, Buyable};

use super::*;
use crate::rules::{
    fixtures::{auction, bidder, buyable},
    room::RoomVerdict,
};
use ButtonKind::{AddToCart, Bid, BuyNow, RemindMe, View};
use ButtonState::{Disabled, Enabled};
use DisabledReason as R;
use given::{Given, blocked};

mod given;

const BOTH: ButtonRules = ButtonRules { buy_now: true, add_to_cart: true, lead: LeadButton::BuyNow };

/// Cases in which both buttons are disabled with one reason.
fn reasons() -> Vec<(&'static str, Given, DisabledReason)> {
    let good = Given::good;
    vec![
        ("the room is over", Given { room: RoomVerdict::Closed, ..good() }, R::RoomClosed),
        ("the room is off the air", Given { room: RoomVerdict::RoomBanned, ..good() }, R::RoomClosed),
        ("the creator is banned", Given { room: RoomVerdict::EcBanned, ..good() }, R::EcBanned),
        ("the viewer sells it", Given { own_product: true, ..good() }, R::OwnProduct),
        ("trade says the viewer sells it", Given::blocked(&[BlockReason::OwnProduct]), R::OwnProduct),
        ("off the shelf", Given { off_shelf: true, ..good() }, R::OffShelf),
        ("trade says off the shelf", Given::blocked(&[BlockReason::OffShelf]), R::OffShelf),
        ("not deliverable", Given::blocked(&[BlockReason::NotDeliverable]), R::RegionNotDeliverable),
        (
            "not deliverable without a reason",
            Given { trade: Some(Buyable { deliverable: false, ..buyable() }), ..good() },
            R::RegionNotDeliverable,
        ),
        ("a minor", Given { minor: true, ..good() }, R::AgeRestricted),
        ("trade says a minor", Given::blocked(&[BlockReason::AgeRestricted]), R::AgeRestricted),
        ("a restricted user", Given::blocked(&[BlockReason::UserRestricted]), R::UserRestricted),
        ("a client too old", Given { app_too_old: true, ..good() }, R::AppTooOld),
        ("sold out", Given { sold_out: true, ..good() }, R::SoldOut),
        ("sold out, for a guest too", Given { sold_out: true, guest: true, ..good() }, R::SoldOut),
        ("sold out before the cart", Given { sold_out: true, cart_full: true, ..good() }, R::SoldOut),
        (
            "sold out gains no reminder",
            Given { sold_out: true, flash: Some(FlashState::Preheat), ..good() },
            R::SoldOut,
        ),
        ("bought as many as one may", Given::blocked(&[BlockReason::PurchaseLimit]), R::PurchaseLimit),
        (
            "none left of the limit",
            Given { trade: Some(Buyable { limit_left: Some(0), ..buyable() }), ..good() },
            R::PurchaseLimit,
        ),
        ("a flash sale alone sells it, and it is sold out", Given::flash_only(Some(FlashState::SoldOut)), R::SoldOut),
        ("a flash sale alone sells it, and it is over", Given::flash_only(Some(FlashState::Ended)), R::Ended),
        ("a reason of a later release", Given::blocked(&[BlockReason::Unknown]), R::Unknown),
        ("no reason at all", Given::blocked(&[]), R::Unknown),
        (
            "a named reason before one that is not",
            Given::blocked(&[BlockReason::Unknown, BlockReason::PurchaseLimit]),
            R::PurchaseLimit,
        ),
        (
            "the order of trade does not matter",
            Given::blocked(&[BlockReason::UserRestricted, BlockReason::NotDeliverable]),
            R::RegionNotDeliverable,
        ),
    ]
}

#[test]
fn a_reason_against_buying_disables_both_buttons() {
    for (name, given, reason) in reasons() {
        let expected = [(BuyNow, Disabled, reason), (AddToCart, Disabled, reason)];
        assert_eq!(given.buttons(&BOTH), expected, "{name}");
    }
}

#[test]
fn the_first_match_decides_in_the_order_of_the_rules() {
    let mut given = Given::bad();
    let mut check = |mend: fn(&mut Given), expected: DisabledReason| {
        let got = given.buttons(&BOTH);
        assert_eq!(got.first().map(|button| button.2), Some(expected), "{given:?}");
        mend(&mut given);
    };
    check(|it| it.room = RoomVerdict::EcBanned, R::RoomClosed);
    check(|it| it.room = RoomVerdict::Normal, R::EcBanned);
    check(|it| it.own_product = false, R::OwnProduct);
    check(|it| it.off_shelf = false, R::OffShelf);
    check(
        |it| it.trade = Some(blocked(&[BlockReason::UserRestricted, BlockReason::PurchaseLimit, BlockReason::Unknown])),
        R::RegionNotDeliverable,
    );
    check(|it| it.minor = false, R::AgeRestricted);
    check(|it| it.trade = Some(blocked(&[BlockReason::PurchaseLimit, BlockReason::Unknown])), R::UserRestricted);
    check(|it| it.app_too_old = false, R::AppTooOld);
    check(|it| it.sold_out = false, R::SoldOut);
    check(|it| it.trade = Some(blocked(&[BlockReason::Unknown])), R::PurchaseLimit);
    check(|it| it.flash_only = false, R::NotStarted);
    check(|it| it.trade = Some(buyable()), R::Unknown);
    check(|it| it.guest = false, R::NeedLogin);
    assert_eq!(
        given.buttons(&BOTH),
        [(BuyNow, Enabled, R::None), (AddToCart, Disabled, R::CartFull), (RemindMe, Enabled, R::None)]
    );
}

/// name, given, configured, buttons
type Layout = (&'static str, Given, ButtonRules, Vec<(ButtonKind, ButtonState, DisabledReason)>);

/// Cases in which the two buttons differ.
fn layouts() -> Vec<Layout> {
    let good = Given::good;
    let add_leads = ButtonRules { lead: LeadButton::AddToCart, ..BOTH };
    let buy_only = ButtonRules { add_to_cart: false, ..BOTH };
    let add_only = ButtonRules { buy_now: false, ..BOTH };
    let neither = ButtonRules { buy_now: false, add_to_cart: false, ..BOTH };
    let preheating = || Given { flash: Some(FlashState::Preheat), ..good() };
    let view = || vec![(View, Enabled, R::None)];
    let enabled = || vec![(BuyNow, Enabled, R::None), (AddToCart, Enabled, R::None)];
    let not_started =
        || vec![(BuyNow, Disabled, R::NotStarted), (AddToCart, Disabled, R::NotStarted), (RemindMe, Enabled, R::None)];
    vec![
        ("no reason against it", good(), BOTH, enabled()),
        ("the cart leads", good(), add_leads, vec![(AddToCart, Enabled, R::None), (BuyNow, Enabled, R::None)]),
        ("only to buy", good(), buy_only, vec![(BuyNow, Enabled, R::None)]),
        ("only into the cart", good(), add_only, vec![(AddToCart, Enabled, R::None)]),
        ("a region that shows neither", good(), neither, view()),
        ("sold out in a region that shows neither", Given { sold_out: true, ..good() }, neither, view()),
        ("sold out, only to buy", Given { sold_out: true, ..good() }, buy_only, vec![(BuyNow, Disabled, R::SoldOut)]),
        (
            "one left of the limit",
            Given { trade: Some(Buyable { limit_left: Some(1), ..buyable() }), ..good() },
            BOTH,
            enabled(),
        ),
        (
            "a guest",
            Given { guest: true, ..good() },
            BOTH,
            vec![(BuyNow, Enabled, R::NeedLogin), (AddToCart, Enabled, R::NeedLogin)],
        ),
        (
            "a guest has no cart that could be full",
            Given { guest: true, cart_full: true, ..good() },
            BOTH,
            vec![(BuyNow, Enabled, R::NeedLogin), (AddToCart, Enabled, R::NeedLogin)],
        ),
        (
            "the cart is full",
            Given { cart_full: true, ..good() },
            BOTH,
            vec![(BuyNow, Enabled, R::None), (AddToCart, Disabled, R::CartFull)],
        ),
        (
            "the cart is full and all there is",
            Given { cart_full: true, ..good() },
            add_only,
            vec![(AddToCart, Disabled, R::CartFull)],
        ),
        (
            "the cart is full and not shown",
            Given { cart_full: true, ..good() },
            buy_only,
            vec![(BuyNow, Enabled, R::None)],
        ),
        (
            "preheating and sold normally",
            preheating(),
            BOTH,
            vec![(BuyNow, Enabled, R::None), (AddToCart, Enabled, R::None), (RemindMe, Enabled, R::None)],
        ),
        (
            "preheating for a guest",
            Given { guest: true, ..preheating() },
            buy_only,
            vec![(BuyNow, Enabled, R::NeedLogin), (RemindMe, Enabled, R::NeedLogin)],
        ),
        ("a flash sale runs", Given { flash: Some(FlashState::Ongoing), ..good() }, BOTH, enabled()),
        (
            "a flash sale is sold out, the product is not",
            Given { flash: Some(FlashState::SoldOut), ..good() },
            BOTH,
            enabled(),
        ),
        ("a flash sale is over", Given { flash: Some(FlashState::Ended), ..good() }, BOTH, enabled()),
        ("flash sales unavailable", Given { flash: None, ..good() }, BOTH, enabled()),
        ("in flash sale only, preheating", Given::flash_only(Some(FlashState::Preheat)), BOTH, not_started()),
        ("in flash sale only, not announced", Given::flash_only(Some(FlashState::None)), BOTH, not_started()),
        (
            "in flash sale only, for a guest",
            Given { guest: true, ..Given::flash_only(Some(FlashState::Preheat)) },
            buy_only,
            vec![(BuyNow, Disabled, R::NotStarted), (RemindMe, Enabled, R::NeedLogin)],
        ),
        ("in flash sale only, running", Given::flash_only(Some(FlashState::Ongoing)), BOTH, enabled()),
        ("in flash sale only, and unavailable", Given::flash_only(None), BOTH, view()),
        ("trade unavailable", Given { trade: None, ..good() }, BOTH, view()),
        ("trade unavailable for a guest", Given { trade: None, guest: true, ..good() }, BOTH, view()),
        ("trade unavailable, preheating", Given { trade: None, ..preheating() }, BOTH, view()),
        ("trade unavailable, sold out", Given { trade: None, sold_out: true, ..good() }, BOTH, view()),
        ("no price", Given { has_price: false, ..good() }, BOTH, view()),
        ("no price and no trade", Given { has_price: false, trade: None, ..good() }, BOTH, view()),
    ]
}

#[test]
fn the_region_the_sale_and_the_viewer_decide_the_buttons() {
    for (name, given, rules, expected) in layouts() {
        assert_eq!(given.buttons(&rules), expected, "{name}");
    }
}

#[test]
fn no_card_has_more_than_three_buttons_or_sells_without_data() {
    for (name, given, rules, _) in layouts() {
        let got = given.buttons(&rules);
        assert!((1..=3).contains(&got.len()), "{name}");
        if given.trade.is_none() || !given.has_price {
            assert!(!got.iter().any(|button| matches!(button.0, BuyNow | AddToCart)), "{name}");
        }
    }
}

/// name, given, status, bidder, now, reason
type Bidding = (&'static str, Given, AuctionStatus, Option<BidderState>, i64, DisabledReason);

/// Changes of a case from a qualified adult at a running auction.
fn auctions() -> Vec<Bidding> {
    use AuctionStatus as A;
    let good = Given { trade: None, ..Given::good() };
    let able = Some(bidder(true, true, true));
    let young = Some(BidderState { is_minor: true, ..bidder(true, true, true) });
    vec![
        ("it runs", good.clone(), A::Ongoing, able, 1_500, R::None),
        ("a late bid extended it", good.clone(), A::Extended, able, 1_500, R::None),
        ("the last moment", good.clone(), A::Ongoing, able, 1_999, R::None),
        ("end is now", good.clone(), A::Ongoing, able, 2_000, R::Ended),
        ("the extension is over", good.clone(), A::Extended, able, 2_000, R::Ended),
        ("sold", good.clone(), A::Sold, able, 1_500, R::Ended),
        ("unsold", good.clone(), A::Unsold, able, 1_500, R::Ended),
        ("called off", good.clone(), A::Cancelled, able, 1_500, R::Ended),
        ("won, not paid", good.clone(), A::PaymentPending, able, 1_500, R::Ended),
        ("to come", good.clone(), A::NotStarted, able, 500, R::NotStarted),
        ("late, but not begun", good.clone(), A::NotStarted, able, 1_500, R::NotStarted),
        ("a status of a later release", good.clone(), A::Unknown, able, 1_500, R::Unknown),
        ("terms not signed", good.clone(), A::Ongoing, Some(bidder(false, true, true)), 1_500, R::AuctionNotQualified),
        ("no address", good.clone(), A::Ongoing, Some(bidder(true, false, true)), 1_500, R::AuctionNotQualified),
        ("no way to pay", good.clone(), A::Ongoing, Some(bidder(true, true, false)), 1_500, R::AuctionNotQualified),
        ("a guest", Given { guest: true, ..good.clone() }, A::Ongoing, None, 1_500, R::NeedLogin),
        ("a guest after the end", Given { guest: true, ..good.clone() }, A::Sold, None, 1_500, R::Ended),
        ("a guest before the start", Given { guest: true, ..good.clone() }, A::NotStarted, None, 500, R::NotStarted),
        (
            "a guest who claims to be a minor",
            Given { guest: true, minor: true, ..good.clone() },
            A::Ongoing,
            None,
            1_500,
            R::AgeRestricted,
        ),
        ("a member whose state is unavailable", good.clone(), A::Ongoing, None, 1_500, R::AuctionNotQualified),
        ("over, and not qualified", good.clone(), A::Sold, None, 1_500, R::Ended),
        ("to come, and not qualified", good.clone(), A::NotStarted, None, 500, R::NotStarted),
        ("a minor by the client", Given { minor: true, ..good.clone() }, A::Ongoing, able, 1_500, R::AgeRestricted),
        ("a minor by the account", good.clone(), A::Ongoing, young, 1_500, R::AgeRestricted),
        ("a minor, and over", good.clone(), A::Sold, young, 1_500, R::AgeRestricted),
        (
            "the room is over",
            Given { room: RoomVerdict::Closed, ..good.clone() },
            A::Ongoing,
            able,
            1_500,
            R::RoomClosed,
        ),
        (
            "the creator is banned",
            Given { room: RoomVerdict::EcBanned, ..good.clone() },
            A::Ongoing,
            able,
            1_500,
            R::EcBanned,
        ),
        ("the viewer sells it", Given { own_product: true, ..good.clone() }, A::Ongoing, able, 1_500, R::OwnProduct),
        ("off the shelf", Given { off_shelf: true, ..good.clone() }, A::Ongoing, able, 1_500, R::OffShelf),
        ("a client too old", Given { app_too_old: true, ..good }, A::Ongoing, able, 1_500, R::AppTooOld),
        (
            "not deliverable",
            Given::blocked(&[BlockReason::NotDeliverable]),
            A::Ongoing,
            able,
            1_500,
            R::RegionNotDeliverable,
        ),
        (
            "a restricted user",
            Given::blocked(&[BlockReason::UserRestricted]),
            A::Ongoing,
            able,
            1_500,
            R::UserRestricted,
        ),
        ("limits are not for bids", Given::blocked(&[BlockReason::PurchaseLimit]), A::Ongoing, able, 1_500, R::None),
        ("trade has no objection", Given::good(), A::Ongoing, able, 1_500, R::None),
    ]
}

#[test]
fn a_bid_is_accepted_from_a_qualified_bidder_while_the_auction_runs() {
    for (name, given, status, bidder, now_ms, reason) in auctions() {
        let auction = auction(status);
        let (standing, guest) = (given.standing(), given.guest);
        let facts = AuctionFacts { standing, auction: &auction, guest, bidder: bidder.as_ref(), now_ms };
        let state = if matches!(reason, R::None | R::NeedLogin) { Enabled } else { Disabled };
        assert_eq!(auction_button(&facts), Button { kind: Bid, state, reason }, "{name}");
    }
}

#[test]
fn every_reason_and_kind_has_a_case() {
    let mut seen: Vec<(ButtonKind, DisabledReason)> = Vec::new();
    seen.extend(reasons().into_iter().map(|case| (BuyNow, case.2)));
    seen.extend(layouts().into_iter().flat_map(|case| case.3).map(|button| (button.0, button.2)));
    seen.extend(auctions().into_iter().map(|case| (Bid, case.5)));
    for reason in [
        R::None,
        R::SoldOut,
        R::OffShelf,
        R::RegionNotDeliverable,
        R::NotStarted,
        R::Ended,
        R::PurchaseLimit,
        R::AgeRestricted,
        R::UserRestricted,
        R::RoomClosed,
        R::EcBanned,
        R::OwnProduct,
        R::AppTooOld,
        R::NeedLogin,
        R::AuctionNotQualified,
        R::CartFull,
        R::Unknown,
    ] {
        assert!(seen.iter().any(|button| button.1 == reason), "{reason:?}");
    }
    for kind in [BuyNow, AddToCart, RemindMe, Bid, View] {
        assert!(seen.iter().any(|button| button.0 == kind), "{kind:?}");
    }
}
