//! Instances registered in etcd, in the layout of Kitex's registry-etcd: `kitex/registry-etcd/{service}/{address}` holds
//! `{"network": "tcp", "address": "10.0.0.1:7001", "weight": 10}` under a lease. Read through etcd's JSON gateway,
//! because a gRPC client needs `protoc` to be built.

mod gateway;
mod register;

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{FutureExt as _, future::BoxFuture};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;

use self::gateway::Gateway;
pub use self::register::Registration;
use super::{Discovery, DiscoveryError, SourceSettings};
use crate::{instance::HostPort, rpc::routes::Endpoint};

/// Prefix of the keys under which Kitex registers services.
const PREFIX: &str = "kitex/registry-etcd";

/// The weight of an instance that names none, as Kitex has it.
const WEIGHT: u32 = 10;

/// Longest wait for a change; then the list is read again, in case a change was missed.
const WATCH: Duration = Duration::from_secs(60);

/// A prefix of etcd.
pub(crate) struct Etcd {
    prefix: String,
    gateway: Gateway,
    /// Revision of the last list; `None`: there is none.
    revision: Option<i64>,
}

#[derive(Deserialize)]
struct Range {
    header: Header,
    #[serde(default)]
    kvs: Vec<Entry>,
}

/// The gateway writes 64-bit numbers as text.
#[derive(Deserialize)]
struct Header {
    revision: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Registered {
    address: String,
    #[serde(default)]
    weight: i64,
}

impl Etcd {
    pub(crate) fn new(service: &str, settings: &SourceSettings) -> Self {
        let prefix = format!("{PREFIX}/{service}/");
        let gateway = Gateway::new(settings.etcd_endpoints.clone(), settings.etcd_user.clone());
        Self { prefix, gateway, revision: None }
    }

    fn error(&self, detail: impl ToString) -> DiscoveryError {
        DiscoveryError::new(format_args!("etcd {}", self.prefix), detail)
    }

    async fn find(&mut self) -> Result<Vec<Endpoint>, DiscoveryError> {
        if let Some(revision) = self.revision.take() {
            let watched = timeout(WATCH, self.gateway.changed(&watch(&self.prefix, revision))).await;
            if let Ok(Err(error)) = watched {
                return Err(self.error(error));
            }
        }
        let answer = self.gateway.ask("/v3/kv/range", &range(&self.prefix)).await;
        let answer = answer.map_err(|error| self.error(error))?;
        let found: Range = serde_json::from_value(answer).map_err(|error| self.error(error))?;
        let list = found.kvs.iter().filter_map(|entry| self.endpoint(entry)).collect();
        self.revision = found.header.revision.parse().ok();
        Ok(list)
    }

    /// An entry that cannot be read is left out and logged.
    fn endpoint(&self, entry: &Entry) -> Option<Endpoint> {
        let decoded = STANDARD.decode(&entry.value).ok();
        let registered = decoded.and_then(|bytes| serde_json::from_slice::<Registered>(&bytes).ok());
        let found = registered.and_then(|registered| {
            let address = registered.address.parse::<HostPort>().ok()?.literal()?;
            let weight = u32::try_from(registered.weight).ok().filter(|weight| *weight > 0).unwrap_or(WEIGHT);
            Some(Endpoint { address, weight })
        });
        if found.is_none() {
            let key = STANDARD.decode(&entry.key).unwrap_or_default();
            tracing::warn!(key = %String::from_utf8_lossy(&key), "an entry in etcd is not an instance");
        }
        found
    }
}

impl Discovery for Etcd {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Endpoint>, DiscoveryError>> {
        self.find().boxed()
    }
}

/// Every key that begins with `prefix`: up to the prefix with its last byte, which is `/`, raised by one.
fn range(prefix: &str) -> serde_json::Value {
    let end = format!("{}0", prefix.trim_end_matches('/'));
    json!({ "key": STANDARD.encode(prefix), "range_end": STANDARD.encode(end) })
}

fn watch(prefix: &str, revision: i64) -> serde_json::Value {
    let mut request = range(prefix);
    if let Some(fields) = request.as_object_mut() {
        fields.insert("start_revision".into(), (revision + 1).to_string().into());
    }
    json!({ "create_request": request })
}
