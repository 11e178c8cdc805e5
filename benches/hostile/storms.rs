//! Floods of logs, records and traces: their cost in a full outage, and requests while disks, collectors and readers are
//! stuck.

use std::{
    fs::{self, File},
    io::{Write as _, pipe},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Stdio,
    time::Duration,
};

use live_pack::cli::bench::load::Plan;
use live_pack_telemetry::testing::Collector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    cores::{self, Elsewhere},
    instance::Instance,
    pairs::{Pairs, TURN},
    stage::Outcome,
    table::Table,
    traffic::{call, plan, run},
    worlds::{WARM, World, conf, instances, median, rate},
};

/// Pairs of servers that are compared in an outage. Two equal processes differ by a few percent for their whole lifetime,
/// because of the seeds of their hash maps and the layout of their memory.
const STORM_SERVERS: usize = 7;
/// Pairs of turns of each pair of servers.
const STORM_PAIRS: usize = 4;
/// Pairs of turns of a server whose log, collector and readers are stuck, and of one without them.
const STUCK_PAIRS: usize = 7;
/// Connections of the load in an outage: more than one core can serve concurrently.
const CONNECTIONS: u16 = 16;
/// Readers of `/api/records` that do not read.
const READERS: usize = 32;
const TOKEN: &str = "a-token-of-the-storms-0123456789abcdef";

/// The configuration of a server whose services are those of `world`, with this `LogConf`.
fn configured(world: &World, log: &Value) -> Outcome<TempDir> {
    let folder = conf(&instances(&[world]))?;
    fs::write(folder.path().join("LogConf.json"), log.to_string())?;
    Ok(folder)
}

/// A server on its own core.
fn server(conf: &TempDir, more: &[&str], log: Stdio) -> Outcome<Instance> {
    let path = conf.path().to_str().ok_or("the path is not UTF-8")?;
    let args = ["--world", "none", "--conf", path, "--workers", "1"];
    Instance::start_with(&cores::server(), &[&args, more].concat(), log)
}

/// The log of a server, in a file.
fn log_file(folder: &Path, name: &str) -> Outcome<Stdio> {
    Ok(File::create(folder.join(name))?.into())
}

/// Answers per second in a turn, and the CPU time of an answer in microseconds.
type Turn = (f64, f64);

/// Calls a server whose services are dead, as fast as it answers.
fn turn(client: &Runtime, server: &Instance, lasts: Duration) -> Outcome<Turn> {
    let used = server.cpu()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let load = Plan { connections: CONNECTIONS, ..plan(server.addr, &frame, None, lasts) };
    let tally = run(client, load)?;
    let answered = tally.statuses.values().sum::<u64>() as f64;
    if tally.statuses.contains_key(&0) || !tally.errors.is_empty() {
        return Err(format!("not an outage: {:?} {:?}", tally.statuses, tally.errors).into());
    }
    Ok((answered / lasts.as_secs_f64(), (server.cpu()? - used).as_secs_f64() * 1e6 / answered))
}

/// Turns of two servers in alternating order.
fn pairs(client: &Runtime, off: &Instance, on: &Instance) -> Outcome<Vec<(Turn, Turn)>> {
    for server in [off, on] {
        turn(client, server, WARM)?;
    }
    let mut pairs = Vec::new();
    for pair in 0..STORM_PAIRS {
        let (off, on) = if pair % 2 == 0 {
            let first = turn(client, off, TURN)?;
            (first, turn(client, on, TURN)?)
        } else {
            let first = turn(client, on, TURN)?;
            (turn(client, off, TURN)?, first)
        };
        println!("  off {:.0}/s, {:.1} µs each; on {:.0}/s, {:.1} µs each", off.0, off.1, on.0, on.1);
        pairs.push((off, on));
    }
    Ok(pairs)
}

/// All services are dead at peak load: answers per second with logs, records and traces, compared with none of them.
pub(crate) fn storm(table: &mut Table) -> Outcome<()> {
    let _elsewhere = Elsewhere::go()?;
    let folder = tempfile::tempdir()?;
    let mut world = World::start(folder.path(), "a", 5)?;
    let client = cores::callers_sleepless()?;
    let collector = client.block_on(Collector::start())?;
    let none = configured(&world, &json!({ "records": 0, "traces": 0 }))?;
    let shipped = configured(&world, &json!({}))?;
    let (mut turns, mut records) = (Vec::new(), 0.0);
    for number in 0..STORM_SERVERS {
        // a server is ready once its services have answered
        if number > 0 {
            world.restart()?;
        }
        let silent = ["--log-level", "off", "--record-ring", "0"];
        let off = server(&none, &silent, log_file(folder.path(), "off.log")?)?;
        let traced = ["--log-level", "info", "--otlp-endpoint", &collector.url()];
        let on = server(&shipped, &traced, log_file(folder.path(), "on.log")?)?;
        world.kill()?;
        turns.extend(pairs(&client, &off, &on)?);
        records += on.metric("live_pack_records_dropped_total", "")?;
    }
    let each = |value: fn(&(Turn, Turn)) -> f64| median(turns.iter().map(value).collect());
    table.tell("storm: answers in a full outage, nothing logged", format!("{:.0}/s", each(|(off, _)| off.0)));
    let cost = each(|(off, on)| on.1 / off.1);
    table.tell("storm: processor time of an answer, all on ÷ all off", format!("{cost:.3}"));
    table.tell("storm: records beyond the budget", format!("{records:.0}"));
    let spans = client.block_on(collector.wait_for(Duration::from_secs(5), |spans| !spans.is_empty())).len();
    table.tell("storm: spans that reached the collector", spans.to_string());
    table.at_least("storm: answers per second with all on", each(|(off, on)| 100.0 * on.0 / off.0), 95.0, " %");
    Ok(())
}

/// Requests while everything that can be stuck is, with each request logged, recorded and traced.
pub(crate) fn stuck(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let world = World::start(folder.path(), "a", 1)?;
    let client = Runtime::new()?;
    let token = folder.path().join("token");
    fs::write(&token, TOKEN)?;
    let token = token.to_str().ok_or("the path is not UTF-8")?;
    let all = configured(&world, &json!({ "access": 1, "records": 1, "traces": 1 }))?;
    let (unread_log, log) = pipe()?;
    let hanging_collector = TcpListener::bind("127.0.0.1:0")?;
    let dead = format!("http://{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    let hanging = format!("http://{}", hanging_collector.local_addr()?);
    let collector = client.block_on(Collector::start())?;
    let working = collector.url();
    let flags = |url| ["--log-level", "info", "--ops-token-file", token, "--otlp-endpoint", url];
    let calm = server(&all, &flags(&working), log_file(folder.path(), "calm.log")?)?;
    let hung = server(&all, &flags(&hanging), log.into())?;
    let refused = server(&all, &flags(&dead), log_file(folder.path(), "dead.log")?)?;
    let _elsewhere = Elsewhere::go()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &calm, &frame)?;
    let load = |server: &Instance, lasts| plan(server.addr, &frame, Some(rate), lasts);
    for server in [&hung, &refused] {
        run(&client, load(server, WARM))?;
    }
    // refused, because no viewer has this id: cheap calls whose lines fill the queue of the log
    run(&client, plan(hung.addr, &call("GetLiveBagData", 1001, -1)?, None, WARM))?;
    let readers = (0..READERS).map(|_| slow_reader(&hung)).collect::<Outcome<Vec<_>>>()?;
    for (name, server) in [("stuck: everything", &hung), ("stuck: dead collector", &refused)] {
        let pairs = Pairs::run(STUCK_PAIRS, |beside| run(&client, load(if beside { server } else { &calm }, TURN)))?;
        pairs.tell(name, table);
        table.at_most(format!("{name}: calls without an answer of status 0"), pairs.lost as f64, 0.0, "");
        let lost = server.metric("live_pack_trace_spans_dropped_total", "")?;
        table.at_least(format!("{name}: spans lost, which shows that it is stuck"), lost, 1.0, "");
    }
    let lines = hung.metric("live_pack_log_lines_dropped_total", "")?;
    table.at_least("stuck: log lines lost, which shows that the log is stuck", lines, 1.0, "");
    table.tell("stuck: memory of the healthy server", format!("{:.0} MiB", calm.resident()? / 1024.0));
    table.at_most("stuck: memory of the server", hung.resident()? / 1024.0, 256.0, " MiB");
    drop((unread_log, hanging_collector, readers));
    Ok(())
}

/// A connection that asks for all records and reads nothing of the answer.
fn slow_reader(server: &Instance) -> Outcome<TcpStream> {
    let mut stream = TcpStream::connect(server.ops)?;
    write!(stream, "GET /api/records?limit=1000 HTTP/1.1\r\nHost: ops\r\nAuthorization: Bearer {TOKEN}\r\n\r\n")?;
    Ok(stream)
}
