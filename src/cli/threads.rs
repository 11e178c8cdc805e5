//! Whether the system grants the threads that a command needs.

use std::{
    io,
    sync::mpsc::{Receiver, channel},
    thread,
};

/// The system grants no more threads.
#[derive(Debug, thiserror::Error)]
#[error(
    "the system grants {granted} of {wanted} threads: raise the limit of processes (`ulimit -u`, `pids.max`, `TasksMax`)"
)]
pub struct ThreadsError {
    /// Number of threads granted.
    pub granted: usize,
    /// Number of threads needed.
    pub wanted: usize,
    /// The system's error for the next one.
    pub source: io::Error,
}

/// Starts this many threads at the same time, and ends them.
///
/// A runtime that gets fewer threads than it needs hangs or panics sooner or later, so this is checked first.
///
/// # Errors
/// See [`ThreadsError`].
pub fn try_out(wanted: usize) -> Result<(), ThreadsError> {
    let (mut holds, mut running) = (Vec::new(), Vec::new());
    let mut refused = None;
    for granted in 0..wanted {
        let (hold, held) = channel::<()>();
        match thread::Builder::new().name("trial".to_owned()).spawn(move || wait(&held)) {
            Ok(thread) => running.push(thread),
            Err(source) => {
                refused = Some(ThreadsError { granted, wanted, source });
                break;
            }
        }
        holds.push(hold);
    }
    drop(holds);
    for thread in running {
        // it does nothing that could panic
        drop(thread.join());
    }
    refused.map_or(Ok(()), Err)
}

/// Returns when the other end is dropped.
fn wait(held: &Receiver<()>) {
    // the only possible result is an error
    let _ = held.recv();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_few_threads_are_granted_and_are_gone_afterwards() {
        for _ in 0..100 {
            try_out(8).unwrap();
        }
    }
}
