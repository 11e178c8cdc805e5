//! `live-pack world`: the downstream services without Live Pack.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use live_pack_dal::Downstream;
use tokio_util::sync::CancellationToken;

use super::{CliError, serve::runtime};
use crate::{
    server::{Lifecycle, signals},
    settings::UnixMillis,
    wiring::{self, WorldOptions},
};

/// Options of the world.
#[derive(Debug, Args)]
pub struct WorldArgs {
    /// Port of the first service; the others follow on the next ports
    #[arg(long, env = "LIVE_PACK_WORLD_BASE_PORT", value_name = "PORT", default_value_t = 9001)]
    pub base_port: u16,
    /// Seed of all data
    #[arg(long, env = "LIVE_PACK_WORLD_SEED", value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
    /// Freeze the time of the world, as RFC 3339 or Unix milliseconds [default: real time]
    #[arg(long, env = "LIVE_PACK_CLOCK", value_name = "TIME")]
    pub clock: Option<UnixMillis>,
    /// A JSON file of faults to inject [default: none]
    #[arg(long, env = "LIVE_PACK_WORLD_FAULTS", value_name = "FILE")]
    pub faults: Option<PathBuf>,
}

/// Serves the world until SIGTERM or SIGINT.
pub(super) fn run(args: &WorldArgs) -> Result<ExitCode, CliError> {
    let options =
        WorldOptions { base_port: args.base_port, seed: args.seed, clock: args.clock, faults: args.faults.as_deref() };
    runtime(None)?.block_on(async {
        let lifecycle = Arc::new(Lifecycle::default());
        signals::install(lifecycle.clone(), None).map_err(CliError::system("cannot handle signals"))?;
        let stop = CancellationToken::new();
        let _stops_with_us = stop.clone().drop_guard();
        let served = wiring::world(options, announce, stop);
        tokio::select! {
            result = served => result?,
            () = lifecycle.drain_asked() => {}
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn announce(services: &[(Downstream, SocketAddr)], pictures: SocketAddr) {
    let list: Vec<_> = services.iter().map(|(name, addr)| format!("{name}={addr}")).collect();
    let text = format!(
        "The commerce world is ready. To use it:\n  live-pack serve --image-base-url http://{pictures} --world {}",
        list.join(",")
    );
    // A closed standard output must not stop the world.
    if let Err(error) = super::print(&text) {
        tracing::warn!(%error, "the addresses could not be printed");
    }
}
