//! Processes with all downstream services, as the instances of a server. Each service answers after 5 ms ± 20 %, caches and
//! stale answers are off, and the viewer is user 101.

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
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    instance::Instance,
    stage::Outcome,
    traffic::{asked, plan, run},
};

/// Share of the measured capacity that is offered.
pub(crate) const SHARE: f64 = 0.4;
pub(crate) const TURNS: usize = 5;
pub(crate) const WARM: Duration = Duration::from_secs(2);
pub(crate) const MEASURED: Duration = Duration::from_secs(4);

/// The downstream services in one process, on consecutive ports.
pub(crate) struct World {
    child: Child,
    base: u16,
    faults: String,
}

impl World {
    /// Starts one whose services answer after about this many milliseconds.
    pub(crate) fn start(folder: &Path, name: &str, delay_ms: u64) -> Outcome<Self> {
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

    pub(crate) fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    pub(crate) fn restart(&mut self) -> Outcome<()> {
        self.child = Self::spawn(self.base, &self.faults)?;
        Ok(())
    }

    /// The address of a service. The ports are consecutive, in the order of [`Downstream::ALL`].
    pub(crate) fn address(&self, service: Downstream) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.base + service as u16))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // it may have exited already
        let _ = self.kill();
    }
}

/// The first of twelve consecutive free ports.
fn free_ports() -> Outcome<u16> {
    for _ in 0..200 {
        let base = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let Some(last) = base.checked_add(12) else { continue };
        let bound: Vec<_> = (base..=last).map(|port| TcpListener::bind(("127.0.0.1", port))).collect();
        if bound.iter().all(Result::is_ok) {
            return Ok(base);
        }
    }
    Err("there are no consecutive free ports".into())
}

/// `DownstreamConf` with these worlds as the instances of every service.
pub(crate) fn instances(worlds: &[&World]) -> Value {
    let services = Downstream::ALL.into_iter().map(|service| (service.name().to_owned(), listed(service, worlds)));
    json!({ "services": Map::from_iter(services) })
}

/// The entry of one service.
pub(crate) fn listed(service: Downstream, worlds: &[&World]) -> Value {
    let list: Vec<_> = worlds.iter().map(|world| world.address(service).to_string()).collect();
    json!({ "groups": { "default": { "static": list } } })
}

/// A folder of configuration without caches, with this `DownstreamConf`.
pub(crate) fn conf(downstreams: &Value) -> Outcome<TempDir> {
    let folder = tempfile::tempdir()?;
    let off = |cache: CacheName| (cache.name().to_owned(), json!({ "enabled": false, "stale": "0ms" }));
    fs::write(
        folder.path().join("CacheConf.json"),
        json!({ "caches": Map::from_iter(CacheName::ALL.map(off)) }).to_string(),
    )?;
    fs::write(folder.path().join("OverloadConf.json"), json!({ "enabled": false }).to_string())?;
    write(folder.path(), &downstreams.to_string())?;
    Ok(folder)
}

pub(crate) fn write(folder: &Path, text: &str) -> Outcome<()> {
    let aside = folder.join(".DownstreamConf.new");
    fs::write(&aside, text)?;
    Ok(fs::rename(aside, folder.join("DownstreamConf.json"))?)
}

pub(crate) fn server(folder: &TempDir) -> Outcome<Instance> {
    let path = folder.path().to_str().ok_or("a strange path")?;
    Instance::start(&["--world", "none", "--conf", path])
}

/// Calls per second that are offered: a share of the capacity of one server with three healthy instances.
pub(crate) fn rate(client: &Runtime, server: &Instance, frame: &[u8]) -> Outcome<u32> {
    let tally = run(client, plan(server.addr, frame, None, MEASURED))?;
    let capacity = asked(&tally) as f64 / MEASURED.as_secs_f64();
    println!("  capacity {capacity:.0} pages/s, offered {:.0}", capacity * SHARE);
    Ok(((capacity * SHARE) as u32).max(1))
}

/// Calls of downstream services so far whose labels contain `label`.
pub(crate) fn downstream_calls(server: &Instance, label: &str) -> Outcome<f64> {
    server.metric("live_pack_rpc_seconds_count", label)
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a thread of its own")]
pub(crate) fn pause(lasts: Duration) {
    thread::sleep(lasts);
}
