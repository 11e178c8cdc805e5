//! The model: the required behaviour of the shop in its simplest form.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// Units of each SKU at the beginning. SKU 0 and 1 belong to the first seller, 2 to the second.
pub(super) const UNITS: [i64; 3] = [20, 6, 9];
/// SKU 1 is limited to this many units per buyer.
pub(super) const LIMIT: i64 = 4;
const ACCOUNTS: i64 = 3;
const KEYS: usize = 4;
const QUOTE_MS: i64 = 300_000;
const PAY_MS: i64 = 900_000;

#[derive(Debug, Clone)]
pub(super) enum Op {
    Quote { account: i64, units: [i64; 3] },
    Place { account: i64, quote: usize, key: usize, right_total: bool },
    Cancel { account: i64, order: usize, key: usize },
    Readdress { account: i64, order: usize, key: usize, same_region: bool },
    Settle { order: usize },
    Expire,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Requests that are committed together.
    Batch(Vec<Op>),
    /// Time passes, in milliseconds; negative if the clock is set back.
    Time(i64),
}

/// Expected outcome of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expected {
    Done,
    /// A new answer, or the replay of an earlier request's answer, by request number.
    Answer {
        of: usize,
    },
    Refused(&'static str),
    Expired {
        claimed: usize,
        cancelled: usize,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Quote {
    pub(super) account: i64,
    pub(super) units: [i64; 3],
    expires: i64,
    used: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Order {
    account: i64,
    units: [i64; 3],
    pub(super) state: &'static str,
    pub(super) version: i64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    pub(super) now: i64,
    pub(super) on_hand: [i64; 3],
    pub(super) reserved: [i64; 3],
    pub(super) quotes: Vec<Quote>,
    pub(super) orders: Vec<Order>,
    /// Orders with their due times.
    timers: Vec<(i64, usize)>,
    keys: BTreeMap<(i64, String, usize), (String, usize)>,
    requests: usize,
    /// Outcomes of the last batch.
    pub(super) expected: Vec<Expected>,
}

impl Model {
    fn batch(&mut self, ops: &[Op]) {
        // The ids of new rows are not known before the batch.
        let (quotes, orders) = (self.quotes.len(), self.orders.len());
        let due = |timer: &&(i64, usize)| timer.0 <= self.now;
        let mut claimed: Vec<usize> = Vec::new();
        if ops.iter().any(|op| matches!(op, Op::Expire)) {
            claimed = self.timers.iter().filter(due).map(|timer| timer.1).collect();
            let now = self.now;
            self.timers.retain(|timer| timer.0 > now);
        }
        self.expected.clear();
        for op in ops {
            let request = self.requests;
            self.requests += 1;
            let outcome = match op {
                Op::Quote { account, units } => {
                    let expires = self.now + QUOTE_MS;
                    self.quotes.push(Quote { account: *account, units: *units, expires, used: false });
                    Expected::Done
                }
                Op::Place { account, quote, key, right_total } => {
                    let scope = (*account, "place".to_owned(), *key);
                    let body = format!("{quote} {right_total}");
                    self.keyed(scope, body, request, |model| {
                        model.place(*account, (*quote < quotes).then_some(*quote), *right_total)
                    })
                }
                Op::Cancel { account, order, key } => {
                    let scope = (*account, format!("cancel {order}"), *key);
                    self.keyed(scope, String::new(), request, |model| {
                        let known = (*order < orders).then_some(*order);
                        model.move_order(*account, known, &["UNPAID", "AWAITING_SHIPMENT"], "CANCELLED")
                    })
                }
                Op::Readdress { account, order, key, same_region } => {
                    let scope = (*account, format!("readdress {order}"), *key);
                    self.keyed(scope, same_region.to_string(), request, |model| {
                        let known = (*order < orders).then_some(*order);
                        let allowed: &[&str] = if *same_region { &["UNPAID"] } else { &[] };
                        model.move_order(*account, known, allowed, "UNPAID")
                    })
                }
                Op::Settle { order } => match (*order < orders).then(|| self.orders[*order].clone()) {
                    None => Expected::Refused("NotFound"),
                    Some(found) if found.state == "UNPAID" => {
                        self.enter(*order, "AWAITING_SHIPMENT");
                        Expected::Done
                    }
                    Some(_) => Expected::Refused("StateConflict"),
                },
                Op::Expire => {
                    let claimed = std::mem::take(&mut claimed);
                    let unpaid: Vec<_> =
                        claimed.iter().copied().filter(|&order| self.orders[order].state == "UNPAID").collect();
                    for &order in &unpaid {
                        self.enter(order, "CANCELLED");
                    }
                    Expected::Expired { claimed: claimed.len(), cancelled: unpaid.len() }
                }
            };
            self.expected.push(outcome);
        }
    }

    fn keyed(
        &mut self,
        scope: (i64, String, usize),
        body: String,
        request: usize,
        run: impl FnOnce(&mut Self) -> Result<(), &'static str>,
    ) -> Expected {
        if let Some((bound, of)) = self.keys.get(&scope) {
            return if *bound == body {
                Expected::Answer { of: *of }
            } else {
                Expected::Refused("IdempotencyMismatch")
            };
        }
        match run(self) {
            Ok(()) => {
                self.keys.insert(scope, (body, request));
                Expected::Answer { of: request }
            }
            Err(refusal) => Expected::Refused(refusal),
        }
    }

    fn place(&mut self, account: i64, quote: Option<usize>, right_total: bool) -> Result<(), &'static str> {
        let found = quote.filter(|&quote| self.quotes[quote].account == account).ok_or("NotFound")?;
        let quote = self.quotes[found].clone();
        if quote.used {
            return Err("QuoteUsed");
        }
        if quote.expires <= self.now {
            return Err("QuoteExpired");
        }
        if !right_total {
            return Err("PriceChanged");
        }
        let open = self.orders.iter().filter(|order| order.account == account && order.state != "CANCELLED");
        if open.map(|order| order.units[1]).sum::<i64>() + quote.units[1] > LIMIT && quote.units[1] > 0 {
            return Err("LimitExceeded");
        }
        if (0..3).any(|sku| quote.units[sku] > self.on_hand[sku] - self.reserved[sku]) {
            return Err("OutOfStock");
        }
        self.quotes[found].used = true;
        let [a, b, c] = quote.units;
        for units in [[a, b, 0], [0, 0, c]].into_iter().filter(|units| *units != [0, 0, 0]) {
            for (reserved, units) in self.reserved.iter_mut().zip(units) {
                *reserved += units;
            }
            self.timers.push((self.now + PAY_MS, self.orders.len()));
            self.orders.push(Order { account, units, state: "UNPAID", version: 1 });
        }
        Ok(())
    }

    fn move_order(
        &mut self,
        account: i64,
        order: Option<usize>,
        from: &[&str],
        to: &'static str,
    ) -> Result<(), &'static str> {
        let order = order.filter(|&order| self.orders[order].account == account).ok_or("NotFound")?;
        if !from.contains(&self.orders[order].state) {
            return Err("StateConflict");
        }
        self.enter(order, to);
        Ok(())
    }

    fn enter(&mut self, order: usize, to: &'static str) {
        let order = &mut self.orders[order];
        for sku in 0..3 {
            let units = order.units[sku];
            match (order.state, to) {
                ("UNPAID", "AWAITING_SHIPMENT") => {
                    self.reserved[sku] -= units;
                    self.on_hand[sku] -= units;
                }
                ("UNPAID", "CANCELLED") => self.reserved[sku] -= units,
                (_, "CANCELLED") => self.on_hand[sku] += units,
                _ => {}
            }
        }
        order.state = to;
        order.version += 1;
    }
}

fn op(state: &Model) -> BoxedStrategy<Op> {
    // One more than exist: an unknown id.
    let (quotes, orders) = (0..=state.quotes.len(), 0..=state.orders.len());
    let account = 1..=ACCOUNTS;
    prop_oneof![
        4 => (account.clone(), [0..4_i64, 0..4_i64, 0..4_i64])
            .prop_filter("a quote has items", |(_, units)| *units != [0, 0, 0])
            .prop_map(|(account, units)| Op::Quote { account, units }),
        6 => (quotes, account.clone(), 0..KEYS, prop::bool::weighted(0.9), prop::bool::weighted(0.9)).prop_map({
            let owners: Vec<_> = state.quotes.iter().map(|quote| quote.account).collect();
            move |(quote, other, key, right_total, own)| {
                let account = owners.get(quote).copied().filter(|_| own).unwrap_or(other);
                Op::Place { account, quote, key, right_total }
            }
        }),
        3 => (orders.clone(), account.clone(), 0..KEYS, prop::bool::weighted(0.9)).prop_map({
            let owners: Vec<_> = state.orders.iter().map(|order| order.account).collect();
            move |(order, other, key, own)| {
                let account = owners.get(order).copied().filter(|_| own).unwrap_or(other);
                Op::Cancel { account, order, key }
            }
        }),
        1 => (orders.clone(), account, 0..KEYS, any::<bool>())
            .prop_map(|(order, account, key, same_region)| Op::Readdress { account, order, key, same_region }),
        2 => orders.prop_map(|order| Op::Settle { order }),
        1 => Just(Op::Expire),
    ]
    .boxed()
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self { now: crate::kit::NOW, on_hand: UNITS, ..Self::default() }).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            8 => prop::collection::vec(op(state), 1..6).prop_map(Step::Batch),
            1 => (1..1_000_000_i64).prop_map(Step::Time),
            1 => (-200_000..0_i64).prop_map(Step::Time),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Batch(ops) => state.batch(ops),
            Step::Time(by) => state.now += by,
        }
        state
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        // Shrinking removes steps, and with them what later steps name.
        let Step::Batch(ops) = step else { return true };
        ops.iter().all(|op| match op {
            Op::Place { quote, .. } => *quote <= state.quotes.len(),
            Op::Cancel { order, .. } | Op::Readdress { order, .. } | Op::Settle { order } => {
                *order <= state.orders.len()
            }
            Op::Quote { .. } | Op::Expire => true,
        })
    }
}
