//! A request on its way to a use case: token, media type, key, body, in this order.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use live_pack_shop::{
    Refusal,
    identity::{self, Caller},
    order::{Keyed, Outcome},
};
use live_pack_shop_store::trade::keys::KeyId;
use serde::Serialize;

use crate::{
    app::App,
    body,
    json::Json,
    problem::{self, Problem},
};

/// Longest idempotency key.
const LONGEST_KEY: usize = 64;

/// A request whose caller is known.
pub(crate) struct Call {
    pub(crate) caller: Caller,
    parts: Parts,
    body: Body,
}

impl Call {
    /// The call of a valid access token.
    pub(crate) async fn authenticate(app: &App, request: Request) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let token = bearer(&parts.headers).ok_or(Refusal::Unauthenticated)?;
        let caller = identity::authenticate(app.shop(), token).await?;
        Ok(Self { caller, parts, body })
    }

    /// The query of the URL.
    pub(crate) fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// The body as JSON.
    pub(crate) async fn json(self) -> Result<(Caller, Json), Problem> {
        body::check_media_type(&self.parts.headers)?;
        Ok((self.caller, body::read_json(self.body).await?))
    }

    /// Key and body as JSON.
    pub(crate) async fn keyed_json(self) -> Result<(Caller, KeyId, Json), Problem> {
        body::check_media_type(&self.parts.headers)?;
        let id = key(&self.caller, &self.parts.method, self.parts.uri.path(), &self.parts.headers)?;
        Ok((self.caller, id, body::read_json(self.body).await?))
    }
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn key(caller: &Caller, method: &Method, path: &str, headers: &HeaderMap) -> Result<KeyId, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let value = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if value.is_empty() || value.len() > LONGEST_KEY || !printable || values.next().is_some() {
        let detail = "one Idempotency-Key of 1 to 64 printable ASCII characters is required";
        return Err(Problem::new(problem::IDEMPOTENCY_KEY_MISSING, detail));
    }
    Ok(KeyId { account_id: caller.account_id, scope: format!("{method} {path}"), idempotency_key: value.to_owned() })
}

/// Runs a keyed use case, unless the first call with its key is still running.
pub(crate) async fn once<E: Into<Problem>>(
    app: &App,
    keyed: Keyed,
    run: impl AsyncFnOnce(Keyed) -> Result<Outcome, E>,
) -> Result<Response, Problem> {
    let _running = app.enter(&keyed)?;
    match run(keyed).await.map_err(Into::into)? {
        Outcome::Answer { status, body, replay } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let mut response = json_text(status, body);
            if replay {
                response.headers_mut().insert("idempotent-replay", HeaderValue::from_static("true"));
            }
            Ok(response)
        }
        Outcome::Refused(refusal) => Err(refusal.into()),
        Outcome::Done | Outcome::Expired { .. } => Err(Problem::new(problem::INTERNAL, "a keyed call has no answer")),
    }
}

/// A response with a JSON document.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    let body = serde_json::to_string(value);
    body.map(|body| json_text(status, body)).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::new(problem::INTERNAL, "the answer could not be written")
    })
}

fn json_text(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
