//! Whether Redis is worth asking, and whether it takes writes.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{RedisSettings, classified, link::Link};
use crate::{Error, ErrorKind};

/// Failures in a row after which Redis is left alone.
const PATIENCE: u32 = 3;

/// Different causes that are logged before Redis has recovered; a server that invents ever new ones must not fill the log.
const CAUSES: usize = 16;

/// Counts failures in a row. Relaxed throughout: a reader that sees the change a moment late makes one call more or less.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failures: AtomicU32,
    away: AtomicBool,
    /// The server has refused a write: it has become a replica, is full, or wants to be asked elsewhere.
    refuses_writes: AtomicBool,
    /// Causes logged since Redis was last well.
    // std mutex: held for one look-up, never across an await
    logged: Mutex<BTreeSet<String>>,
    wake: Notify,
    secrets: Vec<String>,
}

impl Health {
    /// One whose log lines hold none of these.
    pub(super) fn hiding(secrets: Vec<String>) -> Self {
        Self { secrets, ..Self::default() }
    }

    /// Readers do not even try.
    pub(crate) fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Writers try.
    pub(crate) fn takes_writes(&self) -> bool {
        !self.is_away() && !self.refuses_writes.load(Ordering::Relaxed)
    }

    /// A read came back.
    pub(crate) fn worked(&self) {
        // a load first: the counter stays shared between cores while all is well
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// A write came back. It shows that the server is well in every respect.
    pub(super) fn wrote(&self) {
        let mut logged = self.logged();
        if !logged.is_empty() && !self.is_away() {
            logged.clear();
            tracing::info!("redis takes writes");
        }
    }

    /// A read failed.
    pub(crate) fn failed(&self, error: &Error) {
        self.log(error);
        if self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= PATIENCE {
            self.away.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }

    /// A write failed. Where the server has answered that it does not take it, further writes wait for a new connection,
    /// which may lead to another server.
    pub(super) fn write_failed(&self, error: &Error) {
        self.log(error);
        if error.kind == ErrorKind::Remote {
            self.refuses_writes.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }

    /// One line for each cause, until Redis is well again.
    fn log(&self, error: &Error) {
        let mut logged = self.logged();
        if logged.len() < CAUSES && logged.insert(cause(error)) {
            let cause = self.secrets.iter().fold(error.detail.to_string(), |text, secret| text.replace(secret, "…"));
            tracing::warn!(command = error.method, kind = ?error.kind, cause, "redis failed");
        }
    }

    fn logged(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes a failure the same as another: for an error that the server answered its code, else its kind.
fn cause(error: &Error) -> String {
    match error.kind {
        ErrorKind::Remote => error.detail.split([' ', ':']).next().unwrap_or_default().to_owned(),
        kind => format!("{kind:?}"),
    }
}

/// Connects, then sleeps until Redis is left alone or refuses writes. Each probe has a connection of its own: a connection
/// that stands may lead to a server that has become a replica, or that has long gone. Requests are never used as probes.
pub(super) async fn probe(health: Arc<Health>, link: Arc<Link>, settings: RedisSettings) {
    let wait = settings.connect_timeout + settings.response_timeout;
    // what readers ask: a server that loads its data, or wants a password, answers a PING or refuses it as it pleases
    let answers = || async {
        let (mut connection, mut read) = (link.connection(), redis::cmd("MGET"));
        match timeout(wait, read.arg("lp:probe").query_async::<Vec<Option<Vec<u8>>>>(&mut connection)).await {
            Ok(answer) => answer.map(drop).map_err(|failed| classified("MGET", &failed)),
            Err(_) => Err(super::error("MGET", ErrorKind::Timeout, "no answer in time")),
        }
    };
    // the first command makes the connection; whether it stands shows with the first read
    drop(answers().await);
    loop {
        health.wake.notified().await;
        if health.is_away() {
            tracing::warn!("redis is left alone");
            while health.is_away() {
                sleep(settings.probe_pause).await;
                link.renew();
                match answers().await {
                    Ok(()) => {
                        health.failures.store(0, Ordering::Relaxed);
                        health.away.store(false, Ordering::Relaxed);
                    }
                    Err(error) => health.log(&error),
                }
            }
            tracing::info!("redis is back");
            if health.takes_writes() {
                health.logged().clear();
            }
        }
        if health.refuses_writes.load(Ordering::Relaxed) {
            sleep(settings.probe_pause).await;
            link.renew();
            health.refuses_writes.store(false, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Downstream;

    fn error(kind: ErrorKind, detail: &'static str) -> Error {
        Error { downstream: Downstream::Redis, method: "MGET", kind, detail: detail.into() }
    }

    #[test]
    fn only_failures_in_a_row_count() {
        let (health, failure) = (Health::default(), error(ErrorKind::Broken, "gone"));
        for _ in 0..10 {
            health.failed(&failure);
            health.failed(&failure);
            health.worked();
        }
        assert!(!health.is_away());
        for _ in 0..PATIENCE {
            health.failed(&failure);
        }
        assert!(health.is_away());
    }

    #[test]
    fn a_refused_write_stops_writes_and_a_lost_one_does_not() {
        let health = Health::default();
        health.write_failed(&error(ErrorKind::Timeout, "no answer in time"));
        assert!(health.takes_writes());
        health.write_failed(&error(ErrorKind::Remote, "READONLY You can't write against a read only replica."));
        assert!(!health.takes_writes() && !health.is_away());
    }

    #[test]
    fn each_cause_is_one_however_it_is_worded() {
        let health = Health::default();
        for detail in ["READONLY a", "READONLY: b", "LOADING c", "READONLY"] {
            health.log(&error(ErrorKind::Remote, detail));
        }
        health.log(&error(ErrorKind::Timeout, "a"));
        health.log(&error(ErrorKind::Timeout, "b"));
        assert_eq!(*health.logged(), BTreeSet::from(["LOADING", "READONLY", "Timeout"].map(str::to_owned)));
        health.wrote();
        assert!(health.logged().is_empty());
        for number in 0..1000 {
            health.log(&error(ErrorKind::Remote, Box::leak(format!("E{number}").into_boxed_str())));
        }
        assert_eq!(health.logged().len(), CAUSES);
    }
}
