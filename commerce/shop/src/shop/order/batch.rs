//! The rules of the trade cell's committer: read and lock once, decide in order, write once.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use live_pack_shop_store::{
    Ids, StoreError, Tx,
    committer::Batch,
    trade::{
        cart::{self, CartOwner, CartRow},
        keys::{self, KeyId, KeyRow},
        limits::{self, LimitKey, LimitRow},
        orders::{self, HistoryRow, LineRow, OrderId, OrderKey, OrderRow, RouteRow},
        quotes::{self, QuoteKey, QuoteRow},
        reservations::{self, ReservationRow},
        stock::{self, StockChange, StockKey, StockRow},
        timers::{self, TimerRow},
    },
};

use super::{
    Keyed, Outcome, State, TradeRequest,
    working::{OrderFile, QuoteFile, Working},
};
use crate::clock::Clock;

/// Decides and writes batches of requests to the trade cell.
#[derive(Debug)]
pub struct TradeBatch {
    ids: Arc<Ids>,
    clock: Clock,
}

impl TradeBatch {
    /// Rules with a source of ids and a clock.
    #[must_use]
    pub const fn new(ids: Arc<Ids>, clock: Clock) -> Self {
        Self { ids, clock }
    }
}

impl Batch for TradeBatch {
    type Request = TradeRequest;
    type Outcome = Outcome;

    async fn apply(&self, tx: &mut Tx, requests: &[&TradeRequest]) -> Result<Vec<Outcome>, StoreError> {
        let mut working = Working { now_ms: self.clock.now_ms(), ..Working::default() };
        working.load(tx, requests).await?;
        working.ids = self.take_ids(requests, &working)?;
        let outcomes = requests.iter().map(|request| working.decide(request)).collect::<Result<Vec<_>, _>>()?;
        working.write(tx).await?;
        Ok(outcomes)
    }
}

impl TradeBatch {
    /// Ids that the batch may need: two per order of a quote, one per transition.
    fn take_ids(&self, requests: &[&TradeRequest], working: &Working) -> Result<Vec<i64>, StoreError> {
        let needed: usize = requests
            .iter()
            .map(|request| match request {
                TradeRequest::Quote(_) | TradeRequest::SetCartLine(_) | TradeRequest::ClearCart { .. } => 0,
                TradeRequest::Place(place) => working
                    .quotes
                    .get(&(place.keyed.id.account_id, place.quote_id))
                    .map_or(0, |quote| 2 * quote.priced.orders.len()),
                TradeRequest::Expire { .. } => working.claimed.len(),
                _ => 1,
            })
            .sum();
        let mut ids = (0..needed).map(|_| self.ids.next()).collect::<Result<Vec<_>, _>>()?;
        // Popped from the end, so that the first request gets the smallest ids.
        ids.reverse();
        Ok(ids)
    }
}

/// Keys named by the requests.
#[derive(Default)]
struct Wanted {
    keys: Vec<KeyId>,
    quotes: Vec<QuoteKey>,
    orders: BTreeSet<i64>,
    carts: BTreeSet<i64>,
    timers: i64,
}

impl Wanted {
    fn of(requests: &[&TradeRequest]) -> Self {
        let mut wanted = Self::default();
        let mut quotes = BTreeSet::new();
        for request in requests {
            let keyed: Option<&Keyed> = match request {
                TradeRequest::Quote(_) | TradeRequest::ClearCart { .. } => None,
                TradeRequest::SetCartLine(row) => {
                    wanted.carts.insert(row.account_id);
                    None
                }
                TradeRequest::Place(place) => {
                    quotes.insert((place.keyed.id.account_id, place.quote_id));
                    Some(&place.keyed)
                }
                TradeRequest::Cancel(cancel) => {
                    wanted.orders.insert(cancel.order_id);
                    Some(&cancel.keyed)
                }
                TradeRequest::Readdress(change) => {
                    wanted.orders.insert(change.order_id);
                    Some(&change.keyed)
                }
                TradeRequest::Settle { order_id } => {
                    wanted.orders.insert(*order_id);
                    None
                }
                TradeRequest::Expire { limit } => {
                    wanted.timers += limit;
                    None
                }
            };
            if let Some(keyed) = keyed.filter(|keyed| !wanted.keys.contains(&keyed.id)) {
                wanted.keys.push(keyed.id.clone());
            }
        }
        wanted.quotes = quotes.into_iter().map(|(account_id, quote_id)| QuoteKey { account_id, quote_id }).collect();
        wanted
    }
}

impl Working {
    /// Reads and locks everything the requests need (timers, orders, quotes, limits, stock), each in key order.
    async fn load(&mut self, tx: &mut Tx, requests: &[&TradeRequest]) -> Result<(), StoreError> {
        let mut wanted = Wanted::of(requests);
        if wanted.timers > 0 {
            self.claimed = tx.rows(&timers::CLAIM, &[self.now_ms.into(), wanted.timers.into()]).await?;
            wanted.orders.extend(self.claimed.iter().map(|timer: &TimerRow| timer.order_id));
        }
        self.load_orders(tx, &wanted.orders).await?;
        let quotes: Vec<QuoteRow> = tx.rows_for(&quotes::LOCK, &wanted.quotes).await?;
        for row in quotes {
            let priced = serde_json::from_str(&row.body)
                .map_err(|error| StoreError::Corrupt { what: "quote", found: error.to_string() })?;
            self.quotes.insert((row.account_id, row.quote_id), QuoteFile { row, priced });
        }
        // Read after the locks: a call with the same key in another process is now visible.
        let keys: Vec<KeyRow> = tx.rows_for(&keys::READ, &wanted.keys).await?;
        for row in keys {
            let id = KeyId {
                account_id: row.account_id,
                scope: row.scope.clone(),
                idempotency_key: row.idempotency_key.clone(),
            };
            self.keys.insert(id, row);
        }
        let owners: Vec<_> = wanted.carts.iter().map(|&account_id| CartOwner { account_id }).collect();
        for line in tx.rows_for::<CartRow, _>(&cart::READ_ALL, &owners).await? {
            self.carts.entry(line.account_id).or_default().insert(line.sku_id);
        }
        self.load_limits(tx).await?;
        self.load_stock(tx).await
    }

    async fn load_orders(&mut self, tx: &mut Tx, ids: &BTreeSet<i64>) -> Result<(), StoreError> {
        let ids: Vec<_> = ids.iter().map(|&order_id| OrderId { order_id }).collect();
        let routes: Vec<RouteRow> = tx.rows_for(&orders::ROUTES, &ids).await?;
        let keys: Vec<_> =
            routes.iter().map(|route| OrderKey { seller_id: route.seller_id, order_id: route.order_id }).collect();
        let rows: Vec<OrderRow> = tx.rows_for(&orders::LOCK, &keys).await?;
        for row in rows {
            let state = State::named(&row.state)
                .ok_or_else(|| StoreError::Corrupt { what: "order state", found: row.state.clone() })?;
            let file = OrderFile { row, state, lines: Vec::new(), history: Vec::new(), reservations: Vec::new() };
            self.orders.insert(file.row.order_id, file);
        }
        let lines: Vec<LineRow> = tx.rows_for(&orders::LINES, &keys).await?;
        for line in lines {
            if let Some(order) = self.orders.get_mut(&line.order_id) {
                order.lines.push(line);
            }
        }
        let history: Vec<HistoryRow> = tx.rows_for(&orders::HISTORY, &keys).await?;
        for entry in history {
            if let Some(order) = self.orders.get_mut(&entry.order_id) {
                order.history.push(entry);
            }
        }
        let reservations: Vec<ReservationRow> = tx.rows_for(&reservations::READ, &keys).await?;
        for reservation in reservations {
            if let Some(order) = self.orders.get_mut(&reservation.order_id) {
                order.reservations.push(reservation);
            }
        }
        Ok(())
    }

    async fn load_limits(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut pairs = BTreeSet::new();
        for quote in self.quotes.values() {
            let lines = quote.priced.orders.iter().flat_map(|order| &order.lines);
            let limited = lines.filter(|line| line.limit.is_some());
            pairs.extend(limited.map(|line| (quote.row.account_id, line.product_id)));
        }
        for order in self.orders.values() {
            let limited = order.lines.iter().filter(|line| line.buyer_limit.is_some());
            pairs.extend(limited.map(|line| (order.row.account_id, line.product_id)));
        }
        let pairs: Vec<_> =
            pairs.into_iter().map(|(account_id, product_id)| LimitKey { account_id, product_id }).collect();
        tx.run_rows(&limits::CREATE, &pairs).await?;
        let rows: Vec<LimitRow> = tx.rows_for(&limits::LOCK, &pairs).await?;
        self.limits = rows.into_iter().map(|row| ((row.account_id, row.product_id), (row.used, row.used))).collect();
        Ok(())
    }

    async fn load_stock(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut pairs = BTreeSet::new();
        for order in self.quotes.values().flat_map(|quote| &quote.priced.orders) {
            pairs.extend(order.lines.iter().map(|line| (order.seller_id, line.sku_id)));
        }
        for order in self.orders.values() {
            pairs.extend(order.reservations.iter().map(|held| (held.seller_id, held.sku_id)));
        }
        let pairs: Vec<_> = pairs.into_iter().map(|(seller_id, sku_id)| StockKey { seller_id, sku_id }).collect();
        let rows: Vec<StockRow> = tx.rows_for(&stock::LOCK, &pairs).await?;
        let unchanged =
            |row: &StockRow| StockChange { seller_id: row.seller_id, sku_id: row.sku_id, on_hand: 0, reserved: 0 };
        self.stock = rows
            .into_iter()
            .map(|row| ((row.seller_id, row.sku_id), (row.clone(), unchanged(&row))))
            .collect::<HashMap<_, _>>();
        Ok(())
    }

    /// Decides one request on the working set.
    fn decide(&mut self, request: &TradeRequest) -> Result<Outcome, StoreError> {
        match request {
            TradeRequest::Quote(row) => {
                self.writes.quotes.push(row.clone());
                Ok(Outcome::Done)
            }
            TradeRequest::Place(place) => self.place(place),
            TradeRequest::Cancel(cancel) => self.cancel(cancel),
            TradeRequest::Readdress(change) => self.readdress(change),
            TradeRequest::SetCartLine(row) => Ok(self.set_cart_line(row)),
            TradeRequest::ClearCart { account_id } => Ok(self.clear_cart(*account_id)),
            TradeRequest::Settle { order_id } => self.settle(*order_id),
            TradeRequest::Expire { .. } => self.expire(),
        }
    }
}
