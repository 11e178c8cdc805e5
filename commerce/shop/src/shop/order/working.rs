//! The working set of a batch: the rows that were read and locked, then changed in memory request by request, and the writes.

use std::collections::{BTreeSet, HashMap};

use live_pack_shop_store::{
    StoreError,
    trade::{
        events::EventRow,
        keys::{KeyId, KeyRow},
        limits::LimitRow,
        orders::{HistoryRow, LineRow, OrderChange, OrderRow, RouteRow},
        quotes::{QuoteKey, QuoteRow},
        reservations::{ReservationChange, ReservationRow},
        stock::{StockChange, StockRow},
        timers::TimerRow,
    },
};

use super::{Keyed, Outcome, State, cart_writes::CartWrites};
use crate::{pricing::Priced, refusal::Refusal};

/// An order with all related rows.
#[derive(Debug, Clone)]
pub(super) struct OrderFile {
    pub(super) row: OrderRow,
    pub(super) state: State,
    pub(super) lines: Vec<LineRow>,
    pub(super) history: Vec<HistoryRow>,
    pub(super) reservations: Vec<ReservationRow>,
}

/// A stored quote, parsed.
#[derive(Debug, Clone)]
pub(super) struct QuoteFile {
    pub(super) row: QuoteRow,
    pub(super) priced: Priced,
}

/// Rows to write at the end of the batch.
#[derive(Debug, Default)]
pub(super) struct Writes {
    pub(super) quotes: Vec<QuoteRow>,
    pub(super) used_quotes: Vec<QuoteKey>,
    pub(super) orders: Vec<OrderRow>,
    pub(super) lines: Vec<LineRow>,
    pub(super) history: Vec<HistoryRow>,
    pub(super) routes: Vec<RouteRow>,
    pub(super) reservations: Vec<ReservationRow>,
    pub(super) moved_reservations: Vec<ReservationChange>,
    pub(super) changed_orders: Vec<OrderChange>,
    pub(super) timers: Vec<TimerRow>,
    pub(super) events: Vec<EventRow>,
    pub(super) keys: Vec<KeyRow>,
    pub(super) cart: CartWrites,
}

/// The working set.
#[derive(Debug, Default)]
pub(super) struct Working {
    pub(super) now_ms: i64,
    /// Ids for the rows of the batch, taken before it is decided.
    pub(super) ids: Vec<i64>,
    pub(super) keys: HashMap<KeyId, KeyRow>,
    pub(super) quotes: HashMap<(i64, i64), QuoteFile>,
    pub(super) orders: HashMap<i64, OrderFile>,
    pub(super) claimed: Vec<TimerRow>,
    /// SKUs in the carts that the batch changes, by buyer.
    pub(super) carts: HashMap<i64, BTreeSet<i64>>,
    /// Units held, by buyer and product, with the original value.
    pub(super) limits: HashMap<(i64, i64), (i64, i64)>,
    /// Stock, by seller and SKU, with its changes.
    pub(super) stock: HashMap<(i64, i64), (StockRow, StockChange)>,
    pub(super) writes: Writes,
}

impl Working {
    /// The answer bound to a key, or a refusal if the body differs.
    pub(super) fn replay(&self, keyed: &Keyed) -> Option<Outcome> {
        let bound = self.keys.get(&keyed.id)?;
        Some(if bound.fingerprint == keyed.fingerprint {
            let status = u16::try_from(bound.status).unwrap_or_default();
            Outcome::Answer { status, body: bound.body.clone(), replay: true }
        } else {
            Outcome::Refused(Refusal::IdempotencyMismatch)
        })
    }

    /// Binds a key to an answer.
    pub(super) fn bind(&mut self, keyed: &Keyed, status: u16, body: String) -> Outcome {
        let row = KeyRow {
            account_id: keyed.id.account_id,
            scope: keyed.id.scope.clone(),
            idempotency_key: keyed.id.idempotency_key.clone(),
            fingerprint: keyed.fingerprint.clone(),
            status: i64::from(status),
            body: body.clone(),
            created_ms: self.now_ms,
        };
        self.keys.insert(keyed.id.clone(), row.clone());
        self.writes.keys.push(row);
        Outcome::Answer { status, body, replay: false }
    }

    /// Units that can still be reserved.
    pub(super) fn available(&self, seller_id: i64, sku_id: i64) -> i64 {
        self.stock.get(&(seller_id, sku_id)).map_or(0, |(row, _)| row.on_hand - row.reserved)
    }

    /// Changes a stock row that is in the working set.
    pub(super) fn move_stock(
        &mut self,
        seller_id: i64,
        sku_id: i64,
        on_hand: i64,
        reserved: i64,
    ) -> Result<(), StoreError> {
        let Some((row, change)) = self.stock.get_mut(&(seller_id, sku_id)) else {
            return Err(StoreError::Corrupt { what: "stock", found: format!("no row for SKU {sku_id}") });
        };
        row.on_hand += on_hand;
        row.reserved += reserved;
        change.on_hand += on_hand;
        change.reserved += reserved;
        Ok(())
    }

    /// Units of a limited product that a buyer holds.
    pub(super) fn held(&self, account_id: i64, product_id: i64) -> i64 {
        self.limits.get(&(account_id, product_id)).map_or(0, |(now, _)| *now)
    }

    /// Changes the units that a buyer holds.
    pub(super) fn hold(&mut self, account_id: i64, product_id: i64, units: i64) {
        self.limits.entry((account_id, product_id)).or_default().0 += units;
    }

    /// The next id.
    pub(super) fn id(&mut self) -> Result<i64, StoreError> {
        self.ids.pop().ok_or(StoreError::LeaseLost)
    }

    /// Changed stock rows, in key order.
    pub(super) fn stock_changes(&self) -> Vec<StockChange> {
        let mut changes: Vec<_> = self
            .stock
            .values()
            .map(|(_, change)| change)
            .filter(|change| change.on_hand != 0 || change.reserved != 0)
            .cloned()
            .collect();
        changes.sort_by_key(|change| (change.seller_id, change.sku_id));
        changes
    }

    /// Changed counts of limited products.
    pub(super) fn limit_changes(&self) -> Vec<LimitRow> {
        let changed = self.limits.iter().filter(|(_, (now, before))| now != before);
        let mut rows: Vec<_> =
            changed.map(|(&(account_id, product_id), &(used, _))| LimitRow { account_id, product_id, used }).collect();
        rows.sort_by_key(|row| (row.account_id, row.product_id));
        rows
    }
}
