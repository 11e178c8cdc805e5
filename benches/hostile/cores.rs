//! Assigns processes to cores, sets their priorities and keeps cores awake, for undisturbed servers.

use std::process::{Command, Stdio};

use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity};
use tokio::runtime::Runtime;

use crate::stage::Outcome;

/// The core of the server.
const SERVER: usize = 0;

/// Prefix of a command that runs it on the core of the server.
pub(crate) fn server() -> Vec<String> {
    ["taskset", "-c", &SERVER.to_string()].map(str::to_owned).to_vec()
}

/// Like [`server`], with priority over everything else on that core.
///
/// Machines run monitoring processes. In the first measurements another process took a core once per second, for 2 ms, and
/// for 12 ms while 11,000 connections were open. These were the slowest percent of the calls, and said nothing about the
/// server.
pub(crate) fn server_first() -> Vec<String> {
    let mut words = server();
    if may_be_first() {
        words.splice(..0, FIRST.map(str::to_owned));
    }
    words
}

/// A runtime with one worker thread for callers that have priority over everything else on their core.
pub(crate) fn callers_first() -> Result<Runtime, std::io::Error> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all();
    if may_be_first() {
        builder.on_thread_start(|| {
            let thread = gettid().as_raw_nonzero().to_string();
            let [chrt, policy, priority] = FIRST;
            // real-time priority is permitted: `may_be_first` has tried it
            let _ = Command::new(chrt).args([policy, "--pid", priority, &thread]).status();
        });
    }
    builder.build()
}

/// A runtime with one worker thread that never sleeps, for callers on the same machine as a server with one core.
///
/// Waking a thread on another core may cost the server as much as a refusal, which does not happen to a server whose
/// callers are on other machines. Moreover, two cores are often two threads of one physical core: a server is then slower
/// by a quarter while its callers are busy, which must not be mistaken for an effect of the calls. So the callers are always
/// busy.
pub(crate) fn callers_sleepless() -> Outcome<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    Ok(runtime)
}

/// The lowest real-time priority.
const FIRST: [&str; 3] = ["chrt", "--fifo", "1"];

/// Whether this user may set real-time priority.
fn may_be_first() -> bool {
    let [chrt, rest @ ..] = FIRST;
    let tried = Command::new(chrt).args(rest).arg("true").stderr(Stdio::null()).status();
    let may = tried.is_ok_and(|status| status.success());
    if !may {
        println!("  without permission for real-time priority, the slowest calls may be due to other processes");
    }
    may
}

/// Keeps this process, and every process and thread that it starts, off the core of the server until this is dropped.
pub(crate) struct Elsewhere(CpuSet);

impl Elsewhere {
    /// Moves this process off that core.
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
        // the previous set of cores is still allowed
        let _ = sched_setaffinity(None, &self.0);
    }
}
