//! Overload control in a simulated service: requests and probe wait in one queue, as in a runtime, and time is a number.
//!
//! As in tokio, arrivals and expired timers are noticed only when the queue is empty, and after [`POLLS`] tasks; timers
//! come last.
//!
//! A request passes the queue several times, once for each wait on a downstream. It is refused when it is first taken from
//! the queue, not on arrival. Other processes may take the processor for a while.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    fmt,
    time::Duration,
};

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    Now,
    overload::{Arrival, Overload},
    queue::INTERVAL,
};

/// Timeout of a caller, µs.
const LIMIT: u64 = 300_000;
const SECOND: u64 = 1_000_000;

/// Tasks that a worker polls before it checks sockets and timers, unless its queue runs empty.
const POLLS: u32 = 61;

const MANY: u64 = 100_000;

/// Shares of the classes, in hundredths, most important first.
type Mix = [u64; 4];

/// The simulated scene.
#[derive(Clone)]
struct Scene {
    /// Requests a second that the service can answer.
    capacity: u64,
    /// Number of times that a request waits in the queue.
    passes: u64,
    /// The mean wait for a downstream between two passes, µs.
    downstream: u64,
    mix: Mix,
    /// Number of viewers; with one, all requests have the same position.
    viewers: u64,
    /// Seconds, and the load in tenths of the capacity.
    load: Vec<(u64, u64)>,
    /// Number of callers, in addition to that load, that send the next request right after the answer.
    callers: u64,
    /// When they begin, µs.
    begin: u64,
    others: Others,
    seed: u64,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            capacity: 3_000,
            passes: 1,
            downstream: 1_000,
            mix: MIXES[0].1,
            viewers: MANY,
            load: Vec::new(),
            callers: 0,
            begin: 0,
            others: Others::NONE,
            seed: 1,
        }
    }
}

/// Other processes have the processor for the last `have` of each `of` µs.
#[derive(Debug, Clone, Copy)]
struct Others {
    have: u64,
    of: u64,
}

impl Others {
    const NONE: Self = Self { have: 0, of: SECOND };
    const TWO_THIRDS: Self = Self { have: 6_000, of: 9_000 };

    const fn ms(have: u64, of: u64) -> Self {
        Self { have: have * 1_000, of: of * 1_000 }
    }

    /// The first instant from `now` at which the service has the processor.
    const fn leave(self, now: u64) -> u64 {
        let into = now % self.of;
        if into < self.of - self.have { now } else { now - into + self.of }
    }
}

/// The result of a simulation.
#[derive(Default)]
struct Outcome {
    /// By class: requests that arrived, and those of them that were answered within the limit.
    offered: [u64; 4],
    good: [u64; 4],
    /// The same for those that arrived under the second-to-last load, without its first second.
    offered_then: [u64; 4],
    good_then: [u64; 4],
    /// Answered within the limit, by second.
    seconds: Vec<u64>,
    refused: u64,
    /// Seconds from the end of the second-to-last load to the first instant at which all requests are admitted.
    recovery: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Job {
    Probe { due: u64 },
    Request { at: u64, class: usize, viewer: u64, pass: u64, again: bool },
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Exponentially distributed around a mean.
    fn around(&mut self, mean: f64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (-(1.0 - unit).ln() * mean) as u64
    }
}

/// Simulates with the shipped rules.
fn run(scene: &Scene) -> Outcome {
    simulate(scene, &OverloadRules::default())
}

fn simulate(scene: &Scene, rules: &OverloadRules) -> Outcome {
    let overload = Overload::new(1);
    let (mut random, mut outcome) = (Random(scene.seed), Outcome::default());
    let mut ready = VecDeque::new();
    let mut asleep = BinaryHeap::new();
    let end = scene.load.iter().map(|(seconds, _)| seconds * SECOND).sum::<u64>();
    let last = end - scene.load.last().map_or(0, |(seconds, _)| seconds * SECOND);
    let then = end - scene.load.iter().rev().take(2).map(|(seconds, _)| seconds * SECOND).sum::<u64>() + SECOND..last;
    outcome.seconds.resize(usize::try_from(end / SECOND).unwrap(), 0);
    let interval = u64::try_from(INTERVAL.as_micros()).unwrap();
    let (mut now, mut next, mut in_flight, mut number) = (0, 0, 0_usize, 0_u32);
    let (mut idle, mut worked) = (0, 0);
    let (mut polls, mut probe) = (0, None);
    // Callers that ask again are of one class, and pause for a fifth of a millisecond at most.
    let ask = |at, viewer| Reverse((at, Job::Request { at, class: 2, viewer, pass: 0, again: true }));
    asleep.extend((0..scene.callers).map(|caller| ask(scene.begin, caller)));
    overload.queue.expect(INTERVAL, Duration::ZERO);
    asleep.push(Reverse((interval, Job::Probe { due: interval })));
    while now < end {
        now = scene.others.leave(now);
        let look = ready.is_empty() || polls >= POLLS;
        polls = if look { 0 } else { polls + 1 };
        while look && next <= now {
            let rate = load_at(&scene.load, next) * scene.capacity;
            if rate == 0 {
                next += SECOND / 10;
                continue;
            }
            let class = class_of(&scene.mix, random.below(100));
            // Later ones have no answer when the simulation ends.
            outcome.offered[class] += u64::from(next + LIMIT < end);
            outcome.offered_then[class] += u64::from(then.contains(&next));
            let viewer = random.below(scene.viewers);
            ready.push_back(Job::Request { at: next, class, viewer, pass: 0, again: false });
            next += random.around(1e7 / rate as f64).max(1);
        }
        while look && asleep.peek().is_some_and(|Reverse((due, _))| *due <= now) {
            let Some(Reverse((_, job))) = asleep.pop() else { break };
            if matches!(job, Job::Probe { .. }) {
                let processor = move || Duration::from_micros(worked);
                overload.queue.wake(Now { at: Duration::from_micros(now), processor: &processor });
                probe = Some(job);
            } else {
                ready.push_back(job);
            }
        }
        ready.extend(probe.take());
        let Some(job) = ready.pop_front() else {
            let until = asleep.peek().map_or(next, |Reverse((due, _))| next.min(*due));
            idle += until.saturating_sub(now);
            now = until;
            continue;
        };
        let time = Duration::from_micros(now);
        let processor = move || Duration::from_micros(worked);
        let instant = Now { at: time, processor: &processor };
        overload.end_window(instant, in_flight, rules, || Duration::from_micros(now - idle));
        if now >= last && outcome.recovery.is_none() && overload.levels.is_open() {
            outcome.recovery = Some((now - last) as f64 / 1e6);
        }
        match job {
            Job::Probe { .. } => {
                overload.queue.take(instant);
                let due = now + interval;
                overload.queue.expect(time + INTERVAL, processor());
                asleep.push(Reverse((due, Job::Probe { due })));
            }
            Job::Request { at, class, viewer, pass, again } => {
                if pass == 0 {
                    number += 1;
                    let named = viewer.cast_signed() + 1;
                    let arrival = Arrival { class: Class::ALL[class], viewer: named, number, now: instant };
                    if rules.enabled && !overload.admits(&arrival, in_flight, rules) {
                        outcome.refused += 1;
                        now += 1;
                        worked += 1;
                        asleep.extend(again.then(|| ask(now + 1_000, viewer)));
                        continue;
                    }
                    in_flight += 1;
                }
                // Uniform around the mean: two tenths to eighteen.
                let takes = SECOND * (20 + random.below(161)) / (100 * scene.capacity * scene.passes);
                now += takes;
                worked += takes;
                if pass + 1 < scene.passes {
                    let due = now + random.around(scene.downstream as f64);
                    asleep.push(Reverse((due, Job::Request { at, class, viewer, pass: pass + 1, again })));
                } else {
                    in_flight -= 1;
                    overload.answered(Duration::from_micros(now - at));
                    asleep.extend(again.then(|| ask(now + random.below(200), viewer)));
                    if now - at <= LIMIT && now < end {
                        outcome.good[class] += u64::from(at + LIMIT < end);
                        outcome.good_then[class] += u64::from(then.contains(&at));
                        outcome.seconds[usize::try_from(now / SECOND).unwrap()] += 1;
                    }
                }
            }
        }
    }
    outcome
}

fn class_of(mix: &Mix, mut drawn: u64) -> usize {
    mix.iter()
        .position(|share| {
            let here = drawn < *share;
            drawn = drawn.saturating_sub(*share);
            here
        })
        .unwrap()
}

fn load_at(load: &[(u64, u64)], at: u64) -> u64 {
    let mut begins = 0;
    load.iter()
        .find(|(seconds, _)| {
            begins += seconds * SECOND;
            at < begins
        })
        .map_or(1, |(_, tenths)| *tenths)
}

/// Half the capacity for 2 s, this load for `seconds`, and then 0.8 of the capacity, for 3 s.
fn burst(seconds: u64, tenths: u64) -> Vec<(u64, u64)> {
    vec![(2, 5), (seconds, tenths), (3, 8)]
}

/// The results of a burst, as shares: answers within the limit ÷ the capacity left after refusals, after the first
/// second and in it, and critical requests answered within the limit.
struct Figures {
    goodput: f64,
    onset: f64,
    critical: f64,
    recovery: f64,
    /// Answered within the limit, by class, after the first second.
    classes: [f64; 4],
}

impl Figures {
    fn of(scene: &Scene) -> Self {
        let outcome = run(scene);
        let (seconds, tenths) = scene.load[1];
        let refused = (tenths.saturating_sub(10) * scene.capacity / 10) as f64 / 1e6;
        let could = scene.capacity as f64 * (1.0 - refused);
        let rest = &outcome.seconds[3..=usize::try_from(seconds).unwrap() + 1];
        Self {
            goodput: rest.iter().sum::<u64>() as f64 / (seconds - 1) as f64 / could,
            onset: outcome.seconds[2] as f64 / could,
            critical: outcome.good[0] as f64 / outcome.offered[0] as f64,
            recovery: outcome.recovery.unwrap_or(f64::INFINITY),
            classes: std::array::from_fn(|at| outcome.good_then[at] as f64 / outcome.offered_then[at].max(1) as f64),
        }
    }

    fn are_good(&self) -> bool {
        self.goodput >= 0.9 && self.onset >= 0.8 && self.critical >= 0.999 && self.recovery <= 2.0 && self.are_strict()
    }

    /// Whether next to nothing was admitted of a class while a part of a more important one was refused.
    fn are_strict(&self) -> bool {
        let full = self.classes.iter().position(|share| (0.001..0.8).contains(share)).unwrap_or(3);
        self.classes[full + 1..].iter().all(|share| *share < 0.03)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { goodput, onset, critical, recovery, classes } = self;
        write!(
            f,
            "goodput {goodput:.3}, first second {onset:.3}, critical {critical:.4}, recovery {recovery:.1} s, \
             classes {classes:.3?}"
        )
    }
}

const MIXES: [(&str, Mix); 3] =
    [("5 critical, 95 normal", [5, 0, 95, 0]), ("5, 10, 70, 15", [5, 10, 70, 15]), ("5, 45, 25, 25", [5, 45, 25, 25])];

mod tests;
