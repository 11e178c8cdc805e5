//! `live-pack serve`: settings, then the service, then traffic until a signal.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use clap::{Args, ValueEnum};
use prometheus::Registry;
use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};

use super::CliError;
use crate::{
    logging,
    metrics::ServerMetrics,
    ops::{ConfigView, OpsServer, OpsState, version},
    server::{self, Lifecycle, signals},
    settings::{Environment, RawSettings, Settings, UnixMillis, World, raw::RawLimits, span::Span},
    wiring::{self, Wired},
};

/// Read where nobody names another, if it exists.
const DEFAULT_SETTINGS: &str = "conf/server.json";

/// Every setting can be given here, in the environment, or in the settings file, in falling order of strength.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// Where to serve Thrift [default: 127.0.0.1:8888]
    #[arg(long, env = "LIVE_PACK_ADDR", value_name = "IP:PORT")]
    pub addr: Option<SocketAddr>,
    /// Where to serve metrics, probes and the ops API over HTTP [default: 127.0.0.1:9888]
    #[arg(long, env = "LIVE_PACK_OPS_ADDR", value_name = "IP:PORT")]
    pub ops_addr: Option<SocketAddr>,
    /// What kind of place this is; prod refuses test aids [default: dev]
    #[arg(long, env = "LIVE_PACK_ENV")]
    pub env: Option<Environment>,
    /// Freeze the time that the service believes in, as RFC 3339 or Unix milliseconds; not in prod [default: real time]
    #[arg(long, env = "LIVE_PACK_CLOCK", value_name = "TIME")]
    pub clock: Option<UnixMillis>,
    /// The folder of the hot configuration [default: conf/dynamic if it exists, else built-in values]
    #[arg(long, env = "LIVE_PACK_CONF", value_name = "DIR")]
    pub conf: Option<PathBuf>,
    /// The settings file [default: conf/server.json if it exists]
    #[arg(long, env = "LIVE_PACK_SETTINGS", value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Redis for the second cache level, pins and counters, as redis://host:port [default: none]
    #[arg(long, env = "LIVE_PACK_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis: Option<String>,
    /// The downstream services: embedded, none (take the settings' `downstreams`), or name=host:port,…
    /// [default: embedded]
    #[arg(long, env = "LIVE_PACK_WORLD", value_name = "WORLD")]
    pub world: Option<String>,
    /// The region of a viewer about whom nothing else is known, ISO 3166-1 [default: that of RegionConf, US as shipped]
    #[arg(long, env = "LIVE_PACK_DEFAULT_REGION", value_name = "REGION", value_parser = region)]
    pub default_region: Option<String>,
    /// error, warn, info, debug, trace, or target=level,… [default: info]
    #[arg(long, env = "LIVE_PACK_LOG_LEVEL", value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Write one request in N to the access log; 0 writes none [default: 0]
    #[arg(long, env = "LIVE_PACK_ACCESS_LOG_ONE_IN", value_name = "N")]
    pub access_log_one_in: Option<u32>,
    /// Threads that serve requests; 0 is one a core [default: 0]
    #[arg(long, env = "LIVE_PACK_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Connections beyond this many are closed at once [default: 10000]
    #[arg(long, env = "LIVE_PACK_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<usize>,
    /// Close a connection on which no message begins for this long [default: 10m]
    #[arg(long, env = "LIVE_PACK_IDLE_TIMEOUT", value_name = "DURATION")]
    pub idle_timeout: Option<Span>,
    /// Close a connection whose message is not complete this long after its first byte [default: 10s]
    #[arg(long, env = "LIVE_PACK_MESSAGE_TIMEOUT", value_name = "DURATION")]
    pub message_timeout: Option<Span>,
    /// Refuse a message of more bytes than this [default: 1048576]
    #[arg(long, env = "LIVE_PACK_MAX_MESSAGE", value_name = "BYTES")]
    pub max_message: Option<usize>,
    /// Refuse an answer of a downstream service of more bytes than this [default: 16777216]
    #[arg(long, env = "LIVE_PACK_MAX_ANSWER", value_name = "BYTES")]
    pub max_answer: Option<usize>,
    /// The longest a request may take, whatever its caller says [default: 3s]
    #[arg(long, env = "LIVE_PACK_MAX_REQUEST_TIME", value_name = "DURATION")]
    pub max_request_time: Option<Span>,
    /// Go on accepting for this long after /readyz has turned to 503 [default: 200ms]
    #[arg(long, env = "LIVE_PACK_DRAIN_LINGER", value_name = "DURATION")]
    pub drain_linger: Option<Span>,
    /// End at most this long after SIGTERM or SIGINT [default: 10s]
    #[arg(long, env = "LIVE_PACK_DRAIN_LIMIT", value_name = "DURATION")]
    pub drain_limit: Option<Span>,
}

/// The text is no region.
#[derive(Debug, thiserror::Error)]
#[error("must be two capital letters, ISO 3166-1")]
struct NotARegion;

fn region(text: &str) -> Result<String, NotARegion> {
    let good = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    good.then(|| text.to_owned()).ok_or(NotARegion)
}

impl ServeArgs {
    /// The checked settings: these arguments over the settings file.
    ///
    /// # Errors
    /// See [`crate::settings::SettingsError`].
    pub fn into_settings(self) -> Result<Settings, CliError> {
        let default = Some(PathBuf::from(DEFAULT_SETTINGS)).filter(|path| path.exists());
        let file = self.settings.clone().or(default);
        let raw = file.as_deref().map(RawSettings::read).transpose()?.unwrap_or_default();
        let clock = self.clock;
        Ok(Settings::check(&raw.overlaid(self.into_raw()), clock)?)
    }

    fn into_raw(self) -> RawSettings {
        fn text<T: ToString>(value: Option<T>) -> Option<String> {
            value.map(|value| value.to_string())
        }
        RawSettings {
            addr: text(self.addr),
            ops_addr: text(self.ops_addr),
            env: self.env.and_then(|env| env.to_possible_value()).map(|value| value.get_name().to_owned()),
            conf: self.conf.map(|path| path.to_string_lossy().into_owned()),
            redis: self.redis,
            world: self.world,
            downstreams: Default::default(),
            default_region: self.default_region,
            log_level: self.log_level,
            access_log_one_in: self.access_log_one_in,
            workers: self.workers,
            limits: RawLimits {
                max_connections: self.max_connections,
                idle_timeout: text(self.idle_timeout),
                message_timeout: text(self.message_timeout),
                max_message: self.max_message,
                max_answer: self.max_answer,
                max_request_time: text(self.max_request_time),
                drain_linger: text(self.drain_linger),
                drain_limit: text(self.drain_limit),
            },
        }
    }
}

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(args: ServeArgs) -> Result<ExitCode, CliError> {
    let settings = args.into_settings()?;
    let registry = Registry::new();
    // Held to the end: dropping it writes the lines that still wait.
    let _logs = logging::start(&settings.log_level, &registry)?;
    let lifecycle = Arc::new(Lifecycle::default());
    let late = Late::default();
    // First, and outside the runtime of the service: probes must be answered while that is still being put together.
    let ops = OpsServer::start(
        settings.ops_addr,
        OpsState { registry: registry.clone(), lifecycle: lifecycle.clone(), config: late.config_view() },
    )?;
    let runtime = runtime(settings.workers)?;
    let served = runtime.block_on(serve(&settings, &registry, lifecycle, &late, ops.addr()));
    // What a drain has abandoned is not waited for again.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

/// What probes and signals call, which exists only once the service has been put together.
#[derive(Clone, Default)]
struct Late {
    config: Arc<OnceLock<ConfigView>>,
    reload: Arc<OnceLock<signals::Reload>>,
}

impl Late {
    fn config_view(&self) -> ConfigView {
        let config = self.config.clone();
        Arc::new(move || config.get().map_or_else(|| serde_json::json!({ "state": "starting" }), |view| view()))
    }

    fn reload(&self) -> signals::Reload {
        let reload = self.reload.clone();
        Arc::new(move || {
            if let Some(reload) = reload.get() {
                reload();
            }
        })
    }
}

/// A runtime for `workers` threads, or one a core.
pub(super) fn runtime(workers: Option<usize>) -> Result<Runtime, CliError> {
    let mut builder = Builder::new_multi_thread();
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    builder.enable_all().build().map_err(CliError::system("cannot start the runtime"))
}

/// How long what runs after answers may take once the last answer is given.
const LAST_EFFECTS: Duration = Duration::from_millis(500);

async fn serve(
    settings: &Settings,
    registry: &Registry,
    lifecycle: Arc<Lifecycle>,
    late: &Late,
    ops_addr: SocketAddr,
) -> Result<(), CliError> {
    let metrics = Arc::new(ServerMetrics::new(registry)?);
    signals::install(lifecycle.clone(), late.reload()).map_err(CliError::system("cannot handle signals"))?;
    // Before the service is put together: that takes time, and a port in use should be known at once.
    let listener = server::bind(settings.addr, "--addr").await?;
    let addr = listener.local_addr().map_err(CliError::system("cannot tell the Thrift address"))?;
    let Wired { service, admission, downstreams, config, reload, side_effects, keep: _keep } =
        wiring::build(settings, registry).await?;
    // Nobody else sets these.
    let _ = (late.config.set(config), late.reload.set(reload));
    super::print(&start_message(settings, addr, ops_addr, &downstreams))?;
    let drained = server::serve(listener, service, settings.server, admission, metrics, lifecycle).await;
    let effects = side_effects.drain(Instant::now() + LAST_EFFECTS).await;
    tracing::info!(abandoned = drained.abandoned, dropped_effects = effects.dropped, "stopped");
    Ok(())
}

/// What a person needs to know once it runs.
fn start_message(
    settings: &Settings,
    addr: SocketAddr,
    ops_addr: SocketAddr,
    downstreams: &[(String, String)],
) -> String {
    let redis =
        settings.redis.as_deref().map_or("off: the second cache level is not used".to_owned(), without_password);
    let conf = settings.conf.as_deref().map_or("built-in values".into(), Path::to_string_lossy);
    let kind = if settings.world == World::Embedded { "embedded" } else { "remote" };
    let clock = settings.clock.map_or_else(String::new, |clock| format!("\n  clock    frozen at {clock}"));
    let binary = std::env::args().next().unwrap_or_else(|| "live-pack".to_owned());
    let flag = call_flag(addr);
    let mut world = format!("  world    {kind}");
    for (name, addr) in downstreams {
        world.push_str(&format!("\n           {name} {addr}"));
    }
    format!(
        "Live Pack {} is ready\n  thrift   {addr}\n  ops      http://{ops_addr}/\n  conf     {conf}\n  redis    {redis}{clock}\n{world}\n\nOne call to try:\n  {binary} call GetLiveBagData --room 1001{flag}",
        version::VERSION
    )
}

/// What `live-pack call` needs to be told to reach `addr` from this machine.
fn call_flag(addr: SocketAddr) -> String {
    let reached = if addr.ip().is_unspecified() { local(addr.port()) } else { addr };
    if reached == local(8888) { String::new() } else { format!(" --addr {reached}") }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// `redis://host:port` of `redis://user:secret@host:port`.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(without_password("redis://me:p@ss@cache:6379/1"), "redis://cache:6379/1");
        assert_eq!(without_password("redis://cache:6379"), "redis://cache:6379");
    }

    #[test]
    fn the_call_to_try_reaches_the_server() {
        for (addr, flag) in [
            ("127.0.0.1:8888", ""),
            ("0.0.0.0:8888", ""),
            ("0.0.0.0:1", " --addr 127.0.0.1:1"),
            ("10.0.0.1:8888", " --addr 10.0.0.1:8888"),
        ] {
            assert_eq!(call_flag(addr.parse().unwrap()), flag, "{addr}");
        }
    }

    #[test]
    fn flags_are_stronger_than_the_file() {
        let args = ServeArgs {
            settings: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/conf/server.json").into()),
            addr: Some(([127, 0, 0, 1], 7777).into()),
            env: Some(Environment::Test),
            idle_timeout: Some("3s".parse().unwrap()),
            ..ServeArgs::default()
        };
        let settings = args.into_settings().unwrap();
        assert_eq!((settings.addr.port(), settings.environment), (7777, Environment::Test));
        assert_eq!(settings.server.idle_timeout.as_secs(), 3);
        assert_eq!(settings.server.max_connections, 10_000);
    }
}
