//! Wakers of branches: a branch is polled only if it was woken itself.

use std::task::{Context, Waker};

use smallvec::SmallVec;

use crate::wake::OwnWaker;

/// One waker per branch. A single branch uses the waker of the task.
pub(super) struct Wakers {
    task: Option<Waker>,
    /// `None` for a branch that had already ended.
    branches: SmallVec<[Option<OwnWaker>; 4]>,
    count: usize,
}

impl Wakers {
    pub(super) fn for_branches(count: usize) -> Self {
        Self { task: None, branches: SmallVec::new(), count }
    }

    /// Called before branches are polled: if the flow has moved to another task, all of them are woken.
    pub(super) fn refresh(&mut self, cx: &Context<'_>, is_live: impl Fn(usize) -> bool) {
        let task = cx.waker();
        if self.count < 2 || self.task.as_ref().is_some_and(|known| known.will_wake(task)) {
            return;
        }
        self.task = Some(task.clone());
        self.branches.clear();
        self.branches.extend((0..self.count).map(|branch| is_live(branch).then(|| OwnWaker::waking(task))));
    }

    /// The waker of a branch, if it was woken since the last call.
    pub(super) fn take<'a>(&'a self, branch: usize, cx: &'a Context<'_>) -> Option<&'a Waker> {
        match self.branches.get(branch) {
            Some(Some(own)) => own.take(),
            Some(None) | None => Some(cx.waker()),
        }
    }
}
