//! Endpoints of the contract that later issues build: 501 `NOT_YET`.

use axum::{
    Router,
    routing::{MethodFilter, on},
};

use crate::{
    app::App,
    problem::{self, Problem},
};

/// Method and path of every such endpoint.
pub(crate) const NOT_YET: &[(MethodFilter, &str)] = &[
    (MethodFilter::POST, "/v1/accounts"),
    (MethodFilter::POST, "/v1/sessions/refresh"),
    (MethodFilter::GET, "/v1/account"),
    (MethodFilter::PATCH, "/v1/account"),
    (MethodFilter::DELETE, "/v1/account"),
    (MethodFilter::POST, "/v1/addresses"),
    (MethodFilter::GET, "/v1/addresses"),
    (MethodFilter::PATCH, "/v1/addresses/{id}"),
    (MethodFilter::DELETE, "/v1/addresses/{id}"),
    (MethodFilter::GET, "/v1/products"),
    (MethodFilter::GET, "/v1/cart"),
    (MethodFilter::DELETE, "/v1/cart"),
    (MethodFilter::PUT, "/v1/cart/items/{sku_id}"),
    (MethodFilter::POST, "/v1/orders/{id}/confirm-receipt"),
    (MethodFilter::POST, "/v1/orders/{id}/refunds"),
    (MethodFilter::GET, "/v1/payments/{id}"),
    (MethodFilter::POST, "/v1/webhooks/payments"),
    (MethodFilter::GET, "/v1/seller/orders"),
    (MethodFilter::POST, "/v1/seller/orders/{id}/ship"),
    (MethodFilter::POST, "/v1/seller/refunds/{id}/approve"),
    (MethodFilter::POST, "/v1/seller/refunds/{id}/reject"),
    (MethodFilter::POST, "/v1/seller/products"),
    (MethodFilter::PATCH, "/v1/seller/products/{id}"),
    (MethodFilter::DELETE, "/v1/seller/products/{id}"),
    (MethodFilter::POST, "/v1/seller/products/{id}/submit"),
    (MethodFilter::PUT, "/v1/seller/skus/{id}/stock"),
    (MethodFilter::GET, "/v1/balance"),
    (MethodFilter::GET, "/v1/balance/entries"),
];

/// Adds the endpoints.
pub(super) fn add(router: Router<App>) -> Router<App> {
    NOT_YET.iter().fold(router, |router, (method, path)| router.route(path, on(*method, not_yet)))
}

async fn not_yet() -> Problem {
    Problem::new(problem::NOT_YET, "this endpoint comes with a later version")
}
