//! The static list: addresses are taken unchanged, names are resolved by the system and looked up again.

use std::{net::SocketAddr, time::Duration};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all, pending},
};
use tokio::{net::lookup_host, time::sleep};

use super::{Discovery, DiscoveryError};
use crate::{
    instance::{HostPort, StaticInstance},
    rpc::routes::Endpoint,
};

/// Age at which names are looked up again. The system does not report a time to live.
const AGAIN: Duration = Duration::from_secs(30);

/// Pause before names are looked up again that were not found while others were.
const SOON: Duration = Duration::from_secs(1);

/// A static list.
#[derive(Debug)]
pub(crate) struct Fixed {
    instances: Vec<StaticInstance>,
    /// The address of each instance, as far as it is known.
    found: Vec<Option<SocketAddr>>,
    pause: Option<Duration>,
}

impl Fixed {
    pub(crate) fn new(instances: Vec<StaticInstance>) -> Self {
        let found = instances.iter().map(|instance| instance.at.literal()).collect();
        Self { instances, found, pause: None }
    }

    /// The list, if nothing has to be looked up.
    pub(crate) fn at_once(instances: &[StaticInstance]) -> Option<Vec<Endpoint>> {
        let literal = |of: &StaticInstance| Some(Endpoint { address: of.at.literal()?, weight: of.weight });
        instances.iter().map(literal).collect()
    }

    async fn find(&mut self) -> Result<Vec<Endpoint>, DiscoveryError> {
        match self.pause {
            Some(_) if self.instances.iter().all(|instance| instance.at.literal().is_some()) => pending().await,
            Some(pause) => sleep(pause).await,
            None => {}
        }
        let looks = self.instances.iter().zip(&self.found).map(|(instance, known)| look_up(&instance.at, *known));
        let results = join_all(looks).await;
        let mut failed = None;
        for (place, result) in self.found.iter_mut().zip(results) {
            match result {
                Ok(address) => *place = Some(address),
                Err(error) => failed = Some(error),
            }
        }
        let known = self.instances.iter().zip(&self.found);
        let list: Vec<_> =
            known.filter_map(|(of, address)| Some(Endpoint { address: (*address)?, weight: of.weight })).collect();
        self.pause = Some(AGAIN);
        match failed {
            None => Ok(list),
            // some addresses are better than none; the others are looked up again soon
            Some(error) if !list.is_empty() && list.len() < self.instances.len() => {
                tracing::warn!(%error, "a name of a static list cannot be resolved");
                self.pause = Some(SOON);
                Ok(list)
            }
            Some(error) => {
                self.pause = None;
                Err(error)
            }
        }
    }
}

impl Discovery for Fixed {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Endpoint>, DiscoveryError>> {
        self.find().boxed()
    }
}

/// The first address of a name; the known one as long as the name has it, so that a rotating answer changes nothing.
async fn look_up(at: &HostPort, known: Option<SocketAddr>) -> Result<SocketAddr, DiscoveryError> {
    if let Some(address) = at.literal() {
        return Ok(address);
    }
    let found: Vec<_> = lookup_host(at.parts()).await.map_err(|error| DiscoveryError::new(at, error))?.collect();
    let kept = known.filter(|known| found.contains(known));
    kept.or_else(|| found.first().copied()).ok_or_else(|| DiscoveryError::new(at, "the name has no address"))
}
