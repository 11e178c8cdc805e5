//! Features that are switched off are absent from every method, cost no call and are not reported as failures.

use serde_json::{Value, json};

use crate::{
    json_client::{JsonClient, each_field},
    methods::{BUYER, all},
    stack::Setup,
};

/// Whether a field has content.
type Shows = fn(&Value) -> bool;

fn is_set(value: &Value) -> bool {
    value == &json!(true)
}

fn is_filled(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty())
}

fn counts(value: &Value) -> bool {
    value.as_i64().is_some_and(|count| count != 0)
}

fn is_there(value: &Value) -> bool {
    value.is_object()
}

/// Feature, its fields, the test for content, and the downstream methods that only it needs.
const FEATURES: [(&str, &[&str], Shows, &[&str]); 7] = [
    ("auction", &["auctions"], is_filled, &["auction.MGetRoomAuctions"]),
    ("banner", &["top_banners"], is_filled, &["promotion_delivery.GetBanners"]),
    ("cart", &["in_cart_count", "cart_count"], counts, &["cart.MCheckInCart", "cart.GetCartCount"]),
    ("creator_shop", &["show_entry"], is_set, &["product_relation.GetShowcase"]),
    ("flash_sale", &["flash_sale"], is_there, &["promotion_renderer.MGetFlashWindows"]),
    ("pin_card", &["pin"], is_there, &["product_relation.MGetPinned"]),
    ("voucher", &["vouchers", "promotion_banners"], is_filled, &["promotion_delivery.MGetRoomVouchers"]),
];

#[tokio::test]
async fn a_feature_that_is_switched_off_is_absent_and_causes_no_call() {
    for (feature, fields, shows, needs) in FEATURES {
        let stack = Setup::default().conf("DegradeConf", json!({ "off": [feature] })).start().await;
        let mut line = JsonClient::to(&stack).await;
        for method in all() {
            for room_id in [method.home, 1007] {
                let answer = line.ask(method.name, &method.request(room_id, BUYER)).await;
                let place = format!("{} of room {room_id} without {feature}", method.name);
                assert!(answer.degraded().is_empty(), "{place}: {:?}", answer.degraded());
                assert!(answer.code() == 0 || method.name == "GetSurpriseSetDetail", "{place}: {}", answer.message());
                each_field(&answer.0, &mut |name, value| {
                    assert!(!fields.contains(&name) || !shows(value), "{place} shows {name}: {value}");
                    // Labels of a feature have its name.
                    assert!(name != "code" || value != feature, "{place} has its label");
                });
                if let Some(switches) = answer.0["room"]["switches"].as_object() {
                    let off: Vec<_> = switches.iter().filter(|(_, on)| **on == false).map(|(name, _)| name).collect();
                    assert_eq!(off, [feature], "{place}");
                }
            }
        }
        let calls = stack.world.calls();
        assert!(needs.iter().all(|method| !calls.contains_key(*method)), "{feature}: {calls:?}");
    }
}
