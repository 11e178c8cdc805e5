//! The shop's batch rules over an in-memory store, driven by the steps of the model.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use live_pack_shop::{
    Clock,
    answer::DeliveryView,
    check::check_store,
    money::Currency,
    order::{Cancel, Outcome, Place, Readdress, TradeBatch, TradeRequest},
    quote::{Item, Priced, price},
};
use live_pack_shop_store::{
    Cell, Database, Ids, Location,
    catalog::OfferRow,
    committer::Batch as _,
    migrate,
    trade::{
        orders::{OrderKey, OrderRow, READ as READ_ORDERS},
        quotes::QuoteRow,
        stock::{self, StockChange, StockEntry, StockKey, StockRow},
    },
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use tokio::runtime::Runtime;

use super::reference::{Expected, LIMIT, Model, Op, Step, UNITS};
use crate::kit::keyed;

/// Seller and SKU of the model's SKUs.
const SKUS: [StockKey; 3] = [
    StockKey { seller_id: 1, sku_id: 11 },
    StockKey { seller_id: 1, sku_id: 12 },
    StockKey { seller_id: 2, sku_id: 21 },
];
/// Price of a unit, in cents.
const PRICE: i64 = 100;
/// An unused id.
const UNKNOWN: i64 = 1;

pub(super) struct Subject {
    runtime: Runtime,
    trade: Database,
    rules: TradeBatch,
    ids: Arc<Ids>,
    clock: Clock,
    quotes: Vec<(i64, i64)>,
    orders: Vec<OrderKey>,
    /// Bodies of the answers, by request number.
    answers: Vec<Option<String>>,
}

fn address(region: &str) -> DeliveryView {
    let text = String::new;
    DeliveryView {
        name: text(),
        phone: text(),
        region: region.into(),
        city: text(),
        line1: text(),
        line2: None,
        postcode: text(),
    }
}

impl Subject {
    fn quote(&mut self, account_id: i64, units: [i64; 3], now_ms: i64) -> QuoteRow {
        let items = SKUS.iter().zip(units).filter(|(_, quantity)| *quantity > 0).map(|(sku, quantity)| Item {
            offer: OfferRow {
                sku_id: sku.sku_id,
                product_id: sku.sku_id,
                seller_id: sku.seller_id,
                price: PRICE,
                currency: "USD".into(),
                sale_regions: "*".into(),
                buyer_limit: (sku.sku_id == 12).then_some(LIMIT),
                tax_class: 0,
                shipping_fee: 0,
                free_shipping_from: None,
            },
            quantity,
            line_id: self.ids.next().unwrap(),
        });
        let orders = price(items.collect(), &[].into(), &[].into()).unwrap();
        let total = orders.iter().map(|order| order.total).sum();
        let currency = Currency::of("USD").unwrap();
        let priced = Priced { orders, currency, total, address: address("US"), from_cart: false };
        let quote_id = self.ids.next().unwrap();
        self.quotes.push((quote_id, total));
        let body = serde_json::to_string(&priced).unwrap();
        QuoteRow { account_id, quote_id, created_ms: now_ms, expires_ms: now_ms + 300_000, used: 0, body }
    }

    fn request(&mut self, op: &Op, quotes: usize, orders: usize, now_ms: i64) -> TradeRequest {
        let order_id = |order: usize| if order < orders { self.orders[order].order_id } else { UNKNOWN };
        match op {
            Op::Quote { account, units } => TradeRequest::Quote(self.quote(*account, *units, now_ms)),
            Op::Place { account, quote, key, right_total } => {
                let (quote_id, total) = if *quote < quotes { self.quotes[*quote] } else { (UNKNOWN, 0) };
                let minor = if *right_total { total } else { total + 1 };
                // The model compares the requested values, not the id of an unknown quote.
                let values = [format!("{quote} {right_total}")];
                let keyed = keyed(*account, "POST /v1/orders", &key.to_string(), &[&values[0]]);
                TradeRequest::Place(Place { keyed, quote_id, total: Currency::of("USD").unwrap().minor(minor) })
            }
            Op::Cancel { account, order, key } => {
                let keyed = keyed(*account, &format!("cancel {order}"), &key.to_string(), &[]);
                TradeRequest::Cancel(Cancel { keyed, order_id: order_id(*order), reason: "r".into() })
            }
            Op::Readdress { account, order, key, same_region } => {
                let scope = format!("readdress {order}");
                let keyed = keyed(*account, &scope, &key.to_string(), &[&same_region.to_string()]);
                let address = Some(address(if *same_region { "US" } else { "GB" }));
                TradeRequest::Readdress(Readdress { keyed, order_id: order_id(*order), address })
            }
            Op::Settle { order } => TradeRequest::Settle { order_id: order_id(*order) },
            Op::Expire => TradeRequest::Expire { limit: 1_000 },
        }
    }

    fn apply_batch(&mut self, ops: &[Op], now_ms: i64) -> Vec<Outcome> {
        let (quotes, orders) = (self.quotes.len(), self.orders.len());
        let requests: Vec<_> = ops.iter().map(|op| self.request(op, quotes, orders, now_ms)).collect();
        let requests: Vec<_> = requests.iter().collect();
        self.runtime.block_on(async {
            let mut tx = self.trade.begin().await.unwrap();
            let outcomes = self.rules.apply(&mut tx, &requests).await.unwrap();
            tx.commit().await.unwrap();
            outcomes
        })
    }

    /// Compares an outcome with that of the model, and stores answers and new orders.
    fn compare(&mut self, outcome: &Outcome, expected: &Expected) {
        let number = self.answers.len();
        self.answers.push(None);
        match (outcome, expected) {
            (Outcome::Done, Expected::Done) => {}
            (Outcome::Answer { body, replay, .. }, Expected::Answer { of }) => {
                assert_eq!(*replay, *of != number, "replay of {of} as {number}");
                if *replay {
                    assert_eq!(self.answers[*of].as_ref(), Some(body));
                } else {
                    self.remember(number, body);
                }
            }
            (Outcome::Refused(refusal), Expected::Refused(name)) => {
                assert!(format!("{refusal:?}").starts_with(name), "{refusal:?}, the model says {name}");
            }
            (Outcome::Expired { claimed, cancelled }, Expected::Expired { claimed: all, cancelled: some }) => {
                assert_eq!((claimed, cancelled), (all, some));
            }
            _ => panic!("{outcome:?}, the model says {expected:?}"),
        }
    }

    fn remember(&mut self, number: usize, body: &str) {
        let json: serde_json::Value = serde_json::from_str(body).unwrap();
        let id = |value: &serde_json::Value| value.as_str().unwrap().parse().unwrap();
        for order in json["orders"].as_array().into_iter().flatten() {
            self.orders.push(OrderKey { seller_id: id(&order["seller_id"]), order_id: id(&order["order_id"]) });
        }
        self.answers[number] = Some(body.to_owned());
    }
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let clock = Clock::frozen(model.now);
        let (trade, ids) = runtime.block_on(async {
            let trade = Database::open(&Location::Memory, Cell::Trade).await.unwrap();
            migrate(&trade, Cell::Trade).await.unwrap();
            let ids = Ids::lease(&trade, false).await.unwrap();
            let mut tx = trade.begin().await.unwrap();
            let _: Vec<StockKey> = tx.rows_for(&stock::CREATE, &SKUS).await.unwrap();
            let (mut entries, mut changes) = (Vec::new(), Vec::new());
            for (StockKey { seller_id, sku_id }, on_hand) in SKUS.into_iter().zip(UNITS) {
                entries.push(StockEntry { seller_id, sku_id, entry_id: 1, quantity: on_hand, at_ms: 0 });
                changes.push(StockChange { seller_id, sku_id, on_hand, reserved: 0 });
            }
            tx.run_rows(&stock::ENTER, &entries).await.unwrap();
            tx.run_each(&stock::CHANGE, &changes).await.unwrap();
            tx.commit().await.unwrap();
            (trade, ids)
        });
        let rules = TradeBatch::new(ids.clone(), clock.clone());
        Self { runtime, trade, rules, ids, clock, quotes: Vec::new(), orders: Vec::new(), answers: Vec::new() }
    }

    fn apply(mut subject: Self, model: &Model, step: Step) -> Self {
        match step {
            Step::Time(_) => {
                let Clock::Manual(clock) = &subject.clock else { unreachable!() };
                clock.store(model.now, Relaxed);
            }
            Step::Batch(ops) => {
                let outcomes = subject.apply_batch(&ops, model.now);
                for (outcome, expected) in outcomes.iter().zip(&model.expected) {
                    subject.compare(outcome, expected);
                }
            }
        }
        subject
    }

    fn check_invariants(subject: &Self, model: &<Model as ReferenceStateMachine>::State) {
        let (stock, orders): (Vec<StockRow>, Vec<OrderRow>) = subject.runtime.block_on(async {
            let stock = subject.trade.read_for(&stock::READ, &SKUS).await.unwrap();
            (stock, subject.trade.read_for(&READ_ORDERS, &subject.orders).await.unwrap())
        });
        for row in stock {
            let sku = SKUS.iter().position(|key| key.sku_id == row.sku_id).unwrap();
            assert_eq!((row.on_hand, row.reserved), (model.on_hand[sku], model.reserved[sku]), "SKU {sku}");
        }
        assert_eq!(orders.len(), model.orders.len());
        for row in orders {
            let index = subject.orders.iter().position(|key| key.order_id == row.order_id).unwrap();
            let order = &model.orders[index];
            assert_eq!((row.state.as_str(), row.version), (order.state, order.version), "order {index}");
        }
    }

    fn teardown(subject: Self, _: Model) {
        let findings = subject.runtime.block_on(check_store(&subject.trade, &subject.clock)).unwrap();
        let broken: Vec<_> = findings.iter().filter(|finding| !finding.broken.is_empty()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        subject.runtime.block_on(subject.trade.close());
    }
}
