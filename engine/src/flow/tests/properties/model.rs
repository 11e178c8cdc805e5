//! The model: the expected result of a flow, computed from times.

use super::{
    super::*,
    spec::{After, BRANCHES, End, Kind, NAMES, Spec, Work},
};
use crate::{Failure, Outcome, SkipReason};

/// The expected result of a flow.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) ended: Result<(), FlowErrorOf<Trail>>,
    pub(super) been: Vec<String>,
    pub(super) lines: Vec<(&'static str, u32, String)>,
    /// Milliseconds since its start.
    pub(super) now: u64,
}

type Told = Outcome<Box<str>>;

impl Work {
    /// Its outcome without cancellation, and its duration; tokio's timer does not round here.
    fn alone(self) -> (u64, Told) {
        let own = self.delay.unwrap_or(0);
        let ended = match self.end {
            End::Value => Some(Outcome::Done),
            End::Error => Some(Outcome::Failed(Failure::Error(ERROR.0.into()))),
            End::Panic => Some(Outcome::Failed(Failure::Panicked)),
            End::Skip => return (0, Outcome::Skipped(SkipReason::NotNeeded("why"))),
            End::Hang => None,
        };
        match (ended, self.timeout) {
            // an end exactly at the deadline counts as an end
            (Some(ended), Some(timeout)) if own <= timeout => (own, ended),
            (Some(ended), None) => (own, ended),
            (_, timeout) => (timeout.unwrap_or(u64::MAX), Outcome::Failed(Failure::TimedOut)),
        }
    }
}

impl Model {
    pub(super) fn of(spec: &Spec) -> Self {
        let mut model = Self { ended: Ok(()), been: Vec::new(), lines: Vec::new(), now: 0 };
        let (mut place, mut jumps, mut rounds) = (0, vec![0; spec.steps.len()], vec![0; spec.steps.len()]);
        while let Some((kind, after)) = spec.steps.get(place) {
            rounds[place] += 1;
            let round = rounds[place];
            let line = model.lines.len();
            model.lines.push((NAMES[place], round, String::new()));
            let ended = match kind {
                Kind::Plain(work) => model.plain(place, *work),
                Kind::Fork { join, branches } => model.fork(place, round, *join, branches),
            };
            let told = match &ended {
                Ok(()) => Outcome::Done,
                Err(error) => error.told(NAMES[place]),
            };
            model.lines[line].2 = format!("{told:?}");
            if let Err(error) = ended {
                model.ended = Err(error);
                return model;
            }
            place = match *after {
                After::Jump { to, at_most } if jumps[place] < at_most => {
                    jumps[place] += 1;
                    to
                }
                After::Next | After::Jump { .. } => place + 1,
                After::Finish => spec.steps.len(),
            };
        }
        model
    }

    fn plain(&mut self, place: usize, work: Work) -> Result<(), FlowErrorOf<Trail>> {
        let at = NAMES[place];
        let (took, told) = work.alone();
        self.now += took;
        match told {
            Outcome::Failed(Failure::Error(_)) => Err(FlowError::Failed { at, error: ERROR }),
            Outcome::Failed(_) => Err(FlowError::Panicked { at }),
            _ => {
                self.been.push(at.to_owned());
                Ok(())
            }
        }
    }

    fn fork(&mut self, place: usize, round: u32, join: Join, branches: &[Work; 3]) -> Result<(), FlowErrorOf<Trail>> {
        let alone: Vec<(u64, Told)> = branches.iter().map(|work| work.alone()).collect();
        // in order of completion: skipped branches before any is polled, timeouts after other ends
        let mut order: Vec<usize> = (0..3).collect();
        let rank = |told: &Told| match told {
            Outcome::Skipped(_) => 0,
            Outcome::Failed(Failure::TimedOut) => 2,
            _ => 1,
        };
        order.sort_by_key(|&branch| (alone[branch].0, rank(&alone[branch].1), branch));
        let mut told: Vec<Option<Told>> = vec![None; 3];
        let (mut joined, mut took, mut skipped) = (None, 0, order.iter().filter(|b| rank(&alone[**b].1) == 0).count());
        for &branch in &order {
            let (end, outcome) = &alone[branch];
            took = *end;
            told[branch] = Some(outcome.clone());
            // all skipped branches are known before a join is judged
            skipped = skipped.saturating_sub(usize::from(rank(outcome) == 0));
            if skipped > 0 {
                continue;
            }
            joined = judge(place, join, branch, outcome, &told);
            if joined.is_some() {
                break;
            }
        }
        self.now += took;
        for (branch, told) in told.iter().enumerate() {
            let told = told.clone().unwrap_or(Outcome::Cancelled);
            self.lines.push((BRANCHES[place][branch], round, format!("{told:?}")));
        }
        joined.expect("every fork joins")?;
        let done: Vec<_> = told.iter().map(|told| (*told == Some(Outcome::Done)).then_some(1)).collect();
        let first = if join == Join::All { "1".to_owned() } else { format!("{:?}", done[0]) };
        self.been.push(format!("{first}, {:?}, {:?}", done[1], done[2]));
        Ok(())
    }
}

/// Whether the end of `branch` ends the fork, and with which outcome.
fn judge(
    place: usize,
    join: Join,
    branch: usize,
    outcome: &Told,
    told: &[Option<Told>],
) -> Option<Result<(), FlowErrorOf<Trail>>> {
    if join == Join::All && branch == 0 {
        let at = BRANCHES[place][0];
        match outcome {
            Outcome::Failed(Failure::Error(_)) => return Some(Err(FlowError::Failed { at, error: ERROR })),
            Outcome::Failed(Failure::TimedOut) => return Some(Err(FlowError::TimedOut { at })),
            Outcome::Failed(_) => return Some(Err(FlowError::Panicked { at })),
            _ => {}
        }
    }
    let done = told.iter().filter(|told| **told == Some(Outcome::Done)).count();
    let live = told.iter().filter(|told| told.is_none()).count();
    match join.wanted() {
        None => (live == 0).then_some(Ok(())),
        Some(wanted) if done >= wanted => Some(Ok(())),
        Some(wanted) if done + live < wanted => Some(Err(FlowError::NoQuorum { at: NAMES[place], wanted, done })),
        Some(_) => None,
    }
}
