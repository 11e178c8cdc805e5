//! Admitted and refused requests, and the status and message of the latter.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "tests"
)]

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::AtomicU32,
};

use live_pack_dal::{
    Clock,
    config::{Centre, Environment, Options},
};

use super::*;

const CALLERS: &str = r#"{
    "unknown": {"name": "stranger", "class": "low", "methods": ["GetLiveBagTab"]},
    "callers": [
        {"name": "checkout", "class": "critical", "addresses": ["10.0.0.1"]},
        {"name": "gateway", "class": "high", "addresses": ["10.0.0.2"]},
        {"name": "feed", "class": "normal", "users": [1000], "methods": ["GetPinCardData"]},
        {"name": "closed", "certificates": ["closed.internal"], "methods": []}
    ]}"#;

const CHECKOUT: [u8; 4] = [10, 0, 0, 1];
const GATEWAY: [u8; 4] = [10, 0, 0, 2];
const STRANGER: [u8; 4] = [10, 0, 0, 9];

const TAB: &str = "GetLiveBagTab";
const PIN: &str = "GetPinCardData";

/// Admission, and the duration of the work that follows it.
struct Subject {
    admission: Admission,
    work: Duration,
    registry: Registry,
}

fn subject(files: &[(&str, &str)], work: Duration, max_in_flight: usize) -> Subject {
    let registry = Registry::new();
    Subject { admission: Admission::new(&conf(files), max_in_flight, None, &registry).unwrap(), work, registry }
}

/// A configuration of these files, read as the service reads them.
fn conf(files: &[(&str, &str)]) -> Arc<Conf> {
    let folder = tempfile::tempdir().unwrap();
    for (key, text) in files {
        std::fs::write(folder.path().join(format!("{key}.json")), text).unwrap();
    }
    let options = Options {
        dir: Some(folder.path().to_owned()),
        environment: Environment::default(),
        clock: Clock::System,
        registry: Registry::new(),
    };
    Arc::clone(&Centre::open(options, |_: &Conf| Ok(())).unwrap().snapshot().conf)
}

fn at(address: [u8; 4]) -> Evidence<'static> {
    Evidence { address: Some(IpAddr::V4(Ipv4Addr::from(address))), ..Evidence::default() }
}

fn user(uid: u32) -> Evidence<'static> {
    Evidence { uid: Some(uid), ..Evidence::default() }
}

impl Subject {
    /// Asks as the layer of the server does.
    async fn ask(&self, evidence: &Evidence<'_>, method: &'static str, viewer: i64) -> Result<(), Refusal> {
        let caller = self.admission.identify(evidence, method);
        let candidate = Candidate { caller: &caller, method, viewer, number: 0 };
        let _in_flight = self.admission.admit(candidate, Instant::now() + Duration::from_secs(3)).await?;
        // Even a sleep of no length would move the paused clock.
        if !self.work.is_zero() {
            tokio::time::sleep(self.work).await;
        }
        Ok(())
    }

    /// The status of an answer to a call of `GetLiveBagTab` for a viewer.
    async fn status(&self, address: [u8; 4], viewer: i64) -> i32 {
        status(self.ask(&at(address), TAB, viewer).await)
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

fn status(admitted: Result<(), Refusal>) -> i32 {
    admitted.map_or_else(|refusal| refusal.code(), |()| 0)
}

#[tokio::test]
async fn a_caller_is_known_by_its_connection_and_may_call_what_its_entry_lists() {
    let subject = subject(&[("CallerConf", CALLERS)], Duration::ZERO, 8);
    let closed = ["closed.internal".to_owned()];
    let named = Evidence { certificates: &closed, ..at(STRANGER) };
    for (name, evidence, tab_status, pin_status) in [
        ("by address, with all methods", at(CHECKOUT), 0, 0),
        ("by Unix user, with one method", user(1000), 10_003, 0),
        ("by certificate, with none", named, 10_003, 10_003),
        ("not at all", at(STRANGER), 0, 10_003),
        ("not at all, by another user", user(1), 0, 10_003),
    ] {
        assert_eq!(status(subject.ask(&evidence, TAB, 1).await), tab_status, "tab, known {name}");
        assert_eq!(status(subject.ask(&evidence, PIN, 0).await), pin_status, "pin, known {name}");
    }
    assert_eq!(subject.refused("forbidden", "normal"), 3);
    assert_eq!(subject.refused("forbidden", "low"), 2);
    assert_eq!(subject.admission.core.in_flight.now(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_last_tenth_of_the_places_is_for_critical_callers() {
    let subject = subject(&[("CallerConf", CALLERS)], Duration::from_secs(1), 10);
    let gateway = futures_util::future::join_all((0..12).map(|_| subject.status(GATEWAY, 1)));
    let checkout = async {
        tokio::task::yield_now().await;
        (subject.status(CHECKOUT, 1).await, subject.status(CHECKOUT, 1).await)
    };
    let (gateway, checkout) = tokio::join!(gateway, checkout);
    assert_eq!(gateway.iter().filter(|status| **status == 0).count(), 9);
    assert_eq!(gateway.iter().filter(|status| **status == 10_006).count(), 3);
    assert_eq!(checkout, (0, 0));
    assert_eq!(subject.refused("in_flight", "high"), 3);
    assert_eq!(subject.admission.core.in_flight.now(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_queue_sheds_the_less_important_first_and_only_where_many_wait() {
    let subject = subject(&[("CallerConf", CALLERS)], Duration::ZERO, 1_000);
    tokio::time::advance(Duration::from_secs(10)).await;
    let ms = Duration::from_millis;
    // One request in this window: a delay without other requests is not a queue of this process.
    subject.queue_is(ms(160));
    assert_eq!(subject.status(STRANGER, 1).await, 0);
    subject.queue_is(ms(0));
    for viewer in 0..200 {
        assert_eq!(subject.status(STRANGER, viewer).await, 0);
    }
    for (queue, stranger, gateway, checkout) in
        [(ms(49), 0, 0, 0), (ms(75), 10_006, 0, 0), (ms(101), 10_006, 10_006, 0), (ms(900), 10_006, 10_006, 0)]
    {
        subject.queue_is(queue);
        assert_eq!(subject.status(STRANGER, 1).await, stranger, "{queue:?}");
        assert_eq!(subject.status(GATEWAY, 1).await, gateway, "{queue:?}");
        assert_eq!(subject.status(CHECKOUT, 1).await, checkout, "{queue:?}");
    }
    assert_eq!((subject.refused("overload", "low"), subject.refused("overload", "high")), (3, 2));
}

#[tokio::test(start_paused = true)]
async fn the_probe_admits_all_again_updates_the_metric_and_rests() {
    let subject = subject(&[], Duration::ZERO, 1_000);
    tokio::time::advance(Duration::from_secs(10)).await;
    for window in 0..30 {
        for viewer in 0..200 {
            subject.queue_is(Duration::from_millis(120 + window));
            subject.status(STRANGER, viewer).await;
        }
        // Not advanced by waiting: the probe would take the pause for a queue of its own.
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    let core = &subject.admission.core;
    assert!(!core.overload.levels.is_open());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(core.overload.levels.is_open());
    assert!(core.overload.queue.rests());
    let shown = |name| {
        let families = subject.registry.gather();
        families.iter().find(|family| family.name() == name).unwrap().get_metric()[0].get_gauge().get_value()
    };
    assert_eq!((shown("live_pack_admission_level"), shown("live_pack_queue_seconds")), (1.0, 0.0));
    subject.status(STRANGER, 1).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(!core.overload.queue.rests(), "a request wakes it");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_shed_when_switched_off_or_open() {
    let off = subject(&[("OverloadConf", r#"{"enabled": false}"#)], Duration::ZERO, 1_000);
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
async fn a_rate_refusal_says_when_to_retry_and_shed_requests_do_not_count() {
    let rates = r#"{"rates": [{"level": "user", "limit": 3, "period": "1h"},
                              {"level": "service", "caller": "gateway", "limit": 4, "period": "1h"}]}"#;
    let subject = subject(&[("CallerConf", CALLERS), ("RateLimitConf", rates)], Duration::ZERO, 8);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(subject.status(STRANGER, 1).await, 0);
    subject.queue_is(Duration::from_secs(9));
    for _ in 0..50 {
        assert_eq!(subject.status(STRANGER, 7).await, 10_006);
    }
    subject.queue_is(Duration::ZERO);
    let mut statuses = Vec::new();
    for (peer, viewer) in [(STRANGER, 7), (CHECKOUT, 7), (STRANGER, 7), (CHECKOUT, 7), (STRANGER, 8), (GATEWAY, 0)] {
        statuses.push(subject.status(peer, viewer).await);
    }
    assert_eq!(statuses, [0, 0, 0, 10_005, 0, 0], "a viewer is counted over all callers, a guest is not");
    for _ in 0..3 {
        assert_eq!(subject.status(GATEWAY, 0).await, 0);
    }
    let refusal = subject.ask(&at(GATEWAY), TAB, 0).await.unwrap_err();
    assert_eq!(refusal.code(), 10_005);
    let message = refusal.message();
    assert!(message.starts_with("gateway is over its limit, try again in "), "{message}");
    assert_eq!((subject.refused("rate", "critical"), subject.refused("rate", "high")), (1, 1));
    assert_eq!(subject.admission.core.in_flight.now(), 0);
}
