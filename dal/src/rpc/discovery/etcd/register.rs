//! The entry of this process in etcd, for callers that discover services there: under a lease that is kept alive, in the
//! layout of Kitex's registry-etcd.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    PREFIX, WEIGHT,
    gateway::{Gateway, GatewayError},
};
use crate::rpc::SourceSettings;

/// Lifetime of the entry if this process ends without removing it.
const LIFETIME: Duration = Duration::from_secs(15);

/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The entry. Dropped without [`Registration::end`], it stays until its lease expires.
#[derive(Debug)]
pub struct Registration {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Registration {
    /// Registers `at` under `name`, and again whenever etcd has lost it. Returns at once; failures are logged.
    #[must_use]
    pub fn start(name: &str, at: SocketAddr, settings: &SourceSettings) -> Self {
        let gateway = Gateway::new(settings.etcd_endpoints.clone(), settings.etcd_user.clone());
        let value = json!({ "network": "tcp", "address": at.to_string(), "weight": WEIGHT, "tags": null }).to_string();
        let entry = Entry { gateway, key: format!("{PREFIX}/{name}/{at}"), value };
        let stop = Arc::new(Notify::new());
        #[expect(clippy::disallowed_methods, reason = "ends when it is told to")]
        let task = tokio::spawn(entry.keep(Arc::clone(&stop)));
        Self { stop, task }
    }

    /// Removes the entry, within `limit`.
    pub async fn end(self, limit: Duration) {
        self.stop.notify_one();
        if timeout(limit, self.task).await.is_err() {
            tracing::warn!("the entry in etcd could not be removed in time; it stays until its lease expires");
        }
    }
}

struct Entry {
    gateway: Gateway,
    key: String,
    value: String,
}

impl Entry {
    async fn keep(mut self, stop: Arc<Notify>) {
        let stopped = stop.notified();
        tokio::pin!(stopped);
        let mut failed = false;
        loop {
            let lease = match self.register().await {
                Ok(lease) => {
                    tracing::info!(key = %self.key, "registered in etcd");
                    failed = false;
                    lease
                }
                Err(error) => {
                    if !std::mem::replace(&mut failed, true) {
                        tracing::warn!(key = %self.key, %error, "cannot register in etcd; retrying");
                    }
                    tokio::select! {
                        () = &mut stopped => return,
                        () = sleep(PAUSE) => continue,
                    }
                }
            };
            loop {
                tokio::select! {
                    () = &mut stopped => {
                        if let Err(error) = self.gateway.ask("/v3/lease/revoke", &json!({ "ID": lease })).await {
                            tracing::warn!(%error, "the entry in etcd could not be removed");
                        }
                        return;
                    }
                    () = sleep(LIFETIME / 3) => {}
                }
                let alive = self.gateway.ask("/v3/lease/keepalive", &json!({ "ID": lease })).await;
                // an expired lease has no time to live
                if !alive.is_ok_and(|answer| answer.pointer("/result/TTL").is_some()) {
                    break;
                }
            }
        }
    }

    /// Writes the entry under a new lease; returns its number, which the gateway writes as text.
    async fn register(&mut self) -> Result<String, GatewayError> {
        let granted = self.gateway.ask("/v3/lease/grant", &json!({ "TTL": LIFETIME.as_secs() })).await?;
        let lease = granted.get("ID").and_then(Value::as_str).unwrap_or_default().to_owned();
        let entry = json!({ "key": STANDARD.encode(&self.key), "value": STANDARD.encode(&self.value), "lease": lease });
        self.gateway.ask("/v3/kv/put", &entry).await?;
        Ok(lease)
    }
}
