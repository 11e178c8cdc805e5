//! Peak throughput of `POST /v1/orders` over HTTP, and its p99 at half of the peak.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use live_pack_shop::{Clock, order::Place as PlaceOrder};
use serde_json::json;
use tokio::time::{Instant as TokioInstant, sleep_until};

use crate::{
    Report,
    client::Client,
    place::{Buyer, HOT, Place, buyers, quotes},
    server::Server,
};

const CONNECTIONS: usize = 32;
const PEAK_ORDERS: usize = 8_000;
const STEADY: Duration = Duration::from_secs(8);
const LIMIT: Duration = Duration::from_millis(50);

async fn send(client: &mut Client, buyers: &[Buyer], order: &PlaceOrder, first: i64) {
    let buyer = &buyers[(order.keyed.id.account_id - first) as usize];
    let body = json!({"quote_id": order.quote_id.to_string(), "total": {"amount": "3.33", "currency": "USD"}});
    let key = order.keyed.id.idempotency_key.as_str();
    let answer = client.json("POST", "/v1/orders", &buyer.token, Some(key), &body).await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// Measures one database.
pub async fn measure(report: &mut Report, place: &Place) {
    let shop = place.open(Clock::system()).await;
    let buyers = Arc::new(buyers(&shop, 1_000).await);
    let first = buyers[0].account_id;
    let orders = Arc::new(quotes(&shop, PEAK_ORDERS, |_| HOT).await);
    let server = Server::start(place, None).await.unwrap();
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (buyers, orders, next, addr) = (buyers.clone(), orders.clone(), next.clone(), server.addr);
            tokio::spawn(async move {
                let mut client = Client::connect(addr).await.unwrap();
                while let Some(order) = orders.get(next.fetch_add(1, Relaxed)) {
                    send(&mut client, &buyers, order, first).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let peak = PEAK_ORDERS as f64 / began.elapsed().as_secs_f64();
    report.note(place.kind, "latency: peak of POST /v1/orders, one SKU, 32 connections", &format!("{peak:.0}/s"));

    // Open loop: each order is sent at its time, even if the previous one is not answered yet.
    let rate = peak / 2.0;
    let count = (rate * STEADY.as_secs_f64()) as usize;
    let orders = Arc::new(quotes(&shop, count, |_| HOT).await);
    let times = Arc::new(Mutex::new(Histogram::<u64>::new(3).unwrap()));
    let (next, start) = (Arc::new(AtomicUsize::new(0)), TokioInstant::now() + Duration::from_millis(100));
    let tasks: Vec<_> = (0..4 * CONNECTIONS)
        .map(|_| {
            let (buyers, orders, next, times, addr) =
                (buyers.clone(), orders.clone(), next.clone(), times.clone(), server.addr);
            tokio::spawn(async move {
                let mut client = Client::connect(addr).await.unwrap();
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    let Some(order) = orders.get(number) else { return };
                    let due = start + Duration::from_secs_f64(number as f64 / rate);
                    sleep_until(due).await;
                    send(&mut client, &buyers, order, first).await;
                    times.lock().unwrap().record(due.elapsed().as_micros() as u64).unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    shop.close().await;
    server.stop().await;
    let times = times.lock().unwrap();
    let at = |quantile: f64| Duration::from_micros(times.value_at_quantile(quantile));
    let figure = format!("p99 {:.1?}, p50 {:.1?}, {count} orders at {rate:.0}/s", at(0.99), at(0.5));
    report.aim(place.kind, "latency: p99 at half of the peak, at most 50 ms", &figure, at(0.99) <= LIMIT);
}
