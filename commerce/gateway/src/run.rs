//! Runs an endpoint: checks token, media type, key and body, in this order, then calls its handler. The layers around it trace
//! and measure.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use live_pack_shop::{
    Refusal, UseCase,
    identity::{Authenticate, Caller},
    order::StoredAnswer,
};
use live_pack_shop_store::trade::keys::KeyId;
use tokio::time::Instant;

use crate::{
    app::App,
    body,
    endpoint::{Answer, Endpoint, Handler, parameter},
    input::Input,
    json::Json,
    problem::{self, Problem},
};

/// Maximum length of an idempotency key, in characters.
pub(crate) const LONGEST_KEY: usize = 64;

/// Runs an endpoint and records its duration by status.
pub(crate) async fn measured(endpoint: &'static Endpoint, app: App, request: Request) -> Response {
    let start = Instant::now();
    let response = answer(endpoint, &app, request).await.unwrap_or_else(|problem| problem.into_response());
    app.metrics().served(endpoint.name, response.status(), start.elapsed());
    response
}

async fn answer(endpoint: &'static Endpoint, app: &App, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = if endpoint.is_authenticated() { Some(authenticate(app, &parts.headers).await?) } else { None };
    if endpoint.body.is_some() && !matches!(endpoint.handler, Handler::NotYet) {
        body::check_media_type(&parts.headers)?;
    }
    let path = parts.uri.path();
    let key = match (endpoint.handler, &caller) {
        (Handler::Keyed(_), Some(caller)) => Some(key(caller, endpoint, path, &parts.headers)?),
        _ => None,
    };
    let json = match (endpoint.handler, endpoint.body) {
        (Handler::NotYet, _) | (_, None) => Json::Null,
        (_, Some(_)) => body::read_json(body).await?,
    };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let input = Input { parameter: parameter(endpoint.path, path).unwrap_or_default().to_owned(), query, json };
    let unauthenticated = || Problem::from(Refusal::Unauthenticated);
    let answer = match endpoint.handler {
        Handler::NotYet => return Err(Problem::new(problem::NOT_YET, "this endpoint comes with a later version")),
        Handler::Plain(media_type, handler) => return Ok(text(media_type, handler(app)?)),
        Handler::Public(handler) => handler(app.clone(), input).await?,
        Handler::Bearer(handler) => handler(app.clone(), caller.ok_or_else(unauthenticated)?, input).await?,
        Handler::Keyed(handler) => {
            let (caller, key) = caller.zip(key).ok_or_else(unauthenticated)?;
            handler(app.clone(), caller, key, input).await?
        }
    };
    Ok(respond(endpoint, answer))
}

/// Runs a keyed use case, unless an earlier call with its key is still running.
pub(crate) async fn once<U: UseCase<Answer = StoredAnswer>>(
    app: &App,
    key: &KeyId,
    use_case: U,
) -> Result<Answer, Problem> {
    let _running = app.enter(key)?;
    Ok(Answer::Stored(app.shop().run(use_case).await?))
}

fn respond(endpoint: &Endpoint, answer: Answer) -> Response {
    let status = |status| StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    match answer {
        Answer::Empty => status(endpoint.status).into_response(),
        Answer::Json(body) => json(status(endpoint.status), body),
        Answer::Stored(stored) => {
            let mut response = json(status(stored.status), stored.body);
            if stored.replay {
                response.headers_mut().insert("idempotent-replay", HeaderValue::from_static("true"));
            }
            response
        }
    }
}

fn json(status: StatusCode, body: String) -> Response {
    let mut response = text("application/json", body);
    *response.status_mut() = status;
    response
}

fn text(media_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let token = bearer(headers).ok_or(Refusal::Unauthenticated)?.to_owned();
    Ok(app.shop().run(Authenticate { token }).await?)
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn key(caller: &Caller, endpoint: &Endpoint, path: &str, headers: &HeaderMap) -> Result<KeyId, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let value = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if value.is_empty() || value.len() > LONGEST_KEY || !printable || values.next().is_some() {
        let detail = "one Idempotency-Key of 1 to 64 printable ASCII characters is required";
        return Err(Problem::new(problem::IDEMPOTENCY_KEY_MISSING, detail));
    }
    let scope = format!("{} {path}", endpoint.verb());
    Ok(KeyId { account_id: caller.account_id, scope, idempotency_key: value.to_owned() })
}
