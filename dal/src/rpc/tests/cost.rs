//! The cost of the choice of an instance, on the path of every call.

use std::hint::black_box;

use tokio::time::Instant;

use crate::{
    rpc::{
        balance::Outcome,
        dial::SpareTimes,
        metrics::RpcMetrics,
        routes::{Endpoint, Listed, Route, Routed as _, Routes},
    },
    testing::{call, closed, millis},
};

/// The routes of a service with three instances that nobody calls.
async fn routes() -> Routes<()> {
    let metrics = RpcMetrics::register(&prometheus::Registry::new()).unwrap();
    let times = SpareTimes { connect: millis(50), lifetime: millis(15_000) };
    let routes = Routes::new(Box::new(|_, _| ()), times, metrics.routes(crate::Downstream::ProductPrice));
    let mut endpoints = Vec::new();
    for _ in 0..3 {
        endpoints.push(Endpoint { address: closed().await, weight: 100 });
    }
    routes.install(&[(Route::Default, Listed { endpoints, fallback: false })].into());
    routes
}

fn once(routes: &Routes<()>, call: &crate::Call) {
    let chosen = routes.choose(call, Instant::now()).unwrap();
    black_box(&chosen.instance);
    chosen.ticket.end(Outcome::Answered);
}

#[tokio::test]
async fn the_choice_of_an_instance_allocates_nothing() {
    let (routes, call) = (routes().await, call(millis(500)));
    // counters are made by the first call
    once(&routes, &call);
    let counted = allocation_counter::measure(|| (0..1_000).for_each(|_| once(&routes, &call)));
    assert_eq!(counted.count_total, 0);
}

/// Prints a figure: `cargo test --release -p live-pack-dal --lib -- --ignored --nocapture the_choice_of_an_instance_costs`.
#[tokio::test]
#[ignore = "a measurement, and no test"]
async fn the_choice_of_an_instance_costs() {
    const CALLS: u32 = 1_000_000;
    let (routes, call) = (routes().await, call(millis(500)));
    let mut turns: Vec<_> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            (0..CALLS).for_each(|_| once(&routes, &call));
            begun.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .collect();
    turns.sort_by(f64::total_cmp);
    println!("choice, ticket and measurement: {:.0} ns per call, median of five turns of {CALLS}", turns[2]);
}
