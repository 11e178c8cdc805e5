//! Requests with short waits must not be refused: sudden load, load after silence, next to a busy process, and across
//! pauses of the machine.
//!
//! Runs with the default configuration and its caches: a warm page costs a third of a millisecond, so that 64 callers in a
//! closed loop wait for about 20 ms, while `queue` is 50 ms.

use std::{
    process::{Child, Command},
    thread,
    time::Duration,
};

use live_pack::cli::bench::load::{Plan, Stop, Tally};
use tokio::runtime::Runtime;

use crate::{
    cores::{self, Elsewhere},
    instance::Instance,
    stage::Outcome,
    table::Table,
    traffic,
};

const LASTS: Duration = Duration::from_secs(4);
/// Number of calls of each caller in a burst.
const BURST: u64 = 50;
const SILENCE: Duration = Duration::from_secs(3);
/// Duration of each pause and the time between pauses, in ms.
const PAUSES: [u64; 4] = [5, 20, 50, 200];
const PAUSE_EVERY: Duration = Duration::from_millis(500);
const CALLERS: [u16; 2] = [32, 64];

/// A process that keeps a core busy until it is dropped.
struct Busy(Child);

impl Busy {
    fn on(core: usize) -> Outcome<Self> {
        let core = core.to_string();
        Ok(Self(Command::new("taskset").args(["-c", &core, "sh", "-c", "while :; do :; done"]).spawn()?))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        // it may have exited already
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "the main thread of a benchmark")]
fn wait(time: Duration) {
    thread::sleep(time);
}

/// The disturbance during the calls.
#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    /// The calls begin after this much silence.
    Silence,
    Neighbours,
    Pauses(Duration),
}

impl Beside {
    fn name(self) -> String {
        match self {
            Self::Nothing => "from the start".to_owned(),
            Self::Silence => "first burst after silence".to_owned(),
            Self::Neighbours => "a busy process on each core".to_owned(),
            Self::Pauses(lasts) => format!("pauses of {lasts:?}"),
        }
    }

    /// Makes the calls under the disturbance.
    fn run(self, client: &Runtime, server: &Instance, plan: Plan) -> Outcome<Tally> {
        match self {
            Self::Nothing => traffic::run(client, plan),
            Self::Silence => {
                traffic::run(client, Plan { connections: 1, ..plan.clone() })?;
                wait(SILENCE);
                let stop = Stop::Requests(BURST * u64::from(plan.connections));
                traffic::run(client, Plan { stop, ..plan })
            }
            Self::Neighbours => {
                let _busy = [Busy::on(0)?, Busy::on(1)?];
                traffic::run(client, plan)
            }
            Self::Pauses(lasts) => thread::scope(|scope| {
                let calls = scope.spawn(|| traffic::run(client, plan).map_err(|error| error.to_string()));
                while !calls.is_finished() {
                    wait(PAUSE_EVERY);
                    server.pause(lasts)?;
                }
                Ok(calls.join().map_err(|_| "the caller panicked")??)
            }),
        }
    }
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let kinds = [Beside::Nothing, Beside::Silence, Beside::Neighbours].into_iter();
    let kinds: Vec<_> = kinds.chain(PAUSES.map(|ms| Beside::Pauses(Duration::from_millis(ms)))).collect();
    for one_core in [false, true] {
        let runner = if one_core { cores::server() } else { Vec::new() };
        let cores = if one_core { "one core" } else { "all cores" };
        for (beside, callers) in kinds.iter().flat_map(|beside| CALLERS.map(|callers| (*beside, callers))) {
            let server = Instance::start_by(&runner, &[])?;
            let _elsewhere = one_core.then(Elsewhere::go).transpose()?;
            let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
            let frame = traffic::call("GetLiveBagData", 1001, 0)?;
            let plan = Plan { connections: callers, ..traffic::plan(server.addr, &frame, None, LASTS) };
            let tally = beside.run(&client, &server, plan)?;
            let (failed, asked) = (traffic::failed(&tally), traffic::asked(&tally));
            println!("  {callers} callers, {cores}, {}: {failed} of {asked} {:?}", beside.name(), tally.statuses);
            table.at_most(format!("calm: lost, {callers} callers, {cores}, {}", beside.name()), failed as f64, 0.0, "");
        }
    }
    Ok(())
}
