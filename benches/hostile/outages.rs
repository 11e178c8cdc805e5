//! Dead or slow services: the breaker, retries, hedges, and an outage of everything at peak load.

use std::{thread, time::Duration};

use live_pack_dal::{Downstream, DownstreamMethod};
use serde_json::json;
use tokio::{runtime::Runtime, time::Instant};

use crate::{
    downstreams::one_slow,
    instance::Instance,
    stage::Outcome,
    table::Table,
    traffic::{asked, call, failed, p99, plan, run},
    worlds::{MEASURED, WARM, World, conf, downstream_calls, instances, listed, pause, rate, server},
};

/// A service that a page does not need, and the label of its metrics.
const WEAK: Downstream = Downstream::ProductDetail;
const WEAK_LABEL: &str = "downstream=\"product_detail\"";
/// Interval at which a state is polled.
const LOOK: Duration = Duration::from_millis(20);
/// Number of calls of a dead service for which retries are counted.
const CALLS: f64 = 10_000.0;
/// Tokens of a full retry budget.
const BUCKET: f64 = 100.0;
/// Duration of a slice for measuring the recovery of all pages.
const SLICE: Duration = Duration::from_millis(500);
/// Share of the capacity that is offered during a full outage.
const PEAK: f64 = 0.8;
/// Duration of a full outage.
const OUTAGE: Duration = Duration::from_secs(10);

/// Seconds until a gauge of the weak service's breakers has one of these values, at most ten.
fn until(server: &Instance, wanted: impl Fn(f64) -> bool) -> Outcome<f64> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if wanted(server.metric("live_pack_rpc_breaker_state", WEAK_LABEL)?) {
            return Ok(begun.elapsed().as_secs_f64());
        }
        pause(LOOK);
    }
    Err("the breaker did not change within ten seconds".into())
}

/// A weak service fails and recovers.
pub(crate) fn dead(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (world, mut weak) = (World::start(folder.path(), "a", 5)?, World::start(folder.path(), "weak", 5)?);
    let mut downstreams = instances(&[&world]);
    downstreams["services"][WEAK.name()] = listed(WEAK, &[&weak]);
    let conf = conf(&downstreams)?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &server, &frame)?;
    run(&client, plan(server.addr, &frame, Some(rate), WARM))?;
    let healthy = run(&client, plan(server.addr, &frame, Some(rate), MEASURED))?;
    let whole = plan(server.addr, &frame, Some(rate), 4 * MEASURED);
    let load = thread::spawn(move || Ok::<_, String>((run(&client, whole).map_err(|e| e.to_string())?, client)));
    pause(WARM);
    weak.kill()?;
    let opened = until(&server, |state| state >= 2.0)?;
    pause(2 * MEASURED);
    weak.restart()?;
    let closed = until(&server, |state| state == 0.0)?;
    let (pages, client) = load.join().map_err(|_| "the load generator panicked")??;
    weak.kill()?;
    run(&client, plan(server.addr, &frame, Some(rate), WARM))?;
    let open = run(&client, plan(server.addr, &frame, Some(rate), MEASURED))?;
    let good = 100.0 * (1.0 - failed(&pages) as f64 / asked(&pages) as f64);
    table.at_least(
        format!("dead: good ones of {} pages while a weak service fails and recovers", asked(&pages)),
        good,
        99.99,
        " %",
    );
    table.at_most("dead: breaker open after the death", opened, 1.0, " s");
    table.at_most("dead: breaker closed after the recovery", closed, 2.0, " s");
    table.tell("dead: p99 healthy, breaker open", format!("{:.1} ms, {:.1} ms", p99(&healthy), p99(&open)));
    table.at_most("dead: the second minus the first", p99(&open) - p99(&healthy), 2.0, " ms");
    Ok(())
}

/// One of three instances ten times slower, with hedging.
pub(crate) fn hedged(table: &mut Table) -> Outcome<()> {
    let methods = DownstreamMethod::ALL.map(|method| method.name()).to_vec();
    let ([healthy, slow], server) = one_slow(&json!({ "hedge": { "enabled": true, "methods": methods } }))?;
    let (calls, hedges) = (downstream_calls(&server, "")?, server.metric("live_pack_rpc_hedges_total", "")?);
    table.tell("hedged: p99 healthy, one of three ten times slower", format!("{healthy:.1} ms, {slow:.1} ms"));
    table.at_most("hedged: the second ÷ the first", slow / healthy, 1.1, "");
    table.at_most(format!("hedged: extra calls of {calls:.0}"), 100.0 * hedges / calls, 5.0, " %");
    Ok(())
}

/// Retries of a service whose two instances are dead, without a breaker.
pub(crate) fn retried(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let world = |name: &str| World::start(folder.path(), name, 5);
    let (a, mut dead, mut too) = (world("a")?, world("dead")?, world("too")?);
    let mut downstreams = instances(&[&a]);
    downstreams["services"][WEAK.name()] = listed(WEAK, &[&dead, &too]);
    downstreams["services"]["*"] = json!({ "breaker": { "enabled": false } });
    let conf = conf(&downstreams)?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    run(&client, plan(server.addr, &frame, None, WARM))?;
    dead.kill()?;
    too.kill()?;
    let retries = |server: &Instance| server.metric("live_pack_rpc_retries_total", WEAK_LABEL);
    let before = (downstream_calls(&server, WEAK_LABEL)?, retries(&server)?);
    let mut calls = 0.0;
    while calls < CALLS {
        run(&client, plan(server.addr, &frame, None, MEASURED))?;
        calls = downstream_calls(&server, WEAK_LABEL)? - before.0;
    }
    let retries = retries(&server)? - before.1;
    table.tell(format!("retried: retries of {calls:.0} calls of a dead service"), format!("{retries:.0}"));
    // to two decimals: cancelled calls earn tokens too, and are not counted
    let amplification = (100.0 + 100.0 * (retries - BUCKET).max(0.0) / calls).round() / 100.0;
    table.at_most("retried: amplification without the full bucket", amplification, 1.1, "");
    Ok(())
}

/// All services fail at peak load and recover.
pub(crate) fn outage(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let mut world = World::start(folder.path(), "a", 5)?;
    let conf = conf(&instances(&[&world]))?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let tally = run(&client, plan(server.addr, &frame, None, MEASURED))?;
    let rate = (asked(&tally) as f64 / MEASURED.as_secs_f64() * PEAK) as u32;
    let before = server.resident()?;
    let peak = plan(server.addr, &frame, Some(rate), OUTAGE);
    let load = thread::spawn(move || Ok::<_, String>((run(&client, peak).map_err(|e| e.to_string())?, client)));
    pause(Duration::from_secs(1));
    world.kill()?;
    let (pages, client) = load.join().map_err(|_| "the load generator panicked")??;
    let grown = server.resident()? - before;
    world.restart()?;
    let restarted = Instant::now();
    let mut normal = None;
    while normal.is_none() && restarted.elapsed() < OUTAGE {
        let begun = restarted.elapsed();
        let slice = run(&client, plan(server.addr, &frame, Some(rate), SLICE))?;
        normal = (failed(&slice) == 0).then_some(begun);
    }
    let unanswered: u64 = pages.errors.values().sum();
    table.tell("outage: calls, statuses", format!("{}, {:?}", asked(&pages), pages.statuses));
    table.at_most("outage: calls without an answer", unanswered as f64, 0.0, "");
    table.at_most("outage: slowest answer", pages.latency.max() as f64 / 1e3, 500.0, " ms");
    table.at_most("outage: memory grown by", grown / 1024.0, 32.0, " MiB");
    let normal = normal.ok_or("pages still fail ten seconds after the recovery")?;
    table.at_most("outage: no page fails after the recovery from", normal.as_secs_f64(), 2.0, " s");
    Ok(())
}
