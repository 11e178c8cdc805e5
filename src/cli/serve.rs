//! `live-pack serve`: settings, then the service, then traffic until a signal.

pub mod args;
mod greeting;
mod sockets;

use std::{
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use live_pack_dal::rpc::Registration;
use prometheus::Registry;
use tokio::{
    runtime::{Builder, Runtime},
    task,
    time::{Instant, interval, timeout},
};

pub use self::args::ServeArgs;
use self::sockets::FoundSockets;
use super::{CliError, threads};
use crate::{
    logging::{self, Logging},
    metrics::ServerMetrics,
    ops::{Awaited, Forget, ForgetError, JsonView, OpsLimits, OpsState, OpsToken},
    records::ring::Ring,
    server::{
        self, Lifecycle, descriptors,
        reload::{Reload, Reloads},
        signals,
        tls::{
            Tls,
            expiry::{self, ExpiryMetric},
        },
    },
    settings::Settings,
    wiring::{self, Wired},
};

/// Serves until SIGTERM or SIGINT, or until a successor has taken over.
pub(super) fn run(args: ServeArgs) -> Result<ExitCode, CliError> {
    // First: a process that gets too few threads or descriptors must not start anything.
    threads::try_out(OTHER_THREADS)?;
    descriptors::raise();
    descriptors::try_out()?;
    let settings = args.into_settings()?;
    let runtime = runtime(settings.workers)?;
    let registry = Registry::new();
    // Held to the end: dropping it writes the remaining lines.
    let logs = logging::start(&settings.log_level, &registry)?;
    descriptors::compare(settings.server.max_connections);
    let secrets = Secrets::read(&settings)?;
    let served = runtime.block_on(serve(&settings, &registry, secrets, &logs));
    // Connections abandoned by a drain are not awaited again.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

/// The files read before there is a runtime.
struct Secrets {
    tls: Option<Arc<Tls>>,
    token: Option<OpsToken>,
}

impl Secrets {
    fn read(settings: &Settings) -> Result<Self, CliError> {
        let tls = settings.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
        let token = settings.ops_token_file.as_deref().map(OpsToken::read).transpose()?;
        Ok(Self { tls, token })
    }
}

/// Functions for probes and signals that exist only once the service has been put together.
#[derive(Clone, Default)]
struct Late {
    config: Arc<OnceLock<JsonView>>,
    instances: Arc<OnceLock<JsonView>>,
    awaited: Arc<OnceLock<Awaited>>,
    reload: Arc<OnceLock<Reload>>,
    forget: Arc<OnceLock<Forget>>,
    records: Arc<OnceLock<Arc<Ring>>>,
}

impl Late {
    /// The answer of `view`, once it is set.
    fn view(view: &Arc<OnceLock<JsonView>>) -> JsonView {
        let view = view.clone();
        Arc::new(move || view.get().map_or_else(|| serde_json::json!({ "state": "starting" }), |view| view()))
    }

    fn awaited(&self) -> Awaited {
        let awaited = self.awaited.clone();
        Arc::new(move || awaited.get().map_or_else(Vec::new, |awaited| awaited()))
    }

    fn forget(&self) -> Forget {
        let forget = self.forget.clone();
        Arc::new(move |cache, id| match forget.get() {
            Some(forget) => forget(cache, id),
            None => Box::pin(std::future::ready(Err(ForgetError::Starting))),
        })
    }

    fn reload(&self) -> Reload {
        let reload = self.reload.clone();
        Arc::new(move || {
            if let Some(reload) = reload.get() {
                reload();
            }
        })
    }
}

/// Threads beside those that serve: log, ops, reloads, configuration, files, and work that blocks.
const OTHER_THREADS: usize = 12;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A runtime with `workers` threads, or one per core; an error if the system does not grant them.
pub(super) fn runtime(workers: Option<usize>) -> Result<Runtime, CliError> {
    threads::try_out(workers.unwrap_or_else(cores) + OTHER_THREADS)?;
    let mut builder = Builder::new_multi_thread();
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    builder.enable_all().build().map_err(CliError::system("cannot start the runtime"))
}

/// Time limit of the remaining work after the last answer.
const LAST_EFFECTS: Duration = Duration::from_millis(500);

/// Time limit of the export of the last traces.
const LAST_TRACES: Duration = Duration::from_secs(1);

/// Longest time that a successor waits for downstream services before it takes over.
const SUCCESSOR: Duration = Duration::from_secs(2);

/// Longest time that a first start waits for them before it accepts calls.
const FIRST: Duration = Duration::from_secs(1);

/// Longest time for removing this process's entry from etcd.
const DEREGISTERED: Duration = Duration::from_secs(2);

/// Waits until nothing is awaited, for at most `limit`.
async fn wait_for(awaited: &Awaited, limit: Duration) {
    let until = Instant::now() + limit;
    let mut look = interval(Duration::from_millis(20));
    while !awaited().is_empty() && Instant::now() < until {
        look.tick().await;
    }
}

async fn serve(settings: &Settings, registry: &Registry, files: Secrets, logs: &Logging) -> Result<(), CliError> {
    let Secrets { tls, token } = files;
    let lifecycle = Arc::new(Lifecycle::default());
    let metrics = Arc::new(ServerMetrics::new(registry)?);
    let late = Late::default();
    let reloads = Reloads::start(late.reload()).map_err(CliError::system("cannot start the thread of reloads"))?;
    let ops = OpsState {
        registry: registry.clone(),
        lifecycle: lifecycle.clone(),
        awaited: late.awaited(),
        config: Late::view(&late.config),
        instances: Late::view(&late.instances),
        reloads: reloads.clone(),
        forget: late.forget(),
        records: late.records.clone(),
        token,
        limits: OpsLimits {
            connections: settings.ops_limits.connections.min(descriptors::share_of_ops()),
            ..settings.ops_limits
        },
    };
    signals::install(lifecycle.clone(), Some(reloads)).map_err(CliError::system("cannot handle signals"))?;
    let started = tokio::select! {
        started = start(settings, registry, ops) => started?,
        () = lifecycle.drain_asked() => {
            tracing::info!("stopped during the start");
            return Ok(());
        }
    };
    let (sockets, wired) = started;
    let service = wired.layered(settings.server.calls, &metrics);
    let Wired {
        admission,
        downstreams,
        awaited,
        instances,
        config,
        reload,
        forget,
        records,
        rendering,
        side_effects,
        traces,
        follow_conf,
        keep: _keep,
        ..
    } = wired;
    let levels = logs.follower();
    follow_conf(Box::new(move |conf| levels(&conf.logs)));
    // Nothing else sets these.
    let expiry = tls.as_ref().map(|_| ExpiryMetric::new(registry)).transpose()?;
    let certificates = tls.clone().zip(expiry);
    let _ = (
        late.config.set(config),
        late.awaited.set(awaited.clone()),
        late.instances.set(instances),
        late.reload.set(with_certificates(reload, certificates.clone())),
        late.forget.set(forget),
        late.records.set(records),
    );
    if let Some((tls, expiry)) = certificates {
        #[expect(clippy::disallowed_methods, reason = "looked at as long as the process lives")]
        tokio::spawn(look_at_expiry(tls, expiry));
    }
    let register = settings.sources.etcd_register.clone();
    // read here, because nothing may fail further down
    let sources = settings.sources.load(settings.conf.as_deref()).map_err(wiring::WiringError::from)?;
    if sockets.succeeds() {
        // the predecessor serves meanwhile
        wait_for(&awaited, SUCCESSOR).await;
        lifecycle.meet_downstreams();
    } else {
        // so that the first calls find connections; it starts without downstreams as well
        wait_for(&awaited, FIRST).await;
    }
    let taken = sockets.prepare(tls)?;
    let addr = taken.listeners.tcp.local_addr().map_err(CliError::system("cannot determine the Thrift address"))?;
    // Nothing below can fail: until here the predecessor serves, and from here on only this process does.
    let (listeners, ops, offer) = taken.begin().await;
    if let Some(offer) = offer {
        #[expect(clippy::disallowed_methods, reason = "offered as long as the process lives")]
        tokio::spawn(offer.stand(lifecycle.clone(), ops.stopping()));
    }
    // From here on every new connection is served: the sockets listen, and probes may report it.
    lifecycle.ready();
    let registered = register.map(|(name, at)| {
        let (registration, lifecycle) = (Registration::start(&name, at, &sources), lifecycle.clone());
        #[expect(clippy::disallowed_methods, reason = "awaited below; callers are still accepted meanwhile")]
        tokio::spawn(async move {
            lifecycle.drain_asked().await;
            registration.end(DEREGISTERED).await;
        })
    });
    greeting::print(greeting::text(settings, addr, ops.addr(), &downstreams));
    let drained = server::serve(listeners, service, settings.server, admission, metrics, lifecycle).await;
    if let Some(registered) = registered {
        // a drain may be shorter than an answer of etcd
        drop(registered.await);
    }
    let effects = side_effects.drain(Instant::now() + LAST_EFFECTS).await;
    if timeout(LAST_EFFECTS, rendering.flush()).await.is_err() {
        tracing::warn!("records of the last calls are lost");
    }
    if let Some(traces) = traces {
        traces.end(LAST_TRACES).await;
    }
    tracing::info!(abandoned = drained.abandoned, dropped_effects = effects.dropped, "stopped");
    Ok(())
}

/// Finds the sockets, then puts the service together.
async fn start(settings: &Settings, registry: &Registry, ops: OpsState) -> Result<(FoundSockets, Wired), CliError> {
    let asked = settings.clone();
    let found = task::spawn_blocking(move || FoundSockets::find(&asked, ops)).await;
    let sockets = found.map_err(|failed| CliError::system("the sockets cannot be found")(failed.into()))??;
    Ok((sockets, wiring::build(settings, registry).await?))
}

/// Exports the expiry of the certificates, at once and every hour.
async fn look_at_expiry(tls: Arc<Tls>, metric: ExpiryMetric) {
    let mut every = interval(expiry::LOOK_EVERY);
    loop {
        every.tick().await;
        metric.show(&tls.validities(), now());
    }
}

/// Seconds of Unix time: certificates use the clock of the machine, whatever `--clock` says.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A reload reads the certificates as well as the configuration.
fn with_certificates(reload: Reload, certificates: Option<(Arc<Tls>, ExpiryMetric)>) -> Reload {
    let Some((tls, metric)) = certificates else { return reload };
    Arc::new(move || {
        reload();
        match tls.reload() {
            Ok(()) => {
                tracing::info!("certificates reloaded");
                metric.show(&tls.validities(), now());
            }
            Err(error) => {
                tracing::error!(%error, "the certificate files cannot be used; the old certificates stay in use")
            }
        }
    })
}
