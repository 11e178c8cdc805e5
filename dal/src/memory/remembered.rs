//! One memory: results in two generations; the older one is forgotten as a whole.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use ahash::RandomState;
use prometheus::{IntCounter, IntGauge};

use super::{Made, Pure};

/// Parts with a lock of their own. Two workers rarely want the same part at the same time.
const PARTS: usize = 16;

/// The bound of a memory in bytes, changed while it is used; 0: switched off.
#[derive(Debug, Clone, Default)]
pub(super) struct Limit(Arc<AtomicU64>);

impl Limit {
    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn get(&self) -> usize {
        usize::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }
}

/// The results of a pure function, by its inputs, bounded in bytes.
///
/// A result that is used again moves to the younger generation. A generation is full at half the bound; then the older
/// one is forgotten. Nothing is done in the background.
pub(super) struct Remembered<K: Pure> {
    parts: [Mutex<Part<K>>; PARTS],
    random: RandomState,
    limit: Limit,
    hits: IntCounter,
    misses: IntCounter,
    bytes: IntGauge,
}

type Kept<K> = HashMap<K, Made<<K as Pure>::Output>, RandomState>;

struct Part<K: Pure> {
    young: Kept<K>,
    old: Kept<K>,
    young_bytes: usize,
    old_bytes: usize,
}

impl<K: Pure> std::fmt::Debug for Remembered<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remembered").field("memory", &K::MEMORY).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<K: Pure> Remembered<K> {
    pub(super) fn new(limit: Limit, hits: IntCounter, misses: IntCounter, bytes: IntGauge) -> Self {
        let random = RandomState::new();
        let parts = std::array::from_fn(|_| Mutex::new(Part::new(&random)));
        Self { parts, random, limit, hits, misses, bytes }
    }

    /// The result for these inputs at an instant: the one that is kept, if it is valid then, else a computed one.
    pub(super) fn get(&self, inputs: K, now_ms: i64) -> K::Output {
        let limit = self.limit.get();
        if limit == 0 {
            self.forget();
            return inputs.compute(now_ms).value;
        }
        let part = self.part(self.random.hash_one(&inputs));
        let limit = limit / PARTS;
        if let Some(value) = self.find(part, &inputs, now_ms, limit) {
            self.hits.inc();
            return value;
        }
        self.misses.inc();
        // not under the lock: two that miss at once compute the same
        let mut made = inputs.compute(now_ms);
        made.bytes += size_of::<(K, Made<K::Output>)>();
        let value = made.value.clone();
        let (change, dropped) = Self::lock(part).insert(inputs, made, limit);
        self.bytes.add(change);
        drop(dropped);
        value
    }

    fn find(&self, part: &Mutex<Part<K>>, inputs: &K, now_ms: i64, limit: usize) -> Option<K::Output> {
        let mut locked = Self::lock(part);
        if let Some(made) = locked.young.get(inputs) {
            return made.valid.contains(&now_ms).then(|| made.value.clone());
        }
        let (inputs, made) = locked.old.remove_entry(inputs)?;
        locked.old_bytes -= made.bytes;
        self.bytes.sub(signed(made.bytes));
        if !made.valid.contains(&now_ms) {
            return None;
        }
        let value = made.value.clone();
        let (change, dropped) = locked.insert(inputs, made, limit);
        drop(locked);
        self.bytes.add(change);
        drop(dropped);
        Some(value)
    }

    /// Memory of the results kept, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| Self::lock(part)).map(|part| part.young_bytes + part.old_bytes).sum()
    }

    fn forget(&self) {
        if self.bytes.get() == 0 {
            return;
        }
        for part in &self.parts {
            let emptied = mem::replace(&mut *Self::lock(part), Part::new(&self.random));
            self.bytes.sub(signed(emptied.young_bytes + emptied.old_bytes));
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder is below its divisor")]
    fn part(&self, hash: u64) -> &Mutex<Part<K>> {
        // the high bits: the maps use the low ones
        &self.parts[(hash >> 48) as usize % PARTS]
    }

    /// A poisoned lock is usable: a panic in a comparison or a drop leaves the maps consistent.
    fn lock(part: &Mutex<Part<K>>) -> MutexGuard<'_, Part<K>> {
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Pure> Part<K> {
    fn new(random: &RandomState) -> Self {
        let [young, old] = [(); 2].map(|()| HashMap::with_hasher(random.clone()));
        Self { young, old, young_bytes: 0, old_bytes: 0 }
    }

    /// Keeps a result in the younger generation, which must not outgrow half of `limit`. Returns the change in bytes, and the
    /// results that are forgotten, to be dropped outside the lock.
    fn insert(&mut self, inputs: K, made: Made<K::Output>, limit: usize) -> (i64, Option<Kept<K>>) {
        if made.bytes > limit / 2 {
            return (0, None);
        }
        let before = signed(self.young_bytes + self.old_bytes);
        let dropped = (self.young_bytes + made.bytes > limit / 2).then(|| {
            self.old_bytes = mem::take(&mut self.young_bytes);
            let random = self.young.hasher().clone();
            let young = mem::replace(&mut self.young, HashMap::with_hasher(random));
            mem::replace(&mut self.old, young)
        });
        self.young_bytes += made.bytes;
        if let Some(replaced) = self.young.insert(inputs, made) {
            self.young_bytes -= replaced.bytes;
        }
        (signed(self.young_bytes + self.old_bytes) - before, dropped)
    }
}

fn signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
