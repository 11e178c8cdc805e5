//! Calls of `GetLiveBagData` by a guest on warm caches, for counting instructions: `make cost`.
//!
//! ```text
//! cargo bench --bench cost -- CALLS [CONF]
//! ```
//!
//! Makes `CALLS` calls one after another in this process, through all layers except the transport, with the hot
//! configuration of the folder `CONF` or the built-in one, and with traces if `OTEL_EXPORTER_OTLP_ENDPOINT` names a
//! collector. The difference between the instruction counts of two runs is the cost of the additional calls. Without a
//! number, as under `cargo test`, it makes one call.

mod stage;

use std::{env, fs, path::Path, sync::Arc, time::Duration};

use live_pack::{
    metrics::ServerMetrics,
    pack_service::{CallOptions, PackCall, Request, peer::Peer},
    settings::{RawSettings, Settings},
    wiring,
};
use live_pack_dal::CacheName;
use live_pack_idl::{
    live_pack::{GetLiveBagDataRequest, RoomRef, UserContext},
    methods,
};
use motore::Service as _;
use prometheus::Registry;
use serde_json::{Map, json};
use volo_thrift::context::ServerContext;

use self::stage::{Outcome, World};

/// Time to live of cached values: long enough under an emulator that is fifty times slower.
const TTL: &str = "1h";

/// Time after which all spans are exported.
const EXPORTED: Duration = Duration::from_secs(3);

/// Writes a configuration that keeps every cached value for the whole run and gives the first calls enough time to fill
/// the caches.
fn configure(folder: &Path) -> Outcome<()> {
    let engine = json!({ "method": "*", "engine": "*", "timeout": "2s", "reserve": "20ms" });
    fs::write(folder.join("LivePackEngineConf.json"), json!({ "engines": [engine] }).to_string())?;
    let caches = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "local_ttl": TTL })));
    // an emulator is so slow that calls would be shed
    fs::write(folder.join("OverloadConf.json"), json!({ "enabled": false }).to_string())?;
    fs::write(folder.join("CacheConf.json"), json!({ "caches": Map::from_iter(caches) }).to_string())?;
    Ok(())
}

fn request() -> Request {
    Request::GetLiveBagData(live_pack_idl::live_pack::LivePackServiceGetLiveBagDataArgsRecv {
        req: GetLiveBagDataRequest {
            room: RoomRef { room_id: 1001, ..RoomRef::default() },
            user: UserContext { region: "US".into(), ..UserContext::default() },
            ..GetLiveBagDataRequest::default()
        },
    })
}

async fn answer(services: String, conf: &Path, calls: u32) -> Outcome<()> {
    let collector = env::var("OTEL_EXPORTER_OTLP_ENDPOINT").ok();
    let mut raw = Map::from_iter([("world".to_owned(), json!(services)), ("conf".to_owned(), json!(conf))]);
    // only if there is one: `make cost` also builds this file at revisions without this setting
    raw.extend(collector.iter().map(|url| ("otlp".to_owned(), json!({ "endpoint": url }))));
    let raw: RawSettings = serde_json::from_value(raw.into())?;
    let settings = Settings::check(&raw, None)?;
    let registry = Registry::new();
    let metrics = Arc::new(ServerMetrics::new(&registry)?);
    let wired = wiring::build(&settings, &registry).await?;
    let service = wired.layered(CallOptions::default(), &metrics);
    let peer = Peer::at(([127, 0, 0, 1], 1).into());
    for _ in 0..calls {
        let mut cx = ServerContext::default();
        let call = PackCall::new(&mut cx, request(), &peer, &wired.admission, Duration::from_secs(3));
        let answer = service.call(&mut cx, call).await?;
        let status = methods::status_code(&answer);
        if status != 0 {
            return Err(format!("status {status}").into());
        }
    }
    if collector.is_some() {
        tokio::time::sleep(EXPORTED).await;
    }
    Ok(())
}

fn main() -> Outcome<()> {
    let mut args = env::args().skip(1).filter(|arg| arg != "--bench");
    let calls = args.next().map_or(Ok(1), |calls| calls.parse())?;
    let folder = tempfile::tempdir()?;
    if let Some(conf) = args.next() {
        for file in fs::read_dir(conf)? {
            let file = file?;
            fs::copy(file.path(), folder.path().join(file.file_name()))?;
        }
    }
    configure(folder.path())?;
    let world = World::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(answer(world.services.clone(), folder.path(), calls))
}
