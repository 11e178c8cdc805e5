//! Ten times the capacity for a minute: what is still answered in time, for whom, and how soon all is well again.
//!
//! The server and its world have one core, the callers the other. Without its local caches every answer is work for the
//! world, so that capacity is what a real answer costs. Callers are told apart by their address: 127.0.0.2 is critical,
//! 127.0.0.3 normal, 127.0.0.4 low.

use std::{fs, path::Path, time::Duration};

use live_pack::cli::bench::load::{self, Plan, Tally};
use live_pack_dal::CacheName;
use rustix::thread::{sched_getaffinity, sched_setaffinity};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    instance::Instance,
    stage::Outcome,
    table::Table,
    traffic::{self, SLO},
};

/// The core of the server; the callers have the rest.
const CORE: usize = 0;
const OVERLOAD: Duration = Duration::from_secs(60);
const PHASE: Duration = Duration::from_secs(8);
/// All is well again after this.
const RECOVERY: Duration = Duration::from_secs(2);
/// Calls of a critical caller, a share of the capacity.
const CRITICAL: f64 = 0.05;

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

/// Answers with status 0 in time, a second.
fn goodput(tallies: &[Tally], lasted: Duration) -> f64 {
    tallies.iter().map(|tally| tally.good).sum::<u64>() as f64 / lasted.as_secs_f64()
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    configure(folder.path())?;
    let conf = folder.path().to_string_lossy().into_owned();
    let server = Instance::start_on(Some(CORE), &["--conf", &conf, "--workers", "1"])?;
    // The threads of the callers inherit it.
    let everywhere = sched_getaffinity(None)?;
    let mut others = everywhere;
    others.unset(CORE);
    sched_setaffinity(None, &others)?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let frame = traffic::call("GetLiveBagData", 1001, 101)?;
    let plan = |source: usize, rate: f64, connections: u16, lasts: Duration| Plan {
        connections,
        timeout: Duration::from_secs(1),
        ..traffic::from(traffic::plan(server.addr, &frame, Some((rate as u32).max(1)), lasts), SOURCES[source])
    };
    let run = |client: &Runtime, plans: Vec<Plan>| -> Outcome<Vec<Tally>> {
        Ok(client.block_on(futures_util::future::try_join_all(plans.into_iter().map(load::run)))?)
    };

    // The peak: as fast as 16 callers can go.
    let peak = |lasts| -> Outcome<f64> {
        let closed = Plan { rate: None, connections: 16, ..plan(1, 1.0, 16, lasts) };
        Ok(goodput(&run(&client, vec![closed])?, lasts))
    };
    peak(PHASE)?;
    let peak = peak(PHASE)?;
    let critical = peak * CRITICAL;
    let load = |times: f64, lasts: Duration| {
        let rest = (peak * times - critical) / 2.0;
        let many = if times > 1.0 { 400 } else { 64 };
        vec![plan(0, critical, 64, lasts), plan(1, rest, many, lasts), plan(2, rest, many, lasts)]
    };
    let before = run(&client, load(0.8, PHASE))?;
    let cpu = server.cpu()?;
    let overloaded = run(&client, load(10.0, OVERLOAD))?;
    let busy = server.cpu()? - cpu;
    run(&client, load(0.8, RECOVERY))?;
    let after = run(&client, load(0.8, PHASE))?;

    let share = |tally: &Tally| tally.good as f64 / traffic::asked(tally).max(1) as f64 * 100.0;
    let whole = |tallies: &[Tally]| {
        let asked: u64 = tallies.iter().map(traffic::asked).sum();
        tallies.iter().map(|tally| tally.good).sum::<u64>() as f64 / asked.max(1) as f64 * 100.0
    };
    let offered = overloaded.iter().map(traffic::asked).sum::<u64>() as f64 / OVERLOAD.as_secs_f64();
    table.tell("overload: peak goodput on one core", format!("{peak:.0}/s"));
    table.at_least("overload: calls offered, times the peak", offered / peak, 9.5, "");
    let kept = goodput(&overloaded, OVERLOAD) / peak * 100.0;
    table.at_least("overload: goodput of the peak", kept, 90.0, " %");
    for (name, tally) in ["critical", "normal", "low"].into_iter().zip(&overloaded) {
        let what = format!("overload: {name} calls answered with 0 within {SLO:?}");
        if name == "critical" {
            table.at_least(what, share(tally), 99.9, " %");
        } else {
            table.tell(what, format!("{:.2} %", share(tally)));
        }
        println!("{name}: {:?} {:?} p99 {:.1} ms", tally.statuses, tally.errors, traffic::p99(tally));
    }
    table.tell("overload: good at 0.8 of the peak before", format!("{:.2} %", whole(&before)));
    table.at_least("overload: good at 0.8 of the peak from 2 s after", whole(&after), 99.0, " %");
    table.tell(
        "overload: processor time of the server",
        format!("{:.0} %", busy.as_secs_f64() / OVERLOAD.as_secs_f64() * 100.0),
    );
    refusal(table, &client)?;
    sched_setaffinity(None, &everywhere)?;
    Ok(())
}

/// What a refusal costs: a server that may have one request in flight, and callers that keep it busy.
fn refusal(table: &mut Table, client: &Runtime) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let forbidden = json!({ "unknown": { "name": "unknown", "class": "low", "methods": [] } });
    fs::write(folder.path().join("CallerConf.json"), forbidden.to_string())?;
    let server = Instance::start_on(Some(CORE), &["--conf", &folder.path().to_string_lossy(), "--workers", "1"])?;
    let frame = traffic::call("GetLiveBagData", 1001, 101)?;
    let refused = |lasts| traffic::run(client, traffic::plan(server.addr, &frame, None, lasts));
    refused(Duration::from_secs(2))?;
    let cpu = server.cpu()?;
    let tally = refused(PHASE)?;
    let cost = (server.cpu()? - cpu).as_secs_f64() * 1e6 / traffic::asked(&tally) as f64;
    if tally.statuses.contains_key(&0) || !tally.errors.is_empty() {
        return Err(format!("not all were refused: {:?} {:?}", tally.statuses, tally.errors).into());
    }
    table.at_most("overload: processor time of a refusal, sockets included", cost, 20.0, " us");
    Ok(())
}
