//! Many instances of every downstream service: one that is slow, one that is killed again and again, a configuration
//! that changes all the time. Caches are off, the viewer is user 101, each instance answers after 5 ms ± 20 %.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use live_pack_dal::{CacheName, Downstream};
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::{runtime::Runtime, time::Instant};

use crate::{
    instance::Instance,
    stage::Outcome,
    table::Table,
    traffic::{asked, call, failed, p99, plan, run},
};

/// Share of the measured capacity that is offered.
const SHARE: f64 = 0.4;
const TURNS: usize = 5;
const WARM: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(4);

/// The downstream services in a process, all on ports that follow each other.
struct World {
    child: Child,
    base: u16,
    faults: String,
}

impl World {
    /// Starts one whose services answer after about this many milliseconds.
    fn start(folder: &Path, name: &str, delay_ms: u64) -> Outcome<Self> {
        let fault = json!({ "delay_ms": delay_ms, "spread_percent": 20 });
        let faults = Downstream::ALL.map(|service| (format!("{service}.*"), fault.clone()));
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, json!(Map::from_iter(faults)).to_string())?;
        let faults = path.to_str().ok_or("a strange path")?.to_owned();
        let base = free_ports()?;
        Ok(Self { child: Self::spawn(base, &faults)?, base, faults })
    }

    fn spawn(base: u16, faults: &str) -> Outcome<Child> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_live-pack"));
        command.args(["world", "--base-port", &base.to_string(), "--faults", faults]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        if line.is_empty() { Err("the world ended before it was ready".into()) } else { Ok(child) }
    }

    fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn restart(&mut self) -> Outcome<()> {
        self.child = Self::spawn(self.base, &self.faults)?;
        Ok(())
    }

    /// The services follow each other on the ports, in the order of [`Downstream::ALL`].
    fn address(&self, service: Downstream) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.base + service as u16))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.kill();
    }
}

/// The first of twelve free ports in a row.
fn free_ports() -> Outcome<u16> {
    for _ in 0..200 {
        let base = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let Some(last) = base.checked_add(12) else { continue };
        let bound: Vec<_> = (base..=last).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        if bound.iter().all(Result::is_ok) {
            return Ok(base);
        }
    }
    Err("there are no free ports in a row".into())
}

/// `DownstreamConf` with these worlds as the instances of every service.
fn instances(worlds: &[&World]) -> String {
    let services = Downstream::ALL.into_iter().map(|service| {
        let list: Vec<_> = worlds.iter().map(|world| world.address(service).to_string()).collect();
        (service.name().to_owned(), json!({ "groups": { "default": { "static": list } } }))
    });
    json!({ "services": Map::from_iter(services) }).to_string()
}

/// A folder of configuration without caches.
fn conf(worlds: &[&World]) -> Outcome<TempDir> {
    let folder = tempfile::tempdir()?;
    let off = |cache: CacheName| (cache.name().to_owned(), json!({ "enabled": false, "stale": "0ms" }));
    fs::write(
        folder.path().join("CacheConf.json"),
        json!({ "caches": Map::from_iter(CacheName::ALL.map(off)) }).to_string(),
    )?;
    fs::write(folder.path().join("OverloadConf.json"), json!({ "enabled": false }).to_string())?;
    write(folder.path(), &instances(worlds))?;
    Ok(folder)
}

fn write(folder: &Path, text: &str) -> Outcome<()> {
    let aside = folder.join(".DownstreamConf.new");
    fs::write(&aside, text)?;
    Ok(fs::rename(aside, folder.join("DownstreamConf.json"))?)
}

fn server(folder: &TempDir) -> Outcome<Instance> {
    let path = folder.path().to_str().ok_or("a strange path")?;
    Instance::start(&["--world", "none", "--conf", path])
}

/// Calls per second that are offered: a share of what one server with three healthy instances answers.
fn rate(client: &Runtime, server: &Instance, frame: &[u8]) -> Outcome<u32> {
    let tally = run(client, plan(server.addr, frame, None, MEASURED))?;
    let capacity = asked(&tally) as f64 / MEASURED.as_secs_f64();
    println!("  capacity {capacity:.0} pages/s, offered {:.0}", capacity * SHARE);
    Ok(((capacity * SHARE) as u32).max(1))
}

fn downstream_calls(server: &Instance) -> Outcome<f64> {
    server.metric("live_pack_rpc_seconds_count", "")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// One of three instances ten times slower.
pub(crate) fn slow(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let world = |name: &str, delay| World::start(folder.path(), name, delay);
    let (a, b, c, slow) = (world("a", 5)?, world("b", 5)?, world("c", 5)?, world("slow", 50)?);
    let confs = [conf(&[&a, &b, &c])?, conf(&[&a, &b, &slow])?];
    let servers = [server(&confs[0])?, server(&confs[1])?];
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &servers[0], &frame)?;
    let mut p99s = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (server, p99s) in servers.iter().zip(&mut p99s) {
            run(&client, plan(server.addr, &frame, Some(rate), WARM))?;
            let before = downstream_calls(server)?;
            let tally = run(&client, plan(server.addr, &frame, Some(rate), MEASURED))?;
            let calls = downstream_calls(server)? - before;
            println!(
                "  p99 {:.1} ms, {} pages, {calls:.0} downstream calls, {} failed",
                p99(&tally),
                asked(&tally),
                failed(&tally)
            );
            p99s.push(p99(&tally));
        }
    }
    let [healthy, slow] = p99s.map(median);
    table.tell("slow: p99 with three healthy instances", format!("{healthy:.1} ms"));
    table.tell("slow: p99 with one of three ten times slower", format!("{slow:.1} ms"));
    table.at_most("slow: the second ÷ the first", slow / healthy, 1.2, "");
    Ok(())
}

/// One of three instances killed and restarted every ten seconds for a minute.
pub(crate) fn killed(table: &mut Table) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let world = |name: &str| World::start(folder.path(), name, 5);
    let (a, b, mut c) = (world("a")?, world("b")?, world("c")?);
    let conf = conf(&[&a, &b, &c])?;
    let server = server(&conf)?;
    let client = Runtime::new()?;
    let frame = call("GetLiveBagData", 1001, 101)?;
    let rate = rate(&client, &server, &frame)?;
    let before = downstream_calls(&server)?;
    let lasts = Duration::from_secs(60);
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
    let calls = downstream_calls(&server)? - before;
    table.tell("killed: pages, downstream calls", format!("{}, {calls:.0}", asked(&tally)));
    table.tell("killed: downstream calls in flight just before the kills", format!("{in_flight:.0} at {kills} kills"));
    table.at_most("killed: failed pages", failed(&tally) as f64, in_flight, "");
    Ok(())
}

/// The calls under way on the services of a world, as `/api/downstreams` shows them.
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
    let texts = [instances(&[&a, &b, &c]), instances(&[&a, &b]), instances(&[&c])];
    let conf = conf(&[&a, &b, &c])?;
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

#[expect(clippy::disallowed_methods, reason = "a thread of its own")]
fn pause(lasts: Duration) {
    thread::sleep(lasts);
}
