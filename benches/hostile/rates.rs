//! One limit for four instances: exact with Redis, and nearly exact without.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use live_pack::cli::bench::load::{self, Tally};
use serde_json::json;

use crate::{
    instance::Instance,
    stage::{Outcome, World},
    table::Table,
    traffic,
};

const INSTANCES: u32 = 4;
/// Permitted calls per second of one caller.
const LIMIT: u32 = 400;
/// Calls per second that it attempts on each instance.
const TRIED: u32 = 300;
const LASTS: Duration = Duration::from_secs(15);
/// Time limit for the start of redis-server.
const MOMENT: Duration = Duration::from_secs(5);

/// A redis-server on a free port, killed when dropped.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    fn start() -> Outcome<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let args = ["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let child = Command::new("redis-server").args(args).stdout(Stdio::null()).spawn()?;
        let redis = Self { child, port };
        for _ in 0..50 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(redis);
            }
            pause(MOMENT / 50);
        }
        Err("redis-server does not start".into())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pause(time: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the main thread of a benchmark")]
    thread::sleep(time);
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let (world, redis) = (World::start()?, Redis::start()?);
    let folder = tempfile::tempdir()?;
    let rates = json!({ "instances": INSTANCES, "rates": [{ "level": "service", "limit": LIMIT, "period": "1s" }] });
    fs::write(folder.path().join("RateLimitConf.json"), rates.to_string())?;
    let (conf, url) = (folder.path().to_string_lossy().into_owned(), format!("redis://127.0.0.1:{}", redis.port));
    let args = ["--conf", &conf, "--redis", &url, "--world", &world.services];
    let instances: Vec<_> = (0..INSTANCES).map(|_| Instance::start(&args)).collect::<Outcome<_>>()?;
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let frame = traffic::call("GetLiveBagTab", 1002, 0)?;
    let run = |lasts: Duration| -> Outcome<Vec<Tally>> {
        let plans = instances.iter().map(|instance| traffic::plan(instance.addr, &frame, Some(TRIED), lasts));
        Ok(client.block_on(futures_util::future::try_join_all(plans.map(load::run)))?)
    };
    // Admitted calls ÷ the limit in the same time; the window before the first call was empty.
    let off = |tallies: &[Tally]| {
        let admitted: u64 = tallies.iter().map(|tally| tally.statuses.get(&0).copied().unwrap_or_default()).sum();
        let allowed = f64::from(LIMIT) * LASTS.as_secs_f64();
        (admitted as f64 / allowed - 1.0) * 100.0
    };
    // Wait until the instances know each other and the first window is over.
    run(Duration::from_secs(3))?;
    let with_redis = off(&run(LASTS)?);
    drop(redis);
    pause(MOMENT / 5);
    run(Duration::from_secs(3))?;
    let without = off(&run(LASTS)?);
    table.tell(
        format!("rates: {INSTANCES} instances, {LIMIT} calls per second, attempted"),
        format!("{}/s", TRIED * INSTANCES),
    );
    table.tell("rates: admitted beyond the limit, with Redis", format!("{with_redis:+.2} %"));
    table.at_most("rates: off the limit, with Redis", with_redis.abs(), 1.0, " %");
    table.tell("rates: admitted beyond the limit, Redis dead", format!("{without:+.2} %"));
    table.at_most("rates: off the limit, Redis dead", without.abs(), 10.0, " %");
    Ok(())
}
