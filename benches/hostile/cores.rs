//! Which core is whose, where a server must not be disturbed by its callers.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::stage::Outcome;

/// The core of the server.
pub(crate) const SERVER: usize = 0;

/// This process, and every process and thread that it starts from now on, keeps off the core of the server until this is
/// dropped.
pub(crate) struct Elsewhere(CpuSet);

impl Elsewhere {
    /// Moves there.
    pub(crate) fn go() -> Outcome<Self> {
        let everywhere = sched_getaffinity(None)?;
        let mut others = everywhere;
        others.unset(SERVER);
        sched_setaffinity(None, &others)?;
        Ok(Self(everywhere))
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        // where it was allowed to run before it still is
        let _ = sched_setaffinity(None, &self.0);
    }
}
