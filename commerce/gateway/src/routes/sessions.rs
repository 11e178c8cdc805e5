//! Sessions.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use live_pack_shop::identity;

use crate::{
    app::App,
    body,
    call::{self, Call},
    fields::Reader,
    problem::Problem,
};

/// `POST /v1/sessions`
pub(super) async fn create(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    body::check_media_type(&parts.headers)?;
    let json = body::read_json(body).await?;
    let mut reader = Reader::default();
    let read = reader.object("", &json).and_then(|mut object| {
        let (email, password) = (reader.required(&mut object, "email"), reader.required(&mut object, "password"));
        reader.no_more(object);
        let email = email.and_then(|(path, json)| reader.text(&path, json, 3..=254));
        let password = password.and_then(|(path, json)| reader.text(&path, json, 1..=128));
        Some((email?, password?))
    });
    let (email, password) = reader.finish(read)?;
    let session = identity::log_in(app.shop(), &email, password).await?;
    call::json(StatusCode::CREATED, &session)
}

/// `DELETE /v1/sessions/current`
pub(super) async fn end(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let call = Call::authenticate(&app, request).await?;
    identity::log_out(app.shop(), &call.caller).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
