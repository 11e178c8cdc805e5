//! Idempotency over HTTP.

use futures_util::future::join_all;
use serde_json::json;

use crate::kit::{SKU, account, assert_problem, both, order_body};

#[tokio::test(flavor = "multi_thread")]
async fn one_key_from_fifty_connections_gives_one_order_and_equal_answers() {
    for served in both().await {
        let (token, quote) = (served.token(1).await, served.quote(1, SKU, 2).await);
        let body = order_body(&quote);
        let calls = (0..50).map(|_| async {
            let mut client = served.client().await;
            loop {
                let answer = client.json("POST", "/v1/orders", &token, Some("k"), &body).await.unwrap();
                if answer.code() != "IDEMPOTENCY_IN_FLIGHT" {
                    return answer;
                }
            }
        });
        let answers = join_all(calls).await;
        let bodies: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.text.as_str()).collect();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        assert!(answers.iter().all(|answer| answer.status == 201));
        assert_eq!(answers.iter().filter(|answer| !answer.is_replay()).count(), 1);
        let mut client = served.client().await;
        let orders = client.json("GET", "/v1/orders", &token, None, &json!({})).await.unwrap().json();
        assert_eq!(orders["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_same_body_is_compared_by_its_values() {
    for served in both().await {
        let (token, quote) = (served.token(1).await, served.quote(1, SKU, 10).await);
        assert_eq!(quote["total"]["amount"], "33.30");
        let mut client = served.client().await;
        let bearer = format!("Bearer {token}");
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        let id = quote["quote_id"].as_str().unwrap();
        for (number, text) in [
            format!(r#"{{"quote_id":"{id}","total":{{"amount":"33.30","currency":"USD"}}}}"#),
            format!(r#"  {{ "total": {{"currency":"USD","amount":"33.3"}}, "quote_id": "{id}" }}"#),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = client.send("POST", "/v1/orders", &headers, text).await.unwrap();
            assert_eq!((answer.status, answer.is_replay()), (201, number > 0), "{}", answer.text);
        }
        let other = format!(r#"{{"quote_id":"{id}","total":{{"amount":"33.31","currency":"USD"}}}}"#);
        let answer = client.send("POST", "/v1/orders", &headers, other).await.unwrap();
        assert_problem(&answer, 422, "IDEMPOTENCY_MISMATCH");
    }
}

#[tokio::test]
async fn a_refusal_binds_no_key_and_accounts_have_separate_keys() {
    for served in both().await {
        let (token, quote) = (served.token(1).await, served.quote(1, SKU, 1).await);
        let mut client = served.client().await;
        let wrong = json!({"quote_id": quote["quote_id"], "total": {"amount": "0.01", "currency": "USD"}});
        let refused = client.json("POST", "/v1/orders", &token, Some("k"), &wrong).await.unwrap();
        assert_problem(&refused, 422, "PRICE_CHANGED");
        assert_eq!(refused.json()["quote"], quote);
        let good = client.json("POST", "/v1/orders", &token, Some("k"), &order_body(&quote)).await.unwrap();
        assert_eq!((good.status, good.is_replay()), (201, false), "{}", good.text);
        let used = client.json("POST", "/v1/orders", &token, Some("k2"), &order_body(&quote)).await.unwrap();
        assert_problem(&used, 409, "QUOTE_USED");
        let (other, foreign) = (served.token(2).await, served.quote(2, SKU, 1).await);
        let stolen = client.json("POST", "/v1/orders", &other, Some("k"), &order_body(&quote)).await.unwrap();
        assert_problem(&stolen, 404, "NOT_FOUND");
        let own = client.json("POST", "/v1/orders", &other, Some("k"), &order_body(&foreign)).await.unwrap();
        assert_eq!((own.status, own.is_replay()), (201, false));
    }
}

#[tokio::test]
async fn an_order_passes_through_its_endpoints() {
    for served in both().await {
        let (token, quote) = (served.token(3).await, served.quote(3, "9000001001", 2).await);
        let mut client = served.client().await;
        let placed = client.json("POST", "/v1/orders", &token, Some("k"), &order_body(&quote)).await.unwrap().json();
        assert!(placed["payment_id"].is_null() && placed["pay_url"].is_null());
        let id = placed["orders"][0]["order_id"].as_str().unwrap().to_owned();
        let product = client.json("GET", "/v1/products/9000001", "", None, &json!({})).await.unwrap().json();
        assert_eq!(product["skus"][0]["available"], 98);
        let path = format!("/v1/orders/{id}");
        let address = json!({"address_id": account(3).to_string()});
        let changed = client.json("PATCH", &path, &token, Some("a"), &address).await.unwrap().json();
        assert_eq!(changed["version"], 2);
        let reason = json!({"reason": "too many"});
        let cancelled = client.json("POST", &format!("{path}/cancel"), &token, Some("c"), &reason).await.unwrap();
        assert_eq!(cancelled.json()["state"], "CANCELLED");
        let again = client.json("POST", &format!("{path}/cancel"), &token, Some("d"), &reason).await.unwrap();
        assert_problem(&again, 409, "STATE_CONFLICT");
        assert_eq!(again.json()["state"], "CANCELLED");
        let foreign = client.json("GET", &path, &served.token(4).await, None, &json!({})).await.unwrap();
        assert_problem(&foreign, 404, "NOT_FOUND");
        let product = client.json("GET", "/v1/products/9000001", "", None, &json!({})).await.unwrap().json();
        assert_eq!(product["skus"][0]["available"], 100);
    }
}
