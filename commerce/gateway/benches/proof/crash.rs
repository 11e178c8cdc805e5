//! `kill -9` at named points and at random times: no acknowledged data is lost, no order is incomplete, all invariants hold.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use live_pack_shop::Clock;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    Report,
    client::{Answer, Client},
    place::{Buyer, Place, buyers},
    server::Server,
};

const ROUNDS: usize = 200;
/// Rounds that also kill the database's postmaster.
const POSTMASTER: usize = 20;
const CLIENTS: usize = 12;
/// Maximum load time of a round; a named point is usually reached immediately.
const LOAD: Duration = Duration::from_millis(600);

/// Statements of the trade cell's transactions; there is a crash point before and after each.
const STATEMENTS: [&str; 31] = [
    "begin",
    "trade.quote_insert",
    "trade.quote_lock",
    "trade.key_read",
    "trade.stock_lock",
    "trade.quote_use",
    "trade.order_insert",
    "trade.order_insert_lines",
    "trade.order_insert_routes",
    "trade.reservation_insert",
    "trade.order_routes",
    "trade.order_lock",
    "trade.order_lines",
    "trade.order_history",
    "trade.reservation_read",
    "trade.order_change",
    "trade.reservation_change",
    "trade.order_insert_history",
    "trade.timer_insert",
    "trade.event_insert",
    "trade.cart_set",
    "trade.cart_remove",
    "trade.key_insert",
    "trade.stock_change",
    "trade.limit_create",
    "trade.limit_lock",
    "trade.limit_set",
    "ids.leases",
    "ids.take",
    "commit",
    "answer",
];

/// A keyed call whose answer may be missing.
#[derive(Clone)]
struct Sent {
    buyer: Buyer,
    path: String,
    key: String,
    body: Value,
}

#[derive(Default)]
struct Log {
    /// Acknowledged calls, as lines of the checker's history.
    lines: Vec<String>,
    /// Answers by key.
    answers: HashMap<String, Value>,
    /// Calls without an answer.
    open: Vec<Sent>,
}

impl Log {
    fn acknowledge(&mut self, sent: &Sent, answer: &Answer) {
        let body = answer.json();
        let line = json!({
            "account_id": sent.buyer.account_id.to_string(),
            "method": "POST",
            "path": sent.path,
            "key": sent.key,
            "status": answer.status,
            "body": body,
        });
        self.lines.push(line.to_string());
        self.answers.insert(sent.key.clone(), body);
    }
}

async fn call(client: &mut Client, log: &Mutex<Log>, sent: Sent) -> Option<Value> {
    let answer = client.json("POST", &sent.path, &sent.buyer.token, Some(&sent.key), &sent.body).await;
    let mut log = log.lock().unwrap();
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => {
            log.acknowledge(&sent, &answer);
            Some(answer.json())
        }
        Ok(_) => None,
        Err(_) => {
            log.open.push(sent);
            None
        }
    }
}

/// Quotes, orders and cancellations until the server is gone.
async fn load(server: std::net::SocketAddr, buyer: Buyer, log: Arc<Mutex<Log>>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let Ok(mut client) = Client::connect(server).await else { return };
    loop {
        let skus = ["9000002001", "9000002002", "9000002003", "7000001001"];
        let items = json!([
            {"sku_id": skus[random.random_range(0..4)], "quantity": random.random_range(1..3)},
            {"sku_id": "7000001001", "quantity": 1},
        ]);
        let address_id = buyer.account_id.to_string();
        // Half of the orders are placed from the cart, which removes their lines.
        let body = if random.random_bool(0.5) {
            for item in items.as_array().unwrap() {
                let path = format!("/v1/cart/items/{}", item["sku_id"].as_str().unwrap());
                let quantity = json!({"quantity": item["quantity"]});
                if client.json("PUT", &path, &buyer.token, None, &quantity).await.is_err() {
                    return;
                }
            }
            json!({"from_cart": true, "address_id": address_id})
        } else {
            json!({"items": items, "address_id": address_id})
        };
        let Ok(quote) = client.json("POST", "/v1/quotes", &buyer.token, None, &body).await else { return };
        let quote = quote.json();
        let key: u64 = random.random();
        let body = json!({"quote_id": quote["quote_id"], "total": quote["total"]});
        let order = Sent { buyer: buyer.clone(), path: "/v1/orders".into(), key: format!("o{key}"), body };
        let Some(placed) = call(&mut client, &log, order).await else { return };
        if random.random_bool(0.4) {
            let id = placed["orders"][0]["order_id"].as_str().unwrap_or_default().to_owned();
            let path = format!("/v1/orders/{id}/cancel");
            let cancel = Sent { buyer: buyer.clone(), path, key: format!("c{key}"), body: json!({"reason": "x"}) };
            if call(&mut client, &log, cancel).await.is_none() {
                return;
            }
        }
    }
}

/// A limited product, so that the statements for limits also run.
async fn limited_product(place: &Place) {
    use live_pack_shop::seed::{Seed, SkuStock, write};
    let shop = place.open(Clock::system()).await;
    let plan = live_pack_shop::seed::demo(vec![live_pack_shop::seed::fixed_seller()], 0).unwrap();
    let mut product = plan.products[0].clone();
    (product.product_id, product.buyer_limit) = (7_000_001, Some(1_000_000));
    let mut sku = plan.skus[0].clone();
    (sku.product_id, sku.sku_id) = (7_000_001, 7_000_001_001);
    let stock = vec![SkuStock { seller_id: sku.seller_id, sku_id: sku.sku_id, on_hand: 1_000_000 }];
    let seed = Seed { products: vec![product], skus: vec![sku], stock, ..Seed::default() };
    write(&shop, &seed).await.unwrap();
    shop.close().await;
}

/// Repeats every call without an answer: it must get one answer, and the same one if it is repeated again.
async fn repeat(server: &Server, log: &Mutex<Log>) -> Result<(), String> {
    let open = std::mem::take(&mut log.lock().unwrap().open);
    let mut client = Client::connect(server.addr).await.map_err(|error| error.to_string())?;
    for sent in open {
        let mut bodies = Vec::new();
        for _ in 0..2 {
            let answer = client.json("POST", &sent.path, &sent.buyer.token, Some(&sent.key), &sent.body).await;
            let answer = answer.map_err(|error| error.to_string())?;
            if !(200..300).contains(&answer.status) {
                // The quote may have expired meanwhile, which is also an answer.
                if (400..500).contains(&answer.status) {
                    continue;
                }
                return Err(format!("repeated: {}", answer.text));
            }
            log.lock().unwrap().acknowledge(&sent, &answer);
            bodies.push(answer.json());
        }
        if bodies.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(format!("two answers for key {}", sent.key));
        }
    }
    Ok(())
}

/// Repeats acknowledged calls, which must return the stored answer.
async fn replay(server: &Server, log: &Mutex<Log>, acknowledged: &[Sent]) -> Result<(), String> {
    let mut client = Client::connect(server.addr).await.map_err(|error| error.to_string())?;
    for sent in acknowledged {
        let answer = client.json("POST", &sent.path, &sent.buyer.token, Some(&sent.key), &sent.body).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if !answer.is_replay() || log.lock().unwrap().answers.get(&sent.key) != Some(&answer.json()) {
            return Err(format!("key {} is not replayed: {}", sent.key, answer.text));
        }
    }
    Ok(())
}

struct Totals {
    faults: Vec<String>,
    crashed_at: usize,
    starts: Vec<Duration>,
    acknowledged: usize,
}

/// Measures one database.
pub async fn measure(report: &mut Report, place: &Place) {
    limited_product(place).await;
    let shop = place.open(Clock::system()).await;
    let buyers = buyers(&shop, CLIENTS as i64).await;
    shop.close().await;
    let points: Vec<String> = STATEMENTS
        .iter()
        .flat_map(|name| [format!("{name}.before"), format!("{name}.after")])
        .filter(|point| point != "answer.after")
        .collect();
    let log = Arc::new(Mutex::new(Log::default()));
    let mut random = StdRng::seed_from_u64(1);
    let mut totals = Totals { faults: Vec::new(), crashed_at: 0, starts: Vec::new(), acknowledged: 0 };
    for round in 0..ROUNDS {
        // Every point twice, once at the beginning and once in the middle of the load; the remaining rounds at random times.
        let point = points.get(round).or_else(|| points.get(round.checked_sub(points.len())?)).map(|name| {
            let nth = if round < points.len() || name.starts_with("ids.") { 1 } else { random.random_range(2..12) };
            format!("{name}:{nth}")
        });
        let postmaster = place.cluster.is_some() && round % (ROUNDS / POSTMASTER) == 5;
        one(place, &buyers, &log, point.as_deref(), postmaster, round, &mut random, &mut totals).await;
    }
    let history = log.lock().unwrap().lines.join("\n");
    let checked = place.check(&history).await;
    let longest = totals.starts.iter().max().copied().unwrap_or_default();
    let name = |what: &str| format!("crash: {what}");
    report.note(
        place.kind,
        &name("named points, rounds that ended at one"),
        &format!("{} {}", points.len(), totals.crashed_at),
    );
    report.aim(place.kind, &name("faults in 200 rounds"), &format!("{:?}", totals.faults), totals.faults.is_empty());
    report.aim(
        place.kind,
        &name("acknowledged answers, all kept"),
        &format!("{} {checked:?}", totals.acknowledged),
        checked.is_ok(),
    );
    report.aim(
        place.kind,
        &name("longest start, at most 1 s"),
        &format!("{longest:.2?}"),
        longest <= Duration::from_secs(1),
    );
}

#[expect(clippy::too_many_arguments, reason = "one caller")]
async fn one(
    place: &Place,
    buyers: &[Buyer],
    log: &Arc<Mutex<Log>>,
    point: Option<&str>,
    postmaster: bool,
    round: usize,
    random: &mut StdRng,
    totals: &mut Totals,
) {
    let before = log.lock().unwrap().lines.len();
    match Server::start(place, point).await {
        None => totals.crashed_at += 1,
        Some(mut server) => {
            let clients: Vec<_> = buyers
                .iter()
                .enumerate()
                .map(|(number, buyer)| {
                    let seed = (round * CLIENTS + number) as u64;
                    tokio::spawn(load(server.addr, buyer.clone(), log.clone(), seed))
                })
                .collect();
            let wait = if point.is_some() { LOAD } else { Duration::from_millis(random.random_range(5..400)) };
            let died = tokio::time::timeout(wait, server.child.wait()).await.is_ok();
            totals.crashed_at += usize::from(died);
            if postmaster {
                place.cluster.as_ref().unwrap().kill_postmaster().unwrap();
            }
            if !died {
                server.kill().await;
            }
            for client in clients {
                client.await.unwrap();
            }
        }
    }
    if postmaster {
        place.cluster.as_ref().unwrap().start_again().unwrap();
    }
    let Some(server) = Server::start(place, None).await else {
        totals.faults.push(format!("round {round}: the server does not start"));
        return;
    };
    totals.starts.push(server.start);
    let new: Vec<String> = log.lock().unwrap().lines[before..].to_vec();
    totals.acknowledged += new.len();
    if let Err(fault) = repeat(&server, log).await {
        totals.faults.push(format!("round {round} at {point:?}: {fault}"));
    }
    let again: Vec<Sent> = new.iter().filter_map(|line| again(line, buyers)).take(5).collect();
    if let Err(fault) = replay(&server, log, &again).await {
        totals.faults.push(format!("round {round} at {point:?}: {fault}"));
    }
    server.stop().await;
    let recorded = log.lock().unwrap().lines[before..].join("\n");
    if let Err(fault) = place.check(&recorded).await {
        totals.faults.push(format!("round {round} at {point:?}: {fault}"));
    }
}

/// Rebuilds the call of an acknowledged cancellation, whose body is known.
fn again(line: &str, buyers: &[Buyer]) -> Option<Sent> {
    let line: Value = serde_json::from_str(line).ok()?;
    let account_id: i64 = line["account_id"].as_str()?.parse().ok()?;
    let buyer = buyers.iter().find(|buyer| buyer.account_id == account_id)?.clone();
    let (path, key) = (line["path"].as_str()?.to_owned(), line["key"].as_str()?.to_owned());
    path.ends_with("/cancel").then(|| Sent { buyer, path, key, body: json!({"reason": "x"}) })
}
