//! The rate limiter, alone and in a fleet of four on one real Redis.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod alone;
mod cost;
mod faults;
mod fleet;
mod window;

use prometheus::Registry;

use super::*;
use crate::{
    RedisSettings,
    config::{Rate, RateConf, RateLevel},
    testing::{RedisServer, millis},
};

/// A rate for every caller and method.
fn rate(level: RateLevel, limit: u32, period: Duration) -> Rate {
    Rate { level, caller: None, method: None, limit, period }
}

fn conf(rates: &[Rate]) -> RateConf {
    RateConf { rates: rates.to_vec(), instances: 1 }
}

fn asked(user: i64) -> Asked<'static> {
    Asked { caller: "gateway", method: "GetLiveBagData", user }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// A limiter of an instance without Redis.
fn alone(conf: &RateConf) -> RateLimiter {
    let limiter = RateLimiter::new(None, &Registry::new()).unwrap();
    limiter.configure(conf);
    limiter
}

/// One of a fleet. It waits long for Redis: this machine may be busy, and Redis' own time is what counts.
fn member(url: &str, conf: &RateConf) -> RateLimiter {
    waiting(millis(2_000), url, conf)
}

fn waiting(longest: Duration, url: &str, conf: &RateConf) -> RateLimiter {
    let settings = RedisSettings {
        url: Some(url.parse().unwrap()),
        response_timeout: longest.max(millis(100)),
        probe_pause: millis(20),
        ..RedisSettings::default()
    };
    let redis = Redis::connect(&settings, &Registry::new()).unwrap();
    let limiter = RateLimiter::waiting(longest, redis, &Registry::new()).unwrap();
    limiter.configure(conf);
    limiter
}

/// Decisions that were made without Redis.
fn made_alone(limiter: &RateLimiter) -> u64 {
    limiter.shared.metrics.local.get()
}

/// Number of admitted requests.
async fn admitted(limiter: &RateLimiter, asked: Asked<'_>, requests: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..requests {
        admitted += usize::from(limiter.admit(&asked, soon()).await.is_ok());
    }
    admitted
}

/// Waits for a decision, with requests of a caller that no test counts.
async fn until(limiter: &RateLimiter, wanted: impl Fn(Result<Admitted, Refused>) -> bool) {
    for _ in 0..500 {
        if wanted(limiter.ask(&Asked { caller: "waiting", ..asked(0) }, soon()).await) {
            return;
        }
        tokio::time::sleep(millis(10)).await;
    }
    panic!("never so: {limiter:?}");
}

fn by_fleet(decision: Result<Admitted, Refused>) -> bool {
    matches!(decision, Ok(Admitted::Fleet(_)))
}

fn by_itself(decision: Result<Admitted, Refused>) -> bool {
    decision == Ok(Admitted::Local)
}
