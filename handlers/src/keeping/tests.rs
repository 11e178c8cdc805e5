//! Decisions about calls with different outcomes, shares and callers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use live_pack_dal::{
    FastStr,
    config::{Conf, Share},
    model::TraceParent,
};

use super::*;
use crate::{call_record::WallClock, runs::Runs, testing::request};

/// A receiver that accepts this many records.
struct BoundedKeeper(AtomicUsize);

impl Keeper for BoundedKeeper {
    fn keep(&self, _: CallRecord) -> bool {
        self.0.fetch_update(SeqCst, SeqCst, |free| free.checked_sub(1)).is_ok()
    }
}

fn keeping(records: bool, traces: bool) -> Keeping {
    let options = KeepOptions { keeper: Arc::new(BoundedKeeper(AtomicUsize::new(1))), records, traces };
    Keeping::new(options, &Registry::new()).unwrap()
}

/// Shares of records and traces; calls are slow from 100 ms.
fn conf(records: Share, traces: Share) -> LogConf {
    LogConf { records, traces, slow: Some(Duration::from_millis(100)), ..Conf::default().logs }
}

fn trace(conf: &LogConf, caller_samples: Option<bool>) -> Trace {
    let parent = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
    let caller = caller_samples.map(|is_sampled| TraceParent { is_sampled, ..parent });
    Trace::begin(caller, FastStr::empty()).sampled_by(|random| conf.traces.takes(random))
}

/// A call with a complete answer that took no time.
fn facts<'a>(conf: &'a LogConf, trace: &'a Trace) -> Facts<'a> {
    let method = Method::GetLiveBagTab;
    Facts { method, conf, trace, is_followed: false, kind: AnswerKind::Whole, took: Duration::ZERO }
}

/// The reasons, and whether the call is recorded and traced.
fn decided(keeping: &Keeping, facts: &Facts<'_>) -> Option<(Vec<&'static str>, bool, bool)> {
    let kept = keeping.decide(facts, Instant::now())?;
    Some((kept.reasons.iter().map(Reason::name).collect(), kept.is_recorded, kept.is_traced))
}

#[test]
fn a_call_is_kept_for_each_of_its_reasons() {
    let conf = conf(Share::NONE, Share::NONE);
    let (plain, flagged) = (trace(&conf, None), trace(&conf, Some(true)));
    let slow = Duration::from_millis(100);
    for (kind, took, trace, expected) in [
        (AnswerKind::Whole, Duration::ZERO, &plain, None),
        (AnswerKind::Failed, Duration::ZERO, &plain, Some(vec!["failed"])),
        (AnswerKind::Degraded, slow, &plain, Some(vec!["degraded", "slow"])),
        (AnswerKind::Whole, slow, &plain, Some(vec!["slow"])),
        (AnswerKind::Whole, Duration::ZERO, &flagged, Some(vec!["sampled"])),
    ] {
        let facts = Facts { kind, took, ..facts(&conf, trace) };
        let expected = expected.map(|reasons| (reasons, true, true));
        assert_eq!(decided(&keeping(true, true), &facts), expected, "{kind:?} {took:?}");
    }
}

#[test]
fn a_followed_call_is_recorded_and_not_traced() {
    let conf = conf(Share::NONE, Share::NONE);
    let trace = trace(&conf, None);
    let followed = Facts { is_followed: true, ..facts(&conf, &trace) };
    assert_eq!(decided(&keeping(true, true), &followed), Some((vec!["followed"], true, false)));
    assert_eq!(decided(&keeping(false, true), &followed), None);
}

#[test]
fn shares_of_records_and_of_traces_are_independent_of_each_other() {
    for (records, traces, expected) in [
        (Share::NONE, Share::NONE, None),
        (Share::ALL, Share::NONE, Some((vec!["sampled"], true, false))),
        (Share::NONE, Share::ALL, Some((vec![], false, true))),
        (Share::ALL, Share::ALL, Some((vec!["sampled"], true, true))),
    ] {
        let conf = conf(records, traces);
        assert_eq!(decided(&keeping(true, true), &facts(&conf, &trace(&conf, None))), expected);
    }
    let conf = conf(Share::NONE, Share::ALL);
    let refused = trace(&conf, Some(false));
    assert_eq!(decided(&keeping(true, true), &facts(&conf, &refused)), None, "the caller decided against it");
}

#[test]
fn records_and_traces_that_are_switched_off_are_not_kept() {
    let conf = conf(Share::ALL, Share::ALL);
    let trace = trace(&conf, None);
    let failed = Facts { kind: AnswerKind::Failed, ..facts(&conf, &trace) };
    for (records, traces) in [(true, false), (false, true)] {
        let (_, is_recorded, is_traced) = decided(&keeping(records, traces), &failed).unwrap();
        assert_eq!((is_recorded, is_traced), (records, traces));
    }
}

#[test]
fn a_storm_is_kept_within_the_budget_and_counted_by_reason() {
    let (keeping, conf) = (keeping(true, true), conf(Share::NONE, Share::NONE));
    let trace = trace(&conf, None);
    let failed = Facts { kind: AnswerKind::Failed, ..facts(&conf, &trace) };
    let now = Instant::now();
    let kept = (0..1_000).filter_map(|_| keeping.decide(&failed, now)).count();
    let lost = u64::try_from(1_000 - kept).unwrap();
    assert!((1..=PER_SECOND).contains(&kept), "{kept}");
    for quota in [&keeping.records, &keeping.traces] {
        assert_eq!(quota.dropped[Reason::Failed as usize][Cause::Budget as usize].get(), lost);
    }
    let slow = Facts { took: Duration::from_secs(1), method: Method::GetLiveBagData, ..facts(&conf, &trace) };
    assert!(keeping.decide(&slow, now).is_some(), "another method has a reserved place");
}

#[test]
fn calls_in_a_share_are_kept_beyond_the_budget() {
    let (keeping, conf) = (keeping(true, true), conf(Share::ALL, Share::ALL));
    let (trace, now) = (trace(&conf, None), Instant::now());
    let failed = Facts { kind: AnswerKind::Failed, ..facts(&conf, &trace) };
    let kept = (0..100).filter_map(|_| keeping.decide(&failed, now)).filter(|kept| kept.is_recorded && kept.is_traced);
    assert_eq!(kept.count(), 100);
}

#[test]
fn a_caller_cannot_choose_the_share() {
    let (keeping, conf) = (keeping(true, true), conf(Share::of_millionths(10_000), Share::NONE));
    let parent = TraceParent::parse("00-0af7651916cd43ddffffffffffffffff-b7ad6b7169203331-00");
    let traces = (0..1_000).map(|_| Trace::begin(parent, FastStr::empty()));
    let kept = traces.filter(|trace| keeping.decide(&facts(&conf, trace), Instant::now()).is_some()).count();
    assert!(kept < 100, "{kept} of 1000 in a share of 1 %");
}

#[tokio::test]
async fn records_that_find_the_queue_full_are_counted() {
    let keeping = keeping(true, true);
    for lost in [0, 1, 2] {
        keeping.hand_over(CallRecord {
            method: Method::GetLiveBagTab,
            kept: Kept {
                reasons: Reasons::of(&[Reason::Slow, Reason::Sampled]),
                is_recorded: true,
                is_traced: lost < 2,
            },
            request: request(Vec::new()),
            caller: FastStr::empty(),
            stated_caller: FastStr::empty(),
            user: None,
            config_version: FastStr::empty(),
            status: 0,
            degraded: Vec::new(),
            runs: Runs::default(),
            received: Instant::now(),
            took: Duration::ZERO,
            clock: WallClock::now(),
        });
        let dropped = |quota: &Quota| quota.dropped[Reason::Slow as usize][Cause::Queue as usize].get();
        assert_eq!((dropped(&keeping.records), dropped(&keeping.traces)), (lost, lost.min(1)));
    }
}
