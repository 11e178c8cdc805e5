//! Steps: the parts of a flow, and their transitions.

use std::{future::Future, pin::Pin, pin::pin, task::Poll};

use super::{Business, FlowError, FlowErrorOf, Turn, alarm::Alarm, shape::BranchShape};
use crate::{catch::catch, run::leavings::Leavings};

/// The transition after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next step in sequence.
    Next,
    /// A step of the same sequence, declared with [`super::FlowDefinition::may_jump`]. If the jump is refused (too
    /// often, too little time), the flow continues with the next step.
    Jump(&'static str),
    /// The end of the flow.
    Finish,
}

/// A step that may wait. Built once, serves every request, and holds no state of any request.
///
/// `C` is the business context, `E` the error of the flow. For a context that borrows, it is `impl<'r> Step<Page<'r>, E>`.
pub trait Step<C, E>: Send + Sync + 'static {
    /// Does the work. May be dropped at any await, which leaves the context in its state at that point.
    ///
    /// # Errors
    /// The failure, which ends the flow.
    fn run(&self, cx: &mut C, turn: &mut Turn<'_>) -> impl Future<Output = Result<Next, E>> + Send;
}

/// The result of starting a step.
pub(super) enum Begun<'a, K: Business> {
    Ended(Result<Next, FlowErrorOf<K>>),
    Waits(Pin<Box<dyn Future<Output = Result<Next, FlowErrorOf<K>>> + Send + 'a>>),
}

/// The common interface of all kinds of steps.
pub(super) trait Body<K: Business>: Send + Sync {
    /// Applies the configuration of a fork's branches.
    fn configure(&mut self, _branches: &[BranchShape]) {}

    fn begin<'a, 'r: 'a>(&'a self, cx: &'a mut K::Context<'r>, turn: Turn<'a>, alarm: Alarm<'a>) -> Begun<'a, K>;
}

/// Waits for work that may panic until the deadline, but polls it at least once. The work is then dropped.
pub(super) async fn waited<E: std::error::Error + 'static>(
    at: &'static str,
    deadline: tokio::time::Instant,
    mut alarm: Alarm<'_>,
    work: impl Future<Output = Result<Next, E>> + Send,
) -> Result<Next, FlowError<E>> {
    let mut work = pin!(Some(work));
    let ended = std::future::poll_fn(|waker| {
        let Some(future) = work.as_mut().as_pin_mut() else { return Poll::Pending };
        match catch(at, || future.poll(waker)) {
            Ok(Poll::Ready(next)) => Poll::Ready(next.map_err(|error| FlowError::Failed { at, error })),
            Ok(Poll::Pending) if alarm.poll(deadline, waker) => {
                Poll::Ready(Err(FlowError::Timeout { waiting_for: at }))
            }
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(Err(FlowError::Panicked { at })),
        }
    })
    .await;
    Leavings::of(at, || work.set(None)).gone().await;
    ended
}

/// A [`Step`] as a body.
pub(super) struct Waiting<T>(pub(super) T);

impl<K, T> Body<K> for Waiting<T>
where
    K: Business,
    T: for<'r> Step<K::Context<'r>, K::Error>,
{
    fn begin<'a, 'r: 'a>(&'a self, cx: &'a mut K::Context<'r>, mut turn: Turn<'a>, alarm: Alarm<'a>) -> Begun<'a, K> {
        let (at, deadline) = (turn.step(), turn.deadline());
        if turn.remaining().is_zero() {
            return Begun::Ended(Err(FlowError::Timeout { waiting_for: at }));
        }
        Begun::Waits(Box::pin(async move { waited(at, deadline, alarm, self.0.run(cx, &mut turn)).await }))
    }
}

/// A closure that never waits, as a body.
pub(super) struct Instant<F>(pub(super) F);

impl<K, F> Body<K> for Instant<F>
where
    K: Business,
    F: for<'a, 'r, 't, 'l> Fn(&'a mut K::Context<'r>, &'t mut Turn<'l>) -> Result<Next, K::Error> + Send + Sync,
{
    fn begin<'a, 'r: 'a>(&'a self, cx: &'a mut K::Context<'r>, mut turn: Turn<'a>, _alarm: Alarm<'a>) -> Begun<'a, K> {
        let at = turn.step();
        Begun::Ended(match catch(at, || (self.0)(cx, &mut turn)) {
            Ok(next) => next.map_err(|error| FlowError::Failed { at, error }),
            Err(_) => Err(FlowError::Panicked { at }),
        })
    }
}
