//! Products.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use live_pack_shop::{Refusal, catalog};

use crate::{app::App, call, fields, problem::Problem};

/// `GET /v1/products/{id}`
pub(super) async fn by_id(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    let product_id = fields::id(&id).ok_or(Refusal::NotFound("product"))?;
    call::json(StatusCode::OK, &catalog::by_id(app.shop(), product_id).await?)
}
