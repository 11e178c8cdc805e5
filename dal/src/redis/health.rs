//! Whether Redis is available, and whether it accepts writes.

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

/// Number of consecutive failures after which Redis is not used.
const PATIENCE: u32 = 3;

/// Maximum number of different causes logged before Redis recovers; a server that invents ever new ones must not fill
/// the log.
const CAUSES: usize = 16;

/// Counts consecutive failures. Relaxed throughout: a reader that sees a change late makes one call more or less.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failures: AtomicU32,
    away: AtomicBool,
    /// The server has refused a write: it has become a replica, is full, or redirects to another server.
    refuses_writes: AtomicBool,
    /// Causes logged since Redis was last healthy.
    // std mutex: held for one look-up, never across an await
    logged: Mutex<BTreeSet<String>>,
    wake: Notify,
    secrets: Vec<String>,
}

impl Health {
    /// A state whose log lines contain none of these secrets.
    pub(super) fn hiding(secrets: Vec<String>) -> Self {
        Self { secrets, ..Self::default() }
    }

    /// Whether readers skip Redis.
    pub(crate) fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Whether writers use Redis.
    pub(crate) fn takes_writes(&self) -> bool {
        !self.is_away() && !self.refuses_writes.load(Ordering::Relaxed)
    }

    /// Records a successful read.
    pub(crate) fn worked(&self) {
        // loads first: in the normal case the cache line of the counter stays shared between cores
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// Records a successful write. It shows that the server is healthy in every respect.
    pub(super) fn wrote(&self) {
        let mut logged = self.logged();
        if !logged.is_empty() && !self.is_away() {
            logged.clear();
            tracing::info!("redis accepts writes again");
        }
    }

    /// Records a failed read.
    pub(crate) fn failed(&self, error: &Error) {
        self.log(error);
        if self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= PATIENCE {
            self.away.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }

    /// Records a failed write. If the server refused it, further writes wait for a new connection, which may lead to
    /// another server.
    pub(super) fn write_failed(&self, error: &Error) {
        self.log(error);
        if error.kind == ErrorKind::Remote {
            self.refuses_writes.store(true, Ordering::Relaxed);
            self.wake.notify_one();
        }
    }

    /// One line per cause, until Redis is healthy again.
    fn log(&self, error: &Error) {
        let mut logged = self.logged();
        if logged.len() < CAUSES && logged.insert(cause(error)) {
            let cause = self.secrets.iter().fold(own_words(&error.detail), |text, secret| text.replace(secret, "…"));
            tracing::warn!(command = error.origin.method(), kind = ?error.kind, cause, "redis failed");
        }
    }

    fn logged(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of an error without the arguments of the command, which Redis quotes if it does not know the command: they
/// contain keys and values.
fn own_words(detail: &str) -> String {
    detail.split_once(", with args beginning with").map_or(detail, |(words, _)| words).to_owned()
}

/// The cause by which failures are grouped: the code of a server's error, else the kind.
fn cause(error: &Error) -> String {
    match error.kind {
        ErrorKind::Remote => error.detail.split([' ', ':']).next().unwrap_or_default().to_owned(),
        kind => kind.name().to_owned(),
    }
}

/// Connects, then sleeps until Redis is unavailable or refuses writes. Each probe has its own connection: an existing
/// one may lead to a server that has become a replica, or is long gone. Requests are never used as probes.
pub(super) async fn probe(health: Arc<Health>, link: Arc<Link>, settings: RedisSettings) {
    let wait = settings.connect_timeout + settings.response_timeout;
    // the same command as readers: a server that loads its data, or requires a password, may or may not answer a PING
    let answers = || async {
        let (mut connection, mut read) = (link.connection(), redis::cmd("MGET"));
        match timeout(wait, read.arg("lp:probe").query_async::<Vec<Option<Vec<u8>>>>(&mut connection)).await {
            Ok(answer) => answer.map(drop).map_err(|failed| classified("MGET", &failed)),
            Err(_) => Err(super::error("MGET", ErrorKind::Timeout, "no answer in time")),
        }
    };
    // the first command connects; the first read shows whether the connection works
    drop(answers().await);
    loop {
        health.wake.notified().await;
        if health.is_away() {
            tracing::warn!("redis is unavailable");
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
            tracing::info!("redis is available again");
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
    use crate::Origin;

    fn error(kind: ErrorKind, detail: &'static str) -> Error {
        Error { origin: Origin::Redis("MGET"), kind, detail: detail.into() }
    }

    #[test]
    fn only_consecutive_failures_count() {
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
    fn each_cause_is_logged_once_whatever_its_wording() {
        let health = Health::default();
        for detail in ["READONLY a", "READONLY: b", "LOADING c", "READONLY"] {
            health.log(&error(ErrorKind::Remote, detail));
        }
        health.log(&error(ErrorKind::Timeout, "a"));
        health.log(&error(ErrorKind::Timeout, "b"));
        assert_eq!(*health.logged(), BTreeSet::from(["LOADING", "READONLY", "timeout"].map(str::to_owned)));
        health.wrote();
        assert!(health.logged().is_empty());
        for number in 0..1000 {
            health.log(&error(ErrorKind::Remote, Box::leak(format!("E{number}").into_boxed_str())));
        }
        assert_eq!(health.logged().len(), CAUSES);
    }
}
