//! Destinations with a paused clock: permits of calls, and the effect of their results.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

use std::hint::black_box;

use futures_util::FutureExt as _;
use tokio::time::advance;

use super::*;
use crate::{
    config::DownstreamConf,
    model::Traffic,
    rpc::metrics::RpcMetrics,
    testing::{call, millis},
};

/// The destinations of the price method with this entry.
fn destinations(entry: &str) -> Destinations {
    let metrics = RpcMetrics::register(&prometheus::Registry::new()).unwrap();
    let destinations = Destinations::new(DownstreamMethod::MGetProductPrice, metrics.failing());
    configure(&destinations, entry);
    destinations
}

fn configure(destinations: &Destinations, entry: &str) {
    let conf = DownstreamConf::parsed(&format!(r#"{{"services": {{"product_price": {entry}}}}}"#));
    let entry = conf.of(crate::Downstream::ProductPrice).cloned().unwrap_or_default();
    destinations.configure(&entry.failing, entry.lanes.keys().copied());
}

/// Lets a call with this much time go out at once.
fn enter(destinations: &Destinations, time: u64) -> Result<Admission<'_>, ErrorKind> {
    let call = call(millis(time));
    let entered = destinations.enter(&call, call.deadline).now_or_never();
    entered.expect("it does not wait")
}

fn state(destinations: &Destinations) -> MethodStatus {
    destinations.status().first().unwrap().clone()
}

/// A breaker that four failures have opened, and whose time is over.
async fn half_open() -> Destinations {
    let destinations = destinations(r#"{"breaker": {"min_calls": 4}}"#);
    (0..4).for_each(|_| enter(&destinations, 500).unwrap().end(Ended::Failed));
    assert_eq!(enter(&destinations, 500).err(), Some(ErrorKind::Open));
    advance(millis(1_000)).await;
    destinations
}

#[tokio::test(start_paused = true)]
async fn a_trial_place_is_returned_when_its_call_is_dropped() {
    let destinations = half_open().await;
    for _ in 0..10 {
        let trials: Vec<_> = (0..3).map(|_| enter(&destinations, 500).unwrap()).collect();
        assert_eq!(enter(&destinations, 500).err(), Some(ErrorKind::Open), "all places are taken");
        drop(trials);
    }
    (0..3).for_each(|_| enter(&destinations, 500).unwrap().end(Ended::Answered));
    assert_eq!((state(&destinations).breaker, state(&destinations).in_flight), (BreakerState::Closed, 0));
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_finds_no_place_in_flight_returns_its_own() {
    let destinations = half_open().await;
    configure(&destinations, r#"{"breaker": {"min_calls": 4}, "bulkhead": {"max": 1, "wait": "0ms"}}"#);
    let first = enter(&destinations, 500).unwrap();
    for _ in 0..10 {
        assert_eq!(enter(&destinations, 500).err(), Some(ErrorKind::Saturated));
    }
    first.end(Ended::Answered);
    (0..2).for_each(|_| enter(&destinations, 500).unwrap().end(Ended::Answered));
    assert_eq!(state(&destinations).breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_does_not_count_and_a_timed_out_one_is_a_failure() {
    for (waited, opens) in [(499, false), (500, true)] {
        let destinations = destinations(r#"{"breaker": {"min_calls": 4}}"#);
        let calls: Vec<_> = (0..4).map(|_| enter(&destinations, 500).unwrap()).collect();
        advance(millis(waited)).await;
        drop(calls);
        assert_eq!(state(&destinations).breaker == BreakerState::Open, opens, "after {waited} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_out_counts_if_the_call_had_forty_milliseconds_and_four_medians() {
    for (median, time, opens) in [(1, 39, false), (1, 40, true), (100, 400, false), (100, 520, true)] {
        let destinations = destinations(r#"{"breaker": {"min_calls": 40, "window": "1s"}}"#);
        for _ in 0..20 {
            let call = enter(&destinations, 1_000).unwrap();
            advance(millis(median)).await;
            call.end(Ended::Answered);
        }
        advance(millis(2_000)).await;
        let calls: Vec<_> = (0..40).map(|_| enter(&destinations, time).unwrap()).collect();
        advance(millis(time)).await;
        drop(calls);
        let found = state(&destinations).breaker == BreakerState::Open;
        assert_eq!(found, opens, "{time} ms with a median of {median} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_needs_more_time_than_the_median_and_a_token() {
    let destinations = destinations(r#"{"breaker": {"enabled": false}}"#);
    for _ in 0..20 {
        let call = enter(&destinations, 1_000).unwrap();
        advance(millis(40)).await;
        call.end(Ended::Answered);
    }
    let call = enter(&destinations, 100).unwrap();
    assert!(call.spend_retry(Instant::now()));
    advance(millis(60)).await;
    assert!(!call.spend_retry(Instant::now()), "40 ms are left");
    let call = enter(&destinations, 1_000).unwrap();
    assert_eq!((0..1_000).filter(|_| call.spend_retry(Instant::now())).count(), 99);
}

#[tokio::test(start_paused = true)]
async fn a_hedge_waits_for_the_95th_percentile_and_needs_a_closed_breaker_a_token_and_a_place() {
    let hedged = r#"{"hedge": {"enabled": true, "methods": ["MGetProductPrice"]}, "bulkhead": {"max": 3}}"#;
    let destinations = destinations(hedged);
    for took in [(); 38].map(|()| 5).into_iter().chain([50, 50]) {
        let call = enter(&destinations, 1_000).unwrap();
        assert_eq!(call.hedge_after(), None, "nothing is known");
        advance(millis(took)).await;
        call.end(Ended::Answered);
    }
    advance(millis(250)).await;
    let call = enter(&destinations, 1_000).unwrap();
    let delay = call.hedge_after().unwrap();
    assert!((millis(5)..millis(7)).contains(&delay), "{delay:?}");
    assert_eq!(enter(&destinations, 5).unwrap().hedge_after(), None, "its time ends before");
    let place = call.take_hedge().unwrap();
    assert_eq!(state(&destinations).in_flight, 2);
    drop(place);
    assert_eq!(state(&destinations).in_flight, 1);
    drop(call.take_hedge().unwrap());
    assert!(call.take_hedge().is_none(), "40 calls have earned two tokens");
    (0..40).for_each(|_| enter(&destinations, 500).unwrap().end(Ended::Answered));
    let others: Vec<_> = (0..2).map(|_| enter(&destinations, 500).unwrap()).collect();
    assert!(call.take_hedge().is_none(), "no place is free");
    drop(others);
    (0..200).for_each(|_| enter(&destinations, 500).into_iter().for_each(|call| call.end(Ended::Failed)));
    assert!(call.take_hedge().is_none(), "the breaker is open");
    call.end(Ended::Answered);
}

#[tokio::test(start_paused = true)]
async fn the_adaptive_limit_falls_with_time_outs_and_overload_and_ends_when_it_is_switched_off() {
    let adaptive =
        r#"{"breaker": {"enabled": false}, "bulkhead": {"max": 100}, "adaptive": {"enabled": true, "min": 50}}"#;
    let destinations = destinations(adaptive);
    let call = enter(&destinations, 500).unwrap();
    advance(millis(500)).await;
    drop(call);
    assert_eq!(state(&destinations).limit, 90);
    advance(millis(100)).await;
    let call = enter(&destinations, 500).unwrap();
    call.note_overload();
    call.end(Ended::Failed);
    assert_eq!(state(&destinations).limit, 81);
    let calls: Vec<_> = (0..81).map(|_| enter(&destinations, 500).unwrap()).collect();
    calls.into_iter().for_each(|call| call.end(Ended::Answered));
    assert_eq!(state(&destinations).limit, 81, "it takes as many good calls as there are places, at full use");
    configure(&destinations, r#"{"bulkhead": {"max": 7}}"#);
    assert_eq!((state(&destinations).limit, state(&destinations).in_flight), (7, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_in_a_removed_lane_ends_as_usual() {
    let named = r#"{"lanes": {"boe_a": {"static": ["127.0.0.1:1"]}}, "bulkhead": {"max": 1, "wait": "0ms"}}"#;
    let destinations = destinations(named);
    let mut inside = call(millis(500));
    inside.traffic = Traffic { lane: Some(Lane::named("boe_a")), ..Traffic::default() };
    let held = destinations.enter(&inside, inside.deadline).await.unwrap();
    let outside = enter(&destinations, 500).unwrap();
    assert_eq!(destinations.enter(&inside, inside.deadline).await.err(), Some(ErrorKind::Saturated));
    outside.end(Ended::Answered);
    configure(&destinations, r#"{"bulkhead": {"max": 1, "wait": "0ms"}}"#);
    let shared = destinations.enter(&inside, inside.deadline).await.unwrap();
    held.end(Ended::Answered);
    assert_eq!(enter(&destinations, 500).err(), Some(ErrorKind::Saturated), "the place of the lane is no other's");
    shared.end(Ended::Answered);
}

#[tokio::test]
async fn a_healthy_call_allocates_nothing() {
    let hedged = r#"{"hedge": {"enabled": true, "methods": ["MGetProductPrice"]}, "breaker": {"slow_call": "1s"}}"#;
    for entry in ["{}", hedged] {
        let destinations = destinations(entry);
        // the state is made by the first call
        enter(&destinations, 500).unwrap().end(Ended::Answered);
        let call = call(millis(60_000));
        let counted = allocation_counter::measure(|| {
            for _ in 0..1_000 {
                let entered = destinations.enter(&call, call.deadline).now_or_never().unwrap().unwrap();
                black_box(entered.hedge_after());
                entered.end(Ended::Answered);
            }
        });
        assert_eq!(counted.count_total, 0, "{entry}");
    }
}

/// Prints figures: `cargo test --release -p live-pack-dal --lib -- --ignored --nocapture a_healthy_call_costs`.
#[tokio::test]
#[ignore = "a measurement, and no test"]
async fn a_healthy_call_costs() {
    const CALLS: u32 = 1_000_000;
    let destinations = destinations("{}");
    let call = call(millis(60_000));
    let mut turns: Vec<_> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            for _ in 0..CALLS {
                let entered = destinations.enter(&call, call.deadline).now_or_never().unwrap().unwrap();
                black_box(entered.hedge_after());
                entered.end(Ended::Answered);
            }
            begun.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    println!("breaker, bulkhead, budgets and latencies: {:.0} ns per call, median of five turns of {CALLS}", turns[2]);
}
