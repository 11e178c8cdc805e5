//! Cost of the guard in a whole call: the same service twice in one process, once with volo's own codec.

use std::{fs, sync::Arc, time::Duration};

use live_pack::{
    metrics::ServerMetrics,
    server::{self, Lifecycle, ServerOptions},
    settings::{RawSettings, Settings},
    wiring,
};
use prometheus::Registry;
use tokio::net::TcpListener;
use volo_thrift::codec::default::DefaultMakeCodec;

use crate::{
    stage::{Outcome, Turns, World, bound, live_pack, median, one_worker, turn},
    table::Table,
    traffic,
};

/// Duration of one turn.
const TURN: Duration = Duration::from_millis(500);
/// Turns per service. They are compared in pairs, because the speed of a shared machine varies by more than the cost of
/// the guard; the median of the ratios is reported.
const TURNS: usize = 81;

/// Like [`live_pack`], without the guard.
async fn unguarded(services: String, conf: String, listener: TcpListener) -> Outcome<()> {
    let raw = RawSettings { world: Some(services), conf: Some(conf), ..RawSettings::default() };
    let settings = Settings::check(&raw, None)?;
    let registry = Registry::new();
    let metrics = Arc::new(ServerMetrics::new(&registry)?);
    let wired = wiring::build(&settings, &registry).await?;
    let (options, lifecycle) = (ServerOptions::default(), Arc::new(Lifecycle::default()));
    let codec = DefaultMakeCodec::default();
    let service = wired.layered(options.calls, &metrics);
    server::serve_with(codec, listener, service, options, wired.admission, metrics, lifecycle).await;
    Ok(())
}

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    let world = World::start()?;
    // Both services must answer every call, even if the machine stalls briefly.
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("OverloadConf.json"), r#"{"enabled": false}"#)?;
    let conf = folder.path().to_string_lossy().into_owned();
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (guarded, stock) = (one_worker("guarded")?, one_worker("stock")?);
    let (listener, on) = guarded.block_on(bound())?;
    let (services, with) = (world.services.clone(), Some(conf.clone()));
    guarded.spawn(async move { live_pack(services, with, listener).await.map_err(|error| error.to_string()) });
    let (listener, off) = stock.block_on(bound())?;
    let services = world.services.clone();
    stock.spawn(async move { unguarded(services, conf, listener).await.map_err(|error| error.to_string()) });

    let frame = traffic::call("GetLiveBagData", 1001, 0)?;
    let mut measured: [Turns; 2] = Default::default();
    for round in 0..=TURNS {
        for (addr, turns) in [on, off].into_iter().zip(&mut measured) {
            let took = turn(&client, addr, &frame, 32, TURN)?;
            // the first round is warm-up
            if round > 0 {
                turns.add(took);
            }
        }
    }
    let [on, off] = measured.map(|turns| turns.rates);
    let ratios: Vec<_> = on.iter().zip(&off).map(|(on, off)| on / off).collect();
    let (on, off) = (median(&on), median(&off));
    table.tell("guard: GetLiveBagData with it, without it", format!("{on:.0}/s, {off:.0}/s"));
    table.at_most("guard: share of the throughput", (1.0 - median(&ratios)) * 100.0, 3.0, " %");
    Ok(())
}
