//! Request bodies: media type, size, time limit.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::{
    json::Json,
    problem::{self, Problem},
};

/// Maximum size of a body, in bytes.
const LARGEST: usize = 1 << 20;
/// Time limit for a body to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// Refuses a body that is not declared as JSON in UTF-8.
pub(crate) fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = found.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    });
    if json && utf8 {
        Ok(())
    } else {
        let detail = format!("the content type must be application/json, found {found:?}");
        Err(Problem::new(problem::UNSUPPORTED_MEDIA_TYPE, detail))
    }
}

/// The whole body as JSON.
pub(crate) async fn read_json(body: Body) -> Result<Json, Problem> {
    let bytes = read(body).await?;
    Json::parse(&bytes).map_err(|fault| Problem::invalid(&[fault]))
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    let collected = tokio::time::timeout(ARRIVES_WITHIN, Limited::new(body, LARGEST).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            Err(Problem::new(problem::BODY_TOO_LARGE, format!("a body has at most {LARGEST} bytes")))
        }
        Ok(Err(error)) => {
            let fault = live_pack_shop::Fault {
                field: String::new(),
                rule: "a complete body".to_owned(),
                found: error.to_string(),
            };
            Err(Problem::invalid(&[fault]))
        }
        Err(_) => Err(Problem::new(problem::TIMED_OUT, "the body must arrive within 10 s")),
    }
}
