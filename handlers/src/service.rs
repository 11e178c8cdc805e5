//! The resident parts of the service that every call uses.

use std::sync::Arc;

use live_pack_dal::{clock::Clock, config::Environment, model::Region};
use live_pack_engine::SideEffects;
use live_pack_entities::request::Resident;

use crate::{keeping::Keeping, metrics::EngineMetrics, user_key::UserKey};

/// Options of the service.
#[derive(Debug, Clone)]
pub struct ServiceOptions {
    /// The clock.
    pub clock: Clock,
    /// The environment, which decides the permitted test aids.
    pub environment: Environment,
    /// Region of a viewer whose region is unknown; `None`: the default of `RegionConf`.
    pub default_region: Option<Region>,
    /// The key of the hashes of followed viewers.
    pub user_key: UserKey,
}

/// The resident parts of the service, without its configuration. They hold no request state.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) options: ServiceOptions,
    pub(crate) resident: Arc<Resident>,
    pub(crate) metrics: EngineMetrics,
    /// Keeps records of calls; `None` if they are not needed.
    pub(crate) keeping: Option<Keeping>,
    /// Work after answers; its owner drains it.
    pub(crate) side_effects: Arc<SideEffects>,
}
