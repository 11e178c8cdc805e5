//! Forgotten values with a real Redis and several instances.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use live_pack_idl::product_price as wire;
use tokio::time::{Instant, sleep};

use super::*;
use crate::{
    CacheRules, Lookup,
    fetch::tests::dal,
    testing::{Prices, RedisServer, call, closed, millis},
};

/// Generous: shows that it happens at all.
const SOON: Duration = Duration::from_secs(10);

/// A price service whose answer can be changed.
struct Truth {
    prices: Prices,
    cents: Arc<AtomicI64>,
}

impl Truth {
    /// Answers after this delay, with the price at the time of the call.
    fn after(delay: Duration) -> Self {
        let cents = Arc::new(AtomicI64::new(100));
        let told = Arc::clone(&cents);
        let answer = move |ids: &[i64], _: &str| {
            let retail = format!("1.{:02}", told.load(SeqCst) % 100);
            let sku = |id: i64| wire::SkuPrice { sku_id: id, retail: retail.clone().into(), ..Default::default() };
            let price = |id: i64| wire::ProductPrice { currency: "USD".into(), skus: vec![sku(id)] };
            let products = ids.iter().map(|id| (*id, price(*id))).collect();
            Ok(wire::MGetProductPriceResponse { products, ..Default::default() })
        };
        let mut prices = Prices::answering(answer);
        prices.delay = delay;
        Self { prices, cents }
    }
}

async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !look().await {
        assert!(Instant::now() < end, "not within {SOON:?}: {what}");
        sleep(millis(2)).await;
    }
}

/// The price of product 1 in cents above one dollar.
async fn cents(dal: &Dal) -> i64 {
    let found = dal.prices(&call(millis(2_000)), &[1]).await.unwrap();
    let Lookup::Found(price) = &found[0] else { panic!("{found:?}") };
    let retail = price.skus[0].retail.to_string();
    retail.trim_start_matches("1.").parse().unwrap()
}

async fn listening(dal: &Dal) {
    until("it listens", async || dal.forgetting.is_subscribed()).await;
}

/// An instance with prices that live for an hour, listening.
async fn instance(at: std::net::SocketAddr, redis: &RedisServer) -> Dal {
    let dal = dal(at, Some(&redis.url));
    let hour = Duration::from_hours(1);
    dal.set_cache_rules(CacheName::Price, CacheRules::local(hour, 100).with_redis(hour));
    listening(&dal).await;
    dal
}

fn counted(dal: &Dal) -> u64 {
    dal.forgetting.metrics.forgotten.with_label_values(&["price"]).get()
}

#[tokio::test]
async fn a_forgotten_value_is_gone_here_at_once_and_elsewhere_soon() {
    let redis = RedisServer::start().await;
    let truth = Truth::after(Duration::ZERO);
    let address = truth.prices.serve().await;
    let (one, other) = (instance(address, &redis).await, instance(address, &redis).await);
    assert_eq!((cents(&one).await, cents(&other).await), (0, 0));
    for change in 1..=20 {
        truth.cents.store(100 + change, SeqCst);
        assert_eq!(one.forget(CacheName::Price, 1).await.unwrap(), Reach::Fleet);
        assert_eq!(cents(&one).await, change, "whatever Redis still has");
        until("the other has heard", async || counted(&other) == change.unsigned_abs()).await;
        assert_eq!(cents(&other).await, change);
        // a third one knows only what is in Redis
        let third = instance(address, &redis).await;
        assert_eq!(cents(&third).await, change);
    }
    assert_eq!(counted(&one), 20, "its own message is not heard");
}

#[tokio::test]
async fn a_value_that_was_forgotten_is_shared_through_redis_as_before() {
    let redis = RedisServer::start().await;
    let truth = Truth::after(Duration::ZERO);
    let address = truth.prices.serve().await;
    let one = instance(address, &redis).await;
    one.forget(CacheName::Price, 1).await.unwrap();
    cents(&one).await;
    let mut raw = redis.raw().await.unwrap();
    until("it is written", async || {
        redis::cmd("EXISTS").arg("lp:price:0:US:US:0:1").query_async::<bool>(&mut raw).await.unwrap()
    })
    .await;
    let calls = truth.prices.calls();
    let other = instance(address, &redis).await;
    until("the other reads Redis in time", async || {
        other.caches.forget_all();
        let before = truth.prices.calls();
        cents(&other).await;
        truth.prices.calls() == before
    })
    .await;
    assert!(truth.prices.calls() >= calls);
}

#[tokio::test]
async fn a_load_of_an_uninformed_instance_leaves_no_valid_value_in_redis() {
    let redis = RedisServer::start().await;
    let truth = Truth::after(millis(150));
    let address = truth.prices.serve().await;
    let (one, mut slow) = (instance(address, &redis).await, instance(address, &redis).await);
    slow.forgetting._subscription = None;
    let late = async { cents(&slow).await };
    let forgets = async {
        until("the load is under way", async || truth.prices.calls() == 1).await;
        truth.cents.store(107, SeqCst);
        one.forget(CacheName::Price, 1).await.unwrap();
    };
    let (before, ()) = tokio::join!(late, forgets);
    assert_eq!(before, 0, "a look-up that began before may give the old value");
    let mut raw = redis.raw().await.unwrap();
    until("the old value is written", async || {
        redis::cmd("EXISTS").arg("lp:price:0:US:US:0:1").query_async::<bool>(&mut raw).await.unwrap()
    })
    .await;
    assert_eq!(cents(&one).await, 7, "it bears no stamp");
}

#[tokio::test]
async fn an_earlier_load_writes_nothing_for_other_services_to_read() {
    let redis = RedisServer::start().await;
    let truth = Truth::after(millis(150));
    let dal = instance(truth.prices.serve().await, &redis).await;
    let forgets = async {
        until("the load is under way", async || truth.prices.calls() == 1).await;
        dal.forget(CacheName::Price, 1).await.unwrap();
    };
    tokio::join!(cents(&dal), forgets);
    // a later value shows that the writer has come so far
    dal.prices(&call(millis(2_000)), &[2]).await.unwrap();
    let mut raw = redis.raw().await.unwrap();
    let mut exists = async |id: i64| {
        let key = format!("lp:price:0:US:US:0:{id}");
        redis::cmd("EXISTS").arg(key).query_async::<bool>(&mut raw).await.unwrap()
    };
    until("it is written", async || exists(2).await).await;
    assert!(!exists(1).await);
}

#[tokio::test]
async fn after_a_lost_subscription_everything_is_loaded_again() {
    let redis = RedisServer::start().await;
    let truth = Truth::after(Duration::ZERO);
    let dal = dal(truth.prices.serve().await, Some(&redis.url));
    // not in Redis, where it would be found again
    dal.set_cache_rules(CacheName::Price, CacheRules::local(Duration::from_hours(1), 100));
    listening(&dal).await;
    cents(&dal).await;
    truth.cents.store(109, SeqCst);
    assert_eq!(cents(&dal).await, 0);
    let mut raw = redis.raw().await.unwrap();
    redis::cmd("CLIENT").arg(&["KILL", "TYPE", "pubsub"]).query_async::<i64>(&mut raw).await.unwrap();
    until("the loss is noticed", async || dal.forgetting.metrics.lost.get() == 1).await;
    assert_eq!(cents(&dal).await, 9);
    listening(&dal).await;
    truth.cents.store(111, SeqCst);
    dal.forget(CacheName::Price, 1).await.unwrap();
    assert_eq!(cents(&dal).await, 11);
}

#[tokio::test]
async fn a_silently_dead_subscription_is_noticed() {
    let redis = RedisServer::start().await;
    let dal = dal(closed().await, Some(&redis.url));
    listening(&dal).await;
    redis.stop();
    until("silence is a loss", async || !dal.forgetting.is_subscribed()).await;
    redis.resume();
    listening(&dal).await;
}

#[tokio::test]
async fn without_redis_only_this_process_forgets_and_a_lost_redis_is_an_error() {
    let truth = Truth::after(Duration::ZERO);
    let address = truth.prices.serve().await;
    let alone = dal(address, None);
    cents(&alone).await;
    truth.cents.store(103, SeqCst);
    assert_eq!(alone.forget(CacheName::Price, 1).await.unwrap(), Reach::Process);
    assert_eq!(cents(&alone).await, 3);

    let mut redis = RedisServer::start().await;
    let dal = instance(address, &redis).await;
    cents(&dal).await;
    redis.kill();
    truth.cents.store(104, SeqCst);
    assert!(dal.forget(CacheName::Price, 1).await.unwrap_err().origin.is_redis());
    assert_eq!(cents(&dal).await, 4, "its own memory has forgotten it all the same");
}

#[tokio::test]
async fn a_forgotten_pin_is_taken_from_redis_where_other_services_read_it() {
    let redis = RedisServer::start().await;
    let dal = dal(closed().await, Some(&redis.url));
    listening(&dal).await;
    let mut raw = redis.raw().await.unwrap();
    for key in ["lp:pin:1", "lp:pin:1:EU:-", "lp:pin:2"] {
        redis::cmd("SET").arg(key).arg("none").query_async::<()>(&mut raw).await.unwrap();
    }
    dal.forget(CacheName::Pin, 1).await.unwrap();
    let left: Vec<String> = redis::cmd("KEYS").arg("lp:pin:*").query_async(&mut raw).await.unwrap();
    assert_eq!(left, ["lp:pin:2"]);
    let left: i64 = redis::cmd("PTTL").arg("lp:forgotten:pin:1").query_async(&mut raw).await.unwrap();
    assert!((1..=36_000).contains(&left), "{left}");
}

#[test]
fn messages_of_other_versions_are_ignored() {
    for (message, due) in [
        ("price:7:abc", Some((CacheName::Price, 7, "abc"))),
        ("price:-7:a:b", Some((CacheName::Price, -7, "a:b"))),
        ("unheard_of:7:abc", None),
        ("price:many:abc", None),
        ("price:7", None),
        ("", None),
    ] {
        assert_eq!(told(message.as_bytes()), due, "{message}");
    }
    assert_eq!(told(&[0xff]), None);
}
