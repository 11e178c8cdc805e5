//! Invariants of the trade cell, read from one snapshot.

use live_pack_shop_store::{Database, Record, Row, Statement, StoreError, Tx, trade::audit};

use super::Finding;
use crate::{
    clock::Clock,
    order::{Actor, State, allowed},
};

/// Time after `pay_by` by which an unpaid order must be cancelled, in milliseconds.
const GRACE_MS: i64 = 5_000;

/// Invariants that are one query each: name, invariant in words, query for violations.
pub const INVARIANTS: &[(&str, &str, &Statement)] = &[
    ("no-oversell", "no SKU has more units reserved and sold than came in", &audit::OVERSOLD),
    ("no-undersell", "reserved units are those of reservations", &audit::UNDERSOLD),
    ("on-hand", "units on hand are what came in less what is sold", &audit::ON_HAND),
    ("reservations", "reservations equal the lines of their orders and follow their states", &audit::RESERVATIONS),
    ("no-orphans", "every reservation belongs to a line of an order", &audit::ORPHANS),
    ("limit-counts", "counts of limited products are those of open and paid orders", &audit::LIMIT_COUNTS),
    ("limits", "no buyer holds more of a product than its limit", &audit::LIMITS),
    ("one-order-per-quote", "a quote makes one order per seller", &audit::ORDERS_PER_QUOTE),
    ("one-order-per-key", "a buyer has one key per quote that became orders", &audit::ORDERS_PER_KEY),
    ("keys-have-orders", "a key of an order has its order", &audit::KEYS_WITHOUT_ORDERS),
    ("used-quotes", "a quote is used exactly when it has orders", &audit::QUOTES),
    ("totals", "total = subtotal - discount + shipping + tax, and lines add up", &audit::TOTALS),
    ("histories", "histories have no gap and end in the order's state and version", &audit::HISTORIES),
    ("one-event-per-step", "every history entry has one event", &audit::EVENTS),
    ("routes", "every order is found by its id", &audit::ROUTES),
    ("timers", "every unpaid order has its timer", &audit::TIMERS),
    ("carts", "lines of carts have 1 to 99 units", &audit::CART),
];

/// A kind of history entry.
struct Step {
    from: String,
    to: String,
    actor: String,
    example: String,
}

impl Record for Step {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { from: row.text(0)?, to: row.text(1)?, actor: row.text(2)?, example: row.text(3)? })
    }
}

/// Checks every invariant on one snapshot of the trade cell.
///
/// # Errors
/// If the store cannot be read.
pub async fn check_store(trade: &Database, clock: &Clock) -> Result<Vec<Finding>, StoreError> {
    let mut tx = trade.snapshot().await?;
    let mut findings = Vec::with_capacity(INVARIANTS.len() + 2);
    for &(name, promise, statement) in INVARIANTS {
        findings.push(Finding { name, promise, broken: tx.rows(statement, &[]).await? });
    }
    findings.push(steps(&mut tx).await?);
    findings.push(overdue(&mut tx, clock.now_ms()).await?);
    tx.rollback().await?;
    Ok(findings)
}

/// Every step of a history is a transition of the state machine.
async fn steps(tx: &mut Tx) -> Result<Finding, StoreError> {
    let steps: Vec<Step> = tx.rows(&audit::STEPS, &[]).await?;
    let wrong = |step: &&Step| {
        let from = State::named(&step.from);
        let known = from.is_some() || step.from.is_empty();
        let (to, actor) = (State::named(&step.to), Actor::named(&step.actor));
        !(known && to.zip(actor).is_some_and(|(to, actor)| allowed(from, to, actor)))
    };
    let broken = steps
        .iter()
        .filter(wrong)
        .map(|step| format!("{} to {} by {} in order {}", step.from, step.to, step.actor, step.example))
        .collect();
    Ok(Finding { name: "state-machine", promise: "every step is one of the state machine", broken })
}

/// No order is UNPAID past its deadline while a server runs. After a crash the orders wait for the next server.
async fn overdue(tx: &mut Tx, now_ms: i64) -> Result<Finding, StoreError> {
    let name = "no-overdue";
    let promise = "no order is unpaid 5 s after its time to pay while a server runs";
    let servers: Vec<String> = tx.rows(&audit::SERVERS, &[(now_ms - 2 * GRACE_MS).into(), now_ms.into()]).await?;
    if servers.is_empty() {
        return Ok(Finding { name, promise, broken: Vec::new() });
    }
    Ok(Finding { name, promise, broken: tx.rows(&audit::OVERDUE, &[(now_ms - GRACE_MS).into()]).await? })
}
