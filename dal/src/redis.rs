//! Redis: one multiplexed connection, a bounded wait on every read, background writes, and a subscription on a separate
//! connection.
//!
//! Redis is an optimisation everywhere: a caller gets an answer or an error within 30 ms and continues without it. After
//! some consecutive failures it is not used until a background probe finds it again.

mod forget;
mod health;
mod link;
mod subscription;
#[cfg(test)]
mod tests;
mod url;
mod writer;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use live_pack_metrics::{REDIS_UP, REDIS_WRITES};
use prometheus::Registry;
use redis::{FromRedisValue, RedisResult, ScriptInvocation};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, timeout},
};

pub use self::url::{RedisUrl, RedisUrlError};
pub(crate) use self::{
    forget::Stamping,
    subscription::{Heard, Subscription},
    writer::{Change, Write},
};
use self::{health::Health, link::Link, writer::Writes};
use crate::{Error, ErrorKind, Origin};

/// Longest wait of a reader, even if its request has more time left.
const LONGEST_WAIT: Duration = Duration::from_millis(30);

/// Shortest timeout that counts as a failure of Redis.
const PROOF: Duration = Duration::from_millis(10);

/// The address of Redis, and the limits of its use.
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// `None`: Redis is not used.
    pub url: Option<RedisUrl>,
    /// Maximum time to connect; it happens in the background.
    pub connect_timeout: Duration,
    /// Maximum time to wait for an answer before the connection is closed.
    pub response_timeout: Duration,
    /// Pause between two probes of an unavailable Redis.
    pub probe_pause: Duration,
    /// Maximum number of queued write batches; more are dropped and counted.
    pub write_queue: usize,
}

impl Default for RedisSettings {
    fn default() -> Self {
        Self {
            url: None,
            connect_timeout: Duration::from_millis(200),
            response_timeout: Duration::from_millis(100),
            probe_pause: Duration::from_millis(500),
            write_queue: 1024,
        }
    }
}

/// Failures to set Redis up. An unreachable Redis is not one of them.
#[derive(Debug, thiserror::Error)]
pub enum RedisSetupError {
    /// No client can be made for the address.
    #[error("Redis cannot be used")]
    Client(#[from] redis::RedisError),
    /// One of the metrics is already registered.
    #[error("a Redis metric cannot be registered")]
    Metrics(#[from] prometheus::Error),
}

/// Values that are read in place of those in Redis, by key.
type Canned = BTreeMap<String, String>;

/// The connection. Resident; dropping it ends its background tasks.
pub struct Redis {
    /// `None`: there is no server, only canned values.
    link: Option<Arc<Link>>,
    canned: ArcSwapOption<Canned>,
    health: Arc<Health>,
    settings: RedisSettings,
    writes: mpsc::Sender<Writes>,
    dropped: prometheus::IntCounter,
    // dropped with the connection, and ends the tasks
    _tasks: JoinSet<()>,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("away", &self.health.is_away()).finish_non_exhaustive()
    }
}

impl Redis {
    /// Sets Redis up and begins to connect in the background; never waits. `None` if no URL is set. Must run inside a
    /// Tokio runtime.
    ///
    /// # Errors
    ///
    /// No client can be made for the address, or one of the metrics is already registered.
    pub fn connect(settings: &RedisSettings, registry: &Registry) -> Result<Option<Arc<Self>>, RedisSetupError> {
        let Some(url) = &settings.url else { return Ok(None) };
        let writes = REDIS_WRITES.register(registry)?;
        let link = Arc::new(Link::new(url, settings)?);
        let health = Arc::new(Health::hiding(url.secrets()));
        let known = Arc::clone(&health);
        REDIS_UP.read(registry, move |up| up.put(&[], f64::from(u8::from(!known.is_away()))))?;
        let (sender, receiver) = mpsc::channel(settings.write_queue.max(1));
        let mut tasks = JoinSet::new();
        tasks.spawn(health::probe(Arc::clone(&health), Arc::clone(&link), settings.clone()));
        tasks.spawn(writer::run(receiver, Arc::clone(&link), Arc::clone(&health), writes.clone()));
        let dropped = writes.with_label_values(&["dropped"]);
        let (link, canned) = (Some(link), ArcSwapOption::empty());
        let settings = settings.clone();
        Ok(Some(Arc::new(Self { link, canned, health, settings, writes: sender, dropped, _tasks: tasks })))
    }

    /// Canned values without a server, for the recording of a request that used Redis. Writes are dropped.
    ///
    /// # Errors
    ///
    /// One of the metrics is already registered.
    pub fn canned(values: Arc<BTreeMap<String, String>>, registry: &Registry) -> Result<Arc<Self>, RedisSetupError> {
        let writes = REDIS_WRITES.register(registry)?;
        let (sender, _) = mpsc::channel(1);
        Ok(Arc::new(Self {
            link: None,
            canned: ArcSwapOption::new(Some(values)),
            health: Arc::new(Health::hiding(Vec::new())),
            settings: RedisSettings::default(),
            writes: sender,
            dropped: writes.with_label_values(&["dropped"]),
            _tasks: JoinSet::new(),
        }))
    }

    /// Replaces the canned values; `None`: the server is asked.
    pub fn can(&self, values: Option<Arc<BTreeMap<String, String>>>) {
        self.canned.store(values);
    }

    /// The values of keys, in their order, in one round trip. Waits at most 30 ms and at most a third of the time left.
    ///
    /// # Errors
    ///
    /// Redis is unavailable, slow or answers with an error: the caller continues without it and notes the loss.
    pub async fn mget(&self, keys: &[String], deadline: Instant) -> Result<Vec<Option<Vec<u8>>>, Error> {
        if let Some(values) = &*self.canned.load() {
            return Ok(keys.iter().map(|key| values.get(key).map(|value| value.clone().into_bytes())).collect());
        }
        let wait = LONGEST_WAIT.min(deadline.saturating_duration_since(Instant::now()) / 3);
        let mut connection = self.link("MGET")?.connection();
        let mut command = redis::cmd("MGET");
        command.arg(keys);
        let answer = self.ask("MGET", wait, command.query_async(&mut connection)).await;
        self.note(&answer, wait);
        answer
    }

    /// Runs a script that writes, and returns its answer. One round trip, and two more if Redis does not know the
    /// script yet. A script that timed out may have done its work. An error as the answer counts against writes only: a
    /// server that refuses them, being full or a replica, still serves reads.
    ///
    /// # Errors
    ///
    /// Redis was unavailable, refused, or did not answer within `wait`.
    pub async fn script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>, wait: Duration) -> Result<T, Error> {
        if !self.health.takes_writes() {
            return Err(error("EVALSHA", ErrorKind::Unreachable, "not tried after a refused write"));
        }
        let mut connection = self.link("EVALSHA")?.connection();
        let answer = self.ask("EVALSHA", wait, script.invoke_async(&mut connection)).await;
        match &answer {
            Err(error) if matches!(error.kind, ErrorKind::Remote | ErrorKind::BadResponse) => {
                self.health.write_failed(error);
            }
            Ok(_) => {
                self.health.wrote();
                self.health.worked();
            }
            Err(_) => self.note(&answer, wait),
        }
        answer
    }

    /// Whether Redis is not used for now.
    #[cfg(test)]
    pub(crate) fn is_away(&self) -> bool {
        self.health.is_away()
    }

    /// Counts repeated short timeouts against Redis; a single one proves nothing.
    pub fn was_slow(&self) {
        self.health.failed(&error("EVALSHA", ErrorKind::Timeout, "no answer in time"));
    }

    fn link(&self, command: &'static str) -> Result<&Link, Error> {
        self.link.as_deref().ok_or_else(|| error(command, ErrorKind::Unreachable, "there is no server"))
    }

    async fn ask<T>(
        &self,
        command: &'static str,
        wait: Duration,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, Error> {
        if self.health.is_away() {
            return Err(error(command, ErrorKind::Unreachable, "not tried after consecutive failures"));
        }
        match timeout(wait, answer).await {
            Ok(answer) => answer.map_err(|failed| classified(command, &failed)),
            Err(_) => Err(error(command, ErrorKind::Timeout, "no answer in time")),
        }
    }

    /// Updates the health of Redis from an answer.
    fn note<T>(&self, answer: &Result<T, Error>, wait: Duration) {
        match answer {
            Ok(_) => self.health.worked(),
            // a timeout of a call with little time left proves nothing about Redis
            Err(error) if error.kind == ErrorKind::Timeout && wait < PROOF => {}
            // there was no call
            Err(_) if self.health.is_away() => {}
            Err(error) => self.health.failed(error),
        }
    }

    /// Writes the result of `make` in the background. Never waits: a full queue drops it and counts `count`.
    pub(crate) fn write(&self, count: usize, make: impl FnOnce() -> Vec<Write> + Send + 'static) {
        if count > 0 && self.writes.try_send(Box::new(make)).is_err() {
            self.dropped.inc_by(count as u64);
        }
    }
}

/// Classifies a failure. A server's error is `CODE text`, that of a pipeline the first of its answers.
fn classified(command: &'static str, failed: &redis::RedisError) -> Error {
    let kind = match () {
        () if failed.is_timeout() => ErrorKind::Timeout,
        () if failed.is_connection_refusal() => ErrorKind::Unreachable,
        () if failed.is_io_error() || failed.is_connection_dropped() => ErrorKind::Broken,
        () if failed.kind() == redis::ErrorKind::Parse => ErrorKind::BadResponse,
        () => ErrorKind::Remote,
    };
    let answered = failed.clone().into_server_errors();
    let first = answered.as_deref().and_then(<[_]>::first).map(|(_, first)| first);
    let detail = first.map(|first| format!("{} {}", first.code(), first.details().unwrap_or_default()));
    error(command, kind, detail.unwrap_or_else(|| failed.to_string()))
}

fn error(method: &'static str, kind: ErrorKind, detail: impl Into<pilota::FastStr>) -> Error {
    Error { origin: Origin::Redis(method), kind, detail: detail.into() }
}
