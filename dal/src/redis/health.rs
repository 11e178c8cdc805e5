//! Whether Redis is worth asking.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{RedisSettings, link::Link};

/// Failures in a row after which Redis is left alone.
const PATIENCE: u32 = 3;

/// Counts failures in a row. Relaxed throughout: a reader that sees the change a moment late makes one call more or less.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failures: AtomicU32,
    away: AtomicBool,
    wake: Notify,
}

impl Health {
    /// Readers do not even try.
    pub(crate) fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// A read came back.
    pub(crate) fn worked(&self) {
        // a load first: the counter stays shared between cores while all is well
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// A read failed.
    pub(crate) fn failed(&self) {
        if self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= PATIENCE {
            self.away.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }
}

/// Connects, then sleeps until Redis is left alone, and asks for it until it answers. Requests are never used as probes.
pub(super) async fn probe(health: Arc<Health>, link: Arc<Link>, settings: RedisSettings) {
    let wait = settings.connect_timeout + settings.response_timeout;
    let answers = || async {
        let (mut connection, ping) = (link.connection(), redis::cmd("PING"));
        matches!(timeout(wait, ping.query_async::<String>(&mut connection)).await, Ok(Ok(_)))
    };
    // the first command makes the connection; whether it stands shows with the first read
    answers().await;
    loop {
        health.wake.notified().await;
        tracing::warn!("redis is left alone");
        while health.is_away() {
            sleep(settings.probe_pause).await;
            if answers().await {
                health.failures.store(0, Ordering::Relaxed);
                health.away.store(false, Ordering::Relaxed);
            } else {
                link.renew();
            }
        }
        tracing::info!("redis is back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_in_a_row_count() {
        let health = Health::default();
        for _ in 0..10 {
            health.failed();
            health.failed();
            health.worked();
        }
        assert!(!health.is_away());
        for _ in 0..PATIENCE {
            health.failed();
        }
        assert!(health.is_away());
    }
}
