//! Ten times the capacity for a minute: measures goodput, the share of critical calls answered, and the time to
//! recover.
//!
//! The server and its world have one core, the callers the other. Local caches are off, so that every answer needs the
//! world and the capacity is that of real answers. Callers are identified by their address: 127.0.0.2 is critical,
//! 127.0.0.3 normal, 127.0.0.4 low.

use std::{fmt, fs, path::Path, time::Duration};

use live_pack::cli::bench::load::{self, Plan, Tally};
use live_pack_dal::CacheName;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    cores::{self, Elsewhere},
    instance::Instance,
    stage::{Outcome, median},
    table::Table,
    traffic::{self, SLO},
};

/// Duration of each overload in seconds. Within a minute, the speed of a shared machine varies by more than the
/// tolerance: many short overloads, each between two measurements of the peak, are more precise than one long one.
const OVERLOADS: [u64; 9] = [60, 15, 15, 15, 15, 15, 15, 15, 15];
const PEAK: Duration = Duration::from_secs(4);
const WELL: Duration = Duration::from_secs(3);
/// Connections per class of callers: more than there are ever calls in flight.
const CONNECTIONS: u16 = 64;
/// Time limit for recovery.
const RECOVERY: Duration = Duration::from_secs(2);
/// Rate of the critical caller, as a share of the capacity.
const CRITICAL: f64 = 0.05;

const CLASSES: [&str; 3] = ["critical", "normal", "low"];
const SOURCES: [[u8; 4]; 3] = [[127, 0, 0, 2], [127, 0, 0, 3], [127, 0, 0, 4]];

/// The configuration of this measurement.
fn configure(folder: &Path) -> Outcome<()> {
    let write = |key: &str, value: Value| fs::write(folder.join(format!("{key}.json")), value.to_string());
    let off = CacheName::ALL.into_iter().map(|cache| (cache.name().to_owned(), json!({ "enabled": false })));
    write("CacheConf", json!({ "caches": Value::Object(off.collect()) }))?;
    let caller = |name: &str, class: &str, [a, b, c, d]: [u8; 4]| json!({ "name": name, "class": class, "addresses": [format!("{a}.{b}.{c}.{d}")] });
    let [critical, normal, low] = SOURCES;
    let callers =
        [caller("shop", "critical", critical), caller("feed", "normal", normal), caller("crawler", "low", low)];
    write("CallerConf", json!({ "callers": callers }))?;
    Ok(())
}

/// Timely answers with status 0, per second.
fn goodput(tallies: &[Tally], lasted: Duration) -> f64 {
    tallies.iter().map(|tally| tally.good).sum::<u64>() as f64 / lasted.as_secs_f64()
}

/// Percentage of calls answered in time with status 0.
fn share(tallies: &[Tally]) -> f64 {
    let asked: u64 = tallies.iter().map(traffic::asked).sum();
    tallies.iter().map(|tally| tally.good).sum::<u64>() as f64 / asked.max(1) as f64 * 100.0
}

/// One overload, between two measurements of the peak.
struct Round {
    lasts: Duration,
    /// Goodput before and after.
    peak: [f64; 2],
    overloaded: Vec<Tally>,
    busy: Duration,
    well: Vec<Tally>,
}

impl Round {
    fn peak(&self) -> f64 {
        self.peak.iter().sum::<f64>() / 2.0
    }

    fn kept(&self) -> f64 {
        goodput(&self.overloaded, self.lasts) / self.peak() * 100.0
    }

    fn offered(&self) -> f64 {
        self.overloaded.iter().map(traffic::asked).sum::<u64>() as f64 / self.lasts.as_secs_f64() / self.peak()
    }

    fn processor(&self) -> f64 {
        self.busy.as_secs_f64() / self.lasts.as_secs_f64() * 100.0
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([before, after], lasts, kept, well) = (self.peak, self.lasts, self.kept(), share(&self.well));
        write!(
            f,
            "  {lasts:?} between {before:.0}/s and {after:.0}/s: {kept:.1} % of it, {well:.1} % good afterwards"
        )?;
        CLASSES.into_iter().zip(&self.overloaded).try_for_each(|(name, tally)| {
            let (good, p99) = (share(std::slice::from_ref(tally)), traffic::p99(tally));
            write!(f, "\n    {name:8} {good:6.2} %, p99 {p99:5.1} ms, {:?} {:?}", tally.statuses, tally.errors)
        })
    }
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    configure(folder.path())?;
    let conf = folder.path().to_string_lossy().into_owned();
    let server = Instance::start_by(&cores::server(), &["--conf", &conf, "--workers", "1"])?;
    let _elsewhere = Elsewhere::go()?;
    let client = cores::callers_sleepless()?;
    let frame = traffic::call("GetLiveBagData", 1001, 101)?;
    let plan = |source: usize, rate: f64, lasts: Duration| Plan {
        connections: CONNECTIONS,
        timeout: Duration::from_secs(1),
        ..traffic::from(traffic::plan(server.addr, &frame, Some((rate as u32).max(1)), lasts), SOURCES[source])
    };
    let run = |client: &Runtime, plans: Vec<Plan>| -> Outcome<Vec<Tally>> {
        Ok(client.block_on(futures_util::future::try_join_all(plans.into_iter().map(load::run)))?)
    };

    // The peak: as fast as 8 callers can go, which is faster than with 4 or 16.
    let peak = || -> Outcome<f64> {
        let closed = Plan { rate: None, connections: 8, ..plan(1, 1.0, PEAK) };
        Ok(goodput(&run(&client, vec![closed])?, PEAK))
    };
    peak()?;
    let mut rounds = Vec::new();
    let mut before = peak()?;
    for lasts in OVERLOADS.map(Duration::from_secs) {
        let load = |times: f64, lasts: Duration| {
            let critical = before * CRITICAL;
            let rest = (before * times - critical) / 2.0;
            run(&client, vec![plan(0, critical, lasts), plan(1, rest, lasts), plan(2, rest, lasts)])
        };
        let cpu = server.cpu()?;
        let overloaded = load(10.0, lasts)?;
        let busy = server.cpu()? - cpu;
        load(0.8, RECOVERY)?;
        let well = load(0.8, WELL)?;
        let after = peak()?;
        let round = Round { lasts, peak: [before, after], overloaded, busy, well };
        println!("{round}");
        rounds.push(round);
        before = after;
    }
    let of = |figure: fn(&Round) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
    table.tell("overload: peak goodput on one core, before and after", format!("{:.0}/s", of(Round::peak)));
    table.at_least("overload: calls offered, times the peak", of(Round::offered), 9.5, "");
    table.at_least("overload: goodput of the peak", of(Round::kept), 90.0, " %");
    for (at, name) in CLASSES.into_iter().enumerate() {
        let calls: Vec<_> = rounds.iter().map(|round| round.overloaded[at].clone()).collect();
        let what = format!("overload: {name} calls with status 0 within {SLO:?}");
        if name == "critical" {
            table.at_least(what, share(&calls), 99.9, " %");
        } else {
            table.tell(what, format!("{:.2} %", share(&calls)));
        }
    }
    table.at_least("overload: good calls at 0.8 of the peak, 2 s later", of(|round| share(&round.well)), 99.0, " %");
    table.tell("overload: processor time of the server", format!("{:.0} %", of(Round::processor)));
    refusal(table, &client)
}

/// Cost of a refusal: a server that allows one request in flight, and callers that keep it busy.
fn refusal(table: &mut Table, client: &Runtime) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let forbidden = json!({ "unknown": { "name": "unknown", "class": "low", "methods": [] } });
    fs::write(folder.path().join("CallerConf.json"), forbidden.to_string())?;
    let conf = folder.path().to_string_lossy();
    let server = Instance::start_by(&cores::server(), &["--conf", &conf, "--workers", "1"])?;
    let frame = traffic::call("GetLiveBagData", 1001, 101)?;
    let refused = |lasts| traffic::run(client, traffic::plan(server.addr, &frame, None, lasts));
    refused(Duration::from_secs(2))?;
    let cpu = server.cpu()?;
    let tally = refused(Duration::from_secs(8))?;
    let cost = (server.cpu()? - cpu).as_secs_f64() * 1e6 / traffic::asked(&tally) as f64;
    if tally.statuses.contains_key(&0) || !tally.errors.is_empty() {
        return Err(format!("not all were refused: {:?} {:?}", tally.statuses, tally.errors).into());
    }
    table.at_most("overload: processor time of a refusal, sockets included", cost, 20.0, " us");
    Ok(())
}
