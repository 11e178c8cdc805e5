//! Random flows: the behaviour of each step and branch, and its transition.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::*;
use crate::NeedRun;

/// Maximum number of steps of a spec.
pub(super) const STEPS: usize = 5;
pub(super) const NAMES: [&str; STEPS] = ["s0", "s1", "s2", "s3", "s4"];
pub(super) const BRANCHES: [[&str; 3]; STEPS] =
    [["a0", "b0", "c0"], ["a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"], ["a4", "b4", "c4"]];

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    Value,
    Error,
    Panic,
    /// Branches only; they then have a timeout.
    Hang,
    /// Weak branches only.
    Skip,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) end: End,
    /// `None`: never waits.
    pub(super) delay: Option<u64>,
    pub(super) timeout: Option<u64>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Plain(Work),
    /// In a fork that joins on all, the first branch is strong.
    Fork {
        join: Join,
        branches: [Work; 3],
    },
}

#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Next,
    Finish,
    Jump { to: usize, at_most: u32 },
}

#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) steps: Vec<(Kind, After)>,
}

fn end(fork: bool) -> impl Strategy<Value = End> {
    let branch = u32::from(fork);
    prop_oneof![
        20 => Just(End::Value),
        (1 + 3 * branch) => Just(End::Error),
        (1 + branch) => Just(End::Panic),
        (2 * branch) => Just(End::Hang),
        (2 * branch) => Just(End::Skip),
    ]
}

fn work(fork: bool) -> impl Strategy<Value = Work> {
    let delay = prop::option::of(0_u64..30);
    (end(fork), delay, prop::option::weighted(0.3, 1_u64..30)).prop_map(move |(end, delay, timeout)| Work {
        timeout: if end == End::Hang { timeout.or(Some(17)) } else { timeout.filter(|_| fork) },
        end,
        delay,
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let join = prop_oneof![3 => Just(Join::All), 1 => Just(Join::First), 2 => (1_usize..=3).prop_map(Join::Quorum)];
    let fork = (join, work(true), work(true), work(true)).prop_map(|(join, mut first, second, third)| {
        if join == Join::All && matches!(first.end, End::Skip) {
            first.end = End::Value;
        }
        Kind::Fork { join, branches: [first, second, third] }
    });
    prop_oneof![1 => work(false).prop_map(Kind::Plain), 2 => fork]
}

pub(super) fn spec() -> impl Strategy<Value = Spec> {
    let after = prop_oneof![
        6 => Just(After::Next),
        1 => Just(After::Finish),
        2 => (0..STEPS, 1_u32..3).prop_map(|(to, at_most)| After::Jump { to, at_most }),
    ];
    prop::collection::vec((kind(), after), 1..=STEPS).prop_map(|mut steps| {
        let len = steps.len();
        for (_, after) in &mut steps {
            if let After::Jump { to, .. } = after {
                *to %= len;
            }
        }
        Spec { steps }
    })
}

/// Counts live values.
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn run(work: Work, _alive: Alive) -> Result<u32, TinyError> {
    if let Some(delay) = work.delay {
        sleep(ms(delay)).await;
    }
    match work.end {
        End::Value | End::Skip => Ok(1),
        End::Error => Err(ERROR),
        End::Panic => panic!("told to"),
        End::Hang => std::future::pending().await,
    }
}

struct Plain(Work, Next, Arc<AtomicUsize>);

impl<'r> Step<Walk<'r>, TinyError> for Plain {
    async fn run(&self, walk: &mut Walk<'r>, turn: &mut Turn<'_>) -> Result<Next, TinyError> {
        run(self.0, Alive::new(&self.2)).await?;
        walk.go(turn.step())?;
        Ok(self.1)
    }
}

impl Spec {
    pub(super) fn flow(&self, alive: &Arc<AtomicUsize>) -> FlowDefinition<Trail> {
        let mut flow = Flow::<Trail>::define("F");
        for (place, (kind, after)) in self.steps.iter().enumerate() {
            let (name, next) = (NAMES[place], after.next());
            flow = match kind {
                Kind::Plain(work) => flow.step(name, Plain(*work, next, Arc::clone(alive))),
                Kind::Fork { join: Join::All, branches } => {
                    let [a, b, c] = *branches;
                    let fork = Fork::<Trail>::all().strong(BRANCHES[place][0], begin(a, alive));
                    let fork = limited(fork, a).weak(BRANCHES[place][1], begin(b, alive));
                    let fork = weak(fork, b).weak(BRANCHES[place][2], begin(c, alive));
                    flow.fork(name, weak(fork, c), move |walk, (a, b, c), _| {
                        walk.go(format!("{a}, {:?}, {:?}", b.done(), c.done()))?;
                        Ok(next)
                    })
                }
                Kind::Fork { join, branches } => {
                    let [a, b, c] = *branches;
                    let fork = match join {
                        Join::Quorum(wanted) => Fork::<Trail>::quorum(*wanted),
                        _ => Fork::<Trail>::first(),
                    };
                    let fork = fork.weak(BRANCHES[place][0], begin(a, alive));
                    let fork = weak(fork, a).weak(BRANCHES[place][1], begin(b, alive));
                    let fork = weak(fork, b).weak(BRANCHES[place][2], begin(c, alive));
                    flow.fork(name, weak(fork, c), move |walk, (a, b, c), _| {
                        walk.go(format!("{:?}, {:?}, {:?}", a.done(), b.done(), c.done()))?;
                        Ok(next)
                    })
                }
            };
            if let After::Jump { to, at_most } = *after {
                flow = flow.may_jump(Jump { to: NAMES[to], at_most, while_left: ms(0) });
            }
        }
        flow
    }
}

impl After {
    fn next(self) -> Next {
        match self {
            Self::Next => Next::Next,
            Self::Finish => Next::Finish,
            Self::Jump { to, .. } => Next::Jump(NAMES[to]),
        }
    }
}

/// A boxed future, so that every branch has the same type.
type Boxed = std::pin::Pin<Box<dyn Future<Output = Result<u32, TinyError>> + Send>>;

fn begin(work: Work, alive: &Arc<AtomicUsize>) -> impl for<'a, 'r> Fn(&'a Walk<'r>) -> Boxed + Send + Sync + 'static {
    let alive = Arc::clone(alive);
    move |_| Box::pin(run(work, Alive::new(&alive)))
}

fn limited<Bs, J>(fork: Fork<Trail, Bs, J>, work: Work) -> Fork<Trail, Bs, J> {
    match work.timeout {
        Some(timeout) => fork.timeout(ms(timeout)),
        None => fork,
    }
}

fn weak<Bs, J>(fork: Fork<Trail, Bs, J>, work: Work) -> Fork<Trail, Bs, J> {
    let fork = limited(fork, work);
    if work.end == End::Skip { fork.need_run(|_| NeedRun::Skip("why")) } else { fork }
}
