//! 10,000 unpaid orders that are due at the same time.

use std::{sync::Arc, time::Duration};

use live_pack_shop::{
    Clock,
    order::{Outcome, PAY_WITHIN_MS},
};
use live_pack_shop_store::{
    Database,
    trade::stock::{READ, StockKey, StockRow},
};

use crate::{
    Report,
    place::{HOT, Place, SELLER, buyers, quotes, request},
    server::Server,
};

const ORDERS: usize = 10_000;
/// Time from the first order until all are due.
const AHEAD_MS: i64 = 40_000;
const WITHIN_MS: i64 = 5_000;

async fn reserved(trade: &Database) -> i64 {
    let rows: Vec<StockRow> = trade.read_for(&READ, &[StockKey { seller_id: SELLER, sku_id: HOT }]).await.unwrap();
    rows[0].reserved
}

/// Measures one database; PostgreSQL with two servers.
pub async fn measure(report: &mut Report, place: &Place) {
    let real = Clock::system();
    let due_ms = real.now_ms() + AHEAD_MS;
    // A frozen clock gives all orders the same `pay_by`.
    let shop = Arc::new(place.open(Clock::frozen(due_ms - PAY_WITHIN_MS)).await);
    buyers(&shop, 1_000).await;
    let orders = quotes(&shop, ORDERS, |_| HOT).await;
    let placed = orders.chunks(ORDERS / 64 + 1).map(|part| {
        let (shop, part) = (shop.clone(), part.to_vec());
        tokio::spawn(async move {
            for order in part {
                let outcome = shop.committer().commit(request(&order)).await.unwrap();
                assert!(matches!(outcome, Outcome::Answer { status: 201, .. }), "{outcome:?}");
            }
        })
    });
    for task in placed.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let before = reserved(shop.trade()).await;
    let mut servers = vec![Server::start(place, None).await.unwrap()];
    if place.kind == "postgres" {
        servers.push(Server::start(place, None).await.unwrap());
    }
    assert!(real.now_ms() < due_ms, "the machine was too slow to place the orders in time");
    let early = reserved(shop.trade()).await;
    while real.now_ms() < due_ms || (reserved(shop.trade()).await > 0 && real.now_ms() < due_ms + 60_000) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let late = real.now_ms() - due_ms;
    let left = reserved(shop.trade()).await;
    let checked = place.check("").await;
    for server in servers {
        server.stop().await;
    }
    let name = |what: &str| format!("time-outs: {what}");
    report.aim(
        place.kind,
        &name("units reserved before, as many when due"),
        &format!("{before} {early}"),
        before == ORDERS as i64 && early == before,
    );
    report.aim(
        place.kind,
        &name("10,000 expired after pay_by, at most 5 s"),
        &format!("{late} ms, {left} left"),
        left == 0 && late <= WITHIN_MS,
    );
    report.aim(place.kind, &name("invariants: none twice, none early"), &format!("{checked:?}"), checked.is_ok());
}
