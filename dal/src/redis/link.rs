//! The connection and its renewal.

use std::sync::Arc;

use arc_swap::ArcSwap;
use redis::{
    RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSub},
};

use super::{RedisSettings, RedisUrl};

/// One multiplexed connection that reconnects by itself after it was refused or closed. It does not notice a connection
/// that merely went silent, because its callers time out first; the probe replaces that one.
pub(super) struct Link {
    client: redis::Client,
    config: ConnectionManagerConfig,
    current: ArcSwap<ConnectionManager>,
}

impl Link {
    /// A link that has not connected yet.
    pub(super) fn new(url: &RedisUrl, settings: &RedisSettings) -> RedisResult<Self> {
        let client = redis::Client::open(url.connection())?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(settings.connect_timeout))
            .set_response_timeout(Some(settings.response_timeout))
            // the probe retries; a reader would wait for nothing
            .set_number_of_retries(0);
        let current = ConnectionManager::new_lazy_with_config(client.clone(), config.clone())?;
        Ok(Self { client, config, current: ArcSwap::from_pointee(current) })
    }

    /// The connection to use now.
    pub(super) fn connection(&self) -> ConnectionManager {
        ConnectionManager::clone(&self.current.load())
    }

    /// A new connection that can only subscribe.
    pub(super) async fn subscriber(&self) -> RedisResult<PubSub> {
        self.client.get_async_pubsub().await
    }

    /// Starts over with a new connection; the old one ends with its last user.
    pub(super) fn renew(&self) {
        match ConnectionManager::new_lazy_with_config(self.client.clone(), self.config.clone()) {
            Ok(connection) => self.current.store(Arc::new(connection)),
            Err(error) => tracing::warn!(%error, "a new redis connection cannot be set up"),
        }
    }
}
