//! Treatment of the calls of a method when its service fails. Each destination – route group of the viewer, or lane with
//! addresses of its own – has its own state: an outage in EU opens no breaker for US.
//!
//! A call enters at [`Destinations::enter`]: the breaker may refuse it, the bulkhead may be full. The [`Admission`] decides
//! about a retry or a hedge and records the end. A healthy call locks and allocates nothing here.

mod adaptive;
mod breaker;
mod budget;
mod bulkhead;
mod destination;
mod hedge;
mod latencies;
#[cfg(test)]
mod tests;
mod window;

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use tokio::time::Instant;

use self::destination::{Destination, Held, Rules};
pub use self::{breaker::BreakerState, destination::MethodStatus};
pub(super) use self::{
    destination::{Admission, Ended},
    hedge::{Hedge, Raced, race},
};
use super::metrics::FailingMetrics;
use crate::{
    Call, DownstreamMethod, ErrorKind,
    config::Failing,
    model::{Lane, RouteGroup},
};

/// The destinations of one method.
#[derive(Debug)]
pub(super) struct Destinations {
    method: DownstreamMethod,
    metrics: FailingMetrics,
    rules: ArcSwap<Rules>,
    /// By route group, made when first needed: most methods are called for few.
    groups: [OnceLock<Box<Destination>>; RouteGroup::ALL.len()],
    lanes: ArcSwap<Vec<(Lane, Arc<Destination>)>>,
}

impl Destinations {
    /// No state yet, and the shipped rules.
    pub(super) fn new(method: DownstreamMethod, metrics: FailingMetrics) -> Self {
        Self {
            method,
            metrics,
            rules: ArcSwap::from_pointee(Rules::of(&Failing::default(), method)),
            groups: [const { OnceLock::new() }; RouteGroup::ALL.len()],
            lanes: ArcSwap::default(),
        }
    }

    /// The method.
    pub(super) const fn method(&self) -> DownstreamMethod {
        self.method
    }

    /// Puts other rules in force, and the lanes that have addresses of their own. Calls under way keep their rules; a lane
    /// that stays keeps its state.
    pub(super) fn configure(&self, failing: &Failing, lanes: impl Iterator<Item = Lane>) {
        let rules = Rules::of(failing, self.method);
        let before = self.rules.swap(Arc::new(rules));
        let known = self.lanes.load();
        let of = |lane: Lane| known.iter().find(|(named, _)| *named == lane).map(|(_, known)| Arc::clone(known));
        let destination = |lane: Lane| {
            let made = || Arc::new(Destination::new(&rules, self.metrics.destination(self.method, None), lane.name()));
            (lane, of(lane).unwrap_or_else(made))
        };
        self.lanes.store(Arc::new(lanes.map(destination).collect()));
        self.groups.iter().filter_map(OnceLock::get).for_each(|known| known.apply(&before, &rules));
        self.lanes.load().iter().for_each(|(_, known)| known.apply(&before, &rules));
    }

    /// The destination of a call.
    fn of(&self, call: &Call) -> Held<'_> {
        if let Some(lane) = call.traffic.lane {
            let lanes = self.lanes.load();
            if let Some((_, own)) = lanes.iter().find(|(named, _)| *named == lane) {
                return Held::Lane(Arc::clone(own));
            }
        }
        let group = call.viewer.route_group;
        let [first, ..] = &self.groups;
        let place = self.groups.get(group as usize).unwrap_or(first);
        Held::Group(place.get().map(Box::as_ref).unwrap_or_else(|| self.first(place, group)))
    }

    #[cold]
    fn first<'a>(&self, place: &'a OnceLock<Box<Destination>>, group: RouteGroup) -> &'a Destination {
        let rules = **self.rules.load();
        let metrics = || self.metrics.destination(self.method, Some(group));
        let made = place.get_or_init(|| Box::new(Destination::new(&rules, metrics(), group.name())));
        // a change of the rules may not have seen it
        made.apply(&rules, &self.rules.load());
        made
    }

    /// Admits a call that will time out at `deadline`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Open`]: the breaker refuses it. [`ErrorKind::Saturated`]: too many calls are in flight.
    pub(super) async fn enter(&self, call: &Call, deadline: Instant) -> Result<Admission<'_>, ErrorKind> {
        let rules = **self.rules.load();
        Admission::new(self.of(call), rules, deadline).await
    }

    /// The state of each destination that was called, for people.
    pub(super) fn status(&self) -> Vec<MethodStatus> {
        let (rules, lanes, now) = (self.rules.load(), self.lanes.load(), Instant::now());
        let groups = self.groups.iter().filter_map(OnceLock::get).map(|of| &**of);
        let lanes = lanes.iter().map(|(_, of)| &**of);
        groups.chain(lanes).map(|of| of.status(self.method.name(), &rules, now)).collect()
    }
}
