//! `live-pack shop serve`.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use live_pack_shop::{Clock, Shop, ShopSettings};
use live_pack_shop_gateway::{App, serve};
use live_pack_shop_store::{Cell, FolderLock};
use prometheus::Registry;
use tokio::{net::TcpListener, time::timeout};

use super::{CliError, PlaceArgs, ShopError, runtime};
use crate::{
    logging,
    ops::process,
    server::{Lifecycle, descriptors, signals},
    settings::{Environment, UnixMillis},
};

/// Connections that the limit of open files must allow.
const CONNECTIONS: usize = 4_096;
/// Time limit for closing the databases; requests that a drain has cut off may hold their connections for longer.
const CLOSING: Duration = Duration::from_secs(5);

/// Options of the server.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// HTTP address of the API
    #[arg(long, env = "LIVE_PACK_SHOP_HTTP_ADDR", value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    http_addr: SocketAddr,
    /// Cells to run, separated by commas [default: all]
    #[arg(long, value_name = "CELLS", value_delimiter = ',')]
    cells: Vec<String>,
    /// Freeze the time of the shop's rules, as RFC 3339 or Unix milliseconds; not in prod [default: real time]
    #[arg(long, env = "LIVE_PACK_CLOCK", value_name = "TIME")]
    clock: Option<UnixMillis>,
    /// error, warn, info, debug, trace, or target=level,…
    #[arg(long, env = "LIVE_PACK_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    log_level: String,
}

/// Serves until SIGTERM or SIGINT, then drains.
pub(super) fn run(args: &ServeArgs) -> Result<ExitCode, CliError> {
    let registry = Registry::new();
    let _logs = logging::start(&args.log_level, &registry)?;
    process::register(&registry)?;
    descriptors::raise();
    descriptors::compare(CONNECTIONS);
    let runtime = runtime(None)?;
    let served = runtime.block_on(serve_shop(args, registry));
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

fn check(args: &ServeArgs) -> Result<(), ShopError> {
    let mut cells = args.cells.clone();
    cells.sort_unstable();
    cells.dedup();
    let mut all: Vec<_> = Cell::ALL.map(|cell| cell.name().to_owned()).into();
    all.sort_unstable();
    if !cells.is_empty() && cells != all {
        return Err(ShopError::Cells { found: args.cells.join(",") });
    }
    if args.clock.is_some() && args.place.env == Environment::Prod {
        return Err(ShopError::NotInProd { what: "a frozen clock" });
    }
    Ok(())
}

async fn serve_shop(args: &ServeArgs, registry: Registry) -> Result<(), CliError> {
    check(args)?;
    let lifecycle = Arc::new(Lifecycle::default());
    signals::install(lifecycle.clone(), None).map_err(CliError::system("cannot handle signals"))?;
    let location = args.place.location()?;
    let _lock = match &args.place.database {
        None => Some(FolderLock::take(&args.place.data).map_err(ShopError::from)?),
        Some(_) => None,
    };
    let clock = args.clock.map_or_else(Clock::system, |at| Clock::frozen(at.0));
    let migrate = args.place.env != Environment::Prod;
    let shop = Shop::open(ShopSettings { location, clock, migrate, server: true }).await.map_err(ShopError::from)?;
    let listener =
        TcpListener::bind(args.http_addr).await.map_err(CliError::system("cannot listen on the HTTP address"))?;
    let addr = listener.local_addr().map_err(CliError::system("cannot determine the HTTP address"))?;
    super::super::print(&format!("The shop is ready: http://{addr}"))?;
    let app = App::new(shop, registry)?;
    let asked = lifecycle.clone();
    let served = serve(listener, app.clone(), async move { asked.drain_asked().await }).await;
    if timeout(CLOSING, app.shop().close()).await.is_err() {
        tracing::warn!("the databases are in use by requests that were cut off; they were not closed");
    }
    tracing::info!("stopped");
    Ok(served.map_err(ShopError::from)?)
}
