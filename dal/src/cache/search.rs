//! The state of one look-up.

use std::sync::Arc;

use ahash::{AHashMap, AHashSet};
use tokio::time::Instant;

use super::{CacheMetrics, Keys, Level};
use crate::{Call, Error, Lookup, Origin, batch::short};

/// A look-up that the local level could not answer alone.
pub(super) struct Search<V> {
    /// Answers, by id.
    pub(super) found: AHashMap<i64, Lookup<Arc<V>>>,
    /// Ids without an answer, each once.
    pub(super) open: Vec<i64>,
    /// The last failure of a load.
    pub(super) error: Option<Error>,
    /// Values that may stand in for a failed load.
    stale: AHashMap<i64, Lookup<Arc<V>>>,
}

impl<V: PartialEq + Send + Sync + 'static> Search<V> {
    /// Looks every id up in the local level, once.
    pub(super) fn begin(call: &Call, keys: &Keys<'_>, level: &Level<V>) -> Self {
        let now = Instant::now();
        let mut search = Self { found: AHashMap::new(), open: Vec::new(), error: None, stale: AHashMap::new() };
        let mut seen = AHashSet::with_capacity(keys.ids.len());
        for id in keys.ids.iter().copied().filter(|id| seen.insert(*id)) {
            match level.store.get(&keys.key(id)) {
                Some(entry) if !call.fresh && entry.is_fresh(now) => {
                    search.found.insert(id, entry.value);
                }
                entry => {
                    search.open.push(id);
                    let stale = entry.and_then(|entry| entry.standing_in(now, level.rules.stale));
                    search.stale.extend(stale.map(|value| (id, value)));
                }
            }
        }
        search
    }

    /// Whether an id has an answer, or a stale value that may stand in for one.
    pub(super) fn can_do_without(&self, id: i64) -> bool {
        self.stale.contains_key(&id) || self.found.contains_key(&id)
    }

    /// The answers, aligned; stale values stand in for failed ones, and the request notes how many.
    pub(super) fn finish(
        mut self,
        call: &Call,
        keys: &Keys<'_>,
        metrics: &CacheMetrics,
        origin: Origin,
    ) -> Result<Vec<Lookup<Arc<V>>>, Error> {
        let mut stale = 0;
        for (id, value) in self.stale {
            if self.found.get(&id).is_none_or(Lookup::is_failed) {
                stale += 1;
                self.found.insert(id, value);
            }
        }
        if self.open.iter().any(|id| !self.found.contains_key(id)) {
            return Err(self.error.unwrap_or_else(|| short(origin)));
        }
        if stale > 0 {
            metrics.stale.inc_by(stale as u64);
            call.notes.serve_stale(call.asker, origin, stale, self.found.len());
        }
        let answer = |id| self.found.get(id).map_or(Lookup::Failed, Clone::clone);
        Ok(keys.ids.iter().map(answer).collect())
    }
}
