//! Orders per second at the use case, without HTTP: with the committer, and with one transaction per order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use live_pack_shop::{
    Clock, Shop,
    order::{Outcome, Place as PlaceOrder, TradeBatch},
};
use live_pack_shop_store::{Cell, Database, committer::Batch as _};

use crate::{
    Report,
    place::{HOT, Place, SPREAD, SPREAD_SKUS, buyers, quotes, request, spread_stock},
};

const CONNECTIONS: usize = 32;
const TURNS: usize = 3;
const COMBINED: usize = 6_000;
const SINGLE: usize = 1_200;

fn placed(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Answer { status: 201, replay: false, .. }), "{outcome:?}");
}

/// Runs `place` for every order from 32 tasks and returns orders per second.
async fn rate<F: Future<Output = Outcome> + Send + 'static>(
    orders: Vec<PlaceOrder>,
    tasks: usize,
    place: impl Fn(PlaceOrder) -> F + Send + Sync + 'static,
) -> f64 {
    let (orders, next, place) = (Arc::new(orders), Arc::new(AtomicUsize::new(0)), Arc::new(place));
    let began = Instant::now();
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let (orders, next, place) = (orders.clone(), next.clone(), place.clone());
            tokio::spawn(async move {
                while let Some(order) = orders.get(next.fetch_add(1, Relaxed)) {
                    placed(&place(order.clone()).await);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    orders.len() as f64 / began.elapsed().as_secs_f64()
}

async fn combined(shop: &Arc<Shop>, sku: impl Fn(usize) -> i64) -> f64 {
    let orders = quotes(shop, COMBINED, sku).await;
    let shop = shop.clone();
    rate(orders, CONNECTIONS, move |order| {
        let shop = shop.clone();
        async move { shop.committer().commit(request(&order)).await.unwrap() }
    })
    .await
}

/// One transaction per order, repeated while its error is transient.
async fn single(shop: &Arc<Shop>, trade: &Database, rules: &Arc<TradeBatch>, tasks: usize) -> f64 {
    let orders = quotes(shop, SINGLE, |_| HOT).await;
    let (trade, rules) = (trade.clone(), rules.clone());
    rate(orders, tasks, move |order| {
        let (trade, rules) = (trade.clone(), rules.clone());
        async move {
            loop {
                let request = request(&order);
                let mut tx = trade.begin().await.unwrap();
                let outcome = rules.apply(&mut tx, &[&request]).await;
                match outcome {
                    Ok(mut outcomes) => {
                        tx.commit().await.unwrap();
                        return outcomes.remove(0);
                    }
                    Err(error) => assert!(error.is_transient(), "{error:?}"),
                }
            }
        }
    })
    .await
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Measures one database; the variants take turns.
pub async fn measure(report: &mut Report, place: &Place) {
    let shop = Arc::new(place.open(Clock::system()).await);
    buyers(&shop, 1_000).await;
    spread_stock(&shop).await;
    let trade = Database::open_with(&place.location, Cell::Trade, CONNECTIONS as u32).await.unwrap();
    let ids = live_pack_shop_store::Ids::lease(&trade, false).await.unwrap();
    let keep = tokio::spawn(live_pack_shop_store::Ids::keep(Arc::downgrade(&ids)));
    let rules = Arc::new(TradeBatch::new(ids, Clock::system()));
    let (mut hot, mut one, mut spread) = (vec![], vec![], vec![]);
    // SQLite has one writer, so more tasks would only wait for each other.
    let tasks = if place.kind == "sqlite" { 1 } else { CONNECTIONS };
    for _ in 0..TURNS {
        hot.push(combined(&shop, |_| HOT).await);
        one.push(single(&shop, &trade, &rules, tasks).await);
        spread.push(combined(&shop, |number| SPREAD + (number as i64 * 7_919) % SPREAD_SKUS).await);
    }
    keep.abort();
    let checked = place.check("").await;
    let turns = |rates: &[f64]| rates.iter().map(|rate| format!("{rate:.0}")).collect::<Vec<_>>().join(" ");
    let show = |rates: &[f64]| format!("{:.0}/s (turns {})", median(rates.to_vec()), turns(rates));
    let (a, b, c) = (median(hot.clone()), median(one.clone()), median(spread.clone()));
    report.note(place.kind, "combining: a, committer, one SKU, 32 callers", &show(&hot));
    let single_name = if place.kind == "sqlite" {
        "combining: b, loop of BEGIN IMMEDIATE … COMMIT"
    } else {
        "combining: b, a transaction per order, 32 connections"
    };
    report.note(place.kind, single_name, &show(&one));
    report.note(place.kind, "combining: c, committer, 10,000 SKUs", &show(&spread));
    report.aim(place.kind, "combining: a / b, at least 5", &format!("{:.1}", a / b), a >= 5.0 * b);
    report.aim(place.kind, "combining: a / c, at least 0.8", &format!("{:.2}", a / c), a >= 0.8 * c);
    report.aim(place.kind, "combining: invariants", &format!("{checked:?}"), checked.is_ok());
}
