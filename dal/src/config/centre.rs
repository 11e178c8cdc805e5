//! The configuration centre: one immutable snapshot for all readers, replaced as a whole by valid changes.

mod metrics;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use live_pack_metrics::CONFIG_REJECTED;
use pilota::FastStr;
use prometheus::{IntCounterVec, Registry};

use super::{
    Conf, Environment, Fault, Key, Watching,
    slots::{KeyStatus, Slots},
    store::{Look, look},
};
use crate::{clock::Clock, files::Files};

/// The sources of the configuration, and the registry that counts its failures.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The directory of files; `None`: every key has its defaults.
    pub dir: Option<PathBuf>,
    /// Production refuses mock rules.
    pub environment: Environment,
    /// The clock for load times.
    pub clock: Clock,
    /// Gets `live_pack_config_rejected_total{key}`.
    pub registry: Registry,
}

/// The configuration at one moment, and the values derived from it. A request holds one snapshot from start to end.
#[derive(Debug)]
pub struct Snapshot<X> {
    /// The configuration.
    pub conf: Arc<Conf>,
    /// The values that `build` derived from it.
    pub derived: X,
    /// A hash over all files: equal configurations have equal versions in every process.
    pub version: FastStr,
    /// Number of changes in this process, from 1.
    pub revision: u64,
    /// Load time, Unix milliseconds.
    pub loaded_at_ms: i64,
}

/// The result of one reload of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reload {
    /// Keys with a new value.
    pub taken: Vec<Key>,
    /// Keys whose file was found bad this time; their last good value still serves.
    pub rejected: Vec<Key>,
    /// Keys whose file was bad and is good again.
    pub mended: Vec<Key>,
    /// Files found this time that belong to no key, or the directory if it cannot be read.
    pub strange: Vec<Fault>,
}

type Build<X> = dyn Fn(&Conf) -> Result<X, Vec<Fault>> + Send + Sync;
type Listener<X> = Box<dyn Fn(&Arc<Snapshot<X>>) + Send + Sync>;

/// Holds the configuration. Cheap to clone; all clones share it.
pub struct Centre<X>(Arc<Inner<X>>);

struct Inner<X> {
    dir: Option<PathBuf>,
    files: Arc<Files>,
    clock: Clock,
    build: Box<Build<X>>,
    now: ArcSwap<Snapshot<X>>,
    /// Held during a whole reload, listeners included, so that all see changes in the same order.
    turn: Mutex<()>,
    slots: Mutex<Slots>,
    listeners: Mutex<Vec<Listener<X>>>,
    rejected: IntCounterVec,
}

impl<X> Clone for Centre<X> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<X: Send + Sync + 'static> Centre<X> {
    /// Reads the directory for the first time. `build` derives the values that must fit the configuration, such as
    /// plans; its faults refuse a change like any other.
    ///
    /// # Errors
    ///
    /// Every fault of every file.
    pub fn open(
        options: Options,
        build: impl Fn(&Conf) -> Result<X, Vec<Fault>> + Send + Sync + 'static,
    ) -> Result<Self, Vec<Fault>> {
        let Options { dir, environment, clock, registry } = options;
        let files = Arc::new(Files::default());
        let found = dir.as_deref().map(|dir| look(&files, dir)).unwrap_or_default();
        let (slots, conf, derived) = Slots::new(environment, clock.now_ms()).open(found, &build)?;
        let rejected = counter(&registry).map_err(registered_twice)?;
        let now = Snapshot {
            conf: Arc::new(conf),
            derived,
            version: slots.version(),
            revision: 1,
            loaded_at_ms: clock.now_ms(),
        };
        let inner = Arc::new(Inner {
            dir,
            files,
            clock,
            build: Box::new(build),
            now: ArcSwap::from_pointee(now),
            turn: Mutex::new(()),
            slots: Mutex::new(slots),
            listeners: Mutex::new(Vec::new()),
            rejected,
        });
        metrics::register(&inner, &registry).map_err(registered_twice)?;
        Ok(Self(inner))
    }

    /// The current configuration. Lock-free; take one snapshot per request.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot<X>> {
        self.0.now.load_full()
    }

    /// Reloads the directory now, as SIGHUP does. Blocks while the files are read.
    pub fn reload_now(&self) -> Reload {
        self.0.reload()
    }

    /// Watches the directory on its own thread until the result is dropped.
    pub fn watch(&self) -> Watching {
        let inner = Arc::downgrade(&self.0);
        let reload = move || inner.upgrade().map(|inner| drop(inner.reload()));
        super::watch::watch(self.0.dir.as_deref(), &self.0.files, reload)
    }

    /// Calls `listener` with every later snapshot, one at a time, after it took effect. A listener must not reload.
    pub fn on_change(&self, listener: impl Fn(&Arc<Snapshot<X>>) + Send + Sync + 'static) {
        lock(&self.0.listeners).push(Box::new(listener));
    }

    /// Current value and rejection of each key.
    #[must_use]
    pub fn status(&self) -> Vec<KeyStatus> {
        lock(&self.0.slots).clone().status()
    }

    /// Files that belong to no key, or the directory if it cannot be read.
    #[must_use]
    pub fn strange(&self) -> Vec<Fault> {
        lock(&self.0.slots).strange().to_vec()
    }
}

impl<X> Inner<X> {
    /// Reads every file; takes the good ones and keeps the current value of the bad ones.
    fn reload(&self) -> Reload {
        let Some(dir) = &self.dir else { return Reload::default() };
        let _turn = lock(&self.turn);
        let found: Look = look(&self.files, dir);
        // a copy is changed, so that a panic of `build` leaves the slots unchanged
        let mut slots = lock(&self.slots).clone();
        let change = slots.change(found, self.clock.now_ms(), &*self.build);
        let version = slots.version();
        *lock(&self.slots) = slots;
        for (key, faults) in &change.rejected {
            count(&self.rejected, *key, faults);
        }
        change.strange.iter().for_each(|fault| count_strange(&self.rejected, fault));
        for key in &change.mended {
            tracing::info!(key = key.name(), "configuration accepted again");
        }
        for fault in &change.no_longer_strange {
            tracing::info!(file = fault.key, "configuration no longer rejected");
        }
        let reload = Reload {
            taken: change.taken,
            rejected: change.rejected.into_iter().map(|(key, _)| key).collect(),
            mended: change.mended,
            strange: change.strange,
        };
        let Some((conf, derived)) = change.built else { return reload };
        let revision = self.now.load().revision + 1;
        let keys: Vec<&str> = reload.taken.iter().map(|key| key.name()).collect();
        let keys = keys.join(",");
        tracing::info!(keys, %version, revision, "configuration changed");
        let snapshot =
            Arc::new(Snapshot { conf: Arc::new(conf), derived, version, revision, loaded_at_ms: self.clock.now_ms() });
        self.now.store(snapshot.clone());
        for listener in lock(&self.listeners).iter() {
            listener(&snapshot);
        }
        reload
    }
}

/// Counts and logs a rejected change once.
fn count(counter: &IntCounterVec, key: Key, faults: &[Fault]) {
    counter.with_label_values(&[key.name()]).inc();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let faults = faults.join("; ");
    tracing::warn!(key = key.name(), faults, "configuration rejected; the last good value stays in use");
}

/// The label `key` of files that belong to no key: their names could be anything.
const STRANGE: &str = "other";

/// Counts and logs a file that belongs to no key.
fn count_strange(counter: &IntCounterVec, fault: &Fault) {
    counter.with_label_values(&[STRANGE]).inc();
    tracing::warn!(file = fault.key, %fault, "configuration rejected: unknown file");
}

fn registered_twice(error: prometheus::Error) -> Vec<Fault> {
    vec![Fault::of_file("metrics", "must be registered once", error.to_string())]
}

fn counter(registry: &Registry) -> Result<IntCounterVec, prometheus::Error> {
    let counter = CONFIG_REJECTED.register(registry)?;
    for key in Key::ALL.map(Key::name).into_iter().chain([STRANGE]) {
        counter.with_label_values(&[key]).inc_by(0);
    }
    Ok(counter)
}

// std mutexes: held briefly and never across an await; a panic of a listener or of `build` must not end reloading
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<X> std::fmt::Debug for Centre<X> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Centre")
            .field("dir", &self.0.dir.as_deref().map(Path::display).map(|dir| dir.to_string()))
            .finish()
    }
}
