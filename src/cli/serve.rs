//! `live-pack serve`: settings, then the service, then traffic until a signal.

pub mod args;
mod greeting;
mod place;

use std::{
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use prometheus::Registry;
use tokio::{
    net::{TcpListener, UnixListener},
    runtime::{Builder, Runtime},
    task,
    time::Instant,
};

pub use self::args::ServeArgs;
use self::place::{Place, no_descriptor};
use super::CliError;
use crate::{
    logging,
    metrics::ServerMetrics,
    ops::{ConfigView, OpsState, OpsToken},
    server::{
        self, Lifecycle, Listeners, descriptors,
        handover::{self, Sockets},
        signals::{self, Reload},
        tls::Tls,
    },
    settings::Settings,
    wiring::{self, Wired},
};

/// Serves until SIGTERM or SIGINT, or until a successor has taken the place.
pub(super) fn run(args: ServeArgs) -> Result<ExitCode, CliError> {
    let settings = args.into_settings()?;
    let registry = Registry::new();
    // Held to the end: dropping it writes the lines that still wait.
    let _logs = logging::start(&settings.log_level, &registry)?;
    descriptors::raise(settings.server.max_connections);
    let runtime = runtime(settings.workers)?;
    let served = runtime.block_on(serve(&settings, &registry));
    // What a drain has abandoned is not waited for again.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

/// What probes and signals call, which exists only once the service has been put together.
#[derive(Clone, Default)]
struct Late {
    config: Arc<OnceLock<ConfigView>>,
    reload: Arc<OnceLock<Reload>>,
}

impl Late {
    fn config_view(&self) -> ConfigView {
        let config = self.config.clone();
        Arc::new(move || config.get().map_or_else(|| serde_json::json!({ "state": "starting" }), |view| view()))
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

async fn serve(settings: &Settings, registry: &Registry) -> Result<(), CliError> {
    let lifecycle = Arc::new(Lifecycle::default());
    let metrics = Arc::new(ServerMetrics::new(registry)?);
    let late = Late::default();
    let ops = OpsState {
        registry: registry.clone(),
        lifecycle: lifecycle.clone(),
        config: late.config_view(),
        reload: late.reload(),
        token: settings.ops_token_file.as_deref().map(OpsToken::read).transpose()?,
    };
    let tls = settings.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
    signals::install(lifecycle.clone(), late.reload()).map_err(CliError::system("cannot handle signals"))?;
    let place = Place::find(settings, ops).await?;
    let Wired { service, admission, downstreams, config, reload, side_effects, keep: _keep } =
        wiring::build(settings, registry).await?;
    // Nobody else sets these.
    let _ = (late.config.set(config), late.reload.set(with_certificates(reload, tls.clone())));
    let taken = task::spawn_blocking(move || place.take()).await;
    let (sockets, ops) = taken.map_err(|error| no_descriptor(error.into()))??;
    if let Some(path) = &settings.handover {
        let offered = sockets.try_clone().map_err(no_descriptor)?;
        let offer = handover::offer(path, offered, lifecycle.clone(), ops.stopping())?;
        #[expect(clippy::disallowed_methods, reason = "offered as long as the process lives")]
        tokio::spawn(offer);
    }
    let listeners = listeners(sockets, tls).map_err(CliError::system("cannot use a socket"))?;
    let addr = listeners.tcp.local_addr().map_err(CliError::system("cannot tell the Thrift address"))?;
    // Whoever connects from here on is served: the sockets listen, and probes may say so.
    lifecycle.ready();
    super::print(&greeting::text(settings, addr, ops.addr(), &downstreams))?;
    let drained = server::serve(listeners, service, settings.server, admission, metrics, lifecycle).await;
    let effects = side_effects.drain(Instant::now() + LAST_EFFECTS).await;
    tracing::info!(abandoned = drained.abandoned, dropped_effects = effects.dropped, "stopped");
    Ok(())
}

fn listeners(sockets: Sockets, tls: Option<Arc<Tls>>) -> std::io::Result<Listeners> {
    Ok(Listeners {
        tcp: TcpListener::from_std(sockets.thrift)?,
        unix: sockets.unix.map(UnixListener::from_std).transpose()?,
        tls,
    })
}

/// A reload reads the certificates as well as the configuration.
fn with_certificates(reload: Reload, tls: Option<Arc<Tls>>) -> Reload {
    let Some(tls) = tls else { return reload };
    Arc::new(move || {
        reload();
        match tls.reload() {
            Ok(()) => tracing::info!("certificates read again"),
            Err(error) => tracing::error!(%error, "the certificates in force stay: the files cannot be used"),
        }
    })
}
