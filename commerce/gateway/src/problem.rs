//! Problem documents (RFC 9457): the table of codes, statuses and titles.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use live_pack_shop::{Fault, Refusal, UseCaseError, answer::QuoteView};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The schema of a problem document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemView {
    /// `about:blank`; the code gives the kind.
    r#type: String,
    /// The same for all problems with this code.
    title: String,
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Kind of the problem.
    code: String,
    /// Explanation specific to this request.
    detail: String,
    /// Identifies the request in the server's log.
    log_id: String,
    /// All faults of the request, if its fields break rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Fault>>,
    /// Current state of the order, for `STATE_CONFLICT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// The unchanged quote, for `PRICE_CHANGED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<QuoteView>,
}

/// An error response.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: String,
    /// Further members of the document.
    members: Box<Map<String, Value>>,
    retry_after_seconds: Option<u64>,
    /// Methods that the path supports.
    allowed: Option<String>,
}

/// Code, status and title of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:ident, $code:literal, $title:literal;)+) => {
        $(pub(crate) const $name: Kind = Kind { code: $code, status: StatusCode::$status, title: $title };)+
    };
}

kinds! {
    INVALID_REQUEST = BAD_REQUEST, "INVALID_REQUEST", "The request breaks a rule";
    IDEMPOTENCY_KEY_MISSING = BAD_REQUEST, "IDEMPOTENCY_KEY_MISSING", "The Idempotency-Key is missing or not usable";
    UNAUTHENTICATED = UNAUTHORIZED, "UNAUTHENTICATED", "A valid access token is needed";
    BAD_CREDENTIALS = UNAUTHORIZED, "BAD_CREDENTIALS", "E-mail or password is wrong";
    NOT_FOUND = NOT_FOUND, "NOT_FOUND", "There is no such object";
    SKU_NOT_FOUND = NOT_FOUND, "SKU_NOT_FOUND", "There is no such SKU";
    ADDRESS_NOT_FOUND = NOT_FOUND, "ADDRESS_NOT_FOUND", "There is no such address";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "The path does not have this method";
    EMAIL_TAKEN = CONFLICT, "EMAIL_TAKEN", "Another account has this e-mail";
    OPEN_ORDERS = CONFLICT, "OPEN_ORDERS", "An order of the account is open";
    TOO_MANY_ATTEMPTS = TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS", "Too many failed log-ins with this e-mail";
    TIMED_OUT = REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "The body did not arrive in time";
    IDEMPOTENCY_IN_FLIGHT = CONFLICT, "IDEMPOTENCY_IN_FLIGHT", "The first call with this key is still running";
    QUOTE_USED = CONFLICT, "QUOTE_USED", "An order was made from this quote";
    STATE_CONFLICT = CONFLICT, "STATE_CONFLICT", "The state of the object does not allow this";
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", "The body is larger than 1 MiB";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json";
    IDEMPOTENCY_MISMATCH = UNPROCESSABLE_ENTITY, "IDEMPOTENCY_MISMATCH", "The key was used with another body";
    PRICE_CHANGED = UNPROCESSABLE_ENTITY, "PRICE_CHANGED", "The total differs from that of the quote";
    QUOTE_EXPIRED = UNPROCESSABLE_ENTITY, "QUOTE_EXPIRED", "The quote has expired";
    OUT_OF_STOCK = UNPROCESSABLE_ENTITY, "OUT_OF_STOCK", "Not enough units are available";
    LIMIT_EXCEEDED = UNPROCESSABLE_ENTITY, "LIMIT_EXCEEDED", "The limit per buyer would be exceeded";
    NOT_DELIVERABLE = UNPROCESSABLE_ENTITY, "NOT_DELIVERABLE", "The address is outside of the sale regions";
    VOUCHER_INVALID = UNPROCESSABLE_ENTITY, "VOUCHER_INVALID", "The voucher cannot be used";
    CURRENCY_MIXED = UNPROCESSABLE_ENTITY, "CURRENCY_MIXED", "The items have prices in several currencies";
    CART_EMPTY = UNPROCESSABLE_ENTITY, "CART_EMPTY", "The cart is empty";
    INTERNAL = INTERNAL_SERVER_ERROR, "INTERNAL", "The server failed";
    NOT_YET = NOT_IMPLEMENTED, "NOT_YET", "This is not built yet";
    OVERLOADED = SERVICE_UNAVAILABLE, "OVERLOADED", "Too many requests are in flight";
    DRAINING = SERVICE_UNAVAILABLE, "DRAINING", "The server is draining";
    UNAVAILABLE = SERVICE_UNAVAILABLE, "UNAVAILABLE", "The database cannot be reached";
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), members: Box::default(), retry_after_seconds: None, allowed: None }
    }

    /// A problem for fields that break rules.
    pub(crate) fn invalid(faults: &[Fault]) -> Self {
        let detail = match faults {
            [only] if only.field.is_empty() => format!("the body: {}", only.rule),
            [only] => format!("{}: {}", only.field, only.rule),
            several => format!("{} fields break a rule", several.len()),
        };
        Self::new(INVALID_REQUEST, detail).with("errors", json!(faults))
    }

    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// A problem for a method that the path does not support.
    pub(crate) fn method_not_allowed(detail: String, allowed: String) -> Self {
        Self { allowed: Some(allowed), ..Self::new(METHOD_NOT_ALLOWED, detail) }
    }

    /// Code of the problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code
    }

    /// Renders the response with the log id of its request.
    pub(crate) fn render(self, log_id: &str) -> Response {
        let mut document = Map::new();
        document.insert("type".to_owned(), json!("about:blank"));
        document.insert("title".to_owned(), json!(self.kind.title));
        document.insert("status".to_owned(), json!(self.kind.status.as_u16()));
        document.insert("code".to_owned(), json!(self.kind.code));
        document.insert("detail".to_owned(), json!(self.detail));
        document.extend(*self.members);
        document.insert("log_id".to_owned(), json!(log_id));
        let mut response = Response::new(Body::from(Value::Object(document).to_string()));
        *response.status_mut() = self.kind.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allowed) = self.allowed.and_then(|allowed| HeaderValue::from_str(&allowed).ok()) {
            headers.insert(header::ALLOW, allowed);
        }
        if self.kind.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The response carries the problem as an extension; the outermost layer renders it with the request's log id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        let kind = match refusal {
            Refusal::Invalid(faults) => return Self::invalid(&faults),
            Refusal::PriceChanged(quote) => return Self::new(PRICE_CHANGED, detail).with("quote", json!(*quote)),
            Refusal::StateConflict { state, .. } => {
                return Self::new(STATE_CONFLICT, detail).with("state", json!(state.name()));
            }
            Refusal::TooManyAttempts { retry_after_seconds } => {
                return Self::new(TOO_MANY_ATTEMPTS, detail).retry_after(retry_after_seconds);
            }
            Refusal::IdempotencyInFlight => return Self::new(IDEMPOTENCY_IN_FLIGHT, detail).retry_after(1),
            Refusal::Unauthenticated => UNAUTHENTICATED,
            Refusal::BadCredentials => BAD_CREDENTIALS,
            Refusal::EmailTaken => EMAIL_TAKEN,
            Refusal::OpenOrders(_) => OPEN_ORDERS,
            Refusal::NotFound(_) => NOT_FOUND,
            Refusal::SkuNotFound(_) => SKU_NOT_FOUND,
            Refusal::AddressNotFound => ADDRESS_NOT_FOUND,
            Refusal::IdempotencyMismatch => IDEMPOTENCY_MISMATCH,
            Refusal::QuoteUsed => QUOTE_USED,
            Refusal::QuoteExpired => QUOTE_EXPIRED,
            Refusal::OutOfStock(_) => OUT_OF_STOCK,
            Refusal::LimitExceeded(_) | Refusal::CartFull(_) => LIMIT_EXCEEDED,
            Refusal::NotDeliverable(_) => NOT_DELIVERABLE,
            Refusal::VoucherInvalid(_) => VOUCHER_INVALID,
            Refusal::CurrencyMixed(_) => CURRENCY_MIXED,
            Refusal::CartEmpty => CART_EMPTY,
        };
        Self::new(kind, detail)
    }
}

impl From<UseCaseError> for Problem {
    fn from(error: UseCaseError) -> Self {
        let error = match error {
            UseCaseError::Refused(refusal) => return refusal.into(),
            other => other,
        };
        let transient = matches!(&error, UseCaseError::Store(store) if store.is_transient());
        if transient {
            Self::new(UNAVAILABLE, "the database cannot be reached; try again").retry_after(1)
        } else {
            Self::new(INTERNAL, "the server failed; the log id leads to the cause")
        }
    }
}
