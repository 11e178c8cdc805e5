//! The state machine of an order, as a table.

/// State of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Placed, its units are reserved.
    Unpaid,
    /// Paid, its units are sold.
    AwaitingShipment,
    /// On its way.
    InTransit,
    /// Delivered.
    Delivered,
    /// Accepted by the buyer, or the deadline for objections has passed.
    Completed,
    /// Cancelled, its units were returned.
    Cancelled,
}

/// Role of the actor of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The buyer.
    Buyer,
    /// The seller.
    Merchant,
    /// An administrator.
    Admin,
    /// A payment event.
    Payment,
    /// A timer.
    Timer,
    /// The carrier.
    Carrier,
}

use Actor::{Admin, Buyer, Carrier, Merchant, Payment, Timer};
use State::{AwaitingShipment, Cancelled, Completed, Delivered, InTransit, Unpaid};

/// Every transition: state before, state after, roles. UNPAID to UNPAID is a change of the address.
pub const TRANSITIONS: [(Option<State>, State, &[Actor]); 9] = [
    (None, Unpaid, &[Buyer]),
    (Some(Unpaid), Unpaid, &[Buyer]),
    (Some(Unpaid), AwaitingShipment, &[Payment]),
    (Some(Unpaid), Cancelled, &[Buyer, Timer, Admin]),
    (Some(AwaitingShipment), Cancelled, &[Buyer, Merchant, Admin]),
    (Some(AwaitingShipment), InTransit, &[Merchant]),
    (Some(InTransit), Delivered, &[Carrier, Merchant]),
    (Some(InTransit), Completed, &[Buyer, Timer]),
    (Some(Delivered), Completed, &[Buyer, Timer]),
];

impl State {
    /// All states.
    pub const ALL: [Self; 6] = [Unpaid, AwaitingShipment, InTransit, Delivered, Completed, Cancelled];

    /// Name in answers and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Unpaid => "UNPAID",
            AwaitingShipment => "AWAITING_SHIPMENT",
            InTransit => "IN_TRANSIT",
            Delivered => "DELIVERED",
            Completed => "COMPLETED",
            Cancelled => "CANCELLED",
        }
    }

    /// The state with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// State of the reservations of an order in this state.
    #[must_use]
    pub const fn reservations(self, sold: bool) -> &'static str {
        match self {
            Unpaid => "RESERVED",
            Cancelled if sold => "RETURNED",
            Cancelled => "RELEASED",
            _ => "SOLD",
        }
    }
}

impl Actor {
    /// All roles.
    pub const ALL: [Self; 6] = [Buyer, Merchant, Admin, Payment, Timer, Carrier];

    /// Name in answers and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Buyer => "buyer",
            Merchant => "merchant",
            Admin => "admin",
            Payment => "payment",
            Timer => "timer",
            Carrier => "carrier",
        }
    }

    /// The role with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.name() == name)
    }
}

/// Whether the table has the transition.
#[must_use]
pub fn allowed(from: Option<State>, to: State, actor: Actor) -> bool {
    TRANSITIONS.iter().any(|(before, after, actors)| *before == from && *after == to && actors.contains(&actor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        assert!(State::ALL.into_iter().all(|state| State::named(state.name()) == Some(state)));
        assert!(Actor::ALL.into_iter().all(|actor| Actor::named(actor.name()) == Some(actor)));
        assert_eq!(State::named("PAID"), None);
    }

    #[test]
    fn the_table_equals_the_design_and_nothing_else_is_allowed() {
        let mut count = 0;
        for from in State::ALL.map(Some).into_iter().chain([None]) {
            for to in State::ALL {
                for actor in Actor::ALL {
                    count += usize::from(allowed(from, to, actor));
                }
            }
        }
        assert_eq!(count, TRANSITIONS.iter().map(|(.., actors)| actors.len()).sum::<usize>());
        assert_eq!(count, 1 + 1 + 1 + 3 + 3 + 1 + 2 + 2 + 2);
        for actor in Actor::ALL {
            assert!(State::ALL.into_iter().all(|to| !allowed(Some(Cancelled), to, actor)), "CANCELLED is final");
            assert!(State::ALL.into_iter().all(|to| !allowed(Some(Completed), to, actor)), "COMPLETED is final");
        }
    }
}
