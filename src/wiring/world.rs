//! The commerce world: embedded, or in a separate process.

use std::{net::SocketAddr, path::Path};

use live_pack_commerce::{Clock, RunningWorld, WorldSettings};
use live_pack_dal::{
    Downstream,
    files::Files,
    json::{self, Flaw},
};
use tokio_util::sync::CancellationToken;

use super::{WiringError, WorldOptions};
use crate::settings::UnixMillis;

/// Seed of the embedded world.
const SEED: u64 = 1;

fn clock(frozen: Option<UnixMillis>) -> Clock {
    frozen.map_or(Clock::System, |at| Clock::Frozen(at.0))
}

async fn started(settings: WorldSettings) -> Result<RunningWorld, WiringError> {
    live_pack_commerce::serve(settings).await.map_err(|error| WiringError::World(Box::new(error)))
}

/// Starts the world in this process, on free ports of loopback.
pub(super) async fn embedded(frozen: Option<UnixMillis>) -> Result<RunningWorld, WiringError> {
    started(WorldSettings { seed: SEED, clock: clock(frozen), ..WorldSettings::default() }).await
}

/// Serves the world until `stop` is cancelled.
pub(super) async fn serve(
    options: WorldOptions<'_>,
    announce: impl FnOnce(&[(Downstream, SocketAddr)], SocketAddr),
    stop: CancellationToken,
) -> Result<(), WiringError> {
    let settings = WorldSettings {
        seed: options.seed,
        clock: clock(options.clock),
        faults: options.faults.map(faults).transpose()?.unwrap_or_default(),
        base_port: options.base_port,
        ..WorldSettings::default()
    };
    let world = started(settings).await?;
    let services: Vec<_> = world.addresses().services().collect();
    announce(&services, world.addresses().pictures);
    stop.cancelled().await;
    world.stop().await;
    Ok(())
}

/// The file of faults is invalid.
#[derive(Debug, thiserror::Error)]
#[error("the faults are invalid: {}", listed(flaws))]
struct NoFaults {
    /// All faults.
    flaws: Vec<Flaw>,
}

fn listed(flaws: &[Flaw]) -> String {
    flaws.iter().map(|flaw| format!("\n  {flaw}")).collect()
}

type Faults = std::collections::BTreeMap<String, live_pack_commerce::Fault>;

fn faults(path: &Path) -> Result<Faults, WiringError> {
    let text = Files::default().read_text(path).map_err(|error| WiringError::World(Box::new(error)))?;
    let value = json::value(&text).map_err(|flaws| WiringError::World(Box::new(NoFaults { flaws })))?;
    serde_path_to_error::deserialize(value).map_err(|error| WiringError::World(Box::new(error)))
}
