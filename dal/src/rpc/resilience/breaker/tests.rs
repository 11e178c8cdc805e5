//! The breaker against `recloser`, against an exact log of calls, and step by step.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use recloser::Recloser;

use super::*;
use crate::testing::millis;

const RULES: BreakerRules = BreakerRules {
    enabled: true,
    failure_percent: 50,
    min_calls: 4,
    window: Duration::from_secs(10),
    open_for: Duration::from_secs(1),
    slow_call: None,
    slow_percent: 50,
    forced: None,
};

/// One call that begins and ends at `now`; false: it was refused.
fn call(breaker: &Breaker, now: Instant, verdict: Verdict, rules: &BreakerRules) -> bool {
    let Some(pass) = breaker.admit(now, rules) else { return false };
    breaker.end(pass, now, verdict, rules);
    true
}

/// A breaker that has just been opened at `now` by failures.
fn opened(now: Instant) -> Breaker {
    let breaker = Breaker::new(now);
    (0..RULES.min_calls).for_each(|_| assert!(call(&breaker, now, Verdict::Failed, &RULES)));
    assert_eq!(breaker.state(&RULES), BreakerState::Open);
    breaker
}

fn verdict(is_good: bool) -> Verdict {
    if is_good { Verdict::Good } else { Verdict::Failed }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// With one call per slice the window holds the last ten calls, which is `recloser`'s count window. Both admit one trial
    /// call. `recloser` also opens on a good call that fills its window, so the window is filled with good ones.
    #[test]
    fn it_agrees_with_recloser_where_the_window_is_a_number_of_calls(
        tenths in 1..=10_u8,
        calls in prop::collection::vec(any::<bool>(), 1..200),
    ) {
        let rules = BreakerRules { failure_percent: tenths * 10, min_calls: 10, ..RULES };
        let recloser = Recloser::custom()
            .error_rate(f32::from(tenths) / 10.0)
            .closed_len(10)
            .half_open_len(1)
            .open_wait(Duration::ZERO)
            .build();
        let mut now = Instant::now();
        let ours = Breaker::with_trials(now, 1);
        let mut filling = 10;
        for is_good in calls {
            let mut step = |is_good: bool| {
                now += millis(1_000);
                let (mut pass, mut asked) = (ours.admit(now, &rules), false);
                let result: Result<(), recloser::Error<()>> = recloser.call(|| {
                    asked = true;
                    if is_good { Ok(()) } else { Err(()) }
                });
                drop(result);
                let changed = pass.take().map(|pass| ours.end(pass, now, verdict(is_good), &rules));
                (changed.is_some(), asked, changed.flatten())
            };
            for _ in 0..filling {
                prop_assert_eq!(step(true), (true, true, None));
            }
            let (ours, theirs, changed) = step(is_good);
            prop_assert_eq!(ours, theirs);
            filling = if changed == Some(BreakerState::Closed) { 10 } else { 0 };
        }
    }

    #[test]
    fn it_opens_exactly_when_a_full_log_of_the_window_requires_it(
        calls in prop::collection::vec((0..700_u64, 0..4_u8), 1..300),
        (percent, min_calls) in (1..=100_u8, 1..12_u32),
    ) {
        let slow_call = Some(millis(1));
        let rules = BreakerRules { failure_percent: percent, min_calls, slow_call, slow_percent: percent, ..RULES };
        let start = Instant::now();
        let (mut now, breaker, mut log) = (start, Breaker::new(start), Vec::new());
        for (pause, kind) in calls {
            now += millis(pause);
            let verdict = [Verdict::Good, Verdict::Good, Verdict::Failed, Verdict::Slow][usize::from(kind)];
            prop_assert!(call(&breaker, now, verdict, &rules), "it is closed");
            let second = (now - start).as_secs();
            log.push((second, verdict));
            // shares of failed and of slow calls in this second and `back` seconds before it, in percent, if there are enough
            let shares = |back: u64| {
                let since: Vec<_> = log.iter().filter(|(at, _)| at + back >= second).collect();
                let share = |of| since.iter().filter(|(_, verdict)| *verdict == of).count() as f64 * 100.0 / since.len() as f64;
                (since.len() >= min_calls as usize).then(|| share(Verdict::Failed).max(share(Verdict::Slow)))
            };
            let early = (0..10).find_map(shares).is_some_and(|share| share >= f64::from(percent + (100 - percent).div_ceil(2)));
            let whole = shares(9).is_some_and(|share| share >= f64::from(percent));
            let opens = verdict != Verdict::Good && (early || whole);
            prop_assert_eq!(breaker.state(&rules) == BreakerState::Open, opens, "{:?}", log);
            if opens {
                break;
            }
        }
    }

    #[test]
    fn it_always_recovers_and_never_exceeds_the_number_of_trials(
        steps in prop::collection::vec((0..5_u8, 0..1_500_u64), 0..200),
    ) {
        let mut now = Instant::now();
        let (breaker, mut held) = (Breaker::new(now), Vec::new());
        for (step, pause) in steps {
            match step {
                0 | 1 => held.extend(breaker.admit(now, &RULES)),
                2 if !held.is_empty() => {
                    breaker.end(held.remove(0), now, Verdict::Failed, &RULES);
                }
                3 if !held.is_empty() => {
                    breaker.end(held.remove(0), now, if pause % 2 == 0 { Verdict::Good } else { Verdict::Unknown }, &RULES);
                }
                _ => now += millis(pause),
            }
            let word = breaker.load();
            let current = held.iter().filter(|pass| pass.number == Some(word.number())).count() as u64;
            if word.state() == BreakerState::HalfOpen {
                prop_assert_eq!(word.under_way(), current);
                prop_assert!(current + word.good() <= TRIALS);
            }
        }
        for pass in held {
            breaker.end(pass, now, Verdict::Unknown, &RULES);
        }
        now += RULES.open_for;
        for _ in 0..TRIALS {
            prop_assert!(call(&breaker, now, Verdict::Good, &RULES));
        }
        prop_assert_eq!(breaker.state(&RULES), BreakerState::Closed);
    }
}

#[test]
fn it_refuses_calls_until_its_time_is_over_and_closes_after_good_trials() {
    let start = Instant::now();
    let breaker = opened(start);
    assert!(!call(&breaker, start + millis(999), Verdict::Good, &RULES));
    let now = start + millis(1_000);
    let trials: Vec<_> = (0..TRIALS).map(|_| breaker.admit(now, &RULES).unwrap()).collect();
    assert_eq!(breaker.admit(now, &RULES), None, "all places are taken");
    let ended: Vec<_> = trials.iter().map(|pass| breaker.end(*pass, now, Verdict::Good, &RULES)).collect();
    assert_eq!(ended, [None, None, Some(BreakerState::Closed)]);
    (1..RULES.min_calls).for_each(|_| assert!(call(&breaker, now, Verdict::Failed, &RULES)));
    assert_eq!(breaker.state(&RULES), BreakerState::Closed, "earlier failures are forgotten");
}

#[test]
fn a_bad_trial_opens_it_again_and_a_cancelled_one_returns_its_place() {
    for bad in [Verdict::Failed, Verdict::Slow] {
        let start = Instant::now();
        let (breaker, now) = (opened(start), start + millis(1_000));
        (0..50).for_each(|_| assert!(call(&breaker, now, Verdict::Unknown, &RULES), "the place is free again"));
        assert!(call(&breaker, now, bad, &RULES));
        assert!(!call(&breaker, now + millis(999), Verdict::Good, &RULES));
        assert!(call(&breaker, now + millis(1_000), Verdict::Good, &RULES));
    }
}

#[test]
fn a_late_end_does_not_change_a_newer_state() {
    let start = Instant::now();
    let breaker = Breaker::new(start);
    let early: Vec<_> = (0..20).map(|_| breaker.admit(start, &RULES).unwrap()).collect();
    let (first, late) = early.split_at(4);
    let _: Vec<_> = first.iter().map(|pass| breaker.end(*pass, start, Verdict::Failed, &RULES)).collect();
    let now = start + millis(1_000);
    let trial = breaker.admit(now, &RULES).unwrap();
    late.iter().for_each(|pass| assert_eq!(breaker.end(*pass, now, Verdict::Failed, &RULES), None));
    assert_eq!(breaker.state(&RULES), BreakerState::HalfOpen);
    (1..TRIALS).for_each(|_| assert!(call(&breaker, now, Verdict::Good, &RULES)));
    assert_eq!(breaker.end(trial, now, Verdict::Good, &RULES), Some(BreakerState::Closed));
    assert_eq!(breaker.end(trial, now, Verdict::Failed, &RULES), None, "its state is over");
}

/// A thousand good calls per second for the whole window, then none.
#[test]
fn a_service_that_dies_under_load_is_detected_within_a_second() {
    let rules = BreakerRules { min_calls: 20, ..RULES };
    for died in (0..1_000).step_by(50) {
        let start = Instant::now();
        let breaker = Breaker::new(start);
        let good = 10_000 + died;
        (0..good).for_each(|at| assert!(call(&breaker, start + millis(at), Verdict::Good, &rules)));
        let known = (0..).find(|late| !call(&breaker, start + millis(good + late), Verdict::Failed, &rules)).unwrap();
        assert!(known <= 1_000, "after {known} ms");
    }
}

#[test]
fn a_forced_breaker_stays_open_or_closed() {
    let start = Instant::now();
    let [open, closed] = [Forced::Open, Forced::Closed].map(|forced| BreakerRules { forced: Some(forced), ..RULES });
    let breaker = Breaker::new(start);
    assert!(!call(&breaker, start, Verdict::Good, &open));
    assert_eq!((breaker.state(&open), breaker.state(&RULES)), (BreakerState::Open, BreakerState::Closed));
    (0..100).for_each(|_| assert!(call(&breaker, start, Verdict::Failed, &closed)));
    let off = BreakerRules { enabled: false, ..RULES };
    (0..100).for_each(|_| assert!(call(&breaker, start, Verdict::Failed, &off)));
    assert_eq!(breaker.state(&RULES), BreakerState::Closed, "nothing was counted");
    assert!(call(&opened(start), start, Verdict::Good, &closed));
}

#[test]
fn slow_calls_open_it_only_if_a_threshold_is_set() {
    let start = Instant::now();
    for (slow_call, state) in [(None, BreakerState::Closed), (Some(millis(200)), BreakerState::Open)] {
        let (breaker, rules) = (Breaker::new(start), BreakerRules { slow_call, ..RULES });
        (0..RULES.min_calls).for_each(|_| assert!(call(&breaker, start, Verdict::Slow, &rules)));
        assert_eq!(breaker.state(&rules), state);
    }
}
