//! Requests to the trade cell's committer, and their outcomes.

use live_pack_shop_store::trade::{cart::CartRow, keys::KeyId, quotes::QuoteRow};

use crate::{
    Shop, UseCase,
    answer::DeliveryView,
    money::Money,
    refusal::{Refusal, UseCaseError},
};

/// The idempotency key of a request, with the hash of its parsed body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// Account, method and path, key.
    pub id: KeyId,
    /// SHA-256 of the parsed request, hexadecimal.
    pub fingerprint: String,
}

/// Places the orders of a quote.
#[derive(Debug, Clone)]
pub struct Place {
    /// Key; its account is the buyer.
    pub keyed: Keyed,
    /// The quote.
    pub quote_id: i64,
    /// Total shown to the buyer.
    pub total: Money,
}

/// Cancels an order.
#[derive(Debug, Clone)]
pub struct Cancel {
    /// Key; its account is the buyer.
    pub keyed: Keyed,
    /// The order.
    pub order_id: i64,
    /// Reason for the history.
    pub reason: String,
}

/// Changes the delivery address of an order.
#[derive(Debug, Clone)]
pub struct Readdress {
    /// Key; its account is the buyer.
    pub keyed: Keyed,
    /// The order.
    pub order_id: i64,
    /// New address; `None` if the account has no such address.
    pub address: Option<DeliveryView>,
}

/// A write of the trade cell.
#[derive(Debug, Clone)]
pub enum TradeRequest {
    /// Stores a priced quote.
    Quote(QuoteRow),
    /// Places the orders of a quote.
    Place(Place),
    /// Cancels an order for its buyer.
    Cancel(Cancel),
    /// Changes the delivery address for the buyer.
    Readdress(Readdress),
    /// Sets the quantity of a line of a cart; 0 removes it.
    SetCartLine(CartRow),
    /// Removes all lines of a cart.
    ClearCart {
        /// Buyer.
        account_id: i64,
    },
    /// Marks an order as paid.
    Settle {
        /// The order.
        order_id: i64,
    },
    /// Cancels unpaid orders whose payment deadline has passed.
    Expire {
        /// Maximum number of timers to claim.
        limit: i64,
    },
}

/// Outcome of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Done, without an answer.
    Done,
    /// Answered.
    Answer {
        /// HTTP status.
        status: u16,
        /// JSON body.
        body: String,
        /// Whether the answer was stored by an earlier call with the key.
        replay: bool,
    },
    /// Refused; nothing was written.
    Refused(Refusal),
    /// Timers were claimed.
    Expired {
        /// Number of claimed timers.
        claimed: usize,
        /// Number of timers that cancelled an order.
        cancelled: usize,
    },
}

impl Keyed {
    /// A key, with the hash of the parsed values of the body.
    #[must_use]
    pub fn new(id: KeyId, values: &[&str]) -> Self {
        // Lengths distinguish ["ab", "c"] from ["a", "bc"].
        let text: String = values.iter().map(|value| format!("{}:{value};", value.len())).collect();
        Self { id, fingerprint: crate::digest::sha256(&text) }
    }
}

/// The answer bound to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: String,
    /// Whether it was stored by an earlier call with the key.
    pub replay: bool,
}

async fn keyed(shop: &Shop, request: TradeRequest) -> Result<StoredAnswer, UseCaseError> {
    match shop.committer().commit(request).await? {
        Outcome::Answer { status, body, replay } => Ok(StoredAnswer { status, body, replay }),
        Outcome::Refused(refusal) => Err(refusal.into()),
        Outcome::Done | Outcome::Expired { .. } => Err(UseCaseError::NoAnswer),
    }
}

impl UseCase for Place {
    const NAME: &'static str = "orders.place";
    type Answer = StoredAnswer;

    async fn run(self, shop: &Shop) -> Result<StoredAnswer, UseCaseError> {
        keyed(shop, TradeRequest::Place(self)).await
    }
}

impl UseCase for Cancel {
    const NAME: &'static str = "orders.cancel";
    type Answer = StoredAnswer;

    async fn run(self, shop: &Shop) -> Result<StoredAnswer, UseCaseError> {
        keyed(shop, TradeRequest::Cancel(self)).await
    }
}

/// Delivers an order to another address of its buyer.
#[derive(Debug, Clone)]
pub struct ChangeOrderAddress {
    /// Key; its account is the buyer.
    pub keyed: Keyed,
    /// The order.
    pub order_id: i64,
    /// Address of the buyer.
    pub address_id: i64,
}

impl UseCase for ChangeOrderAddress {
    const NAME: &'static str = "orders.change_address";
    type Answer = StoredAnswer;

    async fn run(self, shop: &Shop) -> Result<StoredAnswer, UseCaseError> {
        let Self { keyed: key, order_id, address_id } = self;
        let address = shop.delivery_address(key.id.account_id, address_id).await?;
        keyed(shop, TradeRequest::Readdress(Readdress { keyed: key, order_id, address })).await
    }
}
