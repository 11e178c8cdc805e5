//! Admission behind its layer: admitted and refused requests, and the answers to the latter.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "tests"
)]

use std::sync::atomic::AtomicU32;

use live_pack_idl::live_pack::{
    GetLiveBagTabRequest, LivePackServiceGetLiveBagTabArgsRecv, LivePackServiceGetPinCardDataArgsRecv,
    LivePackServiceRequestRecv as Call, UserContext,
};
use volo_thrift::context::ServerContext;

use super::*;
use crate::{
    metrics::{Outcome, ServerMetrics},
    middleware::{self, MiddlewareOptions, PackService, Request, Response, context},
    testing::{Behaviour, Double, conf},
};

const CALLERS: &str = r#"{
    "unknown": {"name": "stranger", "class": "low", "methods": ["GetLiveBagTab"]},
    "callers": [
        {"name": "checkout", "class": "critical", "addresses": ["10.0.0.1"]},
        {"name": "gateway", "class": "high", "addresses": ["10.0.0.2"]},
        {"name": "feed", "class": "normal", "users": [1000], "methods": ["GetPinCardData"]},
        {"name": "closed", "certificates": ["closed.internal"], "methods": []}
    ]}"#;

const CHECKOUT: &str = "10.0.0.1:1";
const GATEWAY: &str = "10.0.0.2:1";
const STRANGER: &str = "10.0.0.9:1";

/// The layers around a counting service, and its counts.
struct Layers<S> {
    service: S,
    admission: Arc<Admission>,
    metrics: Arc<ServerMetrics>,
    registry: Registry,
}

fn layers(files: &[(&str, &str)], behaviour: Behaviour, max_in_flight: usize) -> Layers<impl PackService> {
    let registry = Registry::new();
    let metrics = Arc::new(ServerMetrics::new(&registry).unwrap());
    let admission = Arc::new(Admission::new(&conf(files), max_in_flight, None, &registry).unwrap());
    let options = MiddlewareOptions::default();
    let service = middleware::around(Double(behaviour), options, admission.clone(), metrics.clone());
    Layers { service, admission, metrics, registry }
}

impl<S: PackService> Layers<S> {
    async fn ask(&self, peer: Peer, request: Request) -> Response {
        let mut cx = ServerContext::default();
        context::scope_peer(Arc::new(peer), self.service.call(&mut cx, request)).await.unwrap()
    }

    /// The status of an answer to a call of `GetLiveBagTab` for a viewer.
    async fn status(&self, peer: &str, viewer: i64) -> i32 {
        status(&self.ask(Peer::at(peer.parse().unwrap()), tab(viewer)).await)
    }

    fn refused(&self, reason: &str, class: &str) -> u64 {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == "live_pack_admission_refused_total").unwrap();
        let labelled = |metric: &&prometheus::proto::Metric| {
            [("reason", reason), ("class", class)].iter().all(|(name, value)| {
                metric.get_label().iter().any(|label| label.name() == *name && label.value() == *value)
            })
        };
        family.get_metric().iter().find(labelled).unwrap().get_counter().get_value() as u64
    }

    /// Makes the probe overdue by `queue`, as requests see it before it runs again: as if work of that length had
    /// delayed it.
    fn queue_is(&self, queue: Duration) {
        let core = &self.admission.core;
        let now = core.now();
        // The clock of the test is not the processor's, which may be younger.
        let spent = Duration::from_micros(micros((now.processor)()).wrapping_sub(micros(queue)));
        core.overload.queue.expect(now.at - queue, spent);
    }
}

fn tab(viewer: i64) -> Request {
    let user = UserContext { user_id: viewer, ..UserContext::default() };
    let req = GetLiveBagTabRequest { user, ..GetLiveBagTabRequest::default() };
    Call::GetLiveBagTab(LivePackServiceGetLiveBagTabArgsRecv { req })
}

fn pin() -> Request {
    Call::GetPinCardData(LivePackServiceGetPinCardDataArgsRecv::default())
}

fn status(answer: &Response) -> i32 {
    crate::methods::status_code(answer)
}

#[tokio::test]
async fn a_caller_is_known_by_its_connection_and_may_call_what_its_entry_lists() {
    let layers = layers(&[("CallerConf", CALLERS)], Behaviour::Status(0), 8);
    let at = |address: &str| Peer::at(address.parse().unwrap());
    let named = Peer { certificates: vec!["closed.internal".to_owned()], ..at(STRANGER) };
    for (name, peer, tab_status, pin_status) in [
        ("by address, with all methods", at(CHECKOUT), 0, 0),
        ("by Unix user, with one method", Peer::user(1000), 10_003, 0),
        ("by certificate, with none", named, 10_003, 10_003),
        ("not at all", at(STRANGER), 0, 10_003),
        ("not at all, by another user", Peer::user(1), 0, 10_003),
    ] {
        assert_eq!(status(&layers.ask(peer.clone(), tab(1)).await), tab_status, "tab, known {name}");
        assert_eq!(status(&layers.ask(peer, pin()).await), pin_status, "pin, known {name}");
    }
    assert_eq!(layers.refused("forbidden", "normal"), 3);
    assert_eq!(layers.refused("forbidden", "low"), 2);
    assert_eq!(layers.metrics.count(Method::GetLiveBagTab, Outcome::Status(10_003)), 2);
    assert_eq!(layers.metrics.count(Method::GetPinCardData, Outcome::Status(10_003)), 3);
    assert_eq!(layers.metrics.in_flight.get(), 0);
}

#[tokio::test]
async fn a_refusal_says_who_and_never_reaches_the_handler() {
    let layers = layers(&[("CallerConf", CALLERS)], Behaviour::Panic, 8);
    let Response::GetPinCardData(live_pack_idl::live_pack::LivePackServiceGetPinCardDataResultSend::Ok(answer)) =
        layers.ask(Peer::at(STRANGER.parse().unwrap()), pin()).await
    else {
        unreachable!("an answer of another method");
    };
    assert_eq!(answer.base_resp.status_message, "stranger may not call GetPinCardData");
}

#[tokio::test(start_paused = true)]
async fn the_last_tenth_of_the_places_is_for_critical_callers() {
    let layers = layers(&[("CallerConf", CALLERS)], Behaviour::Slow(Duration::from_secs(1)), 10);
    let gateway = futures_util::future::join_all((0..12).map(|_| layers.status(GATEWAY, 1)));
    let checkout = async {
        tokio::task::yield_now().await;
        (layers.status(CHECKOUT, 1).await, layers.status(CHECKOUT, 1).await)
    };
    let (gateway, checkout) = tokio::join!(gateway, checkout);
    assert_eq!(gateway.iter().filter(|status| **status == 0).count(), 9);
    assert_eq!(gateway.iter().filter(|status| **status == 10_006).count(), 3);
    assert_eq!(checkout, (0, 0));
    assert_eq!(layers.refused("in_flight", "high"), 3);
    assert_eq!(layers.admission.core.in_flight.now(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_queue_sheds_the_less_important_first_and_only_where_many_wait() {
    let layers = layers(&[("CallerConf", CALLERS)], Behaviour::Status(0), 1_000);
    tokio::time::advance(Duration::from_secs(10)).await;
    let ms = Duration::from_millis;
    // One request in this window: a delay without other requests is not a queue of this process.
    layers.queue_is(ms(160));
    assert_eq!(layers.status(STRANGER, 1).await, 0);
    layers.queue_is(ms(0));
    for viewer in 0..200 {
        assert_eq!(layers.status(STRANGER, viewer).await, 0);
    }
    for (queue, stranger, gateway, checkout) in
        [(ms(49), 0, 0, 0), (ms(75), 10_006, 0, 0), (ms(101), 10_006, 10_006, 0), (ms(900), 10_006, 10_006, 0)]
    {
        layers.queue_is(queue);
        assert_eq!(layers.status(STRANGER, 1).await, stranger, "{queue:?}");
        assert_eq!(layers.status(GATEWAY, 1).await, gateway, "{queue:?}");
        assert_eq!(layers.status(CHECKOUT, 1).await, checkout, "{queue:?}");
    }
    assert_eq!((layers.refused("overload", "low"), layers.refused("overload", "high")), (3, 2));
    assert_eq!(layers.metrics.count(Method::GetLiveBagTab, Outcome::Status(10_006)), 5);
}

#[tokio::test(start_paused = true)]
async fn the_probe_lets_everybody_in_again_shows_it_and_rests() {
    let layers = layers(&[], Behaviour::Status(0), 1_000);
    tokio::time::advance(Duration::from_secs(10)).await;
    for window in 0..30 {
        for viewer in 0..200 {
            layers.queue_is(Duration::from_millis(120 + window));
            layers.status(STRANGER, viewer).await;
        }
        // Not advanced by waiting: the probe would take the pause for a queue of its own.
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    let core = &layers.admission.core;
    assert!(!core.overload.levels.is_open());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(core.overload.levels.is_open());
    assert!(core.overload.queue.rests());
    let shown = |name| {
        let families = layers.registry.gather();
        families.iter().find(|family| family.name() == name).unwrap().get_metric()[0].get_gauge().get_value()
    };
    assert_eq!((shown("live_pack_admission_level"), shown("live_pack_queue_seconds")), (1.0, 0.0));
    layers.status(STRANGER, 1).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(!core.overload.queue.rests(), "a request wakes it");
}

#[tokio::test(start_paused = true)]
async fn switched_off_or_open_nobody_is_shed() {
    let off = layers(&[("OverloadConf", r#"{"enabled": false}"#)], Behaviour::Status(0), 1_000);
    tokio::time::advance(Duration::from_secs(10)).await;
    for viewer in 0..200 {
        off.queue_is(Duration::from_secs(1));
        assert_eq!(off.status(STRANGER, viewer).await, 0);
    }
    off.admission.configure(&conf(&[("OverloadConf", r#"{"enabled": true}"#), ("CallerConf", CALLERS)]));
    let shed = AtomicU32::new(0);
    for viewer in 0..200 {
        off.queue_is(Duration::from_secs(1));
        shed.fetch_add(u32::from(off.status(STRANGER, viewer).await == 10_006), Relaxed);
    }
    assert!(shed.into_inner() > 150, "a new configuration acts at once");
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_often_is_told_when_to_come_again_and_a_shed_request_does_not_count() {
    let rates = r#"{"rates": [{"level": "user", "limit": 3, "period": "1h"},
                              {"level": "service", "caller": "gateway", "limit": 4, "period": "1h"}]}"#;
    let layers = layers(&[("CallerConf", CALLERS), ("RateLimitConf", rates)], Behaviour::Status(0), 8);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(layers.status(STRANGER, 1).await, 0);
    layers.queue_is(Duration::from_secs(9));
    for _ in 0..50 {
        assert_eq!(layers.status(STRANGER, 7).await, 10_006);
    }
    layers.queue_is(Duration::ZERO);
    let mut statuses = Vec::new();
    for (peer, viewer) in [(STRANGER, 7), (CHECKOUT, 7), (STRANGER, 7), (CHECKOUT, 7), (STRANGER, 8), (GATEWAY, 0)] {
        statuses.push(layers.status(peer, viewer).await);
    }
    assert_eq!(statuses, [0, 0, 0, 10_005, 0, 0], "a viewer is counted over all callers, a guest is not");
    for _ in 0..3 {
        assert_eq!(layers.status(GATEWAY, 0).await, 0);
    }
    let Response::GetLiveBagTab(live_pack_idl::live_pack::LivePackServiceGetLiveBagTabResultSend::Ok(answer)) =
        layers.ask(Peer::at(GATEWAY.parse().unwrap()), tab(0)).await
    else {
        unreachable!("an answer of another method");
    };
    assert_eq!(answer.base_resp.status_code, 10_005);
    let message = answer.base_resp.status_message.as_str();
    assert!(message.starts_with("gateway is over its limit, try again in "), "{message}");
    assert_eq!((layers.refused("rate", "critical"), layers.refused("rate", "high")), (1, 1));
    assert_eq!(layers.admission.core.in_flight.now(), 0);
}
