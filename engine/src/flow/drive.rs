//! Runs the branches of a fork concurrently in the task of the request, until they join.

use std::task::{Context, Poll};

use tokio::time::Instant;

use super::{FlowError, Join, alarm::Alarm, log::Log, outcome::Told, shape::BranchShape, wakers::Wakers};
use crate::{Failure, Outcome, Strength, run::leavings::Leavings};

/// Reasons why a branch was abandoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenUp {
    TimedOut,
    Cancelled,
}

/// A branch of any value type; `E` is the error of the flow.
pub(super) trait Running<E>: Send {
    fn is_live(&self) -> bool;
    /// Polls the branch; returns whether it ended.
    fn poll(&mut self, cx: &mut Context<'_>) -> bool;
    fn give_up(&mut self, why: GivenUp);
    /// Called once the branch has an outcome.
    fn drop_work(&mut self);
    fn told(&self) -> Told;
    /// The branch's error, if it ends the flow.
    fn take_error(&mut self) -> Option<E>;
}

/// A fork that is running.
pub(super) struct ForkRun<'a> {
    pub(super) at: &'static str,
    pub(super) join: Join,
    pub(super) shapes: &'a [BranchShape],
    pub(super) log: &'a mut Log,
    /// The line of the first branch in the log.
    pub(super) line: usize,
    pub(super) began: Instant,
    pub(super) deadline: Instant,
    pub(super) alarm: Alarm<'a>,
}

/// Runs the branches until they join. Every branch then has an outcome, and none of them is still running.
///
/// # Errors
/// The failure of a strong branch, a timeout, or a join that can no longer be met.
pub(super) async fn drive<E: std::error::Error + 'static>(
    running: &mut [&mut (dyn Running<E> + '_)],
    fork: ForkRun<'_>,
) -> Result<(), FlowError<E>> {
    let mut drive = Drive {
        wakers: Wakers::for_branches(running.len()),
        running,
        fork,
        done: 0,
        begun: false,
        left: Leavings::none(),
    };
    let joined = std::future::poll_fn(|cx| drive.poll(cx)).await;
    drive.cancel();
    drive.left.gone().await;
    joined
}

struct Drive<'d, 'b, 'c, 'a, E> {
    running: &'d mut [&'b mut (dyn Running<E> + 'c)],
    fork: ForkRun<'a>,
    wakers: Wakers,
    done: usize,
    begun: bool,
    left: Leavings,
}

type Joined<E> = Result<(), FlowError<E>>;

impl<E: std::error::Error + 'static> Drive<'_, '_, '_, '_, E> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Joined<E>> {
        if !self.begun {
            self.begun = true;
            if let Some(joined) = self.ended_at_once() {
                return Poll::Ready(joined);
            }
        }
        let running = &self.running;
        self.wakers.refresh(cx, |branch| running.get(branch).is_some_and(|live| live.is_live()));
        if let Some(joined) = self.poll_woken(cx) {
            return Poll::Ready(joined);
        }
        loop {
            let next = self.next_deadline();
            if !self.fork.alarm.poll(next, cx) {
                return Poll::Pending;
            }
            if let Some(joined) = self.time_is_up() {
                return Poll::Ready(joined);
            }
        }
    }

    /// Handles branches that were skipped or panicked before they could start.
    fn ended_at_once(&mut self) -> Option<Joined<E>> {
        (0..self.running.len())
            .find_map(|branch| if self.is_live(branch) { None } else { self.ended(branch) })
            .or_else(|| self.joined())
    }

    /// In declared order, so that if several branches are done at once, the first declared wins.
    fn poll_woken(&mut self, cx: &Context<'_>) -> Option<Joined<E>> {
        for branch in 0..self.running.len() {
            if !self.is_live(branch) {
                continue;
            }
            let Some(waker) = self.wakers.take(branch, cx) else { continue };
            let ended = self.running.get_mut(branch).is_some_and(|live| live.poll(&mut Context::from_waker(waker)));
            if ended {
                self.fork.log.read_clock();
                if let Some(joined) = self.ended(branch).or_else(|| self.joined()) {
                    return Some(joined);
                }
            }
        }
        None
    }

    fn is_live(&self, branch: usize) -> bool {
        self.running.get(branch).is_some_and(|live| live.is_live())
    }

    /// Records the outcome of a branch and drops its work. A strong branch may end the flow.
    fn ended(&mut self, branch: usize) -> Option<Joined<E>> {
        let (Some(live), Some(shape)) = (self.running.get_mut(branch), self.fork.shapes.get(branch)) else {
            return None;
        };
        let told = live.told();
        self.done += usize::from(told == Outcome::Done);
        self.left.take(shape.name, || live.drop_work());
        let (at, fatal) = (shape.name, shape.strength == Strength::Strong);
        let joined = match &told {
            Outcome::Failed(failure) if fatal => Some(Err(match (failure, live.take_error()) {
                (_, Some(error)) => FlowError::Failed { at, error },
                (Failure::TimedOut, None) => FlowError::TimedOut { at },
                (_, None) => FlowError::Panicked { at },
            })),
            _ => None,
        };
        self.fork.log.end_line(self.fork.line + branch, told);
        joined
    }

    fn joined(&self) -> Option<Joined<E>> {
        let live = self.running.iter().filter(|live| live.is_live()).count();
        match self.fork.join.wanted() {
            None => (live == 0).then_some(Ok(())),
            Some(wanted) if self.done >= wanted => Some(Ok(())),
            Some(wanted) if self.done + live < wanted => {
                Some(Err(FlowError::NoQuorum { at: self.fork.at, wanted, done: self.done }))
            }
            Some(_) => None,
        }
    }

    fn deadline_of(&self, branch: usize) -> Option<Instant> {
        self.fork.shapes.get(branch)?.timeout.map(|timeout| self.fork.began + timeout)
    }

    fn next_deadline(&self) -> Instant {
        let live = (0..self.running.len()).filter(|&branch| self.is_live(branch));
        live.filter_map(|branch| self.deadline_of(branch)).fold(self.fork.deadline, Instant::min)
    }

    fn time_is_up(&mut self) -> Option<Joined<E>> {
        let now = self.fork.log.read_clock();
        let over = now >= self.fork.deadline;
        for branch in 0..self.running.len() {
            let own = self.deadline_of(branch).is_some_and(|deadline| deadline <= now);
            if self.is_live(branch)
                && (own || (over && self.fork.join == Join::All))
                && let Some(ended) = self.give_up(branch, own).or_else(|| self.joined())
            {
                return Some(ended);
            }
        }
        over.then(|| Err(FlowError::Timeout { waiting_for: self.fork.at }))
    }

    /// The branch's own timeout is up, or the flow's, which ends the flow for a strong branch.
    fn give_up(&mut self, branch: usize, own: bool) -> Option<Joined<E>> {
        if let Some(live) = self.running.get_mut(branch) {
            live.give_up(GivenUp::TimedOut);
        }
        let ended = self.ended(branch);
        match self.fork.shapes.get(branch) {
            Some(shape) if !own && ended.is_some() => Some(Err(FlowError::Timeout { waiting_for: shape.name })),
            _ => ended,
        }
    }

    fn cancel(&mut self) {
        for branch in 0..self.running.len() {
            if self.is_live(branch) {
                if let Some(live) = self.running.get_mut(branch) {
                    live.give_up(GivenUp::Cancelled);
                }
                // a cancelled branch does not end the flow
                let _ = self.ended(branch);
            }
        }
    }
}
