//! Compares the `OpenAPI` document with the router and the contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::kit::{Served, assert_problem, sqlite};

/// Implemented endpoints of the contract.
const ANSWERED: [&str; 27] = [
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /openapi.json",
    "POST /v1/accounts",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "DELETE /v1/sessions/current",
    "GET /v1/account",
    "PATCH /v1/account",
    "DELETE /v1/account",
    "POST /v1/addresses",
    "GET /v1/addresses",
    "GET /v1/addresses/{id}",
    "PATCH /v1/addresses/{id}",
    "DELETE /v1/addresses/{id}",
    "GET /v1/products",
    "GET /v1/products/{id}",
    "GET /v1/cart",
    "PUT /v1/cart/items/{sku_id}",
    "DELETE /v1/cart",
    "POST /v1/quotes",
    "POST /v1/orders",
    "GET /v1/orders",
    "GET /v1/orders/{id}",
    "PATCH /v1/orders/{id}",
    "POST /v1/orders/{id}/cancel",
];

/// Endpoints of the contract for later versions.
const NOT_YET: [&str; 15] = [
    "POST /v1/orders/{id}/confirm-receipt",
    "POST /v1/orders/{id}/refunds",
    "GET /v1/payments/{id}",
    "POST /v1/webhooks/payments",
    "GET /v1/seller/orders",
    "POST /v1/seller/orders/{id}/ship",
    "POST /v1/seller/refunds/{id}/approve",
    "POST /v1/seller/refunds/{id}/reject",
    "POST /v1/seller/products",
    "PATCH /v1/seller/products/{id}",
    "DELETE /v1/seller/products/{id}",
    "POST /v1/seller/products/{id}/submit",
    "PUT /v1/seller/skus/{id}/stock",
    "GET /v1/balance",
    "GET /v1/balance/entries",
];

/// Methods that a path may have.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// An operation of the document.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) value: Value,
}

impl Operation {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn is_not_yet(&self) -> bool {
        self.value["x-not-yet"] == true
    }

    /// Whether a token is needed.
    pub(crate) fn is_authenticated(&self) -> bool {
        self.value["security"].is_array()
    }

    /// Whether an idempotency key is needed.
    pub(crate) fn is_keyed(&self) -> bool {
        self.value["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == "header"))
    }

    /// The path with an unused id.
    pub(crate) fn concrete(&self) -> String {
        self.path.replace("{id}", "7").replace("{sku_id}", "7")
    }

    /// The schema of its body.
    pub(crate) fn body(&self, document: &Value) -> Option<Value> {
        let reference = self.value["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
        let name = reference.rsplit('/').next().unwrap();
        Some(document["components"]["schemas"][name].clone())
    }
}

/// The document of a server and its operations.
pub(crate) async fn read(served: &Served) -> (Value, Vec<Operation>) {
    let answer = served.client().await.send("GET", "/openapi.json", &[], "").await.unwrap();
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    let document = answer.json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, value) in item.as_object().unwrap() {
            operations.push(Operation { method: method.to_uppercase(), path: path.clone(), value: value.clone() });
        }
    }
    (document, operations)
}

#[tokio::test]
async fn the_document_has_the_endpoints_of_the_contract_and_marks_later_ones() {
    let served = sqlite().await;
    let (_, operations) = read(&served).await;
    let (not_yet, answered): (Vec<_>, Vec<_>) = operations.iter().partition(|operation| operation.is_not_yet());
    let names = |operations: Vec<&Operation>| operations.into_iter().map(Operation::name).collect::<BTreeSet<_>>();
    assert_eq!(names(answered), ANSWERED.map(ToOwned::to_owned).into());
    assert_eq!(names(not_yet), NOT_YET.map(ToOwned::to_owned).into());
}

#[tokio::test]
async fn the_router_has_the_operations_of_the_document_and_no_others() {
    let served = sqlite().await;
    let mut client = served.client().await;
    let (_, operations) = read(&served).await;
    let mut by_path: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for operation in &operations {
        by_path.entry(&operation.path).or_default().insert(&operation.method);
        let answer = client.send(&operation.method, &operation.concrete(), &[], "").await.unwrap();
        let documented = operation.value["responses"].as_object().unwrap();
        assert!(documented.contains_key(&answer.status.to_string()), "{}: {}", operation.name(), answer.text);
        if operation.is_not_yet() {
            assert_problem(&answer, 501, "NOT_YET");
        } else if operation.is_authenticated() {
            assert_problem(&answer, 401, "UNAUTHENTICATED");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
    for (path, methods) in by_path {
        let concrete = path.replace("{id}", "7").replace("{sku_id}", "7");
        for method in METHODS.into_iter().filter(|method| !methods.contains(method)) {
            let answer = client.send(method, &concrete, &[], "").await.unwrap();
            assert_problem(&answer, 405, "METHOD_NOT_ALLOWED");
            let allowed: BTreeSet<_> = answer.headers["allow"].to_str().unwrap().split(", ").collect();
            assert_eq!(allowed, methods, "{method} {path}");
        }
    }
    for path in ["/", "/v1", "/v1/orders/7/x", "/v1/accounts/7"] {
        assert_problem(&client.send("GET", path, &[], "").await.unwrap(), 404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn problems_and_answers_are_described_by_their_codes_and_schemas() {
    let served = sqlite().await;
    let (document, operations) = read(&served).await;
    for operation in operations.iter().filter(|operation| operation.path.starts_with("/v1")) {
        for (status, response) in operation.value["responses"].as_object().unwrap() {
            let content = &response["content"];
            if status.starts_with('2') {
                let described = content["application/json"]["schema"]["$ref"].is_string();
                assert_eq!(described, status != "204", "{} {status}", operation.name());
            } else {
                let codes = &content["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
                assert!(codes.as_array().is_some_and(|codes| !codes.is_empty()), "{} {status}", operation.name());
            }
        }
        if let Some(body) = operation.body(&document) {
            assert_eq!(body["additionalProperties"], json!(false), "{}", operation.name());
        }
    }
}
