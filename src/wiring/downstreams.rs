//! The static lists of the twelve downstream services: the embedded world, or the settings.

use std::collections::BTreeMap;

use live_pack_dal::{
    Downstream,
    rpc::{HostPort, StaticInstance},
};

use super::WiringError;
use crate::settings::{Settings, World};

/// The services, and the values that must live as long as they are called.
pub(super) struct Downstreams {
    /// The static list of each service.
    pub(super) world: BTreeMap<Downstream, Vec<StaticInstance>>,
    /// The server of their pictures; `None`: from the settings.
    pub(super) pictures: Option<String>,
    /// The embedded world; dropping it ends it.
    #[cfg(feature = "world")]
    _embedded: Option<live_pack_commerce::RunningWorld>,
}

impl Downstreams {
    /// Starts the embedded world, or takes the addresses unchanged; names are resolved later.
    ///
    /// # Errors
    /// The world cannot be started.
    pub(super) async fn of(settings: &Settings) -> Result<Self, WiringError> {
        match &settings.world {
            World::Embedded => Self::embedded(settings).await,
            World::Remote(named) => Ok(Self {
                world: named.iter().map(|(service, at)| (*service, listed(at.iter().cloned()))).collect(),
                pictures: None,
                #[cfg(feature = "world")]
                _embedded: None,
            }),
        }
    }

    #[cfg(feature = "world")]
    async fn embedded(settings: &Settings) -> Result<Self, WiringError> {
        let embedded = super::world::embedded(settings.clock).await?;
        let pictures = Some(format!("http://{}", embedded.addresses().pictures));
        let world = embedded.addresses().services().map(|(service, addr)| (service, listed([addr.into()]))).collect();
        Ok(Self { world, pictures, _embedded: Some(embedded) })
    }

    #[cfg(not(feature = "world"))]
    async fn embedded(_settings: &Settings) -> Result<Self, WiringError> {
        Err(WiringError::NoWorld)
    }

    /// Name and addresses of each, for people.
    pub(super) fn listed(&self) -> Vec<(String, String)> {
        let addresses = |list: &[StaticInstance]| {
            let texts: Vec<_> = list.iter().map(|instance| instance.at.to_string()).collect();
            texts.join(", ")
        };
        self.world.iter().map(|(service, list)| (service.name().to_owned(), addresses(list))).collect()
    }
}

fn listed(addresses: impl IntoIterator<Item = HostPort>) -> Vec<StaticInstance> {
    addresses.into_iter().map(Into::into).collect()
}
