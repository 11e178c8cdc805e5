//! The look-up of a recorded request: it bypasses both levels, except for values that other services write into Redis.

use std::sync::Arc;

use super::{Keys, Load, TwoLevel, form::Read};
use crate::{Call, Error, Lookup, batch::short, recording::Recording};

impl<V: PartialEq + Send + Sync + 'static> TwoLevel<V> {
    /// Values of a separate call, aligned with `keys`. Nothing is taken from another request, and nothing is kept.
    ///
    /// # Errors
    ///
    /// The load failed or is short.
    pub(super) async fn unshared(
        &self,
        call: &Call,
        recording: &Recording,
        keys: &Keys<'_>,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Result<Vec<Lookup<Arc<V>>>, Error> {
        self.metrics.loaded.inc_by(keys.ids.len() as u64);
        let mut found = self.written_by_others(call, recording, keys).await;
        let rest: Vec<i64> =
            keys.ids.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(id, _)| *id).collect();
        if !rest.is_empty() {
            let loaded = prepare(call)(rest.clone()).await?;
            if loaded.len() != rest.len() {
                return Err(short(self.origin));
            }
            let open = found.iter_mut().filter(|found| found.is_none());
            open.zip(loaded).for_each(|(found, value)| *found = Some(value));
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// Values in Redis of a form that other services write; `None`: not there, or of another form.
    async fn written_by_others(
        &self,
        call: &Call,
        recording: &Recording,
        keys: &Keys<'_>,
    ) -> Vec<Option<Lookup<Arc<V>>>> {
        let none = || keys.ids.iter().map(|_| None).collect();
        let rules = self.level.load().rules.clone();
        let redis =
            self.redis.as_ref().filter(|(_, form)| form.is_shared() && rules.enabled && rules.redis_ttl.is_some());
        let Some((redis, form)) = redis else { return none() };
        let names: Vec<String> = keys.ids.iter().map(|id| form.name(rules.generation, &keys.key(*id))).collect();
        match redis.mget(&names, call.deadline).await {
            Ok(values) => {
                recording.redis(&names, &values);
                let read = |bytes: Option<Vec<u8>>| {
                    let Read::Value(value) = form.read(&bytes?, None) else { return None };
                    Some(value.map_or(Lookup::Missing, |value| Lookup::Found(Arc::new(value))))
                };
                values.into_iter().map(read).collect()
            }
            Err(lost) => {
                call.notes.lose_redis(lost);
                none()
            }
        }
    }
}
