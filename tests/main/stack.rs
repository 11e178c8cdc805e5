//! A commerce world, the real service connected to it, and a client, all in this process on their own sockets.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use live_pack::{
    metrics::ServerMetrics,
    pack_service::CallOptions,
    records::ring::Ring,
    server::{self, Lifecycle, ServerOptions},
    settings::{Environment, RawSettings, Settings, Sources, UnixMillis, World},
    wiring::{self, Wired},
};
use live_pack_commerce::{Clock, RunningWorld, WorldSettings};
use live_pack_dal::{CacheName, Downstream, ImageHost, ImageSettings, MemoryName};
use live_pack_handlers::LivePack;
use live_pack_idl::live_pack::{GetLiveBagDataResponse, LivePackServiceClient, LivePackServiceClientBuilder};
use live_pack_telemetry::{CollectorSettings, Protocol, testing::Collector};
use prometheus::Registry;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    ask::Ask,
    fault_proxy::{FaultProxy, Tamper},
    tap::Tap,
};

/// An instant in November 2026, at which the clock is frozen unless a test sets another.
pub(crate) const NOW: i64 = 1_795_000_000_000;

/// The picture server in answers; it is never called.
pub(crate) const IMAGES: &str = "https://img.example";

/// Kept for the whole run: a world without an owner would be generated again for every test.
static DRAWN: LazyLock<Arc<live_pack_commerce::World>> = LazyLock::new(|| live_pack_commerce::World::of(1));

/// The setup of a stack. By default the clock is frozen at [`NOW`], there is no Redis, timeouts suit a busy machine, and stale
/// values, which would hide failures, are off. A test that sets `CacheConf` gets the built-in ones.
#[derive(Default)]
pub(crate) struct Setup {
    conf: Vec<(&'static str, Value)>,
    redis: Option<String>,
    clock_runs: bool,
    at: Option<i64>,
    environment: Environment,
    replaced: Option<(Downstream, SocketAddr)>,
    tampered: Option<(Downstream, &'static [Tamper])>,
    tapped: Option<Downstream>,
    collector: Option<CollectorSettings>,
    dns: Option<UdpSocket>,
    alone: bool,
}

/// Everything that runs; stopped on drop.
pub(crate) struct Stack {
    pub(crate) world: RunningWorld,
    pub(crate) addr: SocketAddr,
    pub(crate) registry: Registry,
    /// The service without listener and middleware.
    pub(crate) service: LivePack,
    client: LivePackServiceClient,
    lifecycle: Arc<Lifecycle>,
    conf: TempDir,
    /// The proxies in front of the service that [`Setup::behind`] names.
    pub(crate) proxies: Vec<FaultProxy>,
    /// The tap in front of the service that [`Setup::tapped`] names.
    pub(crate) tap: Option<Tap>,
    /// The records of calls.
    pub(crate) records: Arc<Ring>,
    _dns: Option<UdpSocket>,
    // a mutex only so that a stack can be used from several tasks
    _keep: Mutex<Box<dyn std::any::Any + Send>>,
}

impl Setup {
    /// Writes a file of hot configuration before startup.
    pub(crate) fn conf(mut self, key: &'static str, value: Value) -> Self {
        self.conf.retain(|(known, _)| *known != key);
        self.conf.push((key, value));
        self
    }

    /// Caches nothing between calls, so that each call reaches every downstream service.
    pub(crate) fn without_caches(self) -> Self {
        self.caches(&json!({ "enabled": false }))
    }

    /// Caches every cacheable value in Redis for a minute, and nothing in the process.
    pub(crate) fn without_local_caches(self) -> Self {
        self.caches(&json!({ "local_ttl": "0ms", "redis_ttl": "1m" }))
    }

    /// Disables the memoization of pure functions.
    pub(crate) fn without_memories(self) -> Self {
        let memories = MemoryName::ALL.map(|memory| (memory.name().to_owned(), json!({ "enabled": false })));
        self.conf("CacheConf", json!({ "caches": serde_json::Map::from_iter(memories) }))
    }

    fn caches(self, rules: &Value) -> Self {
        let caches = CacheName::ALL.map(|cache| (cache.name().to_owned(), rules.clone()));
        self.conf("CacheConf", json!({ "caches": serde_json::Map::from_iter(caches) }))
    }

    /// Uses this Redis.
    pub(crate) fn redis(mut self, url: &str) -> Self {
        self.redis = Some(url.to_owned());
        self
    }

    /// Calls another address instead of this service of the world.
    pub(crate) fn replace(mut self, downstream: Downstream, by: SocketAddr) -> Self {
        self.replaced = Some((downstream, by));
        self
    }

    /// Puts proxies in front of this service, each as a separate instance.
    pub(crate) fn behind(mut self, downstream: Downstream, tampers: &'static [Tamper]) -> Self {
        self.tampered = Some((downstream, tampers));
        self
    }

    /// Records what is sent to this service.
    pub(crate) fn tapped(mut self, downstream: Downstream) -> Self {
        self.tapped = Some(downstream);
        self
    }

    /// Exports traces to this collector.
    pub(crate) fn exporting(mut self, collector: &Collector) -> Self {
        self.collector = Some(collector.settings(Protocol::Grpc).unwrap());
        self
    }

    /// Resolves names at a DNS server that never answers.
    pub(crate) fn with_silent_dns(mut self) -> Self {
        self.dns = Some(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        self
    }

    /// Answers from this recording: no downstream service, no picture server.
    pub(crate) fn playing(self, recording: Value) -> Self {
        Self { alone: true, ..self.conf("livePackDownstreamRpcMock", recording) }
    }

    /// Uses the machine's clock for service and world.
    pub(crate) fn with_running_clock(mut self) -> Self {
        self.clock_runs = true;
        self
    }

    /// Freezes the clock at this instant instead of [`NOW`].
    pub(crate) fn at(mut self, now_ms: i64) -> Self {
        self.at = Some(now_ms);
        self
    }

    /// Runs in this environment; prod cannot freeze its clock.
    pub(crate) fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self.clock_runs |= environment == Environment::Prod;
        self
    }

    /// Starts it.
    pub(crate) async fn start(self) -> Stack {
        LazyLock::force(&DRAWN);
        let now = self.at.unwrap_or(NOW);
        let clock = if self.clock_runs { Clock::System } else { Clock::Frozen(now) };
        let world = live_pack_commerce::serve(WorldSettings { clock, ..WorldSettings::default() }).await.unwrap();
        let conf = tempfile::tempdir().unwrap();
        write(conf.path(), "LivePackEngineConf", &engines(json!({ "timeout": "3s", "reserve": "20ms" })).to_string());
        let no_stale = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "stale": "0ms" })));
        write(conf.path(), "CacheConf", &json!({ "caches": serde_json::Map::from_iter(no_stale) }).to_string());
        // With other tests running, everything may be slow, and that must not shed requests.
        write(conf.path(), "OverloadConf", &json!({ "enabled": false }).to_string());
        for (key, value) in &self.conf {
            write(conf.path(), key, &value.to_string());
        }
        let services = world.addresses().services().chain(self.replaced).filter(|_| !self.alone);
        let named = services.map(|(service, addr)| (service, vec![addr.into()]));
        let mut named: BTreeMap<_, _> = named.collect();
        let (mut proxies, mut tap) = (Vec::new(), None);
        let address_of =
            |service| world.addresses().services().find_map(|(known, addr)| (known == service).then_some(addr));
        if let Some(service) = self.tapped {
            let started = Tap::start(address_of(service).unwrap()).await;
            named.insert(service, vec![started.address.into()]);
            tap = Some(started);
        }
        if let Some((service, tampers)) = self.tampered {
            let to = address_of(service).unwrap();
            for tamper in tampers {
                proxies.push(FaultProxy::start(to, *tamper).await);
            }
            named.insert(service, proxies.iter().map(|proxy| proxy.address.into()).collect());
        }
        let images = if self.alone { String::new() } else { IMAGES.to_owned() };
        let settings = Settings {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            ops_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            environment: self.environment,
            clock: (!self.clock_runs).then_some(UnixMillis(now)),
            conf: Some(conf.path().to_owned()),
            redis: self.redis.map(|url| url.parse().unwrap()),
            images: ImageSettings {
                default: ImageHost { base_url: images, ..ImageHost::default() },
                ..ImageSettings::default()
            },
            world: World::Remote(named),
            sources: Sources {
                dns_server: self.dns.as_ref().map(|socket| socket.local_addr().unwrap()),
                ..Sources::default()
            },
            traces: self.collector,
            log_level: "off".to_owned(),
            server: ServerOptions {
                calls: CallOptions { max_request_time: Duration::from_secs(5), ..CallOptions::default() },
                ..ServerOptions::default()
            },
            ..Settings::check(&RawSettings::default(), None).unwrap()
        };
        let registry = Registry::new();
        let wired = wiring::build(&settings, &registry).await.unwrap();
        let listener = server::bind(settings.addr, "--addr").unwrap();
        let addr = listener.local_addr().unwrap();
        let lifecycle = Arc::new(Lifecycle::default());
        let metrics = Arc::new(ServerMetrics::new(&registry).unwrap());
        let layered = wired.layered(settings.server.calls, &metrics);
        let Wired { service, admission, records, keep, .. } = wired;
        #[expect(clippy::disallowed_methods, reason = "the listener of the stack; it ends with the drain")]
        tokio::spawn(server::serve(listener, layered, settings.server, admission, metrics, Arc::clone(&lifecycle)));
        let client = LivePackServiceClientBuilder::new("live_pack")
            .caller_name("tests")
            .rpc_timeout(Some(Duration::from_secs(10)))
            .address(addr)
            .build();
        Stack {
            world,
            addr,
            registry,
            service,
            client,
            lifecycle,
            conf,
            proxies,
            tap,
            records,
            _dns: self.dns,
            _keep: Mutex::new(keep),
        }
    }
}

impl Stack {
    /// A stack as [`Setup`] starts it by default.
    pub(crate) async fn start() -> Self {
        Setup::default().start().await
    }

    /// The answer to a request, whatever its status.
    pub(crate) async fn answer(&self, ask: Ask) -> GetLiveBagDataResponse {
        self.client.get_live_bag_data(ask.0).await.unwrap()
    }

    /// The answer to a request, which must be complete.
    pub(crate) async fn bag(&self, ask: Ask) -> GetLiveBagDataResponse {
        let answer = self.answer(ask).await;
        assert_eq!((answer.base_resp.status_code, &answer.degraded), (0, &Vec::new()), "{:?}", answer.base_resp);
        answer
    }

    /// The generated client, for other methods.
    pub(crate) fn client(&self) -> &LivePackServiceClient {
        &self.client
    }

    /// Replaces a file of hot configuration.
    pub(crate) fn write_conf(&self, key: &str, text: &str) {
        write(self.conf.path(), key, text);
    }

    /// The sum of a counter over the series that have all of these labels.
    #[expect(clippy::cast_possible_truncation, reason = "a count, kept as a float by the metrics")]
    pub(crate) fn counter(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let series = family.into_iter().flat_map(|family| family.get_metric());
        series
            .filter(|metric| {
                let has = |(name, value): &(&str, &str)| {
                    metric.get_label().iter().any(|label| label.name() == *name && label.value() == *value)
                };
                labels.iter().all(has)
            })
            .map(|metric| metric.get_counter().get_value() as u64)
            .sum()
    }
}

impl Stack {
    /// The value of a gauge without labels.
    #[expect(clippy::cast_possible_truncation, reason = "a count, kept as a float by the metrics")]
    pub(crate) fn gauge(&self, name: &str) -> i64 {
        let families = self.registry.gather();
        let metric =
            families.iter().find(|family| family.name() == name).and_then(|family| family.get_metric().first());
        metric.map_or(0, |metric| metric.get_gauge().get_value() as i64)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.lifecycle.drain();
    }
}

/// `LivePackEngineConf` with one entry for every engine of every method.
pub(crate) fn engines(entry: Value) -> Value {
    let mut entry = entry;
    entry["method"] = json!("*");
    entry["engine"] = json!("*");
    json!({ "engines": [entry] })
}

/// Writes a temporary file next to it, then renames, as editors and deployments do.
fn write(dir: &Path, key: &str, text: &str) {
    let aside = dir.join(format!(".{key}.new"));
    std::fs::write(&aside, text).unwrap();
    std::fs::rename(aside, dir.join(format!("{key}.json"))).unwrap();
}

/// Repeats `look` until it finds something, for at most `limit`.
pub(crate) async fn eventually<T>(limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = tokio::time::Instant::now() + limit;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < end, "not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
