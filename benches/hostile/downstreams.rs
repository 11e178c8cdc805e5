//! Many instances of every downstream service: one that is slow, one that is killed repeatedly, and a configuration that
//! changes continuously.

use std::{thread, time::Duration};

use live_pack_dal::Downstream;
use serde_json::{Value, json};
use tokio::{runtime::Runtime, time::Instant};

use crate::{
    instance::Instance,
    stage::Outcome,
    table::Table,
    traffic::{asked, call, failed, p99, plan, run},
    worlds::{MEASURED, TURNS, WARM, World, conf, downstream_calls, instances, median, pause, rate, server, write},
};

/// One of three instances ten times slower.
pub(crate) fn slow(table: &mut Table) -> Outcome<()> {
    let ([healthy, slow], _) = one_slow(&json!({}))?;
    table.tell("slow: p99 with three healthy instances", format!("{healthy:.1} ms"));
    table.tell("slow: p99 with one of three ten times slower", format!("{slow:.1} ms"));
    table.at_most("slow: the second ÷ the first", slow / healthy, 1.2, "");
    Ok(())
}

/// p99 in milliseconds (medians) of two servers in alternation: one with three healthy instances, one with a slow one among
/// three, which is returned too. `every` is the entry `*` of its `DownstreamConf`.
pub(crate) fn one_slow(every: &Value) -> Outcome<([f64; 2], Instance)> {
    let folder = tempfile::tempdir()?;
    let world = |name: &str, delay| World::start(folder.path(), name, delay);
    let (a, b, c, slow) = (world("a", 5)?, world("b", 5)?, world("c", 5)?, world("slow", 50)?);
    let mut with_slow = instances(&[&a, &b, &slow]);
    with_slow["services"]["*"] = every.clone();
    let confs = [conf(&instances(&[&a, &b, &c]))?, conf(&with_slow)?];
    let servers = [server(&confs[0])?, server(&confs[1])?];
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &servers[0], &frame)?;
    let mut p99s = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, p99s) in servers.iter().zip(&mut p99s) {
            run(&client, plan(server.addr, &frame, Some(rate), WARM))?;
            let before = downstream_calls(server, "")?;
            let tally = run(&client, plan(server.addr, &frame, Some(rate), MEASURED))?;
            let calls = downstream_calls(server, "")? - before;
            println!(
                "  p99 {:.1} ms, {} pages, {calls:.0} downstream calls, {} failed",
                p99(&tally),
                asked(&tally),
                failed(&tally)
            );
            p99s.push(p99(&tally));
        }
    }
    let [_, with_slow] = servers;
    Ok((p99s.map(median), with_slow))
}

/// One of three instances killed and restarted every ten seconds, for a minute or for `PAGES` pages if that takes longer.
/// Its failed calls are retried on another instance.
pub(crate) fn killed(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let world = |name: &str| World::start(folder.path(), name, 5);
    let (a, b, mut c) = (world("a")?, world("b")?, world("c")?);
    let conf = conf(&instances(&[&a, &b, &c]))?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &server, &frame)?;
    let before = downstream_calls(&server, "")?;
    let pages: u32 = std::env::var("PAGES").map_or(Ok(0), |pages| pages.parse())?;
    let lasts = Duration::from_secs(u64::from((pages / rate).max(60)));
    let plan = plan(server.addr, &frame, Some(rate), lasts);
    let load = thread::spawn(move || run(&client, plan).map_err(|error| error.to_string()));
    let (begun, mut kills, mut in_flight) = (Instant::now(), 0_u32, 0.0);
    while begun.elapsed() < lasts - Duration::from_secs(5) {
        pause(Duration::from_secs(5));
        in_flight += calls_in_flight(&server, &c)?;
        c.kill()?;
        kills += 1;
        pause(Duration::from_secs(5));
        c.restart()?;
    }
    let tally = load.join().map_err(|_| "the load generator panicked")??;
    let calls = downstream_calls(&server, "")? - before;
    table.tell("killed: pages, downstream calls", format!("{}, {calls:.0}", asked(&tally)));
    table.tell("killed: downstream calls in flight just before the kills", format!("{in_flight:.0} at {kills} kills"));
    table.at_most("killed: failed pages", failed(&tally) as f64, 0.0, "");
    Ok(())
}

/// The calls in flight to the services of a world, as `/api/downstreams` shows them.
fn calls_in_flight(server: &Instance, world: &World) -> Outcome<f64> {
    let shown: serde_json::Value = serde_json::from_str(&server.get("/api/downstreams")?)?;
    let services = shown["services"].as_array().into_iter().flatten();
    let instances = services.flat_map(|service| service["routes"][0]["instances"].as_array().into_iter().flatten());
    let addresses = Downstream::ALL.map(|service| world.address(service).to_string());
    let of_world = instances.filter(|one| addresses.iter().any(|address| one["address"] == *address.as_str()));
    Ok(of_world.filter_map(|one| one["in_flight"].as_f64()).sum())
}

/// A thousand changes of `DownstreamConf` under load.
pub(crate) fn changes(table: &mut Table) -> Outcome<()> {
    const CHANGES: usize = 1_000;
    let folder = tempfile::tempdir()?;
    let world = |name: &str| World::start(folder.path(), name, 5);
    let (a, b, c) = (world("a")?, world("b")?, world("c")?);
    let texts = [instances(&[&a, &b, &c]), instances(&[&a, &b]), instances(&[&c])].map(|conf| conf.to_string());
    let conf = conf(&instances(&[&a, &b, &c]))?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &server, &frame)?;
    let lasts = Duration::from_secs(60);
    let plan = plan(server.addr, &frame, Some(rate), lasts);
    let load = thread::spawn(move || run(&client, plan).map_err(|error| error.to_string()));
    for change in 0..CHANGES {
        write(conf.path(), &texts[change % texts.len()])?;
        pause(Duration::from_millis(50));
    }
    let tally = load.join().map_err(|_| "the load generator panicked")??;
    table.tell("changes: pages while DownstreamConf changes a thousand times", asked(&tally).to_string());
    table.at_most("changes: failed pages", failed(&tally) as f64, 0.0, "");
    Ok(())
}
