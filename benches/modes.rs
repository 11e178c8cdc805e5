//! Time saved by DAG mode in `GetLiveBagData`: the same engines over the same slow downstream services, staged and as a
//! DAG.
//!
//! ```text
//! cargo bench --bench modes
//! ```
//!
//! One call at a time, all caches off, so that every call waits for its downstreams; the two servers alternate. In the
//! first table every downstream takes 10 ms, in the second each has its own response time.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod stage;

use std::{fs, path::Path, time::Duration};

use live_pack::cli::call;
use live_pack_dal::CacheName;
use serde_json::{Map, Value, json};

use self::stage::{Outcome, Turns, World, bound, live_pack, median, one_worker, turn};

/// Duration of one turn.
const TURN: Duration = Duration::from_secs(2);
/// Turns per server; the median is reported.
const TURNS: usize = 5;

/// Response times of the services in milliseconds: pin and vouchers are slow, the creator service is remote.
const UNEVEN: [(&str, u64); 12] = [
    ("product_relation", 6),
    ("product_model", 8),
    ("product_detail", 12),
    ("product_price", 10),
    ("promotion_renderer", 14),
    ("promotion_delivery", 20),
    ("auction", 16),
    ("cart", 6),
    ("trade_chain", 18),
    ("live_creator", 24),
    ("live_data", 4),
    ("seller_core", 8),
];

/// A configuration without caches, in which all engines run in `mode`.
fn configure(dir: &Path, mode: &str) -> Outcome<()> {
    let off = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "enabled": false })));
    let caches: Map<String, Value> = off.into_iter().collect();
    let entry = json!({ "method": "*", "engine": "*", "mode": mode, "timeout": "2s", "reserve": "20ms" });
    fs::write(dir.join("CacheConf.json"), json!({ "caches": caches }).to_string())?;
    fs::write(dir.join("LivePackEngineConf.json"), json!({ "engines": [entry] }).to_string())?;
    Ok(())
}

fn compare(name: &str, delays: &[(&str, u64)]) -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    let faults = dir.path().join("faults.json");
    let slow = delays.iter().map(|(service, ms)| (format!("{service}.*"), json!({ "delay_ms": ms })));
    fs::write(&faults, Value::Object(slow.collect()).to_string())?;
    let world = World::start_with(&["--faults", &faults.display().to_string()])?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let fields = call::request::Fields { room: vec![1001], user: Some(101), ..call::request::Fields::default() };
    let frame = call::framed("GetLiveBagData", json!({}), &fields)?;
    let mut servers = Vec::new();
    for mode in ["staged", "dag"] {
        let conf = dir.path().join(mode);
        fs::create_dir(&conf)?;
        configure(&conf, mode)?;
        let runtime = one_worker(mode)?;
        let (listener, addr) = runtime.block_on(bound())?;
        let services = world.services.clone();
        let conf = conf.display().to_string();
        runtime.spawn(async move {
            if let Err(error) = live_pack(services, Some(conf), listener).await {
                println!("Live Pack ended: {error}");
            }
        });
        servers.push((mode, addr, runtime, Turns::default()));
    }
    for round in 0..=TURNS {
        for (_, addr, _, turns) in &mut servers {
            let took = turn(&client, *addr, &frame, 1, TURN)?;
            // the first round is warm-up
            if round > 0 {
                turns.add(took);
            }
        }
    }
    println!("{name}: one call at a time, median of {TURNS} turns of {TURN:?}");
    let mut base = None;
    for (mode, _, _, turns) in &servers {
        let (p50, p99) = (median(&turns.p50s), median(&turns.p99s));
        let ratio = p50 / *base.get_or_insert(p50);
        println!("  {mode:8} p50 {p50:6.1} ms  p99 {p99:6.1} ms  {ratio:5.2}");
    }
    Ok(())
}

fn main() -> Outcome<()> {
    compare("every downstream 10 ms", &UNEVEN.map(|(service, _)| (service, 10)))?;
    compare("each its own time", &UNEVEN)
}
