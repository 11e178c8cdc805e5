//! The rooms of the contract and their answers to different viewers.

use live_pack_idl::live_pack::{
    BagTab, ButtonState, ButtonType, CardKind, DisabledReason, GetLiveBagDataResponse, RoomStatus, StockState,
    VoucherState,
};

use crate::{
    ask::{code, ids, offers, room, selling, tab_count},
    stack::Stack,
};

/// Asserts that every selling button of every card is disabled for this reason.
fn all_disabled(answer: &GetLiveBagDataResponse, reason: DisabledReason) {
    assert!(!answer.products.is_empty());
    for card in &answer.products {
        assert!(!card.buttons.is_empty(), "{} has no buttons", card.product_id);
        for button in selling(card) {
            let found = (button.state, button.reason);
            assert_eq!(found, (ButtonState::DISABLED, reason), "{} {:?}", card.product_id, button.kind);
        }
    }
}

#[tokio::test]
async fn rooms_that_do_not_sell_say_why_and_show_nothing() {
    let stack = Stack::start().await;
    for (room_id, status, state) in [
        (1003, 20_001, Some(RoomStatus::FINISH)),
        (1004, 20_002, Some(RoomStatus::LIVE)),
        (1011, 20_007, Some(RoomStatus::BANNED)),
        (1012, 20_003, None),
        (999_999, 20_003, None),
    ] {
        for user_id in [0, 101, 102, 103, 104] {
            let answer = stack.answer(room(room_id).by(user_id)).await;
            assert_eq!((code(&answer), answer.room_status), (status, state), "room {room_id}, user {user_id}");
            assert!(answer.products.is_empty() && answer.auctions.is_empty() && answer.pin.is_none());
            assert!(answer.degraded.is_empty(), "{:?}", answer.degraded);
        }
    }
}

#[tokio::test]
async fn rooms_that_sell_answer_in_full_for_everybody() {
    let stack = Stack::start().await;
    for room_id in [1001, 1002, 1005, 1006, 1007, 1008, 1009, 1010] {
        for user_id in [0, 101, 102, 103, 104] {
            let answer = stack.bag(room(room_id).by(user_id)).await;
            assert_eq!(answer.room_status, Some(RoomStatus::LIVE), "room {room_id}, user {user_id}");
            for card in &answer.products {
                let id = card.product_id;
                assert!(!card.title.is_empty() && !card.cover.uri.is_empty() && !card.buttons.is_empty(), "{id}");
                assert!(card.price.as_ref().is_some_and(|price| !price.sale_text.is_empty()), "{id} has no price");
                assert!(!card.seller_name.is_empty() && card.seller_id > 0, "{id} has no seller");
            }
        }
    }
}

#[tokio::test]
async fn the_full_room_has_everything_on_its_first_page() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1001)).await;
    assert_eq!((answer.total, answer.products.len(), answer.next_cursor, answer.has_more), (200, 20, 20, true));
    let pin = answer.pin.as_ref().unwrap();
    assert_eq!((pin.kind, pin.product.as_ref().unwrap().product_id), (CardKind::PRODUCT, 1_001_008));
    assert!(answer.products[0].is_pinned && answer.products[0].product_id == 1_001_008);
    assert_eq!(answer.products.iter().filter(|card| card.is_pinned).count(), 1);
    assert!(answer.bag_version >= 1 && answer.server_now_ms == crate::stack::NOW);
    let any = |test: &dyn Fn(&live_pack_idl::live_pack::ProductCard) -> bool| answer.products.iter().any(test);
    assert!(any(&|card| card.flash_sale.is_some()));
    assert!(any(&|card| card.rating > 0.0) && any(&|card| !card.sold_text.is_empty()));
    assert!(any(&|card| !card.labels.is_empty()) && answer.products.iter().all(|card| card.labels.len() <= 3));
    assert!(answer.products.iter().all(|card| offers(card, ButtonType::BUY_NOW) || card.stock == StockState::SOLD_OUT));
}

#[tokio::test]
async fn the_pinned_card_is_the_same_card_as_in_the_bag() {
    let stack = Stack::start().await;
    for user_id in [0, 101] {
        let answer = stack.bag(room(1001).by(user_id)).await;
        assert_eq!(answer.pin.unwrap().product.as_ref(), answer.products.first());
    }
}

#[tokio::test]
async fn the_buyer_sees_her_cart_and_her_claimed_voucher() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1001).by(101).page(0, 50)).await;
    let in_cart = |id: i64| answer.products.iter().find(|card| card.product_id == id).unwrap().in_cart_count;
    for item in [3, 5, 8, 12] {
        assert!(in_cart(1_001_000 + item) > 0, "item {item}");
    }
    assert!(answer.products.iter().any(|card| card.in_cart_count == 0));
    let state = |id: i64| {
        let mut vouchers = answer.products.iter().flat_map(|card| &card.vouchers);
        vouchers.find(|voucher| voucher.voucher_id == id).map(|voucher| voucher.state)
    };
    assert_eq!(state(100_102), Some(VoucherState::CLAIMED));
    let guest = stack.bag(room(1001).page(0, 50)).await;
    assert!(guest.products.iter().all(|card| card.in_cart_count == 0));
    assert!(guest.products.iter().flat_map(|card| &card.vouchers).all(|it| it.state != VoucherState::CLAIMED));
}

#[tokio::test]
async fn guests_are_asked_to_log_in_where_they_buy() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1001)).await;
    let buttons = answer.products.iter().flat_map(selling);
    let buy: Vec<_> = buttons.filter(|button| button.state == ButtonState::ENABLED).collect();
    assert!(!buy.is_empty() && buy.iter().all(|button| button.reason == DisabledReason::NEED_LOGIN), "{buy:?}");
}

#[tokio::test]
async fn a_minor_may_buy_nothing_and_sees_no_restricted_products() {
    let stack = Stack::start().await;
    all_disabled(&stack.bag(room(1001).by(102)).await, DisabledReason::AGE_RESTRICTED);
    let adult = ids(&stack.bag(room(1010).by(101).page(0, 50)).await);
    let minor = ids(&stack.bag(room(1010).by(102).page(0, 50)).await);
    let hidden: Vec<_> = adult.iter().filter(|id| !minor.contains(id)).collect();
    assert_eq!(hidden, [&1_010_025]);
}

#[tokio::test]
async fn a_guest_who_claims_to_be_a_minor_is_treated_as_one() {
    let stack = Stack::start().await;
    let mut ask = room(1010).page(0, 50);
    ask.0.user.is_minor = Some(true);
    assert!(!ids(&stack.bag(ask).await).contains(&1_010_025));
    assert!(ids(&stack.bag(room(1010).page(0, 50)).await).contains(&1_010_025));
}

#[tokio::test]
async fn nothing_is_delivered_to_103_and_104_cannot_buy_from_herself() {
    let stack = Stack::start().await;
    all_disabled(&stack.bag(room(1001).by(103)).await, DisabledReason::REGION_NOT_DELIVERABLE);
    all_disabled(&stack.bag(room(1001).by(104)).await, DisabledReason::OWN_PRODUCT);
    let elsewhere = stack.bag(room(1007).by(104)).await;
    assert!(elsewhere.products.iter().any(|card| offers(card, ButtonType::BUY_NOW)));
}

#[tokio::test]
async fn an_empty_bag_says_so_in_the_language_of_the_viewer() {
    let stack = Stack::start().await;
    let mut texts = Vec::new();
    for language in ["en", "id", "vi", "th", "ms", "fil", "ja", "de", "fr", "es", "it", "pt", "zh"] {
        let answer = stack.bag(room(1002).from("US", language)).await;
        assert_eq!((answer.total, answer.products.len(), answer.has_more), (0, 0, false));
        assert!(answer.tabs.is_empty() && answer.default_tab == BagTab::ALL);
        assert!(!answer.empty_text.is_empty(), "{language}");
        texts.push(answer.empty_text);
    }
    let unknown = stack.bag(room(1002).from("US", "tlh")).await.empty_text;
    assert_eq!(unknown, texts[0]);
    texts.sort();
    texts.dedup();
    // Indonesian and Malay have the same text.
    assert_eq!(texts.len(), 12);
    assert_eq!(stack.bag(room(1001)).await.empty_text, "");
}

#[tokio::test]
async fn when_all_is_sold_out_the_pinned_product_still_comes_first() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1005)).await;
    assert_eq!(answer.total, 12);
    assert!(answer.products[0].is_pinned);
    all_disabled(&answer, DisabledReason::SOLD_OUT);
    assert!(answer.products.iter().all(|card| card.stock == StockState::SOLD_OUT));
    assert_eq!(answer.pin.unwrap().product.as_ref(), answer.products.first());
}

#[tokio::test]
async fn a_pinned_voucher_is_shown_with_the_bag() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1009)).await;
    let pin = answer.pin.unwrap();
    assert_eq!((pin.kind, pin.product.is_none()), (CardKind::VOUCHER, true));
    assert!(pin.voucher.unwrap().voucher_id / 100 == 1009);
    assert!(pin.version >= 1 && answer.products.iter().all(|card| !card.is_pinned));
    let numbers: Vec<_> = answer.products.iter().map(|card| card.item_no).collect();
    assert_eq!(numbers.len(), 20);
}

#[tokio::test]
async fn products_that_may_not_be_sold_are_dropped_and_others_stay() {
    let stack = Stack::start().await;
    let answer = stack.bag(room(1010).page(0, 50)).await;
    let mut found = ids(&answer);
    found.sort_unstable();
    // 1 to 14 are good, 25 is for adults, 27 needs an app version that the viewer has; 28 has no model and leaves a gap.
    let due: Vec<i64> = (1..=14).chain([25, 27]).map(|item| 1_010_000 + item).collect();
    assert_eq!(found, due);
    let mut old = room(1010).page(0, 50);
    old.0.user.app_version = 290_000;
    assert!(!ids(&stack.bag(old).await).contains(&1_010_027));
}

#[tokio::test]
async fn auctions_come_with_the_first_page_and_page_on_their_own_tab() {
    let stack = Stack::start().await;
    let only = stack.bag(room(1006)).await;
    assert_eq!((only.products.len(), only.total, only.default_tab), (0, 0, BagTab::AUCTION));
    assert_eq!(only.auctions.len(), usize::try_from(only.auction_total).unwrap());
    assert!(only.auctions.iter().any(|card| card.auction.as_ref().unwrap().is_surprise_set));
    assert_eq!(only.empty_text, "");

    let mixed = stack.bag(room(1007)).await;
    assert!(mixed.total == 16 && mixed.auction_total >= 2 && mixed.default_tab == BagTab::ALL);
    assert_eq!(tab_count(&mixed, BagTab::AUCTION), Some(mixed.auction_total));
    assert!(stack.bag(room(1007).page(5, 5)).await.auctions.is_empty());

    let first = stack.bag(room(1007).tab(BagTab::AUCTION).page(0, 1)).await;
    assert_eq!((first.products.len(), first.auctions.len(), first.next_cursor, first.has_more), (0, 1, 1, true));
    assert_eq!(first.auction_total, mixed.auction_total);
    let second = stack.bag(room(1007).tab(BagTab::AUCTION).page(1, 50)).await;
    assert_eq!((second.next_cursor, second.has_more), (0, false));
    let paged: Vec<_> = first.auctions.iter().chain(&second.auctions).map(|card| card.product_id).collect();
    let whole: Vec<_> = mixed.auctions.iter().map(|card| card.product_id).collect();
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn only_qualified_viewers_may_bid() {
    let stack = Stack::start().await;
    let bids = |answer: &GetLiveBagDataResponse| -> Vec<_> {
        let buttons = answer.auctions.iter().flat_map(|card| &card.buttons);
        buttons.filter(|button| button.kind == ButtonType::BID).map(|it| (it.state, it.reason)).collect()
    };
    let buyer = bids(&stack.bag(room(1006).by(101)).await);
    assert!(buyer.contains(&(ButtonState::ENABLED, DisabledReason::NONE)), "{buyer:?}");
    let minor = bids(&stack.bag(room(1006).by(102)).await);
    assert!(!minor.is_empty() && minor.iter().all(|(state, _)| *state == ButtonState::DISABLED), "{minor:?}");
}
