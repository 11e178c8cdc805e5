//! `GetLiveBagCreatorShopInfo`: the entrance to the creator's shop, its highlights, and the parts that remain when something
//! fails.

use live_pack_commerce::{Failure, Fault};
use live_pack_idl::live_pack::{
    ButtonType, CreatorShop, GetLiveBagCreatorShopInfoRequest, GetLiveBagCreatorShopInfoResponse, RoomStatus,
};
use serde_json::json;

use crate::{
    ask::{Ask, room},
    stack::{Setup, Stack, engines},
};

async fn answer(stack: &Stack, Ask(asked): Ask, highlight_count: i32) -> GetLiveBagCreatorShopInfoResponse {
    let request = GetLiveBagCreatorShopInfoRequest { room: asked.room, user: asked.user, highlight_count, base: None };
    stack.client().get_live_bag_creator_shop_info(request).await.unwrap()
}

async fn shop(stack: &Stack, ask: Ask, highlight_count: i32) -> CreatorShop {
    let answer = answer(stack, ask, highlight_count).await;
    assert_eq!((answer.base_resp.status_code, answer.degraded), (0, vec![]), "{:?}", answer.base_resp);
    assert_eq!(answer.room_status, Some(RoomStatus::LIVE));
    answer.creator_shop.unwrap()
}

/// Asserts the data of a shop, whether or not it may be entered.
fn named(shop: &CreatorShop) {
    assert!(!shop.name.is_empty() && shop.creator_id > 0 && shop.product_count > 0, "{shop:?}");
    assert!(shop.avatar.as_ref().is_some_and(|avatar| !avatar.urls.is_empty()), "{shop:?}");
}

/// Asserts that a hidden entrance has no text and no link.
fn shut(shop: &CreatorShop) {
    assert!(!shop.show_entry && shop.entry_text.is_empty() && shop.schema.is_empty(), "{shop:?}");
    assert!(shop.highlights.is_empty(), "{shop:?}");
}

#[tokio::test]
async fn the_full_room_has_an_entrance_with_highlights() {
    let stack = Setup::default().without_caches().start().await;
    for user_id in [0, 101] {
        stack.world.faults().reset_calls();
        let shop = shop(&stack, room(1001).by(user_id), 6).await;
        named(&shop);
        assert!(shop.show_entry && shop.rating > 0.0, "{shop:?}");
        assert_eq!((shop.entry_text.as_str(), shop.schema.as_str()), ("Visit shop", "livepack://shop/104?room=1001"));
        assert_eq!((shop.official, shop.labels.len()), (!shop.labels.is_empty(), usize::from(shop.official)));
        assert_eq!(shop.highlights.len(), 6);
        for card in &shop.highlights {
            assert!(!card.title.is_empty() && card.price.is_some() && !card.seller_name.is_empty(), "{card:?}");
            let buttons: Vec<_> = card.buttons.iter().map(|button| button.kind).collect();
            assert_eq!((buttons, card.track["place"].as_str()), (vec![ButtonType::VIEW], "shop"));
        }
        let calls = stack.world.calls();
        assert!(calls.values().all(|count| *count == 1), "{calls:?}");
        assert!(!calls.keys().any(|name| name.starts_with("trade_chain") || name.starts_with("cart")), "{calls:?}");
    }
}

#[tokio::test]
async fn the_requested_number_of_highlights_is_loaded_and_nothing_for_none() {
    let stack = Setup::default().without_caches().start().await;
    let all = shop(&stack, room(1001), 6).await;
    for count in [1, 3] {
        let some = shop(&stack, room(1001), count).await;
        assert_eq!(some.highlights, all.highlights[..usize::try_from(count).unwrap()]);
    }
    stack.world.faults().reset_calls();
    let none = shop(&stack, room(1001), 0).await;
    assert_eq!(none, CreatorShop { highlights: Vec::new(), ..all });
    let calls: Vec<_> = stack.world.calls().into_keys().collect();
    let few = ["live_creator.MGetCreator", "live_data.MGetRoom", "seller_core.MGetSeller"];
    assert_eq!(calls, few);
    for count in [-1, 7] {
        assert_eq!(answer(&stack, room(1001), count).await.base_resp.status_code, 10_001);
    }
}

#[tokio::test]
async fn a_hidden_entrance_has_no_link() {
    let gate = |gate: serde_json::Value| json!({ "bag": {}, "creator_shop": gate });
    for (name, key, value, ask, open) in [
        ("switched off by hand", "DegradeConf", json!({ "off": ["creator_shop"] }), room(1001), false),
        ("shut", "LiveBagEntryConfig", gate(json!({ "enabled": false })), room(1001), false),
        ("elsewhere", "LiveBagEntryConfig", gate(json!({ "regions": ["JP", "DE"] })), room(1001), false),
        ("here", "LiveBagEntryConfig", gate(json!({ "regions": ["JP", "DE"] })), room(1001).from("JP", "ja"), true),
        ("an old client", "LiveBagEntryConfig", gate(json!({ "min_app_version": 350_001 })), room(1001), false),
        ("just new enough", "LiveBagEntryConfig", gate(json!({ "min_app_version": 350_000 })), room(1001), true),
    ] {
        let stack = Setup::default().conf(key, value).start().await;
        let shop = shop(&stack, ask, 2).await;
        named(&shop);
        assert_eq!((shop.show_entry, shop.highlights.len()), (open, if open { 2 } else { 0 }), "{name}");
        if !open {
            shut(&shop);
        }
    }
}

#[tokio::test]
async fn rooms_that_do_not_sell_have_no_shop_and_say_why() {
    let stack = Stack::start().await;
    for (room_id, status) in [(1003, 20_001), (1004, 20_002), (1011, 20_007), (999_999, 20_003), (0, 10_001)] {
        let answer = answer(&stack, room(room_id).by(101), 3).await;
        assert_eq!((answer.base_resp.status_code, answer.creator_shop), (status, None), "{room_id}");
    }
}

#[tokio::test]
async fn only_the_room_and_the_creator_are_strong() {
    let error = Fault { error: Some(Failure::Exception), ..Fault::default() };
    let hang = Fault { hang: true, ..Fault::default() };
    for (fault, code) in [(error, 30_002), (hang, 30_001)] {
        let limits = engines(json!({ "timeout": "2s", "reserve": "500ms" }));
        let stack = Setup::default().without_caches().conf("LivePackEngineConf", limits).start().await;
        let whole = shop(&stack, room(1001), 3).await;
        for (target, task, highlights) in [
            ("product_relation.*", "CreatorShopLoader", 0),
            ("product_model.MGetProductLite", "ProductStatusProvider", 0),
            ("product_model.MGetProductModel", "ProductModelLoader", 0),
            ("product_price.*", "ProductPriceLoader", 3),
            ("product_detail.*", "ProductDetailLoader", 3),
            ("promotion_renderer.*", "PromotionDisplayInfoLoader", 3),
            ("seller_core.*", "SellerLoader", 3),
        ] {
            stack.world.faults().clear();
            stack.world.faults().set(target, fault).unwrap();
            let answer = answer(&stack, room(1001), 3).await;
            let lost: Vec<_> = answer.degraded.iter().map(|lost| lost.task.as_str()).collect();
            assert_eq!((answer.base_resp.status_code, lost), (0, vec![task]), "{target}");
            let shop = answer.creator_shop.unwrap();
            named(&shop);
            assert_eq!((shop.show_entry, shop.highlights.len()), (true, highlights), "{target}");
            assert_eq!(shop.rating == 0.0, task == "SellerLoader", "{target}");
            let priced = shop.highlights.iter().all(|card| card.price.is_some());
            assert_eq!(priced, task != "ProductPriceLoader", "{target}");
        }
        stack.world.faults().clear();
        stack.world.faults().set("live_creator.*", fault).unwrap();
        assert_eq!(answer(&stack, room(1001), 3).await.base_resp.status_code, code);
        stack.world.faults().clear();
        assert_eq!(shop(&stack, room(1001), 3).await, whole);
    }
}
