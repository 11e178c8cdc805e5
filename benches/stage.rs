//! The common parts of the service benchmarks: a world in a separate process, Live Pack on one worker thread, and the
//! load generator of `live-pack bench` (closed loop, framed binary, answers read but not decoded).

#![allow(dead_code, reason = "not every benchmark uses all of it")]

use std::{
    error::Error,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use live_pack::{
    cli::bench::load::{self, Plan, Stop},
    metrics::ServerMetrics,
    server::{self, Lifecycle, ServerOptions},
    settings::{RawSettings, Settings},
    wiring,
};
use prometheus::Registry;
use tokio::{net::TcpListener, runtime::Runtime};

/// The allocator of the product, for all servers of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// The commerce world in a separate process, killed together with this one.
pub(crate) struct World {
    process: Child,
    pub(crate) services: String,
}

impl World {
    /// A world with default settings.
    pub(crate) fn start() -> Outcome<Self> {
        Self::start_with(&[])
    }

    /// A world with more arguments.
    pub(crate) fn start_with(args: &[&str]) -> Outcome<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_live-pack"))
            .args(["world", "--base-port", "0"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the world has no standard output")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some((_, services)) = line.split_once("--world ") {
                return Ok(Self { process, services: services.to_owned() });
            }
        }
        Err("the world did not print its addresses".into())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // it may have exited already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server's runtime: one worker thread.
pub(crate) fn one_worker(name: &str) -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?)
}

/// Live Pack with the built-in configuration, or with that of a folder.
pub(crate) async fn live_pack(services: String, conf: Option<String>, listener: TcpListener) -> Outcome<()> {
    let raw = RawSettings { world: Some(services), conf, ..RawSettings::default() };
    let settings = Settings::check(&raw, None)?;
    let registry = Registry::new();
    let metrics = Arc::new(ServerMetrics::new(&registry)?);
    let wired = wiring::build(&settings, &registry).await?;
    let (options, lifecycle) = (ServerOptions::default(), Arc::new(Lifecycle::default()));
    let service = wired.layered(options.calls, &metrics);
    server::serve(listener, service, options, wired.admission, metrics, lifecycle).await;
    Ok(())
}

pub(crate) async fn bound() -> Outcome<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

/// The results of a server, one entry per turn.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Answers per second.
    pub(crate) rates: Vec<f64>,
    /// The latency at the median, milliseconds.
    pub(crate) p50s: Vec<f64>,
    /// The latency at the 99th percentile, milliseconds.
    pub(crate) p99s: Vec<f64>,
}

/// One turn of a server that gets the same call repeatedly; all must be answered with status 0.
pub(crate) fn turn(
    client: &Runtime,
    addr: SocketAddr,
    frame: &[u8],
    connections: u16,
    lasts: Duration,
) -> Outcome<(f64, f64, f64)> {
    let plan = Plan {
        frame: frame.to_vec(),
        route: addr.into(),
        connections,
        stop: Stop::After(lasts),
        rate: None,
        timeout: Duration::from_secs(5),
        slo: Duration::from_millis(300),
        resend: false,
    };
    let tally = client.block_on(load::run(plan))?;
    if tally.statuses.keys().any(|status| *status != 0) || !tally.errors.is_empty() {
        return Err(format!("calls failed: {:?} {:?}", tally.statuses, tally.errors).into());
    }
    let answers: u64 = tally.statuses.values().sum();
    let ms = |quantile| tally.latency.value_at_quantile(quantile) as f64 / 1e3;
    Ok((answers as f64 / tally.elapsed.as_secs_f64(), ms(0.5), ms(0.99)))
}

impl Turns {
    pub(crate) fn add(&mut self, (rate, p50, p99): (f64, f64, f64)) {
        self.rates.push(rate);
        self.p50s.push(p50);
        self.p99s.push(p99);
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
