//! The router, built from the table of endpoints.

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, Uri},
    middleware,
    routing::on,
};

use crate::{
    app::App,
    endpoint::parameter,
    endpoints::ENDPOINTS,
    limit::{self, Limit},
    openapi,
    problem::{self, Problem},
    run,
};

/// The whole API.
pub fn router(app: App) -> Router {
    app.describe(openapi::text());
    let limit = Limit::new(app.clone());
    let routes = ENDPOINTS.iter().fold(Router::new(), |router, endpoint| {
        let serve = move |State(app): State<App>, request: Request| run::measured(endpoint, app, request);
        router.route(endpoint.path, on(endpoint.filter(), serve))
    });
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app)
        .layer(middleware::from_fn_with_state(limit, limit::layer))
}

async fn not_found(uri: Uri) -> Problem {
    Problem::new(problem::NOT_FOUND, format!("there is no path {}", uri.path()))
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    let allowed = ENDPOINTS.iter().filter(|endpoint| parameter(endpoint.path, uri.path()).is_some());
    let allowed: Vec<_> = allowed.map(crate::endpoint::Endpoint::verb).collect();
    let detail = format!("{} does not have the method {method}", uri.path());
    Problem::method_not_allowed(detail, allowed.join(", "))
}
