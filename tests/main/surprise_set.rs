//! `GetSurpriseSetDetail`: prizes, odds, and permission to bid.

use live_pack_commerce::{Failure, Fault};
use live_pack_idl::live_pack::{
    AuctionStatus, ButtonState, ButtonType, DisabledReason, GetSurpriseSetDetailRequest, GetSurpriseSetDetailResponse,
    RoomStatus,
};
use serde_json::json;

use crate::{
    ask::{Ask, room},
    stack::{Setup, Stack},
};

async fn set(stack: &Stack, Ask(asked): Ask, surprise_set_id: i64) -> GetSurpriseSetDetailResponse {
    let request = GetSurpriseSetDetailRequest { room: asked.room, user: asked.user, surprise_set_id, base: None };
    stack.client().get_surprise_set_detail(request).await.unwrap()
}

fn bid(answer: &GetSurpriseSetDetailResponse) -> (ButtonState, DisabledReason) {
    let [button] = &answer.buttons[..] else { panic!("{:?}", answer.buttons) };
    assert_eq!((button.kind, button.text.is_empty()), (ButtonType::BID, false));
    (button.state, button.reason)
}

/// Hundredths of a percent.
fn hundredths(odds: &str) -> i64 {
    odds.trim_end_matches('%').replace('.', "").parse().unwrap()
}

#[tokio::test]
async fn every_prize_has_quantities_and_odds_the_rarest_first() {
    let stack = Stack::start().await;
    let answer = set(&stack, room(1006).by(101), 5001).await;
    assert_eq!((answer.base_resp.status_code, answer.room_status), (0, Some(RoomStatus::LIVE)));
    assert!(answer.degraded.is_empty() && answer.surprise_set_id == 5001 && !answer.title.is_empty());
    assert!(answer.cover.as_ref().is_some_and(|cover| !cover.urls.is_empty()) && !answer.rules_text.is_empty());
    let units: Vec<_> = answer.items.iter().map(|item| item.units).collect();
    assert_eq!((units, answer.units_total), (vec![1, 12, 60, 427, 500], 1_000));
    assert_eq!(answer.units_left, answer.items.iter().map(|item| item.units_left).sum::<i32>());
    let due =
        |left: i32| (i64::from(left) * 20_000 + i64::from(answer.units_left)) / (i64::from(answer.units_left) * 2);
    for item in &answer.items {
        assert!((1..=item.units).contains(&item.units_left) && !item.title.is_empty() && item.cover.is_some());
        assert!(item.odds_percent.ends_with('%'), "{item:?}");
        assert_eq!(hundredths(&item.odds_percent), due(item.units_left), "{item:?}");
    }
    let values: Vec<_> = answer.items.iter().map(|item| item.value_text.is_some()).collect();
    assert_eq!(values, [true, true, true, true, false]);
    let auction = &answer.auction;
    assert!(auction.is_surprise_set && auction.status == AuctionStatus::ONGOING && auction.end_ms > crate::stack::NOW);
    assert_eq!((auction.units_left, auction.server_now_ms), (answer.units_left, crate::stack::NOW));
}

#[tokio::test]
async fn values_are_in_the_rooms_currency_as_the_viewer_reads_it() {
    let stack = Stack::start().await;
    let value = async |region, language| {
        let answer = set(&stack, room(1006).from(region, language), 5001).await;
        answer.items[0].value_text.clone().unwrap()
    };
    let (us, de, jp) = (value("US", "en").await, value("DE", "de").await, value("JP", "ja").await);
    assert!(us.starts_with('$') && de.ends_with('$') && de.contains(',') && jp.starts_with('$'), "{us} {de} {jp}");
}

#[tokio::test]
async fn only_an_adult_with_terms_address_and_payment_may_bid() {
    let stack = Stack::start().await;
    let minor = |mut ask: Ask| {
        ask.0.user.is_minor = Some(true);
        ask
    };
    let disabled = |reason| (ButtonState::DISABLED, reason);
    for (name, ask, expected) in [
        ("the buyer", room(1006).by(101), (ButtonState::ENABLED, DisabledReason::NONE)),
        ("a guest", room(1006), (ButtonState::ENABLED, DisabledReason::NEED_LOGIN)),
        ("a minor by account", room(1006).by(102), disabled(DisabledReason::AGE_RESTRICTED)),
        ("a minor by claim", minor(room(1006).by(101)), disabled(DisabledReason::AGE_RESTRICTED)),
        ("a guest who is a minor", minor(room(1006)), disabled(DisabledReason::AGE_RESTRICTED)),
    ] {
        let answer = set(&stack, ask, 5001).await;
        assert_eq!(bid(&answer), expected, "{name}");
        let has = answer.terms_signed && answer.has_address && answer.has_payment;
        assert_eq!(has, !name.contains("guest"), "{name}");
    }
}

#[tokio::test]
async fn a_set_belongs_to_its_room_and_the_state_of_the_room_comes_first() {
    let stack = Stack::start().await;
    for (name, room_id, set_id, status) in [
        ("no such set", 1006, 5002, 20_005),
        ("a set of another room", 1007, 5001, 20_005),
        ("a finished room", 1003, 5001, 20_001),
        ("a banned creator", 1004, 5001, 20_002),
        ("a banned room", 1011, 5001, 20_007),
        ("no such room", 999_999, 5001, 20_003),
        ("no room", 0, 5001, 10_001),
        ("no set", 1006, 0, 10_001),
        ("a set below zero", 1006, -5001, 10_001),
    ] {
        for user_id in [0, 101] {
            let answer = set(&stack, room(room_id).by(user_id), set_id).await;
            let found = (answer.base_resp.status_code, answer.items.len(), answer.buttons.len());
            assert_eq!(found, (status, 0, 0), "{name}");
        }
    }
}

#[tokio::test]
async fn settings_say_where_there_are_sets_and_for_which_clients() {
    for (name, key, value, status) in [
        ("switched off by hand", "DegradeConf", json!({ "off": ["auction"] }), 20_005),
        ("only elsewhere", "AuctionConf", json!({ "regions": ["JP"] }), 20_005),
        ("here", "AuctionConf", json!({ "regions": ["JP", "US"] }), 0),
    ] {
        let stack = Setup::default().conf(key, value).start().await;
        let answer = set(&stack, room(1006).by(101), 5001).await;
        assert_eq!(answer.base_resp.status_code, status, "{name}");
        let asked = stack.world.calls().keys().any(|method| method.starts_with("auction."));
        assert_eq!(asked, status == 0, "{name}: no calls for an empty answer");
    }
    let newer = Setup::default().conf("AuctionConf", json!({ "min_app_version": 350_001 })).start().await;
    let answer = set(&newer, room(1006).by(101), 5001).await;
    assert_eq!(bid(&answer), (ButtonState::DISABLED, DisabledReason::APP_TOO_OLD));
}

#[tokio::test]
async fn the_set_is_strong_and_the_bidder_is_weak() {
    let stack = Setup::default().without_caches().start().await;
    set(&stack, room(1006).by(101), 5001).await;
    let calls = stack.world.calls();
    assert!(calls.len() == 4 && calls.values().all(|count| *count == 1), "{calls:?}");
    let fault = Fault { error: Some(Failure::Exception), ..Fault::default() };
    stack.world.faults().set("auction.GetBidderState", fault).unwrap();
    let answer = set(&stack, room(1006).by(101), 5001).await;
    let lost: Vec<_> = answer.degraded.iter().map(|lost| lost.task.as_str()).collect();
    assert_eq!((answer.base_resp.status_code, lost, answer.items.len()), (0, vec!["BidderStateLoader"], 5));
    assert_eq!(bid(&answer), (ButtonState::DISABLED, DisabledReason::AUCTION_NOT_QUALIFIED));
    stack.world.faults().set("auction.GetSurpriseSet", fault).unwrap();
    assert_eq!(set(&stack, room(1006).by(101), 5001).await.base_resp.status_code, 30_002);
}
