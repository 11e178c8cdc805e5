//! Accounts, sessions, addresses, products and cart as a client sees them.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    kit::{SKU, account, assert_problem, both, order_body, sqlite},
};

const NONE: Value = Value::Null;

async fn ask(client: &mut Client, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    client.json(method, path, token, None, body).await.unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_works_from_opening_to_closing() {
    for served in both().await {
        let client = &mut served.client().await;
        let new = json!({"email": "Ann@Example.com", "password": "a good one", "name": "Ann", "region": "US"});
        let created = ask(client, "POST", "/v1/accounts", "", &new).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let account_id = text(&created.json()["account_id"]);
        assert_problem(&ask(client, "POST", "/v1/accounts", "", &new).await, 409, "EMAIL_TAKEN");
        let credentials = json!({"email": "ann@example.com", "password": "a good one"});
        let session = ask(client, "POST", "/v1/sessions", "", &credentials).await;
        assert_eq!((session.status, session.json()["account_id"].as_str()), (201, Some(account_id.as_str())));
        let (token, refresh) = (text(&session.json()["access_token"]), text(&session.json()["refresh_token"]));
        let profile = ask(client, "GET", "/v1/account", &token, &NONE).await.json();
        assert_eq!((&profile["email"], &profile["name"]), (&json!("ann@example.com"), &json!("Ann")));
        let changed = ask(client, "PATCH", "/v1/account", &token, &json!({"name": "Ann B."})).await;
        assert_eq!((changed.status, &changed.json()["name"]), (200, &json!("Ann B.")));
        let next = ask(client, "POST", "/v1/sessions/refresh", "", &json!({"refresh_token": refresh})).await;
        assert_eq!((next.status, next.json()["expires_in"].as_i64()), (201, Some(900)));
        let token = text(&next.json()["access_token"]);
        let wrong = json!({"password": "another one", "current_password": "wrong"});
        assert_problem(&ask(client, "PATCH", "/v1/account", &token, &wrong).await, 401, "BAD_CREDENTIALS");
        let closed = ask(client, "DELETE", "/v1/account", &token, &NONE).await;
        assert_eq!((closed.status, closed.text.as_str()), (204, ""));
        assert_problem(&ask(client, "GET", "/v1/account", &token, &NONE).await, 401, "UNAUTHENTICATED");
        assert_problem(&ask(client, "POST", "/v1/sessions", "", &credentials).await, 401, "BAD_CREDENTIALS");
        assert_eq!(ask(client, "POST", "/v1/accounts", "", &new).await.status, 201, "the e-mail is free");
    }
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_family() {
    for served in both().await {
        let client = &mut served.client().await;
        let credentials = json!({"email": "buyer1@example.com", "password": "live-pack-demo"});
        let first = ask(client, "POST", "/v1/sessions", "", &credentials).await.json();
        let body = json!({"refresh_token": first["refresh_token"]});
        let second = ask(client, "POST", "/v1/sessions/refresh", "", &body).await.json();
        assert_problem(&ask(client, "POST", "/v1/sessions/refresh", "", &body).await, 401, "UNAUTHENTICATED");
        let newest = json!({"refresh_token": second["refresh_token"]});
        assert_problem(&ask(client, "POST", "/v1/sessions/refresh", "", &newest).await, 401, "UNAUTHENTICATED");
        let token = text(&second["access_token"]);
        assert_problem(&ask(client, "GET", "/v1/account", &token, &NONE).await, 401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn the_eleventh_failed_log_in_gets_a_retry_time() {
    let served = sqlite().await;
    let client = &mut served.client().await;
    let wrong = json!({"email": "buyer5@example.com", "password": "wrong"});
    for _ in 0..10 {
        assert_problem(&ask(client, "POST", "/v1/sessions", "", &wrong).await, 401, "BAD_CREDENTIALS");
    }
    let right = json!({"email": "BUYER5@example.com", "password": "live-pack-demo"});
    let refused = ask(client, "POST", "/v1/sessions", "", &right).await;
    assert_problem(&refused, 429, "TOO_MANY_ATTEMPTS");
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((800..=900).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn addresses_belong_to_one_account() {
    for served in both().await {
        let client = &mut served.client().await;
        let (own, other) = (served.token(1).await, served.token(2).await);
        let new = json!({
            "name": "Ann", "phone": "+1 555 0100", "region": "US", "city": "Springfield", "line1": "1 Main Street",
            "line2": "Back door", "postcode": "12345", "is_default": true,
        });
        let created = ask(client, "POST", "/v1/addresses", &own, &new).await;
        let address = created.json();
        assert_eq!(created.status, 201, "{}", created.text);
        for (field, value) in new.as_object().unwrap() {
            assert_eq!(&address[field], value, "{field}");
        }
        let path = format!("/v1/addresses/{}", text(&address["address_id"]));
        let listed = ask(client, "GET", "/v1/addresses", &own, &NONE).await.json();
        let defaults: Vec<_> = listed["items"].as_array().unwrap().iter().map(|it| &it["is_default"]).collect();
        assert_eq!(defaults, [&json!(false), &json!(true)], "the demo address is no longer the default");
        let paged = ask(client, "GET", "/v1/addresses?page_size=1", &own, &NONE).await.json();
        let token = text(&paged["next_page_token"]);
        let rest =
            ask(client, "GET", &format!("/v1/addresses?page_size=1&page_token={token}"), &own, &NONE).await.json();
        assert_eq!((&rest["items"][0], rest.get("next_page_token")), (&address, None));
        for method in ["GET", "PATCH", "DELETE"] {
            let answer = ask(client, method, &path, &other, &json!({})).await;
            assert_problem(&answer, 404, "ADDRESS_NOT_FOUND");
        }
        let change = json!({"city": "Shelbyville", "line2": null});
        let changed = ask(client, "PATCH", &path, &own, &change).await;
        assert_eq!((changed.status, changed.json().get("line2")), (200, None));
        assert_eq!(changed.json()["city"], "Shelbyville");
        assert_eq!(ask(client, "GET", &path, &own, &NONE).await.json(), changed.json());
        assert_eq!(ask(client, "DELETE", &path, &own, &NONE).await.status, 204);
        assert_problem(&ask(client, "GET", &path, &own, &NONE).await, 404, "ADDRESS_NOT_FOUND");
    }
}

#[tokio::test]
async fn products_are_listed_with_price_stock_and_seller() {
    for served in both().await {
        let client = &mut served.client().await;
        let listed = ask(client, "GET", "/v1/products?query=HUNDRED&seller_id=10010", "", &NONE).await.json();
        let item = &listed["items"][0];
        assert_eq!((&item["product_id"], &item["seller_id"]), (&json!("9000001"), &json!("10010")));
        assert_eq!((&item["price"]["amount"], &item["stock_state"]), (&json!("10.00"), &json!("IN_STOCK")));
        assert_eq!(item["seller_name"], "Live Pack Demo");
        let by_ids = ask(client, "GET", "/v1/products?ids=9000002,5,9000001", "", &NONE).await.json();
        let ids: Vec<_> = by_ids["items"].as_array().unwrap().iter().map(|it| it["product_id"].clone()).collect();
        assert_eq!(ids, ["9000001", "9000002"]);
        let many = vec!["1"; 101].join(",");
        for (query, field) in [
            ("ids=", "ids"),
            ("ids=1,x", "ids"),
            (&format!("ids={many}"), "ids"),
            ("ids=1&query=x", "ids"),
            ("category_id=-1", "category_id"),
            ("seller_id=01", "seller_id"),
            ("page_size=0", "page_size"),
            ("page_size=1.5", "page_size"),
            ("page_token=abc", "page_token"),
            ("query=%00", "query"),
            (&format!("query={}", "x".repeat(101)), "query"),
            ("query=a&query=b", "query"),
            ("sort=price", "sort"),
        ] {
            let refused = ask(client, "GET", &format!("/v1/products?{query}"), "", &NONE).await;
            assert_problem(&refused, 400, "INVALID_REQUEST");
            assert_eq!(refused.json()["errors"][0]["field"], field, "{query}");
        }
        let twice = ask(client, "GET", "/v1/products?page_size=x&seller_id=y&z=1", "", &NONE).await.json();
        assert_eq!(twice["errors"].as_array().unwrap().len(), 3, "all faults are named");
    }
}

#[tokio::test]
async fn a_cart_becomes_an_order() {
    for served in both().await {
        let client = &mut served.client().await;
        let token = served.token(1).await;
        let path = format!("/v1/cart/items/{SKU}");
        assert_eq!(ask(client, "GET", "/v1/cart", &token, &NONE).await.json(), json!({"lines": [], "count": 0}));
        let cart = ask(client, "PUT", &path, &token, &json!({"quantity": 3})).await;
        assert_eq!((cart.status, &cart.json()["count"]), (200, &json!(1)), "{}", cart.text);
        let line = &cart.json()["lines"][0];
        assert_eq!((&line["sku_id"], &line["quantity"], &line["available"]), (&json!(SKU), &json!(3), &json!(999)));
        assert_eq!(line["price"], json!({"amount": "3.33", "currency": "USD"}));
        let unknown = ask(client, "PUT", "/v1/cart/items/5", &token, &json!({"quantity": 1})).await;
        assert_problem(&unknown, 404, "SKU_NOT_FOUND");
        let request = json!({"from_cart": true, "address_id": account(1).to_string()});
        let quote = ask(client, "POST", "/v1/quotes", &token, &request).await.json();
        assert_eq!(quote["total"]["amount"], "9.99");
        let placed = client.json("POST", "/v1/orders", &token, Some("k"), &order_body(&quote)).await.unwrap();
        assert_eq!(placed.status, 201, "{}", placed.text);
        assert_eq!(ask(client, "GET", "/v1/cart", &token, &NONE).await.json()["count"], 0);
        assert_problem(&ask(client, "POST", "/v1/quotes", &token, &request).await, 422, "CART_EMPTY");
        assert_problem(&ask(client, "DELETE", "/v1/account", &token, &NONE).await, 409, "OPEN_ORDERS");
        ask(client, "PUT", &path, &token, &json!({"quantity": 1})).await;
        let removed = ask(client, "PUT", &path, &token, &json!({"quantity": 0})).await.json();
        assert_eq!(removed["count"], 0);
        ask(client, "PUT", &path, &token, &json!({"quantity": 1})).await;
        let emptied = ask(client, "DELETE", "/v1/cart", &token, &NONE).await;
        assert_eq!((emptied.status, emptied.text.as_str()), (204, ""));
        let metrics = client.send("GET", "/metrics", &[], "").await.unwrap().text;
        for metric in [
            "live_pack_shop_cart_items_count 5",
            "live_pack_shop_http_seconds_count{endpoint=\"PUT /v1/cart/items/{sku_id}\",status=\"404\"} 1",
            "live_pack_shop_use_case_seconds_count{outcome=\"refused\",use_case=\"cart.set\"} 1",
            "live_pack_shop_use_case_seconds_count{outcome=\"ok\",use_case=\"orders.place\"} 1",
            "live_pack_shop_committer_batch_size_count",
            "live_pack_shop_committer_wait_seconds_count",
        ] {
            assert!(metrics.contains(metric), "{metric} is not in {metrics}");
        }
    }
}
