//! Prints the cost of a decision: `cargo test -p live-pack-dal rate::tests::cost -- --nocapture`.

use futures_util::{FutureExt as _, future::join_all};

use super::*;

/// Nanoseconds per decision.
async fn each(what: &str, count: u32, limiter: &RateLimiter, user: i64) {
    let (began, deadline) = (Instant::now(), soon());
    for _ in 0..count {
        let _ = limiter.admit(&asked(user), deadline).await;
    }
    println!("{what}: {} ns", began.elapsed().as_nanos() / u128::from(count));
}

#[tokio::test]
async fn a_decision_costs_what_is_printed() {
    let server = RedisServer::start().await;
    let hour = Duration::from_secs(3_600);
    let wide = conf(&[rate(RateLevel::Service, 1_000_000, hour)]);
    let two = conf(&[rate(RateLevel::Service, 1_000_000, hour), rate(RateLevel::User, 1_000_000, hour)]);
    each("no rates", 200_000, &alone(&conf(&[])), 7).await;
    each("a rate of viewers, a guest", 50_000, &alone(&conf(&[rate(RateLevel::User, 1, hour)])), 0).await;
    each("one rate, own share", 50_000, &alone(&wide), 7).await;
    each("one rate, Redis", 2_000, &member(&server.url, &wide), 7).await;
    let limiter = member(&server.url, &two);
    each("two rates, Redis", 2_000, &limiter, 7).await;
    let began = Instant::now();
    for _ in 0..40 {
        join_all((0..100).map(|_| async { limiter.admit(&asked(7), soon()).await })).await;
    }
    println!("two rates, Redis, a hundred at once: {} ns each", began.elapsed().as_nanos() / 4_000);
    let full = member(&server.url, &conf(&[rate(RateLevel::User, 1, hour)]));
    each("a refusal that is remembered", 50_000, &full, 7).await;
}

#[tokio::test]
async fn without_rates_nothing_is_allocated() {
    let limiter = alone(&conf(&[]));
    let deadline = soon();
    let seen = allocation_counter::measure(|| {
        for user in 0..100 {
            limiter.admit(&asked(user), deadline).now_or_never().unwrap().unwrap();
        }
    });
    assert_eq!(seen.count_total, 0);
}
