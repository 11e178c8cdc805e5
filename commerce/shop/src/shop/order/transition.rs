//! Transitions of placed orders: cancel, change of address, settle, expire.

use live_pack_shop_store::{
    StoreError,
    trade::{
        events::EventRow,
        orders::{HistoryRow, OrderChange},
        reservations::ReservationChange,
    },
};

use super::{Actor, Cancel, Outcome, Readdress, State, allowed, view::order_view, working::Working};
use crate::{refusal::Refusal, stored::text};

const OK: u16 = 200;

impl Working {
    /// Cancels an order for its buyer.
    pub(super) fn cancel(&mut self, request: &Cancel) -> Result<Outcome, StoreError> {
        if let Some(outcome) = self.replay(&request.keyed) {
            return Ok(outcome);
        }
        let Some(state) = self.state_for(request.order_id, request.keyed.id.account_id) else {
            return Ok(Outcome::Refused(Refusal::NotFound("order")));
        };
        if !allowed(Some(state), State::Cancelled, Actor::Buyer) {
            let why = "only an order that was not shipped can be cancelled";
            return Ok(Outcome::Refused(Refusal::StateConflict { state, why }));
        }
        // Payments are not implemented yet, so an order that `settle` marked as paid has nothing to refund.
        let reason = match state {
            State::AwaitingShipment => format!("{}; no money was taken", request.reason),
            _ => request.reason.clone(),
        };
        self.transit(request.order_id, State::Cancelled, Actor::Buyer, reason, None)?;
        self.answer(&request.keyed, request.order_id)
    }

    /// Changes the address of an unpaid order within its region.
    pub(super) fn readdress(&mut self, request: &Readdress) -> Result<Outcome, StoreError> {
        if let Some(outcome) = self.replay(&request.keyed) {
            return Ok(outcome);
        }
        let Some(state) = self.state_for(request.order_id, request.keyed.id.account_id) else {
            return Ok(Outcome::Refused(Refusal::NotFound("order")));
        };
        let Some(address) = &request.address else {
            return Ok(Outcome::Refused(Refusal::AddressNotFound));
        };
        if !allowed(Some(state), state, Actor::Buyer) {
            let why = "the address can be changed until the order is paid";
            return Ok(Outcome::Refused(Refusal::StateConflict { state, why }));
        }
        if self.region(request.order_id)? != address.region {
            let why = "shipping and tax are those of the old address' region";
            return Ok(Outcome::Refused(Refusal::StateConflict { state, why }));
        }
        let address = text("address", address)?;
        self.transit(request.order_id, state, Actor::Buyer, "address changed".to_owned(), Some(address))?;
        self.answer(&request.keyed, request.order_id)
    }

    /// Marks an order as paid.
    pub(super) fn settle(&mut self, order_id: i64) -> Result<Outcome, StoreError> {
        let Some(state) = self.orders.get(&order_id).map(|order| order.state) else {
            return Ok(Outcome::Refused(Refusal::NotFound("order")));
        };
        if !allowed(Some(state), State::AwaitingShipment, Actor::Payment) {
            let why = "only an unpaid order can be settled";
            return Ok(Outcome::Refused(Refusal::StateConflict { state, why }));
        }
        let reason = "settled without a payment".to_owned();
        self.transit(order_id, State::AwaitingShipment, Actor::Payment, reason, None)?;
        Ok(Outcome::Done)
    }

    /// Cancels the orders of the claimed timers that still have the state expected by the timer.
    pub(super) fn expire(&mut self) -> Result<Outcome, StoreError> {
        let claimed = std::mem::take(&mut self.claimed);
        let mut cancelled = 0;
        for timer in &claimed {
            let expected = State::named(&timer.state);
            let state = self.orders.get(&timer.order_id).map(|order| order.state);
            if state.is_some() && state == expected && allowed(state, State::Cancelled, Actor::Timer) {
                let reason = "not paid in time".to_owned();
                self.transit(timer.order_id, State::Cancelled, Actor::Timer, reason, None)?;
                cancelled += 1;
            }
        }
        Ok(Outcome::Expired { claimed: claimed.len(), cancelled })
    }

    /// State of an order of this account.
    fn state_for(&self, order_id: i64, account_id: i64) -> Option<State> {
        self.orders.get(&order_id).filter(|order| order.row.account_id == account_id).map(|order| order.state)
    }

    fn region(&self, order_id: i64) -> Result<String, StoreError> {
        let stored = self.orders.get(&order_id).map(|order| order.row.address.as_str()).unwrap_or_default();
        super::view::address(stored).map(|address| address.region)
    }

    fn answer(&mut self, keyed: &super::Keyed, order_id: i64) -> Result<Outcome, StoreError> {
        let Some(order) = self.orders.get(&order_id) else {
            return Ok(Outcome::Refused(Refusal::NotFound("order")));
        };
        let body = text("order", &order_view(&order.row, &order.lines, &order.history)?)?;
        Ok(self.bind(keyed, OK, body))
    }

    /// Moves an order and its units to a new state. The transition must be allowed.
    fn transit(
        &mut self,
        order_id: i64,
        to: State,
        actor: Actor,
        reason: String,
        address: Option<String>,
    ) -> Result<(), StoreError> {
        let event_id = self.id()?;
        let Some(mut order) = self.orders.remove(&order_id) else {
            return Err(StoreError::Corrupt { what: "order", found: format!("{order_id} is not in the batch") });
        };
        let from = order.state;
        let address = address.unwrap_or_else(|| order.row.address.clone());
        self.writes.changed_orders.push(OrderChange {
            seller_id: order.row.seller_id,
            order_id,
            from_state: from.name().to_owned(),
            from_version: order.row.version,
            to_state: to.name().to_owned(),
            address: address.clone(),
        });
        order.state = to;
        order.row.state = to.name().to_owned();
        order.row.version += 1;
        order.row.address = address;
        let history = HistoryRow {
            seller_id: order.row.seller_id,
            order_id,
            version: order.row.version,
            at_ms: self.now_ms,
            from_state: Some(from.name().to_owned()),
            to_state: to.name().to_owned(),
            actor: actor.name().to_owned(),
            reason,
        };
        self.writes.history.push(history.clone());
        order.history.push(history);
        self.writes.events.push(EventRow {
            event_id,
            at_ms: self.now_ms,
            kind: event(from, to).to_owned(),
            seller_id: order.row.seller_id,
            order_id,
            version: order.row.version,
        });
        if from != to {
            self.move_units(&mut order, from, to)?;
        }
        self.orders.insert(order_id, order);
        Ok(())
    }

    /// Moves the reservations of an order, and updates stock and limits.
    fn move_units(&mut self, order: &mut super::working::OrderFile, from: State, to: State) -> Result<(), StoreError> {
        let sold = from != State::Unpaid;
        let (before, after) = (from.reservations(sold), to.reservations(sold));
        if before == after {
            return Ok(());
        }
        for reservation in &mut order.reservations {
            let units = reservation.quantity;
            let (on_hand, reserved) = match (before, after) {
                ("RESERVED", "SOLD") => (-units, -units),
                ("RESERVED", _) => (0, -units),
                _ => (units, 0),
            };
            self.move_stock(reservation.seller_id, reservation.sku_id, on_hand, reserved)?;
            self.writes.moved_reservations.push(ReservationChange {
                seller_id: reservation.seller_id,
                order_id: reservation.order_id,
                sku_id: reservation.sku_id,
                from_state: before.to_owned(),
                to_state: after.to_owned(),
            });
            reservation.state = after.to_owned();
        }
        if to == State::Cancelled {
            for line in order.lines.iter().filter(|line| line.buyer_limit.is_some()) {
                self.hold(order.row.account_id, line.product_id, -line.quantity);
            }
        }
        Ok(())
    }
}

/// Name of the event of a transition.
const fn event(from: State, to: State) -> &'static str {
    match (from, to) {
        (State::Unpaid, State::Unpaid) => "order.address_changed",
        (_, State::AwaitingShipment) => "order.paid",
        (_, State::Cancelled) => "order.cancelled",
        (_, State::InTransit) => "order.shipped",
        (_, State::Delivered) => "order.delivered",
        (_, State::Completed) => "order.completed",
        (_, State::Unpaid) => "order.placed",
    }
}
