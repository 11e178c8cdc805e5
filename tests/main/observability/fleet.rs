//! The binary over three instances of each downstream service, with separate ones for the EU, Redis, a trace collector, and
//! no caches.

use std::{fs::File, path::Path, time::Duration};

use live_pack_commerce::{RunningWorld, WorldSettings};
use live_pack_dal::{CacheName, Downstream};
use live_pack_telemetry::testing::Collector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, Method, Viewer, all},
    records::dechunked,
    redis::Server,
    serve::{Serve, http, live_pack},
    stack::engines,
};

/// A region of each route group.
pub(super) const REGIONS: [&str; 5] = ["US", "DE", "SG", "JP", "BR"];

/// The token of the ops port.
const TOKEN: &str = "a-token-of-the-tests";

/// Instances of each service.
const INSTANCES: usize = 3;

/// A running server with everything that it depends on. All of it is stopped on drop.
pub(super) struct Fleet {
    pub(super) worlds: Vec<RunningWorld>,
    /// The downstream instances that only the EU uses.
    pub(super) eu: Vec<RunningWorld>,
    pub(super) redis: Server,
    pub(super) serve: Serve,
    pub(super) collector: Collector,
    conf: TempDir,
    /// The log, and the token of the ops port.
    folder: TempDir,
}

async fn worlds() -> Vec<RunningWorld> {
    let mut worlds = Vec::new();
    for _ in 0..INSTANCES {
        worlds.push(live_pack_commerce::serve(WorldSettings::default()).await.unwrap());
    }
    worlds
}

impl Fleet {
    /// Starts the fleet; `timeout` is the time limit of each engine.
    pub(super) async fn start(timeout: &str) -> Self {
        let (worlds, eu, redis) = (worlds().await, worlds().await, Server::start().await);
        let conf = tempfile::tempdir().unwrap();
        let lists = |service: Downstream| {
            let list = |worlds: &[RunningWorld]| {
                let addresses = worlds.iter().map(|world| world.addresses().of(service).to_string());
                json!({ "static": addresses.collect::<Vec<_>>() })
            };
            let shared = ["default", "US", "SEA", "JP", "LATAM"].map(|group| (group.to_owned(), list(&worlds)));
            Map::from_iter(shared.into_iter().chain([("EU".to_owned(), list(&eu))]))
        };
        let mut services: Map<_, _> = Downstream::ALL
            .into_iter()
            .map(|service| (service.name().to_owned(), json!({ "groups": lists(service) })))
            .collect();
        services["live_data"]["hedge"] = json!({ "enabled": true, "methods": ["MGetRoom"] });
        // a file with addresses, which the server watches
        write(conf.path(), "instances/cart.json", &services["cart"]["groups"]["default"]["static"]);
        services["cart"]["groups"]["default"] = json!({ "file": "cart.json" });
        write(conf.path(), "DownstreamConf.json", &json!({ "services": services }));
        let caches = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "enabled": false })));
        write(conf.path(), "CacheConf.json", &json!({ "caches": Map::from_iter(caches) }));
        let tasks = json!({ "FreshPriceLoader": { "rollout": { "percent": 100 } } });
        let mut engines = engines(json!({ "timeout": timeout, "reserve": "20ms", "tasks": tasks }));
        let shedding = json!({ "method": "GetLiveBagTab", "engine": "LiveBagTabEngine", "shed": {} });
        engines["engines"].as_array_mut().unwrap().push(shedding);
        write(conf.path(), "LivePackEngineConf.json", &engines);
        // With other tests running, everything may be slow, and that must not shed requests.
        write(conf.path(), "OverloadConf.json", &json!({ "enabled": false }));
        write(conf.path(), "AbConf.json", &json!({ "experiments": { "sold_out_sink": { "percent": 50 } } }));
        let (collector, folder) = (Collector::start().await.unwrap(), tempfile::tempdir().unwrap());
        let token = folder.path().join("token");
        std::fs::write(&token, TOKEN).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut command =
            live_pack(&["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--world", "none"]);
        command.arg("--conf").arg(conf.path()).arg("--ops-token-file").arg(token);
        command.args(["--redis", &redis.url, "--image-base-url", "https://img.example"]);
        command.args(["--otlp-endpoint", &collector.url()]);
        let serve = Serve::logging_to(log, &mut command);
        Self { worlds, eu, redis, serve, collector, conf, folder }
    }

    /// The newest records of a method.
    pub(super) fn records(&self, method: &str) -> Vec<Value> {
        let shown = format!("Authorization: Bearer {TOKEN}\r\n");
        let line = format!("GET /api/records?method={method}&limit=100");
        let (code, text) = http(&self.serve.ops, &line, &shown).unwrap();
        assert_eq!(code, 200, "{text}");
        let mut body: Value = serde_json::from_str(&dechunked(&text)).unwrap();
        serde_json::from_value(body["records"].take()).unwrap()
    }

    /// The lines of the log so far that contain `text`.
    pub(super) fn log_lines(&self, text: &str) -> Vec<Value> {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        log.lines().filter(|line| line.contains(text)).filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Writes a file of hot configuration.
    pub(super) fn write_conf(&self, key: &str, text: &str) {
        let aside = self.conf.path().join(format!(".{key}.new"));
        std::fs::write(&aside, text).unwrap();
        std::fs::rename(aside, self.conf.path().join(format!("{key}.json"))).unwrap();
    }

    /// A connection to the server.
    pub(super) async fn client(&self) -> JsonClient {
        JsonClient::at(self.serve.thrift.parse().unwrap()).await
    }

    /// Calls every method for every route group.
    pub(super) async fn round(&self, client: &mut JsonClient) {
        for region in REGIONS {
            for method in all() {
                call(client, method, region).await;
            }
        }
    }

    /// The metrics of the server.
    pub(super) fn metrics(&self) -> String {
        let (code, text) = http(&self.serve.ops, "GET /metrics", "").unwrap();
        assert_eq!(code, 200, "{text}");
        text
    }
}

/// Calls a method from a region.
pub(super) async fn call(client: &mut JsonClient, method: &Method, region: &'static str) -> Answer {
    client.ask(method.name, &method.at_home(Viewer { region, ..BUYER })).await
}

/// Calls every method from a region until it is aborted; the pauses leave CPU time for other tests.
pub(super) async fn keep_calling(mut client: JsonClient, region: &'static str) {
    loop {
        for method in all() {
            call(&mut client, method, region).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn write(folder: &Path, name: &str, value: &Value) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, value.to_string()).unwrap();
}
