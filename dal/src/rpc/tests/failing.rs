//! Calls of services that fail: breakers, bulkheads, retries and hedges over real sockets.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use futures_util::future::join_all;
use prometheus::Registry;

use super::*;
use crate::{
    config::DownstreamConf,
    model::{RouteGroup, Traffic},
    rpc::BreakerState,
};

/// Rules that open after four calls, for 20 ms.
const QUICK: &str = r#""breaker": {"min_calls": 4, "open_for": "20ms"}"#;

fn conf(entry: &str) -> DownstreamConf {
    DownstreamConf::parsed(&format!(r#"{{"services": {{"product_price": {{{entry}}}}}}}"#))
}

/// A list with these instances, and more fields of the entry.
fn list(instances: &[SocketAddr], more: &str) -> DownstreamConf {
    let instances: Vec<_> = instances.iter().map(|at| format!(r#""{at}""#)).collect();
    conf(&format!(r#""groups": {{"default": {{"static": [{}]}}}}, {more}"#, instances.join(", ")))
}

/// Clients with this configuration, and their metrics.
fn rpc(conf: &DownstreamConf) -> (Arc<Rpc>, Registry) {
    let (settings, registry) =
        (RpcSettings { conf: conf.clone(), ..RpcSettings::new(BTreeMap::new()) }, Registry::new());
    (Arc::new(Rpc::new(&settings, &registry).unwrap()), registry)
}

async fn asked(rpc: &Rpc, call: &crate::Call) -> Result<(), ErrorKind> {
    rpc.product_price.prices(call, &[1]).await.map(drop).map_err(|error| error.kind)
}

/// The sum of a metric over all labels.
fn sum(registry: &Registry, name: &str) -> f64 {
    let families = registry.gather();
    let family = families.iter().filter(|family| family.name() == name);
    let metrics = family.flat_map(|family| family.get_metric());
    metrics.map(|metric| metric.get_counter().get_value() + metric.get_gauge().get_value()).sum()
}

fn breaker(rpc: &Rpc, route: &str) -> Option<BreakerState> {
    let status = rpc.status();
    let mut methods = status.iter().flat_map(|service| &service.methods);
    methods.find(|of| of.method == "MGetProductPrice" && of.route == route).map(|of| of.breaker)
}

/// A price service that fails while the flag is set.
async fn failing_while(is_down: &Arc<AtomicBool>) -> (Prices, SocketAddr) {
    let is_down = Arc::clone(is_down);
    let prices = Prices::answering(move |ids, _| match is_down.load(SeqCst) {
        true => Err(ServerError::Biz(BizError::new(7, "down".into()))),
        false => Ok(priced(ids)),
    });
    let address = prices.serve().await;
    (prices, address)
}

async fn in_group(rpc: &Rpc, group: RouteGroup) -> Result<(), ErrorKind> {
    let mut call = call(millis(500));
    Arc::make_mut(&mut call.viewer).route_group = group;
    asked(rpc, &call).await
}

/// The end of a connection with a request.
#[derive(Clone, Copy)]
enum Then {
    HangsUp,
    IsSilent,
}

/// An instance that reads a request and never answers, and the number of connections with a request.
async fn mute(then: Then) -> (SocketAddr, Arc<AtomicUsize>) {
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let address = listen(move |mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            let mut request = [0; 4096];
            if tokio::io::AsyncReadExt::read(&mut stream, &mut request).await.is_ok_and(|count| count > 0) {
                counter.fetch_add(1, SeqCst);
                if let Then::IsSilent = then {
                    std::future::pending::<()>().await;
                }
            }
        }
    })
    .await;
    (address, read)
}

#[tokio::test]
async fn a_failing_service_is_not_called_until_it_recovers() {
    let is_down = Arc::new(AtomicBool::new(true));
    let (prices, at) = failing_while(&is_down).await;
    let (rpc, registry) = rpc(&list(&[at], r#""breaker": {"min_calls": 4, "open_for": "1m"}"#));
    for _ in 0..4 {
        assert_eq!(asked(&rpc, &call(millis(500))).await, Err(ErrorKind::Remote));
    }
    for _ in 0..10 {
        assert_eq!(asked(&rpc, &call(millis(500))).await, Err(ErrorKind::Open));
    }
    assert_eq!((prices.calls(), breaker(&rpc, "US")), (4, Some(BreakerState::Open)));
    assert_eq!(sum(&registry, "live_pack_rpc_breaker_state"), 2.0);
    assert_eq!(sum(&registry, "live_pack_rpc_calls_refused_total"), 10.0);
    is_down.store(false, SeqCst);
    // the thresholds are hot: the time is over at once
    rpc.configure(&list(&[at], QUICK));
    calling_until(
        || breaker(&rpc, "US") == Some(BreakerState::Closed),
        || async { asked(&rpc, &call(millis(500))).await },
    )
    .await;
    assert_eq!(sum(&registry, "live_pack_rpc_breaker_state"), 0.0);
    asked(&rpc, &call(millis(500))).await.unwrap();
}

/// A price service behind a proxy at this address, and the life of the proxy: when it is aborted, its connections break,
/// and new ones are refused.
async fn mortal(at: &str) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let mut prices = Prices::by_id();
    prices.delay = millis(2);
    let (behind, listener) = (prices.serve().await, tokio::net::TcpListener::bind(at).await.unwrap());
    let address = listener.local_addr().unwrap();
    let life = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            connections.spawn(async move {
                let mut far = tokio::net::TcpStream::connect(behind).await.unwrap();
                drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
            });
        }
    });
    (address, life)
}

#[tokio::test]
async fn a_dead_service_opens_its_circuit_and_is_called_again_when_it_returns() {
    let at = closed().await;
    let (rpc, _) = rpc(&list(&[at], QUICK));
    calling_until(
        || breaker(&rpc, "US") == Some(BreakerState::Open),
        || async { asked(&rpc, &call(millis(500))).await },
    )
    .await;
    let (_, _life) = mortal(&at.to_string()).await;
    calling_until(
        || breaker(&rpc, "US") == Some(BreakerState::Closed),
        || async { asked(&rpc, &call(millis(500))).await },
    )
    .await;
    asked(&rpc, &call(millis(500))).await.unwrap();
}

#[tokio::test]
async fn an_outage_in_one_route_group_or_lane_opens_nothing_for_the_others() {
    let (well, down) = (Prices::by_id().serve().await, Arc::new(AtomicBool::new(true)));
    let (_, ill) = failing_while(&down).await;
    let conf = conf(&format!(
        r#""groups": {{"default": {{"static": ["{well}"]}}, "EU": {{"static": ["{ill}"]}}}},
           "lanes": {{"boe_a": {{"static": ["{ill}"]}}}}, "breaker": {{"min_calls": 4, "open_for": "1m"}}"#
    ));
    let (rpc, _) = rpc(&conf);
    let mut lane = call(millis(500));
    lane.traffic = Traffic { name: "boe_a".into(), lane: conf.lane("boe_a"), ..Traffic::default() };
    for _ in 0..5 {
        in_group(&rpc, RouteGroup::Us).await.unwrap();
        assert!(in_group(&rpc, RouteGroup::Eu).await.is_err() && asked(&rpc, &lane).await.is_err());
    }
    assert_eq!(in_group(&rpc, RouteGroup::Eu).await, Err(ErrorKind::Open));
    assert_eq!(asked(&rpc, &lane).await, Err(ErrorKind::Open));
    let states = ["US", "EU", "boe_a", "JP"].map(|route| breaker(&rpc, route));
    let [closed, open] = [BreakerState::Closed, BreakerState::Open];
    assert_eq!(states, [Some(closed), Some(open), Some(open), None]);
    // a change of something else takes no state away
    rpc.configure(&conf);
    assert_eq!(asked(&rpc, &lane).await, Err(ErrorKind::Open));
}

#[tokio::test]
async fn an_answer_whose_keys_all_failed_counts_as_a_failure() {
    let prices =
        Prices::answering(|ids, _| Ok(wire::MGetProductPriceResponse { failed: ids.to_vec(), ..Default::default() }));
    let (rpc, _) = rpc(&list(&[prices.serve().await], r#""breaker": {"min_calls": 4, "open_for": "1m"}"#));
    for _ in 0..4 {
        asked(&rpc, &call(millis(500))).await.unwrap();
    }
    assert_eq!(asked(&rpc, &call(millis(500))).await, Err(ErrorKind::Open));
}

#[tokio::test]
async fn callers_without_time_open_no_breaker_and_callers_with_time_do() {
    let (at, _) = mute(Then::IsSilent).await;
    let (rpc, _) = rpc(&list(&[at], r#""breaker": {"min_calls": 4, "open_for": "1m"}"#));
    for (time, state) in [(20, BreakerState::Closed), (80, BreakerState::Open)] {
        let calls = join_all((0..8).map(|_| async { asked(&rpc, &call(millis(time))).await })).await;
        assert_eq!(calls, [Err(ErrorKind::Timeout); 8], "{time} ms");
        assert_eq!(breaker(&rpc, "US"), Some(state), "{time} ms");
    }
}

#[tokio::test]
async fn a_forced_breaker_refuses_every_call_or_none() {
    let is_down = Arc::new(AtomicBool::new(true));
    let (prices, at) = failing_while(&is_down).await;
    let (rpc, registry) = rpc(&list(&[at], r#""breaker": {"min_calls": 1, "forced": "closed"}"#));
    for _ in 0..5 {
        assert_eq!(asked(&rpc, &call(millis(500))).await, Err(ErrorKind::Remote));
    }
    rpc.configure(&list(&[at], r#""breaker": {"forced": "open"}"#));
    is_down.store(false, SeqCst);
    assert_eq!(sum(&registry, "live_pack_rpc_breaker_state"), 2.0);
    assert_eq!(asked(&rpc, &call(millis(500))).await, Err(ErrorKind::Open));
    assert_eq!(prices.calls(), 5);
    rpc.configure(&list(&[at], QUICK));
    asked(&rpc, &call(millis(500))).await.unwrap();
}

#[tokio::test]
async fn a_call_that_an_instance_drops_is_retried_on_another_one() {
    let (bad, read) = mute(Then::HangsUp).await;
    let good = Prices::by_id().serve().await;
    let (rpc, registry) = rpc(&list(&[bad, good], r#""breaker": {"enabled": false}"#));
    calling_until(|| read.load(SeqCst) >= 3, || async { asked(&rpc, &call(millis(500))).await.unwrap() }).await;
    assert_eq!(sum(&registry, "live_pack_rpc_retries_total"), read.load(SeqCst) as f64);
    assert_eq!(sum(&registry, "live_pack_rpc_errors_total"), 0.0);
}

#[tokio::test]
async fn an_instance_that_is_killed_under_load_costs_no_call() {
    const CALLS: usize = 1_600;
    let (mut addresses, mut lives) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let (address, life) = mortal("127.0.0.1:0").await;
        addresses.push(address);
        lives.push(life);
    }
    let (rpc, registry) = rpc(&list(&addresses, r#""breaker": {}"#));
    let ended = AtomicUsize::new(0);
    let worker = || async {
        for _ in 0..CALLS / 16 {
            asked(&rpc, &call(millis(10_000))).await.unwrap();
            if ended.fetch_add(1, SeqCst) == CALLS / 3 {
                lives[0].abort();
            }
        }
    };
    join_all((0..16).map(|_| worker())).await;
    assert!(sum(&registry, "live_pack_rpc_retries_total") >= 1.0, "calls were under way on it");
    assert_eq!((ended.load(SeqCst), breaker(&rpc, "US")), (CALLS, Some(BreakerState::Closed)));
}

#[tokio::test]
async fn no_call_is_retried_if_switched_off_or_marked_as_a_retry_or_without_another_instance() {
    let ((bad, _), (also_bad, _)) = (mute(Then::HangsUp).await, mute(Then::HangsUp).await);
    let off = r#""retry": {"enabled": false}, "breaker": {"enabled": false}"#;
    let on = r#""breaker": {"enabled": false}"#;
    let mut by_caller = call(millis(500));
    by_caller.traffic.is_retry = true;
    for (instances, rules, call, retries) in [
        (&[bad, also_bad][..], on, call(millis(500)), 1.0),
        (&[bad, also_bad], off, call(millis(500)), 0.0),
        (&[bad, also_bad], on, by_caller, 0.0),
        (&[bad], on, call(millis(500)), 0.0),
    ] {
        let (rpc, registry) = rpc(&list(instances, rules));
        assert_eq!(asked(&rpc, &call).await, Err(ErrorKind::Broken));
        assert_eq!(sum(&registry, "live_pack_rpc_retries_total"), retries, "{instances:?} {rules}");
    }
}

#[tokio::test]
async fn in_a_full_outage_a_tenth_of_the_calls_is_retried_over_sockets() {
    let ((a, read_a), (b, read_b)) = (mute(Then::HangsUp).await, mute(Then::HangsUp).await);
    let (rpc, registry) = rpc(&list(&[a, b], r#""breaker": {"enabled": false}"#));
    for _ in 0..400 {
        assert!(asked(&rpc, &call(millis(2_000))).await.is_err());
    }
    let retries = sum(&registry, "live_pack_rpc_retries_total");
    assert!((100.0..=140.0).contains(&retries), "{retries}");
    let read = read_a.load(SeqCst) + read_b.load(SeqCst);
    assert!(read <= 540, "{read} requests");
}

#[tokio::test]
async fn a_call_beyond_the_places_fails_at_once() {
    let mut prices = Prices::by_id();
    prices.delay = millis(50);
    let (rpc, registry) = rpc(&list(&[prices.serve().await], r#""bulkhead": {"max": 2, "wait": "0ms"}"#));
    let calls = join_all((0..3).map(|_| async { asked(&rpc, &call(millis(2_000))).await })).await;
    assert_eq!(calls, [Ok(()), Ok(()), Err(ErrorKind::Saturated)]);
    assert_eq!(sum(&registry, "live_pack_rpc_calls_refused_total"), 1.0);
    asked(&rpc, &call(millis(2_000))).await.unwrap();
    assert_eq!((prices.calls(), breaker(&rpc, "US")), (3, Some(BreakerState::Closed)));
}

#[tokio::test]
async fn a_hedge_answers_for_an_instance_that_does_not() {
    let (fast, (slow, read)) = (Prices::by_id().serve().await, mute(Then::IsSilent).await);
    let rules = r#""hedge": {"enabled": true, "methods": ["MGetProductPrice"]}, "breaker": {"enabled": false}"#;
    let (rpc, registry) = rpc(&list(&[fast], rules));
    // latencies become known, and the budget grows
    for _ in 0..300 {
        asked(&rpc, &call(millis(2_000))).await.unwrap();
    }
    assert_eq!(sum(&registry, "live_pack_rpc_hedges_total"), 0.0, "there is no other instance");
    rpc.configure(&list(&[fast, slow], rules));
    calling_until(|| read.load(SeqCst) >= 1, || async { asked(&rpc, &call(millis(2_000))).await.unwrap() }).await;
    assert!(sum(&registry, "live_pack_rpc_hedges_total") >= 1.0);
}

/// Calls until `done`, at most for some seconds.
async fn calling_until<R, F: Future<Output = R>>(done: impl Fn() -> bool, step: impl Fn() -> F) {
    for _ in 0..2_000 {
        step().await;
        if done() {
            return;
        }
        tokio::time::sleep(millis(1)).await;
    }
    panic!("it was never done");
}
