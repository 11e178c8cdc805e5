//! The instances of each service: follows the sources of its routes and puts their lists in force.

mod metrics;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use prometheus::Registry;
use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    balance::PeerStatus,
    discovery::{DiscoveryError, Fixed, SourceSettings, Subscriber, Use, follow, open, sorted},
    metrics::RpcMetrics,
    resilience::{Destinations, MethodStatus},
    routes::{Endpoint, Listed, Route, Routed},
    settings::RpcSettings,
};
use crate::{
    Downstream,
    config::{DownstreamConf, ServiceConf},
    instance::{Source, StaticInstance},
};

/// All services.
#[derive(Debug)]
pub(crate) struct Directory {
    services: BTreeMap<Downstream, Arc<Followed>>,
    world: BTreeMap<Downstream, Vec<StaticInstance>>,
}

/// One service, and the sources it follows.
struct Followed {
    downstream: Downstream,
    routes: Arc<dyn Routed>,
    methods: Vec<Arc<Destinations>>,
    metrics: RpcMetrics,
    sources: SourceSettings,
    /// Configuration comes from threads outside the runtime.
    runtime: Handle,
    // std mutex: held to replace lists, never across an await
    state: Mutex<State>,
    has_answered: AtomicBool,
}

#[derive(Default)]
struct State {
    /// The last list of each source; empty: there was none, and the route has no instance until there is one.
    lists: BTreeMap<Route, Vec<Endpoint>>,
    drained: BTreeSet<SocketAddr>,
    following: BTreeMap<Route, Following>,
    /// Number of the next source to be followed.
    next: u64,
}

impl State {
    /// The entry of a use, unless another source has replaced it.
    fn of(&mut self, used: &Use) -> Option<&mut Following> {
        self.following.get_mut(&used.route).filter(|following| following.number == used.number)
    }
}

/// A source in use; it is no longer followed when dropped.
struct Following {
    number: u64,
    source: Source,
    fallback: bool,
    task: Option<AbortHandle>,
    /// The last failure; `None` after a list.
    failure: Option<String>,
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// The source of a route, as the configuration has it.
struct Wanted {
    source: Source,
    fallback: bool,
}

/// When a configuration is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Start,
    Running,
}

/// The sources of a service: those of its entry, and for a missing default list that of the settings.
fn wanted(entry: &ServiceConf, world: Option<Source>) -> BTreeMap<Route, Wanted> {
    let plain = |source: &Source| Wanted { source: source.clone(), fallback: false };
    let default = entry.default.as_ref().or(world.as_ref()).map(|source| (Route::Default, plain(source)));
    let groups = entry
        .groups
        .iter()
        .map(|(group, conf)| (Route::Group(*group), Wanted { source: conf.source.clone(), fallback: conf.fallback }));
    let lanes = entry.lanes.iter().map(|(lane, source)| (Route::Lane(*lane), plain(source)));
    default.into_iter().chain(groups).chain(lanes).collect()
}

/// The state of one service, for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ServiceStatus {
    /// Its name.
    pub service: &'static str,
    /// Whether an instance of its default list has accepted a connection since the start.
    pub has_answered: bool,
    /// Its routes.
    pub routes: Vec<RouteStatus>,
    /// Its methods, for each route group or lane that was called.
    pub methods: Vec<MethodStatus>,
}

/// The state of one route.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RouteStatus {
    /// Its name.
    pub route: String,
    /// The last failure of its source, if there was no good list since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Its instances.
    pub instances: Vec<InstanceStatus>,
}

/// The state of one instance.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct InstanceStatus {
    /// Its share of the calls, relative to the others.
    pub weight: u64,
    /// Load, latency and failures.
    #[serde(flatten)]
    pub peer: PeerStatus,
}

impl Directory {
    /// Follows the sources of the configuration at the start.
    pub(crate) fn new(
        routes: Vec<(Downstream, Arc<dyn Routed>)>,
        methods: Vec<Arc<Destinations>>,
        settings: &RpcSettings,
        metrics: &RpcMetrics,
    ) -> Self {
        let followed = |(downstream, routes)| {
            let own = methods.iter().filter(|of| of.method().service() == downstream);
            let service = Followed {
                downstream,
                routes,
                methods: own.map(Arc::clone).collect(),
                metrics: metrics.clone(),
                sources: settings.sources.clone(),
                runtime: Handle::current(),
                state: Mutex::default(),
                has_answered: AtomicBool::new(false),
            };
            (downstream, Arc::new(service))
        };
        let services = routes.into_iter().map(followed).collect();
        let directory = Self { services, world: settings.world.clone() };
        directory.apply(&settings.conf, Moment::Start);
        directory
    }

    /// Registers the metrics of the instances.
    pub(crate) fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        metrics::register(self, registry)
    }

    /// Follows the sources of another configuration.
    pub(crate) fn configure(&self, conf: &DownstreamConf) {
        self.apply(conf, Moment::Running);
    }

    fn apply(&self, conf: &DownstreamConf, moment: Moment) {
        let nothing = ServiceConf::default();
        for (downstream, service) in &self.services {
            let entry = conf.of(*downstream).unwrap_or(&nothing);
            let world = self.world.get(downstream).cloned().map(Source::Static);
            service.methods.iter().for_each(|of| of.configure(&entry.failing, entry.lanes.keys().copied()));
            service.apply(wanted(entry, world), &entry.drain, moment);
        }
    }

    /// Whether an instance of the service's default list has accepted a connection since the start.
    pub(crate) fn has_answered(&self, downstream: Downstream) -> bool {
        self.services.get(&downstream).is_some_and(|service| service.has_answered())
    }

    /// The state of all services.
    pub(crate) fn status(&self) -> Vec<ServiceStatus> {
        self.services.values().map(|service| service.status()).collect()
    }
}

impl Followed {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows these sources and no others. A source that stays is not queried again; a list that needs no look-up is in
    /// force at once.
    fn apply(self: &Arc<Self>, wanted: BTreeMap<Route, Wanted>, drained: &BTreeSet<SocketAddr>, moment: Moment) {
        let mut state = self.lock();
        let before = state.following.len();
        state.following.retain(|route, _| wanted.contains_key(route));
        let mut changed = state.following.len() != before || state.drained != *drained;
        state.lists.retain(|route, _| wanted.contains_key(route));
        state.drained.clone_from(drained);
        for (route, Wanted { source, fallback }) in wanted {
            match state.following.get_mut(&route).filter(|following| following.source == source) {
                Some(following) if following.fallback == fallback => {}
                Some(following) => {
                    following.fallback = fallback;
                    changed = true;
                }
                None => {
                    self.follow(&mut state, route, source, fallback, moment);
                    changed = true;
                }
            }
        }
        if changed {
            self.install(&state);
        }
    }

    fn follow(self: &Arc<Self>, state: &mut State, route: Route, source: Source, fallback: bool, moment: Moment) {
        let number = state.next;
        state.next += 1;
        let at_once = if let Source::Static(list) = &source { Fixed::at_once(list) } else { None };
        let task = match at_once {
            Some(endpoints) => {
                state.lists.insert(route, sorted(endpoints));
                None
            }
            None => {
                // At the start no call may go to a wrong place. Later the calls of a new route group go where they went before
                // until its list is known; the data of a lane must not reach anybody else even then.
                if moment == Moment::Start || matches!(route, Route::Lane(_)) {
                    state.lists.entry(route).or_default();
                }
                let opened = open(&source, &self.sources);
                let task = self.runtime.spawn(follow(Arc::downgrade(self), Use { route, number }, opened));
                Some(task.abort_handle())
            }
        };
        state.following.insert(route, Following { number, source, fallback, task, failure: None });
    }

    /// Puts the lists in force.
    fn install(&self, state: &State) {
        let listed = |(route, list): (&Route, &Vec<Endpoint>)| {
            let endpoints = list.iter().filter(|to| !state.drained.contains(&to.address)).copied().collect();
            let fallback = state.following.get(route).is_some_and(|following| following.fallback);
            (*route, Listed { endpoints, fallback })
        };
        self.routes.install(&state.lists.iter().map(listed).collect());
    }

    fn has_answered(&self) -> bool {
        if !self.has_answered.load(Relaxed) && self.routes.has_connected() {
            self.has_answered.store(true, Relaxed);
        }
        self.has_answered.load(Relaxed)
    }

    fn status(&self) -> ServiceStatus {
        let state = self.lock();
        let failure = |route: &Route| state.following.get(route).and_then(|following| following.failure.clone());
        let mut routes = self.routes.status();
        // a route whose source has never given a list
        let absent =
            state.following.keys().filter(|route| failure(route).is_some() && !state.lists.contains_key(route));
        routes.extend(absent.map(|route| (*route, Vec::new())));
        let routes = routes.into_iter().map(|(route, instances)| RouteStatus {
            failure: failure(&route),
            route: route.name().to_owned(),
            instances: instances.into_iter().map(|(peer, weight)| InstanceStatus { weight, peer }).collect(),
        });
        ServiceStatus {
            service: self.downstream.name(),
            has_answered: self.has_answered(),
            routes: routes.collect(),
            methods: self.methods.iter().flat_map(|of| of.status()).collect(),
        }
    }
}

impl Subscriber for Followed {
    fn take(&self, of: &Use, list: Vec<Endpoint>) {
        let route = &of.route;
        self.metrics.listed(self.downstream, route.name(), "taken");
        let mut state = self.lock();
        let Some(following) = state.of(of) else { return };
        if following.failure.take().is_some() {
            tracing::info!(downstream = %self.downstream, route = route.name(), "the instances are known again");
        }
        if state.lists.get(route) == Some(&list) {
            return;
        }
        let count = list.len();
        state.lists.insert(*route, list);
        self.install(&state);
        tracing::info!(downstream = %self.downstream, route = route.name(), count, "the instances have changed");
    }

    fn keep(&self, of: &Use, error: Option<&DiscoveryError>) {
        let route = &of.route;
        self.metrics.listed(self.downstream, route.name(), if error.is_some() { "failed" } else { "empty" });
        let failure = error.map_or_else(|| "the list is empty".to_owned(), ToString::to_string);
        let mut state = self.lock();
        let kept = state.lists.get(route).map_or(0, Vec::len);
        let Some(following) = state.of(of) else { return };
        // once per failure, and not for every attempt
        if following.failure.as_ref() != Some(&failure) {
            tracing::warn!(
                downstream = %self.downstream, route = route.name(), failure, kept,
                "the instances cannot be found; the last list stays"
            );
            following.failure = Some(failure);
        }
    }
}

impl std::fmt::Debug for Followed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Followed").field("downstream", &self.downstream).finish_non_exhaustive()
    }
}
