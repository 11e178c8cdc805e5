//! Which instances each service has: follows the sources of its routes and puts their lists in force.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use tokio::task::AbortHandle;

use super::{
    balance::PeerStatus,
    discovery::{Discovery, DiscoveryError, Fixed, StaticInstance, Subscriber, Use, follow, sorted},
    metrics::RpcMetrics,
    routes::{Endpoint, Listed, Route, Routed},
};
use crate::Downstream;

/// All services.
#[derive(Debug)]
pub(crate) struct Directory {
    services: BTreeMap<Downstream, Arc<Followed>>,
}

/// One service, and the sources it follows.
struct Followed {
    downstream: Downstream,
    routes: Arc<dyn Routed>,
    metrics: RpcMetrics,
    // std mutex: held to replace lists, never across an await
    state: Mutex<State>,
    has_answered: AtomicBool,
}

#[derive(Default)]
struct State {
    lists: BTreeMap<Route, Listed>,
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

/// The state of one service, for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ServiceStatus {
    /// Its name.
    pub service: &'static str,
    /// Whether an instance of its default list has accepted a connection since the start.
    pub has_answered: bool,
    /// Its routes.
    pub routes: Vec<RouteStatus>,
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
    /// Follows the static list of each service.
    pub(crate) fn new(
        routes: Vec<(Downstream, Arc<dyn Routed>)>,
        world: &BTreeMap<Downstream, Vec<StaticInstance>>,
        metrics: &RpcMetrics,
    ) -> Self {
        let followed = |(downstream, routes)| {
            let has_answered = AtomicBool::new(false);
            let (metrics, state) = (metrics.clone(), Mutex::default());
            let service = Arc::new(Followed { downstream, routes, metrics, state, has_answered });
            if let Some(list) = world.get(&downstream) {
                service.follow(Route::Default, list.clone());
            }
            (downstream, service)
        };
        Self { services: routes.into_iter().map(followed).collect() }
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

    /// Follows a source; a list that needs no look-up is in force at once.
    fn follow(self: &Arc<Self>, route: Route, source: Vec<StaticInstance>) {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let task = match Fixed::at_once(&source) {
            Some(endpoints) => {
                state.lists.insert(route.clone(), Listed { endpoints: sorted(endpoints) });
                self.routes.install(&state.lists);
                None
            }
            None => {
                let followed: Box<dyn Discovery> = Box::new(Fixed::new(source));
                #[expect(clippy::disallowed_methods, reason = "ends with the entry of the source")]
                let task = tokio::spawn(follow(Arc::downgrade(self), Use { route: route.clone(), number }, followed));
                Some(task.abort_handle())
            }
        };
        state.following.insert(route, Following { number, task, failure: None });
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
        let routes = self.routes.status().into_iter().map(|(route, instances)| RouteStatus {
            failure: failure(&route),
            route: route.name().to_owned(),
            instances: instances.into_iter().map(|(peer, weight)| InstanceStatus { weight, peer }).collect(),
        });
        ServiceStatus { service: self.downstream.name(), has_answered: self.has_answered(), routes: routes.collect() }
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
        let list = Listed { endpoints: list };
        if state.lists.get(route) == Some(&list) {
            return;
        }
        let count = list.endpoints.len();
        state.lists.insert(route.clone(), list);
        self.routes.install(&state.lists);
        tracing::info!(downstream = %self.downstream, route = route.name(), count, "the instances have changed");
    }

    fn keep(&self, of: &Use, error: Option<&DiscoveryError>) {
        let route = &of.route;
        self.metrics.listed(self.downstream, route.name(), if error.is_some() { "failed" } else { "empty" });
        let failure = error.map_or_else(|| "the list is empty".to_owned(), ToString::to_string);
        let mut state = self.lock();
        let kept = state.lists.get(route).map_or(0, |list| list.endpoints.len());
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
