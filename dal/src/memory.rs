//! Memoisation of pure functions: a result is kept with its inputs, and returned again for the same inputs.
//!
//! A memory is not a cache of answers. Its key is everything that the function reads, the instant aside, and
//! [`Pure::compute`] sees nothing else; a result is reused only at instants for which it is valid. Switching it on or off
//! changes no answer. Shared values in a key are compared by identity ([`Same`]), which costs one comparison and is
//! exact, because the entry keeps the value alive.

mod remembered;
mod same;

use std::{any::Any, ops::Range, sync::OnceLock};

use live_pack_metrics::{MEMORY_BYTES, MEMORY_LOOKUPS};
use prometheus::{IntCounterVec, IntGaugeVec, Registry};

use self::remembered::Remembered;
pub use self::same::Same;

/// The inputs of a pure function, and the function.
pub trait Pure: std::hash::Hash + Eq + Send + Sync + 'static {
    /// Its result; cheap to clone.
    type Output: Clone + Send + Sync + 'static;

    /// The memory of its results.
    const MEMORY: MemoryName;

    /// Its part of the memory, below [`MemoryName::parts`]. One function per part.
    const PART: usize = 0;

    /// Computes the result at an instant, in Unix milliseconds.
    fn compute(&self, now_ms: i64) -> Made<Self::Output>;
}

/// A result of a pure function.
#[derive(Debug, Clone)]
pub struct Made<V> {
    /// The result.
    pub value: V,
    /// The instants for which the same inputs give the same result, in Unix milliseconds. Holds that of the computation.
    pub valid: Range<i64>,
    /// Memory that keeping it takes, in bytes: the result, and what its inputs keep alive.
    pub bytes: usize,
}

/// The largest number of functions that share a memory.
const MOST_PARTS: usize = 5;

/// The memories, as `CacheConf` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemoryName {
    /// Drawn and encoded product cards.
    Cards,
    /// Filtered, sorted and counted bags.
    Folds,
}

impl MemoryName {
    /// All memories.
    pub const ALL: [Self; 2] = [Self::Cards, Self::Folds];

    /// The name in configuration and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Folds => "folds",
        }
    }

    /// Number of functions that share the memory, each an equal part.
    #[must_use]
    pub const fn parts(self) -> usize {
        match self {
            Self::Cards => 1,
            Self::Folds => MOST_PARTS,
        }
    }

    /// The initial rules.
    #[must_use]
    pub const fn defaults(self) -> MemoryRules {
        let max_bytes = match self {
            Self::Cards => 16 << 20,
            Self::Folds => 8 << 20,
        };
        MemoryRules { enabled: true, max_bytes }
    }
}

/// The rules of one memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryRules {
    /// Whether results are kept; if not, every one is computed.
    pub enabled: bool,
    /// Maximum memory of the results kept, in bytes.
    pub max_bytes: u64,
}

/// All memories. Resident.
#[derive(Debug)]
pub struct Memories {
    slots: [Slot; MemoryName::ALL.len()],
    metrics: Metrics,
}

/// A memory. Each part is made for its first use, when the type of its key is known.
#[derive(Debug, Default)]
struct Slot {
    parts: [OnceLock<Box<dyn Any + Send + Sync>>; MOST_PARTS],
    limit: remembered::Limit,
}

#[derive(Debug)]
struct Metrics {
    lookups: IntCounterVec,
    bytes: IntGaugeVec,
}

impl Memories {
    /// Empty memories with their initial rules. Registers their metrics.
    ///
    /// # Errors
    /// One of the metrics is already registered.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Metrics { lookups: MEMORY_LOOKUPS.register(registry)?, bytes: MEMORY_BYTES.register(registry)? };
        let memories = Self { slots: Default::default(), metrics };
        for name in MemoryName::ALL {
            memories.set_rules(name, name.defaults());
        }
        Ok(memories)
    }

    /// Replaces the rules of a memory while it is used. Results beyond a smaller bound are forgotten as new ones come; a
    /// memory that is switched off is emptied with its next use.
    pub fn set_rules(&self, memory: MemoryName, rules: MemoryRules) {
        let max_bytes = if rules.enabled { rules.max_bytes } else { 0 };
        self.slot(memory).limit.set(max_bytes / memory.parts() as u64);
    }

    /// The result of a function: the kept one for these inputs if it is valid at this instant, else a computed one. A second
    /// function of the same part is computed each time.
    pub fn get<K: Pure>(&self, inputs: K, now_ms: i64) -> K::Output {
        let slot = self.slot(K::MEMORY);
        let Some(part) = slot.parts.get(K::PART) else { return inputs.compute(now_ms).value };
        let memory = part.get_or_init(|| {
            let outcome = |outcome| self.metrics.lookups.with_label_values(&[K::MEMORY.name(), outcome]);
            let bytes = self.metrics.bytes.with_label_values(&[K::MEMORY.name()]);
            Box::new(Remembered::<K>::new(slot.limit.clone(), outcome("hit"), outcome("miss"), bytes))
        });
        match memory.downcast_ref::<Remembered<K>>() {
            Some(memory) => memory.get(inputs, now_ms),
            None => inputs.compute(now_ms).value,
        }
    }

    #[expect(clippy::indexing_slicing, reason = "there is a slot for each name")]
    fn slot(&self, name: MemoryName) -> &Slot {
        &self.slots[name as usize]
    }
}

#[cfg(test)]
mod tests;
