//! Placing the orders of a quote.

use std::collections::BTreeMap;

use live_pack_shop_store::{
    StoreError,
    trade::{
        events::EventRow,
        orders::{HistoryRow, LineRow, OrderRow, RouteRow},
        quotes::QuoteKey,
        reservations::ReservationRow,
        timers::TimerRow,
    },
};

use super::{
    Actor, Outcome, PAY_WITHIN_MS, Place, State,
    view::quote_view,
    working::{OrderFile, QuoteFile, Working},
};
use crate::{
    answer::{PlacedOrderView, PlacedView},
    clock::rfc3339,
    pricing::PricedOrder,
    refusal::Refusal,
    stored::text,
};

/// HTTP status of a placed order.
const CREATED: u16 = 201;

impl Working {
    /// Decides a request in the order of checks of the contract: key, quote found, used, expired, total, limits, stock.
    pub(super) fn place(&mut self, request: &Place) -> Result<Outcome, StoreError> {
        if let Some(outcome) = self.replay(&request.keyed) {
            return Ok(outcome);
        }
        let account_id = request.keyed.id.account_id;
        let Some(quote) = self.quotes.get(&(account_id, request.quote_id)).cloned() else {
            return Ok(Outcome::Refused(Refusal::NotFound("quote")));
        };
        if let Err(refusal) = self.check(&quote, request) {
            return Ok(Outcome::Refused(refusal));
        }
        let mut placed = Vec::with_capacity(quote.priced.orders.len());
        for order in &quote.priced.orders {
            placed.push(self.place_one(&quote, order)?);
        }
        if let Some(quote) = self.quotes.get_mut(&(account_id, request.quote_id)) {
            quote.row.used = 1;
        }
        self.writes.used_quotes.push(QuoteKey { account_id, quote_id: request.quote_id });
        let body = text("order", &PlacedView { orders: placed, payment_id: None, pay_url: None })?;
        Ok(self.bind(&request.keyed, CREATED, body))
    }

    fn check(&self, quote: &QuoteFile, request: &Place) -> Result<(), Refusal> {
        if quote.row.used != 0 {
            return Err(Refusal::QuoteUsed);
        }
        if quote.row.expires_ms <= self.now_ms {
            return Err(Refusal::QuoteExpired);
        }
        if request.total != quote.priced.currency.minor(quote.priced.total) {
            let view = quote_view(quote.row.quote_id, quote.row.expires_ms, &quote.priced);
            return Err(Refusal::PriceChanged(Box::new(view)));
        }
        let mut wanted: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        let lines = quote.priced.orders.iter().flat_map(|order| &order.lines);
        for line in lines {
            if let Some(limit) = line.limit {
                wanted.entry(line.product_id).or_insert((0, limit)).0 += line.quantity;
            }
        }
        let over = |&(product_id, (units, limit)): &(&i64, &(i64, i64))| {
            self.held(quote.row.account_id, *product_id) + units > *limit
        };
        if let Some((product_id, _)) = wanted.iter().find(over) {
            return Err(Refusal::LimitExceeded(product_id.to_string()));
        }
        let short: Vec<_> = quote
            .priced
            .orders
            .iter()
            .flat_map(|order| order.lines.iter().map(move |line| (order.seller_id, line)))
            .filter(|(seller_id, line)| self.available(*seller_id, line.sku_id) < line.quantity)
            .map(|(_, line)| line.sku_id.to_string())
            .collect();
        if short.is_empty() { Ok(()) } else { Err(Refusal::OutOfStock(short.join(", "))) }
    }

    fn place_one(&mut self, quote: &QuoteFile, order: &PricedOrder) -> Result<PlacedOrderView, StoreError> {
        let (order_id, seller_id, account_id) = (self.id()?, order.seller_id, quote.row.account_id);
        let priced = &quote.priced;
        let row = OrderRow {
            seller_id,
            order_id,
            account_id,
            quote_id: quote.row.quote_id,
            state: State::Unpaid.name().to_owned(),
            version: 1,
            currency: priced.currency.code().to_owned(),
            subtotal: order.subtotal,
            discount: order.discount,
            shipping: order.shipping,
            tax: order.tax,
            total: order.total,
            pay_by_ms: self.now_ms + PAY_WITHIN_MS,
            created_ms: self.now_ms,
            address: text("address", &priced.address)?,
        };
        let history = HistoryRow {
            seller_id,
            order_id,
            version: 1,
            at_ms: self.now_ms,
            from_state: None,
            to_state: row.state.clone(),
            actor: Actor::Buyer.name().to_owned(),
            reason: "placed".to_owned(),
        };
        let mut lines = Vec::with_capacity(order.lines.len());
        let mut reservations = Vec::with_capacity(order.lines.len());
        for line in &order.lines {
            self.move_stock(seller_id, line.sku_id, 0, line.quantity)?;
            if line.limit.is_some() {
                self.hold(account_id, line.product_id, line.quantity);
            }
            if priced.from_cart {
                self.bought(account_id, line.sku_id);
            }
            lines.push(LineRow {
                seller_id,
                order_id,
                line_id: line.line_id,
                product_id: line.product_id,
                sku_id: line.sku_id,
                quantity: line.quantity,
                unit_price: line.unit_price,
                discount: line.discount,
                tax: line.tax,
                total: line.total,
                buyer_limit: line.limit,
            });
            reservations.push(ReservationRow {
                seller_id,
                order_id,
                sku_id: line.sku_id,
                quantity: line.quantity,
                state: State::Unpaid.reservations(false).to_owned(),
            });
        }
        self.writes.timers.push(TimerRow {
            due_ms: row.pay_by_ms,
            seller_id,
            order_id,
            kind: super::timers::PAY_BY.to_owned(),
            state: row.state.clone(),
        });
        let event_id = self.id()?;
        self.writes.events.push(EventRow {
            event_id,
            at_ms: self.now_ms,
            kind: "order.placed".to_owned(),
            seller_id,
            order_id,
            version: 1,
        });
        self.writes.routes.push(RouteRow { order_id, seller_id, account_id });
        self.writes.orders.push(row.clone());
        self.writes.lines.extend(lines.iter().cloned());
        self.writes.history.push(history.clone());
        self.writes.reservations.extend(reservations.iter().cloned());
        let placed = PlacedOrderView {
            order_id: order_id.to_string(),
            seller_id: seller_id.to_string(),
            state: row.state.clone(),
            version: row.version,
            total: priced.currency.minor(order.total).into(),
            pay_by: rfc3339(row.pay_by_ms),
        };
        let file = OrderFile { row, state: State::Unpaid, lines, history: vec![history], reservations };
        self.orders.insert(order_id, file);
        Ok(placed)
    }
}
