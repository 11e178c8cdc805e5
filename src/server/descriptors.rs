//! File descriptors: a connection is one, and the usual limit of 1,024 is soon reached.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the process needs beside the connections of callers: downstream services, Redis, files.
const OTHERS: u64 = 1024;

/// Raises the soft limit to the hard one, and says so in the log where even that is too little for so many connections.
pub fn raise(connections: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let have = if raised.is_ok() { maximum } else { current };
    let need = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    // No limit at all is none.
    if have.is_some_and(|have| have < need) {
        tracing::warn!(
            have,
            need,
            connections,
            "fewer file descriptors than connections: beyond them, new ones wait; raise `ulimit -n`, or lower --max-connections"
        );
    }
}

/// How many descriptors connections to the ops address may take: a sixteenth of those that there are, at least 4.
#[must_use]
pub fn share_of_ops() -> usize {
    let have = getrlimit(Resource::Nofile).current;
    have.map_or(usize::MAX, |have| usize::try_from(have / 16).unwrap_or(usize::MAX).max(4))
}
