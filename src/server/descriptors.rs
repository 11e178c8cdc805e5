//! File descriptors: each connection takes one, and the usual limit of 1,024 is soon reached.

use std::{io, os::fd::AsFd as _};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Number of descriptors for other purposes than callers' connections: downstream services, Redis, files.
const OTHERS: u64 = 1024;

/// Minimum number of descriptors to start and answer a few callers. With fewer, this process would only replace a
/// working one.
const FEWEST: usize = 96;

/// The system grants too few descriptors to serve.
#[derive(Debug, thiserror::Error)]
#[error("the system grants {granted} of the {FEWEST} file descriptors that serving needs at least: raise `ulimit -n`")]
pub struct DescriptorsError {
    /// Number of descriptors granted.
    pub granted: usize,
    /// The system's error for the next one.
    pub source: io::Error,
}

/// Opens the minimum number of descriptors for serving, and closes them again.
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
    // if it cannot be raised, the current limit has to do
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Logs a warning if there are too few for this many connections.
pub fn compare(connections: usize) {
    let have = getrlimit(Resource::Nofile).current;
    let need = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    // `None` means unlimited.
    if have.is_some_and(|have| have < need) {
        tracing::warn!(
            have,
            need,
            connections,
            "fewer file descriptors than --max-connections: further connections wait; raise `ulimit -n`, or lower the option"
        );
    }
}

/// Maximum number of descriptors for the ops address: a sixteenth of all, at least 4.
#[must_use]
pub fn share_of_ops() -> usize {
    let have = getrlimit(Resource::Nofile).current;
    have.map_or(usize::MAX, |have| usize::try_from(have / 16).unwrap_or(usize::MAX).max(4))
}
