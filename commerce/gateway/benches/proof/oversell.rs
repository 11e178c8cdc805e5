//! 10,000 buyers for 100 units over 512 connections.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use live_pack_shop::Clock;
use serde_json::json;

use crate::{
    Report,
    client::Client,
    place::{Place, buyers},
    server::Server,
};

const BUYERS: i64 = 10_000;
const CONNECTIONS: usize = 512;
const UNITS: usize = 100;
const SKU: &str = "9000001001";
const LONGEST: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Seen {
    /// Send times of the winning orders.
    won: Vec<Instant>,
    /// Times of the answers "sold out".
    sold_out: Vec<Instant>,
    longest: Duration,
    other: Vec<String>,
}

impl Seen {
    fn answered(&mut self, sent: Instant) {
        self.longest = self.longest.max(sent.elapsed());
    }
}

/// Measures one database.
pub async fn measure(report: &mut Report, place: &Place) {
    let shop = place.open(Clock::system()).await;
    let buyers = buyers(&shop, BUYERS).await;
    shop.close().await;
    let server = Server::start(place, None).await.unwrap();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let queue = Arc::new(Mutex::new(buyers.into_iter()));
    let began = Instant::now();
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (seen, queue, addr) = (seen.clone(), queue.clone(), server.addr);
            tokio::spawn(async move {
                let mut client = Client::connect(addr).await.unwrap();
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(buyer) = next else { return };
                    let body =
                        json!({"items": [{"sku_id": SKU, "quantity": 1}], "address_id": buyer.account_id.to_string()});
                    let sent = Instant::now();
                    let quote = client.json("POST", "/v1/quotes", &buyer.token, None, &body).await.unwrap();
                    seen.lock().unwrap().answered(sent);
                    match (quote.status, quote.code().as_str()) {
                        (201, _) => {}
                        (422, "OUT_OF_STOCK") => {
                            seen.lock().unwrap().sold_out.push(Instant::now());
                            continue;
                        }
                        _ => {
                            seen.lock().unwrap().other.push(quote.text);
                            continue;
                        }
                    }
                    let quote = quote.json();
                    let body = json!({"quote_id": quote["quote_id"], "total": quote["total"]});
                    let sent = Instant::now();
                    let order = client.json("POST", "/v1/orders", &buyer.token, Some("k"), &body).await.unwrap();
                    let mut seen = seen.lock().unwrap();
                    seen.answered(sent);
                    match (order.status, order.code().as_str()) {
                        (201, _) => seen.won.push(sent),
                        (422, "OUT_OF_STOCK") => seen.sold_out.push(Instant::now()),
                        _ => seen.other.push(order.text),
                    }
                }
            })
        })
        .collect();
    for connection in connections {
        connection.await.unwrap();
    }
    let took = began.elapsed();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    // Nothing can be sold out before 100 winning orders have been sent.
    let early = |at: &&Instant| seen.won.iter().filter(|sent| sent < at).count() < UNITS;
    let untrue = seen.sold_out.iter().filter(early).count();
    let checked = place.check("").await;
    server.stop().await;
    let name = |what: &str| format!("oversell: {what}");
    report.aim(
        place.kind,
        &name("orders of 100 units, 10,000 buyers"),
        &seen.won.len().to_string(),
        seen.won.len() == UNITS,
    );
    report.aim(place.kind, &name("untrue \"sold out\""), &untrue.to_string(), untrue == 0);
    report.aim(
        place.kind,
        &name("other answers"),
        &format!("{:?}", seen.other.iter().take(2).collect::<Vec<_>>()),
        seen.other.is_empty(),
    );
    report.aim(
        place.kind,
        &name("longest answer, at most 3 s"),
        &format!("{:.2?}", seen.longest),
        seen.longest <= LONGEST,
    );
    report.aim(place.kind, &name("invariants"), &format!("{checked:?}"), checked.is_ok());
    report.note(place.kind, &name("time for all"), &format!("{took:.1?}"));
}
