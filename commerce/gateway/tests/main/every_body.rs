//! Bad input at every endpoint with a body, generated from its schema: the code of the contract, all faults named, nothing written.

use std::collections::BTreeSet;

use live_pack_shop_store::{Cell, Statement};
use serde_json::{Map, Value, json};

use crate::{
    client::{Answer, Client},
    document::{self, Operation},
    kit::{SKU, Served, account, assert_problem, both},
};

/// Number of rows of every table, by name.
async fn rows(served: &Served) -> Vec<(&'static str, i64)> {
    let shop = served.app.shop();
    let mut rows = Vec::new();
    for (table, statement) in TABLES {
        let cell = match statement.cell {
            Cell::Identity => shop.identity(),
            Cell::Catalog => shop.catalog(),
            Cell::Trade => shop.trade(),
        };
        rows.push((*table, cell.read::<i64>(statement, &[]).await.unwrap()[0]));
    }
    rows
}

static ACCOUNT: Statement = Statement::cold(Cell::Identity, "test.account", "SELECT COUNT(*) FROM account");
static SESSION: Statement = Statement::cold(Cell::Identity, "test.session", "SELECT COUNT(*) FROM session");
static TOKEN: Statement = Statement::cold(Cell::Identity, "test.token", "SELECT COUNT(*) FROM refresh_token");
static FAILURE: Statement = Statement::cold(Cell::Identity, "test.failure", "SELECT COUNT(*) FROM failed_log_in");
static ADDRESS: Statement = Statement::cold(Cell::Identity, "test.address", "SELECT COUNT(*) FROM address");
static CART: Statement = Statement::cold(Cell::Trade, "test.cart", "SELECT COUNT(*) FROM cart_line");
static QUOTE: Statement = Statement::cold(Cell::Trade, "test.quote", "SELECT COUNT(*) FROM quote");
static ORDER: Statement = Statement::cold(Cell::Trade, "test.order", "SELECT COUNT(*) FROM orders");
static HISTORY: Statement = Statement::cold(Cell::Trade, "test.history", "SELECT COUNT(*) FROM order_history");
static KEY: Statement = Statement::cold(Cell::Trade, "test.key", "SELECT COUNT(*) FROM idempotency_key");
static EVENT: Statement = Statement::cold(Cell::Trade, "test.event", "SELECT COUNT(*) FROM event");
static RESERVED: Statement =
    Statement::cold(Cell::Trade, "test.reserved", "SELECT CAST(SUM(reserved) AS BIGINT) FROM stock");

static TABLES: &[(&str, &Statement)] = &[
    ("account", &ACCOUNT),
    ("session", &SESSION),
    ("refresh_token", &TOKEN),
    ("failed_log_in", &FAILURE),
    ("address", &ADDRESS),
    ("cart_line", &CART),
    ("quote", &QUOTE),
    ("orders", &ORDER),
    ("order_history", &HISTORY),
    ("idempotency_key", &KEY),
    ("event", &EVENT),
    ("reserved units", &RESERVED),
];

/// A body with only valid fields.
fn good(name: &str) -> Value {
    let address = json!({
        "name": "N", "phone": "1", "region": "US", "city": "C", "line1": "L", "line2": "M", "postcode": "P",
        "is_default": false,
    });
    match name {
        "POST /v1/accounts" => json!({"email": "new@example.com", "password": "12345678", "name": "N", "region": "US"}),
        "POST /v1/sessions" => json!({"email": "buyer1@example.com", "password": "live-pack-demo"}),
        "POST /v1/sessions/refresh" => json!({"refresh_token": "x"}),
        "PATCH /v1/account" => {
            json!({"name": "N", "region": "US", "password": "12345678", "current_password": "12345678"})
        }
        "POST /v1/addresses" | "PATCH /v1/addresses/{id}" => address,
        "PUT /v1/cart/items/{sku_id}" => json!({"quantity": 1}),
        "POST /v1/quotes" => json!({
            "items": [{"sku_id": SKU, "quantity": 1}], "from_cart": false, "address_id": account(1).to_string(),
            "voucher_codes": ["V"], "room_id": "1001",
        }),
        "POST /v1/orders" => json!({"quote_id": "7", "total": {"amount": "1.00", "currency": "USD"}}),
        "PATCH /v1/orders/{id}" => json!({"address_id": account(1).to_string()}),
        "POST /v1/orders/{id}/cancel" => json!({"reason": "R"}),
        other => panic!("{other} has a body and no example"),
    }
}

/// Values that break the schema of a field.
fn bad(schema: &Value, good: &Value) -> Vec<Value> {
    let nullable = schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
    let mut values = vec![json!({}), json!([])];
    if !nullable {
        values.push(json!(null));
    }
    match good {
        Value::String(_) => {
            values.extend([json!(5), json!(true), json!(1.5), json!(""), json!("a\u{0}b"), json!("x".repeat(1_000))]);
        }
        Value::Bool(_) => values.extend([json!("true"), json!(1)]),
        Value::Number(_) => {
            let most = schema["maximum"].as_i64().unwrap();
            values.extend([json!("1"), json!(1.5), json!(-1), json!(most + 1), json!(i64::MIN), json!(u64::MAX)]);
            values.push(serde_json::from_str("1e300").unwrap());
        }
        Value::Object(_) => values.extend([
            json!(3.33),
            json!("3.33"),
            json!({"amount": 3.33, "currency": "USD"}),
            json!({"amount": "3.333", "currency": "USD"}),
            json!({"amount": "1.5", "currency": "JPY"}),
            json!({"amount": "-1.00", "currency": "USD"}),
            json!({"amount": "9999999999999999999999.00", "currency": "USD"}),
            json!({"amount": "1.00", "currency": "XXX"}),
            json!({"amount": "1.00"}),
            json!({"amount": "1.00", "currency": "USD", "x": 1}),
        ]),
        Value::Array(_) => values.retain(|value| !value.is_array()),
        Value::Null => {}
    }
    values
}

fn named(answer: &Answer) -> BTreeSet<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    assert!(errors.iter().all(|error| error["rule"].is_string() && error["found"].is_string()), "{}", answer.text);
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

/// The top-level field of a path such as `items[0].quantity`.
fn top(field: &str) -> &str {
    field.split(['.', '[']).next().unwrap()
}

struct Caller {
    client: Client,
    bearer: String,
}

impl Caller {
    async fn send(&mut self, operation: &Operation, body: impl Into<bytes::Bytes>) -> Answer {
        let mut headers = vec![("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        headers.push(("idempotency-key", "k"));
        self.client.send(&operation.method, &operation.concrete(), &headers, body).await.unwrap()
    }

    async fn refused(&mut self, operation: &Operation, body: &Value) -> BTreeSet<String> {
        let answer = self.send(operation, body.to_string()).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "INVALID_REQUEST"), "{} {body}", operation.name());
        named(&answer)
    }
}

#[tokio::test]
async fn every_fault_of_every_body_is_named_and_nothing_is_written() {
    for served in both().await {
        let (document, operations) = document::read(&served).await;
        let mut caller = Caller { client: served.client().await, bearer: format!("Bearer {}", served.token(1).await) };
        let before = rows(&served).await;
        let mut tried = 0;
        for operation in operations.iter().filter(|operation| !operation.is_not_yet()) {
            let Some(schema) = operation.body(&document) else { continue };
            tried += 1;
            fields(&mut caller, operation, &schema).await;
            texts(&mut caller, operation).await;
            headers(&served, &mut caller, operation).await;
        }
        assert_eq!(tried, 11);
        assert_eq!(rows(&served).await, before);
    }
}

/// Fields that are missing, unknown, of a wrong type or out of range, one at a time and all together.
async fn fields(caller: &mut Caller, operation: &Operation, schema: &Value) {
    let name = operation.name();
    let good: Map<String, Value> = good(&name).as_object().unwrap().clone();
    let properties = schema["properties"].as_object().unwrap();
    let known: BTreeSet<_> = properties.keys().collect();
    assert_eq!(good.keys().collect::<BTreeSet<_>>(), known, "{name}: the example has every field");
    for field in schema["required"].as_array().into_iter().flatten().map(|field| field.as_str().unwrap()) {
        let mut body = good.clone();
        body.remove(field);
        assert_eq!(caller.refused(operation, &body.into()).await, [field.to_owned()].into(), "{name} without {field}");
    }
    let mut all_bad = good.clone();
    for (field, schema) in properties {
        for value in bad(schema, &good[field]) {
            let mut body = good.clone();
            body.insert(field.clone(), value.clone());
            let named = caller.refused(operation, &body.into()).await;
            let tops: BTreeSet<_> = named.iter().map(|field| top(field)).collect();
            assert!(tops.contains(field.as_str()), "{name}: {field} = {value}: {named:?}");
        }
        all_bad.insert(field.clone(), json!({}));
    }
    all_bad.insert("unknown".to_owned(), json!(1));
    let named = caller.refused(operation, &all_bad.into()).await;
    let tops: BTreeSet<_> = named.iter().map(|field| top(field)).collect();
    let expected: BTreeSet<_> = known.iter().map(|field| field.as_str()).chain(["unknown"]).collect();
    assert_eq!(tops, expected, "{name}");
}

/// Texts that are not JSON objects, and duplicate keys.
async fn texts(caller: &mut Caller, operation: &Operation) {
    for text in ["", "{", "[]", "null", "\"x\"", "5", "{\"a\":}", "{\"a\":1}}", "\u{0}", "{'a': 1}", "\u{feff}{}"] {
        let answer = caller.send(operation, text).await;
        assert_problem(&answer, 400, "INVALID_REQUEST");
    }
    let answer = caller.send(operation, &b"{\"name\": \"\xff\"}"[..]).await;
    assert_problem(&answer, 400, "INVALID_REQUEST");
    let answer = caller.send(operation, "[".repeat(100_000)).await;
    assert_problem(&answer, 400, "INVALID_REQUEST");
    let good = good(&operation.name());
    let (field, value) = good.as_object().unwrap().iter().next().unwrap();
    let twice = format!("{{\"{field}\":{value},{}", &good.to_string()[1..]);
    let answer = caller.send(operation, twice).await;
    assert_problem(&answer, 400, "INVALID_REQUEST");
    assert!(named(&answer).contains(field), "{}", answer.text);
}

/// Token, media type, key and size, each checked in turn.
async fn headers(served: &Served, caller: &mut Caller, operation: &Operation) {
    let good = good(&operation.name()).to_string();
    let bearer = caller.bearer.clone();
    let (auth, json_type, key) =
        (("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k"));
    let mut cases = vec![
        (vec![auth, key], good.clone(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (vec![auth, key, ("content-type", "text/json")], good.clone(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (vec![auth, key, json_type], " ".repeat((1 << 20) + 1), 413, "BODY_TOO_LARGE"),
    ];
    if operation.is_authenticated() {
        for token in ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a.b.c"] {
            cases.push((vec![("authorization", token), key, json_type], good.clone(), 401, "UNAUTHENTICATED"));
        }
        cases.push((vec![key, json_type], good.clone(), 401, "UNAUTHENTICATED"));
    }
    if operation.is_keyed() {
        cases.push((vec![auth, json_type], good.clone(), 400, "IDEMPOTENCY_KEY_MISSING"));
        cases.push((vec![auth, json_type, ("idempotency-key", "")], good, 400, "IDEMPOTENCY_KEY_MISSING"));
    }
    for (headers, body, status, code) in cases {
        // The server closes the connection of a body that it does not read to the end.
        let mut client = served.client().await;
        let answer = client.send(&operation.method, &operation.concrete(), &headers, body).await.unwrap();
        assert_problem(&answer, status, code);
    }
}
