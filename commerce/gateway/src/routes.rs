//! The routes of the API.

mod health;
mod not_yet;
mod orders;
mod products;
mod quotes;
mod sessions;

use axum::{
    Router,
    http::{Method, Uri},
    middleware,
    routing::{delete, get, patch, post},
};

use crate::{
    app::App,
    limit::{self, Limit},
    problem::{self, Problem},
};

/// The whole API.
pub fn router(app: App) -> Router {
    let limit = Limit::new(app.clone());
    let routes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/v1/sessions", post(sessions::create))
        .route("/v1/sessions/current", delete(sessions::end))
        .route("/v1/products/{id}", get(products::by_id))
        .route("/v1/quotes", post(quotes::create))
        .route("/v1/orders", post(orders::place).get(orders::list))
        .route("/v1/orders/{id}", get(orders::by_id).merge(patch(orders::readdress)))
        .route("/v1/orders/{id}/cancel", post(orders::cancel));
    not_yet::add(routes)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app)
        .layer(middleware::from_fn_with_state(limit, limit::layer))
}

async fn not_found(uri: Uri) -> Problem {
    Problem::new(problem::NOT_FOUND, format!("there is no path {}", uri.path()))
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::new(problem::METHOD_NOT_ALLOWED, format!("{} does not have the method {method}", uri.path()))
}
