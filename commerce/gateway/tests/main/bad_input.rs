//! Bad input: the error code of the contract, all faults named, nothing written.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use live_pack_shop::{Clock, check::check_store};
use live_pack_shop_store::trade::orders;
use serde_json::{Value, json};

use crate::kit::{SKU, account, assert_problem, both, both_at, order_body, sqlite};

/// Bodies of a quote, with the fields reported as faults.
fn bad_quotes(address: &str) -> Vec<(String, Vec<&'static str>)> {
    let items = |items: &str| format!(r#"{{"items": {items}, "address_id": "{address}"}}"#);
    let one = format!(r#"{{"sku_id": "{SKU}", "quantity": 1}}"#);
    vec![
        ("{}".into(), vec!["address_id", "items"]),
        ("[]".into(), vec![""]),
        ("null".into(), vec![""]),
        (r#"{"items": [], "address_id": 5, "x": 1}"#.into(), vec!["address_id", "items", "x"]),
        (items(&format!(r#"[{{"sku_id": {SKU}, "quantity": "1"}}]"#)), vec!["items[0].quantity", "items[0].sku_id"]),
        (items(&format!(r#"[{{"sku_id": "{SKU}", "quantity": 0}}]"#)), vec!["items[0].quantity"]),
        (items(&format!(r#"[{{"sku_id": "{SKU}", "quantity": -1}}]"#)), vec!["items[0].quantity"]),
        (items(&format!(r#"[{{"sku_id": "{SKU}", "quantity": 10000}}]"#)), vec!["items[0].quantity"]),
        (items(&format!(r#"[{{"sku_id": "{SKU}", "quantity": 1.5}}]"#)), vec!["items[0].quantity"]),
        (items(&format!(r#"[{{"sku_id": "{SKU}", "quantity": 99999999999999999999}}]"#)), vec!["items[0].quantity"]),
        (
            items(&format!(r#"[{one}, {{"sku_id": "-1", "quantity": 1, "price": 0}}]"#)),
            vec!["items[1].price", "items[1].sku_id"],
        ),
        (items(&format!("[{}]", vec![one.as_str(); 101].join(","))), vec!["items"]),
        (format!(r#"{{"items": [{one}], "items": [{one}], "address_id": "{address}"}}"#), vec!["items"]),
        (format!(r#"{{"items": [{one}], "from_cart": true, "address_id": "{address}"}}"#), vec!["from_cart"]),
        (format!(r#"{{"from_cart": "yes", "address_id": "{address}"}}"#), vec!["from_cart"]),
        (
            format!(r#"{{"items": [{one}], "address_id": "{address}", "voucher_codes": [1], "room_id": 7}}"#),
            vec!["room_id", "voucher_codes[0]"],
        ),
    ]
}

fn fields(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    for error in &errors {
        assert!(error["rule"].is_string() && error["found"].is_string(), "{error}");
    }
    let mut fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect();
    fields.sort();
    fields
}

#[tokio::test]
async fn every_fault_of_a_body_is_named_and_nothing_is_written() {
    for served in both().await {
        let token = served.token(1).await;
        let bearer = format!("Bearer {token}");
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        let mut client = served.client().await;
        for (body, expected) in bad_quotes(&account(1).to_string()) {
            let answer = client.send("POST", "/v1/quotes", &headers, body.clone()).await.unwrap();
            assert_problem(&answer, 400, "INVALID_REQUEST");
            assert_eq!(fields(&answer.json()), expected, "{body}");
        }
        for (amount, currency, expected) in [
            (json!(3.33), json!("USD"), vec!["total.amount"]),
            (json!("3.333"), json!("USD"), vec!["total.amount"]),
            (json!("-3.33"), json!("USD"), vec!["total.amount"]),
            (json!("1e2"), json!("USD"), vec!["total.amount"]),
            (json!("9999999999999999999999"), json!("USD"), vec!["total.amount"]),
            (json!("3.33"), json!("usd"), vec!["total.currency"]),
            (json!("3.33"), json!(null), vec!["total.currency"]),
        ] {
            let body = json!({"quote_id": "1", "total": {"amount": amount, "currency": currency}});
            let answer = client.send("POST", "/v1/orders", &headers, body.to_string()).await.unwrap();
            assert_problem(&answer, 400, "INVALID_REQUEST");
            assert_eq!(fields(&answer.json()), expected, "{body}");
        }
        for broken in ["", "{", "{\"a\":}", "\u{0}", "{\"quote_id\":\"1\"}}"] {
            let answer = client.send("POST", "/v1/orders", &headers, broken).await.unwrap();
            assert_problem(&answer, 400, "INVALID_REQUEST");
        }
        let listed: Vec<orders::RouteRow> = served
            .app
            .shop()
            .trade()
            .read(&orders::LIST, &[account(1).into(), i64::MAX.into(), 10.into()])
            .await
            .unwrap();
        assert!(listed.is_empty());
        let findings = check_store(served.app.shop().trade(), served.app.shop().clock()).await.unwrap();
        assert!(findings.iter().all(|finding| finding.broken.is_empty()), "{findings:#?}");
    }
}

#[tokio::test]
async fn checks_run_in_the_order_of_the_contract() {
    let served = sqlite().await;
    let token = served.token(1).await;
    let bearer = format!("Bearer {token}");
    let mut client = served.client().await;
    let large = "x".repeat((1 << 20) + 1);
    let auth = ("authorization", bearer.as_str());
    let (json_type, text_type) = (("content-type", "application/json"), ("content-type", "text/plain"));
    let key = ("idempotency-key", "k");
    let unknown = r#"{"quote_id":"5","total":{"amount":"1.00","currency":"USD"}}"#;
    let long_key = "k".repeat(65);
    for (headers, body, status, code) in [
        (vec![text_type], "{", 401, "UNAUTHENTICATED"),
        (vec![("authorization", "Bearer x.y.z"), json_type, key], unknown, 401, "UNAUTHENTICATED"),
        (vec![("authorization", "Basic abc"), json_type, key], unknown, 401, "UNAUTHENTICATED"),
        (vec![auth, text_type], "{", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (vec![auth], "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (vec![auth, ("content-type", "application/json; charset=latin1"), key], "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (vec![auth, json_type], "{", 400, "IDEMPOTENCY_KEY_MISSING"),
        (vec![auth, json_type, ("idempotency-key", long_key.as_str())], "{", 400, "IDEMPOTENCY_KEY_MISSING"),
        (
            vec![auth, json_type, ("idempotency-key", "a"), ("idempotency-key", "b")],
            "{",
            400,
            "IDEMPOTENCY_KEY_MISSING",
        ),
        (vec![auth, json_type, key], &large, 413, "BODY_TOO_LARGE"),
        (vec![auth, json_type, key], "{", 400, "INVALID_REQUEST"),
        (vec![auth, ("content-type", "application/json; charset=UTF-8"), key], unknown, 404, "NOT_FOUND"),
    ] {
        let mut client = served.client().await;
        let answer = client.send("POST", "/v1/orders", &headers, body.to_owned()).await.unwrap();
        assert_problem(&answer, status, code);
    }
    for (method, path, status, code) in [
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("GET", "/v1/orders/abc", 404, "NOT_FOUND"),
        ("GET", "/v1/orders/01", 404, "NOT_FOUND"),
        ("PUT", "/v1/orders", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/v1/products/5", 404, "NOT_FOUND"),
        ("GET", "/v1/orders?page_size=0", 400, "INVALID_REQUEST"),
        ("GET", "/v1/orders?page_size=101&page_token=x&y=1", 400, "INVALID_REQUEST"),
        ("GET", "/v1/balance", 501, "NOT_YET"),
        ("POST", "/v1/webhooks/payments", 501, "NOT_YET"),
        ("POST", "/v1/orders/1/refunds", 501, "NOT_YET"),
    ] {
        let answer = client.send(method, path, &[auth], "").await.unwrap();
        assert_problem(&answer, status, code);
    }
    let many = client.send("GET", "/v1/orders?page_size=101&page_token=x&y=1", &[auth], "").await.unwrap();
    assert_eq!(fields(&many.json()), ["page_size", "page_token", "y"]);
}

#[tokio::test]
async fn sessions_reveal_nothing_about_accounts_and_end_permanently() {
    for served in both().await {
        let mut client = served.client().await;
        let log_in = |email: &str, password: &str| json!({"email": email, "password": password});
        for body in [log_in("buyer1@example.com", "wrong"), log_in("nobody@example.com", "live-pack-demo")] {
            let answer = client.json("POST", "/v1/sessions", "", None, &body).await.unwrap();
            assert_problem(&answer, 401, "BAD_CREDENTIALS");
        }
        let session =
            client.json("POST", "/v1/sessions", "", None, &log_in("Buyer1@Example.com", "live-pack-demo")).await;
        let session = session.unwrap().json();
        let token = session["access_token"].as_str().unwrap();
        assert_eq!((session["expires_in"].as_i64(), session["account_id"].as_str()), (Some(900), Some("1000001")));
        let ended = client.json("DELETE", "/v1/sessions/current", token, None, &json!({})).await.unwrap();
        assert_eq!((ended.status, ended.text.as_str()), (204, ""));
        let after = client.json("GET", "/v1/orders", token, None, &json!({})).await.unwrap();
        assert_problem(&after, 401, "UNAUTHENTICATED");
    }
}

/// 2026-11-28T12:00:00Z.
const NOW: i64 = 1_795_867_200_000;

#[tokio::test]
async fn expired_and_foreign_quotes_and_ids_of_others_are_refused_and_nothing_is_written() {
    let now = Arc::new(AtomicI64::new(NOW));
    for served in both_at(Clock::Manual(now.clone())).await {
        now.store(NOW, Relaxed);
        let mut client = served.client().await;
        let (own, other) = (served.token(1).await, served.token(2).await);
        let (ordered, late) = (served.quote(1, SKU, 1).await, served.quote(1, SKU, 1).await);
        let placed = client.json("POST", "/v1/orders", &own, Some("k"), &order_body(&ordered)).await.unwrap().json();
        let order = placed["orders"][0]["order_id"].as_str().unwrap();
        let (path, address) = (format!("/v1/orders/{order}"), json!({"address_id": account(2).to_string()}));
        let foreign = json!({"items": [{"sku_id": SKU, "quantity": 1}], "address_id": account(1).to_string()});
        let unknown = json!({"items": [{"sku_id": "5", "quantity": 1}], "address_id": account(2).to_string()});
        for (method, path, body, status, code) in [
            ("POST", "/v1/orders".to_owned(), order_body(&late), 404, "NOT_FOUND"),
            ("GET", path.clone(), Value::Null, 404, "NOT_FOUND"),
            ("PATCH", path.clone(), address, 404, "NOT_FOUND"),
            ("POST", format!("{path}/cancel"), json!({"reason": "R"}), 404, "NOT_FOUND"),
            ("POST", "/v1/quotes".to_owned(), foreign, 404, "ADDRESS_NOT_FOUND"),
            ("POST", "/v1/quotes".to_owned(), unknown, 404, "SKU_NOT_FOUND"),
        ] {
            let answer = client.json(method, &path, &other, Some("x"), &body).await.unwrap();
            assert_problem(&answer, status, code);
        }
        let own_change = json!({"address_id": account(2).to_string()});
        let changed = client.json("PATCH", &path, &own, Some("x"), &own_change).await.unwrap();
        assert_problem(&changed, 404, "ADDRESS_NOT_FOUND");
        now.store(NOW + 5 * 60 * 1_000, Relaxed);
        let expired = client.json("POST", "/v1/orders", &own, Some("late"), &order_body(&late)).await.unwrap();
        assert_problem(&expired, 422, "QUOTE_EXPIRED");
        let again = client.json("POST", "/v1/orders", &own, Some("k"), &order_body(&ordered)).await.unwrap();
        assert!(again.is_replay(), "{}", again.text);
        now.store(NOW + 15 * 60 * 1_000, Relaxed);
        let old = client.json("GET", "/v1/orders", &own, None, &Value::Null).await.unwrap();
        assert_problem(&old, 401, "UNAUTHENTICATED");
        let listed = live_pack_shop::order::ListOrders { account_id: account(1), before: None, page_size: 10 };
        assert_eq!(served.app.shop().run(listed).await.unwrap().items.len(), 1);
        let foreign = live_pack_shop::order::ListOrders { account_id: account(2), before: None, page_size: 10 };
        assert!(served.app.shop().run(foreign).await.unwrap().items.is_empty());
    }
}
