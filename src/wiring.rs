//! Puts the service together: takes settings, returns a service.

mod downstreams;
mod plans;
#[cfg(feature = "world")]
mod world;

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use live_pack_admission::Admission;
use live_pack_dal::{
    Clock, Dal, Downstream, Images, Redis, RedisSettings, Rpc, RpcSettings,
    config::{self, Centre, Conf, Key, Options},
    redis::RedisSetupError,
    texts::Texts,
};
use live_pack_engine::{SideEffects, SideEffectsConf};
use live_pack_entities::request::Resident;
use live_pack_handlers::{EngineStates, LivePack, NoRandomness, Plans, ServiceOptions, UserKey};
use live_pack_telemetry::Exporter;
use prometheus::Registry;
use tokio::{runtime::Handle, task};
use tokio_util::sync::CancellationToken;

use self::downstreams::Downstreams;
pub use self::plans::{ExplainFormat, Explained, check_config, explain};
use crate::{
    log_key::{self, LogKeyError},
    metrics::ServerMetrics,
    middleware,
    ops::{Awaited, Forget, JsonView, runtime},
    pack_service::{CallOptions, PackService},
    records::{self, RecordOptions, Rendering, ring::Ring},
    server::reload::Reload,
    settings::{EtcdUserError, Settings, UnixMillis},
    traces::{self, TracesError},
};

/// Failures to put the service together.
#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    /// The hot configuration is invalid; all faults are listed.
    #[error("the hot configuration is invalid:{}", listed(faults))]
    Config {
        /// All faults.
        faults: Vec<config::Fault>,
    },
    /// A metric is registered twice.
    #[error("a metric cannot be registered")]
    Metrics(#[from] prometheus::Error),
    /// The handlers cannot be set up.
    #[error(transparent)]
    Handlers(#[from] live_pack_handlers::SetupError),
    /// Redis cannot be set up.
    #[error(transparent)]
    Redis(#[from] RedisSetupError),
    /// The file with the key of user hashes cannot be used.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// No random key of user hashes can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The file with the user of etcd cannot be used.
    #[error(transparent)]
    Etcd(#[from] EtcdUserError),
    /// This build has no commerce world.
    #[error(
        "this build has no commerce world: it was made without the feature `world`; name the downstreams in the settings"
    )]
    NoWorld,
    /// The commerce world cannot be started.
    #[error("the commerce world cannot be served")]
    World(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Traces cannot be exported.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// There is no arm of this name.
    #[error("there is no arm {asked}; known: {known}")]
    NoArm {
        /// The requested names.
        asked: String,
        /// The existing names.
        known: String,
    },
    /// There is no engine of this name.
    #[error("there is no engine {asked}; known: {known}")]
    NoEngine {
        /// The requested name.
        asked: String,
        /// The existing names.
        known: String,
    },
}

fn listed(faults: &[config::Fault]) -> String {
    faults.iter().map(|fault| format!("\n  {fault}")).collect()
}

/// A service that is ready to be served, and the parts beside it.
pub struct Wired {
    /// Answers the fifteen methods, without layers.
    pub service: LivePack,
    /// Decides which requests reach it.
    pub admission: Arc<Admission>,
    /// Name and address of each downstream service, for the start-up message.
    pub downstreams: Vec<(String, String)>,
    /// The downstream services whose first connection is still awaited, for `/readyz`.
    pub awaited: Awaited,
    /// Answers `/api/downstreams`.
    pub instances: JsonView,
    /// Answers `/api/config`.
    pub config: JsonView,
    /// Reads the hot configuration again; called on SIGHUP.
    pub reload: Reload,
    /// Forgets cached values.
    pub forget: Forget,
    /// The records of calls, for `/api/records`.
    pub records: Arc<Ring>,
    /// Renders records; to be flushed when nothing makes records any more.
    pub rendering: Rendering,
    /// Calls a listener with the configuration in force, and with every later one.
    pub follow_conf: FollowConf,
    /// Work after answers; to be drained when the service has ended.
    pub side_effects: Arc<SideEffects>,
    /// Exports traces, if there is a collector; to be ended when nothing makes spans any more.
    pub traces: Option<Arc<Exporter>>,
    /// Values that must live as long as the service: the embedded world, the watcher of the configuration.
    pub keep: Box<dyn std::any::Any + Send>,
}

/// Gets the configuration in force.
pub type ConfListener = Box<dyn Fn(&Conf) + Send + Sync>;

/// Calls a listener with the configuration in force, and with every later one.
pub type FollowConf = Box<dyn FnOnce(ConfListener) + Send>;

impl Wired {
    /// The service with all layers, as the listener serves it.
    pub fn layered(&self, options: CallOptions, metrics: &Arc<ServerMetrics>) -> impl PackService + use<> {
        middleware::around(self.service.clone(), options, Arc::clone(&self.admission), Arc::clone(metrics))
    }
}

/// Limits of work after answers: enough for a burst of shadows, each as long as the longest engine.
const EFFECTS: SideEffectsConf = SideEffectsConf { capacity: 1_024, at_once: 64, timeout: Duration::from_secs(3) };

/// Puts the service together.
///
/// # Errors
/// See [`WiringError`].
pub async fn build(settings: &Settings, registry: &Registry) -> Result<Wired, WiringError> {
    runtime::register(registry, &Handle::current())?;
    let clock = clock(settings.clock);
    let environment = settings.environment;
    let options = Options { dir: settings.conf.clone(), environment, clock, registry: registry.clone() };
    let states = Arc::new(EngineStates::new()?);
    let known = Arc::clone(&states);
    let derive = move |conf: &Conf| Plans::compile(conf, &known);
    // reads files
    let centre = off_runtime(move || Centre::open(options, derive)).await;
    let centre = centre.map_err(|faults| WiringError::Config { faults })?;
    let downstreams = Downstreams::of(settings).await?;

    let (sources, folder) = (settings.sources.clone(), settings.conf.clone());
    let rpc = RpcSettings {
        max_answer: settings.max_answer,
        conf: centre.snapshot().conf.downstreams.clone(),
        sources: off_runtime(move || sources.load(folder.as_deref())).await?,
        ..RpcSettings::new(downstreams.world.clone())
    };
    let rpc = Arc::new(Rpc::new(&rpc, registry)?);
    let redis = RedisSettings { url: settings.redis.clone(), ..RedisSettings::default() };
    let redis = Redis::connect(&redis, registry)?;
    let mock = centre.snapshot().conf.mock.clone();
    let seen_by_tasks = match (&redis, mock.recorded()) {
        (None, Some(recorded)) => Some(Redis::canned(Arc::clone(&recorded.redis), registry)?),
        (redis, _) => redis.clone(),
    };
    let dal = Dal::new(Arc::clone(&rpc), seen_by_tasks, registry)?;
    let recorded_pictures = mock.recorded().map(|recorded| recorded.pictures.as_str());
    let images = images(settings, downstreams.pictures.as_deref().or(recorded_pictures));
    let resident = Arc::new(Resident { dal, texts: Arc::new(Texts::new(registry)?), images: Arc::new(images) });

    let max_in_flight = settings.server.calls.max_in_flight;
    let admission = Arc::new(Admission::new(&centre.snapshot().conf, max_in_flight, redis, registry)?);

    apply(&resident, &rpc, &admission, &centre.snapshot().conf);
    let (follower, clients, gate) = (Arc::clone(&resident), Arc::clone(&rpc), Arc::clone(&admission));
    centre.on_change(move |snapshot| apply(&follower, &clients, &gate, &snapshot.conf));
    let watching = centre.watch();

    let (collector, metrics) = (settings.traces.clone(), registry.clone());
    // reads the file of authorities
    let traces = off_runtime(move || traces::start(collector.as_ref(), environment, &metrics)).await?;
    let side_effects = Arc::new(SideEffects::start(EFFECTS));
    let user_key = user_key(settings).await?;
    let options = ServiceOptions { clock, environment, default_region: settings.default_region, user_key };
    let (view, reloaded) = (centre.clone(), centre.clone());
    let follow_conf = follow(centre.clone());
    let (awaited, instances) = (awaited(centre.clone(), Arc::clone(&rpc)), rpc);
    let forget = forgets(Arc::clone(&resident));
    let records = Arc::new(Ring::new(settings.record_ring));
    let (keep, rendering) = records::start(
        RecordOptions { ring_bytes: settings.record_ring, export: traces.clone() },
        Arc::clone(&records),
    );
    Ok(Wired {
        service: LivePack::new(centre, resident, options, states, Arc::clone(&side_effects), keep, registry)?,
        admission,
        downstreams: downstreams.listed(),
        awaited,
        instances: Arc::new(move || serde_json::json!({ "services": instances.status() })),
        config: Arc::new(move || config_view(&view)),
        reload: Arc::new(move || {
            let reload = reloaded.reload_now();
            let strange: Vec<&str> = reload.strange.iter().map(|fault| &*fault.key).collect();
            let names = |keys: &[Key]| keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(",");
            let (taken, rejected, strange) = (names(&reload.taken), names(&reload.rejected), strange.join(","));
            tracing::info!(taken, rejected, strange, "configuration reloaded");
        }),
        forget,
        records,
        rendering,
        follow_conf,
        side_effects,
        traces,
        keep: Box::new((watching, downstreams)),
    })
}

/// The key of user hashes: that of the settings, or a new one.
async fn user_key(settings: &Settings) -> Result<UserKey, WiringError> {
    match settings.log_key_file.clone() {
        Some(path) => Ok(off_runtime(move || log_key::read(&path)).await?),
        None => Ok(UserKey::random()?),
    }
}

fn follow(centre: Centre<Plans>) -> FollowConf {
    Box::new(move |listener| {
        let listener = Arc::new(listener);
        let later = Arc::clone(&listener);
        centre.on_change(move |snapshot| later(&snapshot.conf));
        listener(&centre.snapshot().conf);
    })
}

/// Forgets values on the runtime of the service, where the connection to Redis lives. The work continues even if the
/// requester disconnects.
fn forgets(resident: Arc<Resident>) -> Forget {
    let runtime = Handle::current();
    Arc::new(move |cache, id| {
        let resident = Arc::clone(&resident);
        let work = runtime.spawn(async move { resident.dal.forget(cache, id).await });
        Box::pin(async move { Ok(work.await??) })
    })
}

/// The strong services that have not answered yet, under the configuration in force when it is called.
fn awaited(centre: Centre<Plans>, rpc: Arc<Rpc>) -> Awaited {
    Arc::new(move || {
        let strong = centre.snapshot().derived.strong_downstreams();
        rpc.awaited(&strong).into_iter().map(Downstream::name).collect()
    })
}

/// The result of `work`, which may block.
async fn off_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

/// The pictures: on the servers in the settings, else on that of the embedded world or of a recording.
fn images(settings: &Settings, otherwise: Option<&str>) -> Images {
    let mut images = settings.images.clone();
    if images.default.base_url.is_empty() {
        match otherwise {
            Some(url) => images.default.base_url = url.to_owned(),
            None => tracing::warn!("no picture server is set (images.base_url): pictures have no URLs"),
        }
    }
    Images::new(images)
}

/// Applies a new configuration to the parts that do not read it from the request.
fn apply(resident: &Resident, rpc: &Rpc, admission: &Admission, conf: &Conf) {
    rpc.set_mock(conf.mock.clone());
    rpc.configure(&conf.downstreams);
    resident.dal.can_redis(conf.mock.recorded());
    resident.dal.configure(&conf.caches);
    admission.configure(conf);
}

fn config_view(centre: &Centre<Plans>) -> serde_json::Value {
    let snapshot = centre.snapshot();
    serde_json::json!({
        "version": snapshot.version.as_str(), "revision": snapshot.revision, "loaded_at_ms": snapshot.loaded_at_ms,
        "keys": centre.status(), "strange": centre.strange(),
    })
}

fn clock(frozen: Option<UnixMillis>) -> Clock {
    frozen.map_or(Clock::System, |at| Clock::Frozen(at.0))
}

/// The options of `live-pack world`.
#[derive(Debug, Clone)]
pub struct WorldOptions<'a> {
    /// Port of the first service; the others follow.
    pub base_port: u16,
    /// Seed of all data.
    pub seed: u64,
    /// The frozen time, if any.
    pub clock: Option<UnixMillis>,
    /// A file of faults to inject, if any.
    pub faults: Option<&'a Path>,
}

/// Serves the commerce world until `stop` is cancelled. `started` gets each service with its address, and the
/// address of the pictures.
///
/// # Errors
/// See [`WiringError`].
#[cfg(feature = "world")]
pub async fn world(
    options: WorldOptions<'_>,
    started: impl FnOnce(&[(Downstream, SocketAddr)], SocketAddr),
    stop: CancellationToken,
) -> Result<(), WiringError> {
    world::serve(options, started, stop).await
}

/// Serves the commerce world, which is not in this build.
///
/// # Errors
/// [`WiringError::NoWorld`].
#[cfg(not(feature = "world"))]
pub async fn world(
    _options: WorldOptions<'_>,
    _started: impl FnOnce(&[(Downstream, SocketAddr)], SocketAddr),
    _stop: CancellationToken,
) -> Result<(), WiringError> {
    Err(WiringError::NoWorld)
}
