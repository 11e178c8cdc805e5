//! File descriptors: a connection is one, and the usual limit of 1,024 is soon reached.

use std::{io, os::fd::AsFd as _};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the process needs beside the connections of callers: downstream services, Redis, files.
const OTHERS: u64 = 1024;

/// What a process needs to start and to answer a few callers. With fewer it would take the place of one that can serve.
const FEWEST: usize = 96;

/// The system grants too few descriptors to serve anybody.
#[derive(Debug, thiserror::Error)]
#[error("the system grants {granted} of the {FEWEST} file descriptors that serving needs at least: raise `ulimit -n`")]
pub struct DescriptorsError {
    /// How many there may be.
    pub granted: usize,
    /// What the system said to the next one.
    pub source: io::Error,
}

/// Takes the fewest descriptors that serving needs, and gives them back.
///
/// # Errors
/// See [`DescriptorsError`].
pub fn try_out() -> Result<(), DescriptorsError> {
    let mut taken = Vec::with_capacity(FEWEST);
    while taken.len() < FEWEST {
        match io::stderr().as_fd().try_clone_to_owned() {
            Ok(descriptor) => taken.push(descriptor),
            Err(source) => return Err(DescriptorsError { granted: taken.len(), source }),
        }
    }
    Ok(())
}

/// Raises the soft limit to the hard one.
pub fn raise() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // where it cannot be raised, what there is must do
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Says in the log where there are too few for so many connections.
pub fn compare(connections: usize) {
    let have = getrlimit(Resource::Nofile).current;
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
