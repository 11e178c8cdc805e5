//! Refusals: requests that a rule rejects without writing anything.

use live_pack_shop_store::StoreError;

use crate::answer::QuoteView;
use crate::order_state::State;

/// A fault of one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Fault {
    /// Path of the field, such as `items[0].quantity`; empty for the whole body.
    pub field: String,
    /// The expected value.
    pub rule: String,
    /// The value found, as JSON, shortened.
    pub found: String,
}

/// A refusal. The gateway's table assigns it a code, status and title.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// All fields that break a rule.
    #[error("{} of the request must be corrected", faults(.0))]
    Invalid(Vec<Fault>),
    /// No valid access token.
    #[error("a valid access token is needed")]
    Unauthenticated,
    /// Unknown e-mail or wrong password.
    #[error("e-mail or password is wrong")]
    BadCredentials,
    /// Too many failed log-ins with one e-mail.
    #[error("too many failed log-ins with this e-mail: try again in {retry_after_seconds} s")]
    TooManyAttempts {
        /// Seconds until the oldest of them expires.
        retry_after_seconds: u64,
    },
    /// Another account has the e-mail.
    #[error("an account with this e-mail exists")]
    EmailTaken,
    /// An account with open orders cannot be closed.
    #[error("order {0} is neither completed nor cancelled")]
    OpenOrders(String),
    /// An object that does not exist or belongs to another account.
    #[error("there is no {0} with this id")]
    NotFound(&'static str),
    /// Unknown SKUs.
    #[error("there is no SKU {0}")]
    SkuNotFound(String),
    /// Unknown address.
    #[error("there is no address with this id")]
    AddressNotFound,
    /// The key was used with another body.
    #[error("this Idempotency-Key was used with another body")]
    IdempotencyMismatch,
    /// The first call with the key is still running.
    #[error("the first call with this Idempotency-Key is still running")]
    IdempotencyInFlight,
    /// An order was already placed from the quote.
    #[error("an order was made from this quote")]
    QuoteUsed,
    /// The quote has expired.
    #[error("the quote has expired: ask for a new one")]
    QuoteExpired,
    /// The total of the request differs from that of the quote.
    #[error("the total differs from that of the quote")]
    PriceChanged(Box<QuoteView>),
    /// Fewer units are available than requested.
    #[error("not enough units of SKU {0}")]
    OutOfStock(String),
    /// The limit per buyer would be exceeded.
    #[error("the limit per buyer of product {0} would be exceeded")]
    LimitExceeded(String),
    /// A product is not sold in the region of the address.
    #[error("product {0} is not delivered to this address")]
    NotDeliverable(String),
    /// A voucher cannot be used.
    #[error("voucher {0} cannot be used")]
    VoucherInvalid(String),
    /// The items have prices in more than one currency.
    #[error("the items have prices in {0}: ask for one quote per currency")]
    CurrencyMixed(String),
    /// The cart already has the maximum number of lines.
    #[error("a cart holds at most {0} different SKUs")]
    CartFull(usize),
    /// The cart is empty.
    #[error("the cart is empty")]
    CartEmpty,
    /// The order's state does not allow the request.
    #[error("the order is {}: {why}", .state.name())]
    StateConflict {
        /// Current state.
        state: State,
        /// Requirement of the request.
        why: &'static str,
    },
}

fn faults(faults: &[Fault]) -> String {
    match faults.len() {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    }
}

/// The error of a use case.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError {
    /// Refused by a rule.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// A stored document cannot be read or an answer cannot be written.
    #[error("the {what} cannot be read or written as JSON")]
    Json {
        /// The document.
        what: &'static str,
        /// Error of the reader or writer.
        #[source]
        source: serde_json::Error,
    },
    /// A keyed request ended without an answer.
    #[error("a keyed request has no answer")]
    NoAnswer,
    /// The metrics could not be created.
    #[error("the metrics could not be created")]
    Metrics(#[from] prometheus::Error),
    /// Signing or hashing failed.
    #[error("{0}")]
    Crypto(&'static str),
}
