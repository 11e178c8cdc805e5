//! Restarts under load: three instances, each replaced twenty times by a successor that takes over its sockets.
//!
//! A starting process briefly uses a core of this machine, in addition to a load of 80 %. Overload control would rightly
//! answer some calls with 10006 then. It is off here, so that every status other than 0 is the fault of a restart.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use live_pack::cli::bench::load::{self, Plan, Stop, Tally};
use tokio::time::Instant;

use crate::{
    instance::Instance,
    stage::{Outcome, World},
    table::Table,
    traffic::{self, Stock},
};

const INSTANCES: usize = 3;
const ROUNDS: usize = 20;
/// Minimum number of calls, even if the restarts are quick.
const CALLS: u64 = 300_000;
/// Load as a share of the capacity of all instances.
const SHARE: f64 = 0.8;
/// Number of tasks with standard clients per instance.
const STOCK_TASKS: usize = 16;
const STOCK_PAUSE: Duration = Duration::from_millis(40);
/// Time from the end of one restart to the next.
const PAUSE: Duration = Duration::from_millis(300);

/// An instance that is replaced repeatedly at the same address.
struct Place {
    conf: PathBuf,
    handover: PathBuf,
    running: Instance,
    /// The instances that are draining.
    leaving: VecDeque<Instance>,
}

impl Place {
    fn start(folder: &Path, number: usize, world: &str) -> Outcome<Self> {
        let handover = folder.join(format!("{number}.sock"));
        let conf = folder.join("conf");
        fs::create_dir_all(&conf)?;
        fs::write(conf.join("OverloadConf.json"), r#"{ "enabled": false }"#)?;
        let (path, dir) = (handover.to_string_lossy(), conf.to_string_lossy());
        let running = Instance::start(&["--world", world, "--handover", &path, "--conf", &dir])?;
        Ok(Self { conf, handover, running, leaving: VecDeque::new() })
    }

    /// Starts a successor; returns once it serves.
    fn restart(&mut self, world: &str) -> Outcome<()> {
        let (addr, ops) = (self.running.addr.to_string(), self.running.ops.to_string());
        let (path, dir) = (self.handover.to_string_lossy(), self.conf.to_string_lossy());
        let args = ["--addr", &addr, "--ops-addr", &ops, "--world", world, "--handover", &path, "--conf", &dir];
        let successor = Instance::start(&args)?;
        self.leaving.push_back(std::mem::replace(&mut self.running, successor));
        Ok(())
    }

    /// Number of former instances with a non-zero exit code.
    fn bad_ends(&mut self) -> Outcome<u64> {
        let mut bad = 0;
        for mut left in self.leaving.drain(..) {
            bad += u64::from(left.ended()?.code() != Some(0));
        }
        Ok(bad)
    }
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let world = World::start()?;
    let folder = tempfile::tempdir()?;
    let mut places = Vec::new();
    for number in 0..INSTANCES {
        places.push(Place::start(folder.path(), number, &world.services)?);
    }
    let addrs: Vec<_> = places.iter().map(|place| place.running.addr).collect();
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let frame = traffic::call("GetLiveBagTab", 1002, 0)?;
    let all = |rate: Option<u32>, stop: Stop| {
        let plans = addrs.iter().map(|addr| Plan {
            resend: true,
            stop,
            connections: 16,
            ..traffic::plan(*addr, &frame, rate, Duration::ZERO)
        });
        futures_util::future::try_join_all(plans.map(load::run))
    };
    let answered = |tallies: &[Tally]| tallies.iter().map(|tally| tally.statuses.values().sum::<u64>()).sum::<u64>();

    client.block_on(all(None, Stop::After(Duration::from_secs(2))))?;
    let capacity = answered(&client.block_on(all(None, Stop::After(Duration::from_secs(5))))?) as f64 / 5.0;
    let stock_rate = STOCK_TASKS as f64 / STOCK_PAUSE.as_secs_f64();
    let framed_rate = (capacity * SHARE / INSTANCES as f64 - stock_rate).max(1.0);
    let lasts = CALLS as f64 / (capacity * SHARE);

    let stocks: Vec<_> = addrs.iter().map(|_| Arc::new(Stock::default())).collect();
    for (stock, addr) in stocks.iter().zip(&addrs) {
        let (stock, addr) = (stock.clone(), *addr);
        client.spawn(async move { stock.run(addr, STOCK_TASKS, STOCK_PAUSE).await });
    }
    let started = Instant::now();
    let each = Stop::Requests((CALLS as f64 / INSTANCES as f64 - stock_rate * lasts) as u64);
    let framed = client.spawn(all(Some(framed_rate as u32), each));
    let (mut restarts, mut bad_ends) = (0_u64, 0);
    while restarts < (INSTANCES * ROUNDS) as u64 || !framed.is_finished() {
        if restarts < (INSTANCES * ROUNDS) as u64 {
            let place = &mut places[restarts as usize % INSTANCES];
            place.restart(&world.services)?;
            restarts += 1;
        }
        #[expect(clippy::disallowed_methods, reason = "the main thread of a benchmark")]
        thread::sleep(PAUSE);
    }
    let framed = client.block_on(framed)??;
    stocks.iter().for_each(|stock| stock.stop());
    let took = started.elapsed();
    for place in &mut places {
        bad_ends += place.bad_ends()?;
    }

    let stock_calls: u64 = stocks.iter().map(|stock| stock.answered.load(Ordering::Relaxed)).sum();
    let stock_failed: u64 = stocks.iter().map(|stock| stock.failed.load(Ordering::Relaxed)).sum();
    let framed_calls: u64 = framed.iter().map(traffic::asked).sum();
    let framed_failed: u64 = framed.iter().map(traffic::failed).sum();
    let resent: u64 = framed.iter().map(|tally| tally.resent).sum();
    for tally in &framed {
        if traffic::failed(tally) > 0 {
            println!("framed: {:?} {:?}", tally.statuses, tally.errors);
        }
    }
    for error in stocks.iter().filter_map(|stock| stock.last_error.lock().ok()?.clone()) {
        println!("ttheader: {error}");
    }
    table.tell("drain: capacity of 3 instances on this machine", format!("{capacity:.0}/s"));
    let rate = (framed_calls + stock_calls) as f64 / took.as_secs_f64();
    table.tell(
        "drain: calls per second, of these TTHeader",
        format!("{rate:.0}, {:.0}", stock_calls as f64 / took.as_secs_f64()),
    );
    table.at_least("drain: restarts", restarts as f64, (INSTANCES * ROUNDS) as f64, "");
    table.at_least("drain: calls", (framed_calls + stock_calls) as f64, CALLS as f64, "");
    table.at_most("drain: failed calls of stock TTHeader clients", stock_failed as f64, 0.0, "");
    table.at_most("drain: failed calls of framed clients that resend once", framed_failed as f64, 0.0, "");
    table.tell("drain: calls that were resent", format!("{resent}"));
    table.at_most("drain: processes with a non-zero exit code", bad_ends as f64, 0.0, "");
    Ok(())
}
