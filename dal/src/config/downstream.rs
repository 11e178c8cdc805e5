//! `DownstreamConf`: the instances of downstream services, by service, route group and lane, and the behaviour of calls
//! when a service fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
};

use crate::{
    Downstream,
    instance::Source,
    model::{Lane, RouteGroup},
};

mod failing;
mod raw;

pub use self::failing::{AdaptiveRules, BreakerRules, BulkheadRules, Failing, Forced, HedgeRules, RetryRules};
pub(crate) use self::raw::static_instances;

/// `DownstreamConf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DownstreamConf {
    services: BTreeMap<Downstream, ServiceConf>,
    lanes: BTreeSet<Lane>,
}

/// The entry of one service, with the fields of `*` that it leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceConf {
    /// The default list; `None`: the one of the settings.
    pub default: Option<Source>,
    /// Lists of route groups.
    pub groups: BTreeMap<RouteGroup, GroupConf>,
    /// Lists of lanes.
    pub lanes: BTreeMap<Lane, Source>,
    /// Addresses that get no further calls.
    pub drain: BTreeSet<SocketAddr>,
    /// Behaviour of calls when the service fails.
    pub failing: Failing,
}

/// The entry of one route group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupConf {
    /// Its list.
    pub source: Source,
    /// Whether calls go to the default list while none of its instances can be reached.
    pub fallback: bool,
}

impl DownstreamConf {
    /// The checked form of a text without faults.
    #[cfg(test)]
    pub(crate) fn parsed(text: &str) -> Self {
        super::keyed::parsed(text)
    }

    /// The entry of a service, if there is one.
    #[must_use]
    pub fn of(&self, service: Downstream) -> Option<&ServiceConf> {
        self.services.get(&service)
    }

    /// The lane of this name, if a service has an entry for it.
    #[must_use]
    pub fn lane(&self, name: &str) -> Option<Lane> {
        self.lanes.iter().find(|lane| lane.name() == name).copied()
    }
}

/// Whether a path is absolute, or stays inside its folder.
fn is_path(text: &str) -> bool {
    let path = Path::new(text);
    !text.is_empty() && (path.is_absolute() || !path.components().any(|part| part == std::path::Component::ParentDir))
}
