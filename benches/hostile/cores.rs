//! Which core is whose, who goes first and who never sleeps, where a server must not be disturbed by others.

use std::process::{Command, Stdio};

use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity};
use tokio::runtime::Runtime;

use crate::stage::Outcome;

/// The core of the server.
const SERVER: usize = 0;

/// What goes before a command to run it on the core of the server.
pub(crate) fn server() -> Vec<String> {
    ["taskset", "-c", &SERVER.to_string()].map(str::to_owned).to_vec()
}

/// As [`server`], and before everything else that the machine runs there.
///
/// Machines are watched. Where this was first measured another process took a core once a second, for 2 ms, and for 12 ms
/// while 11,000 connections were open: those were the slowest calls in a hundred, and told nothing about the server.
pub(crate) fn server_first() -> Vec<String> {
    let mut words = server();
    if may_be_first() {
        words.splice(..0, FIRST.map(str::to_owned));
    }
    words
}

/// A runtime of one thread for callers that go before everything else on their core.
pub(crate) fn callers_first() -> Result<Runtime, std::io::Error> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all();
    if may_be_first() {
        builder.on_thread_start(|| {
            let thread = gettid().as_raw_nonzero().to_string();
            let [chrt, policy, priority] = FIRST;
            // may be first, as was just tried
            let _ = Command::new(chrt).args([policy, "--pid", priority, &thread]).status();
        });
    }
    builder.build()
}

/// A runtime of one thread that never sleeps, for callers beside a server that has one core.
///
/// To wake a thread of another core may cost the server as much as a refusal, which no server pays whose callers are on other
/// machines. And two cores of a machine are often two threads of one: a server is then slower by a quarter while its callers
/// are busy, which must not be taken for what the calls themselves do to it. So they are busy all the time.
pub(crate) fn callers_sleepless() -> Outcome<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    Ok(runtime)
}

/// Real-time priority, the lowest there is.
const FIRST: [&str; 3] = ["chrt", "--fifo", "1"];

/// Whether this user may give it.
fn may_be_first() -> bool {
    let [chrt, rest @ ..] = FIRST;
    let tried = Command::new(chrt).args(rest).arg("true").stderr(Stdio::null()).status();
    let may = tried.is_ok_and(|status| status.success());
    if !may {
        println!("  without the right to real-time priority the slowest calls may be those of other processes");
    }
    may
}

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
