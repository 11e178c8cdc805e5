//! The fan-out: queries several sources concurrently within a deadline and merges the answers that arrive in time.

mod configure;
mod slot;

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

pub(crate) use configure::{MOST_SOURCES, alone};
pub(crate) use slot::{Body, OnError, Slot};
use tokio::time::Instant;

use crate::{
    effect::{Facts, Lapse},
    error::NodeError,
    hits::{Hits, Refused, bad_score},
    merge::{Answers, Merge},
    node::{Call, Recall, Recalled, Work},
    recall::fanout::slot::Answer,
};

/// Several sources, queried concurrently.
///
/// A source that fails or is late is left out and named in the record. The answers are merged in declared order, so their
/// order of arrival changes nothing.
pub(crate) struct Fanout<E> {
    slots: Vec<Slot<E>>,
    merge: Merge,
    /// Time limit of the whole fan-out.
    timeout: Option<Duration>,
    /// Maximum number of sources queried at the same time.
    max_concurrent: usize,
    /// Maximum number of hits taken from one source.
    max_hits: usize,
    again: Option<Again>,
}

/// A source that has not answered yet.
type Pending<'a> = Pin<Box<dyn Future<Output = Result<Answer, NodeError>> + Send + 'a>>;

/// A further, wider recall if too few items were found.
#[derive(Debug, Clone, Copy)]
struct Again {
    /// Number of items that is enough.
    below: usize,
    /// Maximum number of further recalls.
    rounds: u32,
}

impl<E: Sync + 'static> Fanout<E> {
    /// Queries the sources and merges their answers.
    async fn gather(&self, call: &Call<'_, E>) -> Result<Recalled, NodeError> {
        let begin = Instant::now();
        let until = self.timeout.map_or(call.until, |timeout| call.until.min(begin + timeout));
        let mut round = call.round;
        loop {
            let (items, mut facts) = self.once(&Call { until, round, ..*call }, begin).await?;
            let spent = round - call.round;
            match self.again {
                Some(again) if items.len() < again.below && spent < again.rounds && Instant::now() < until => {
                    round += 1
                }
                _ => {
                    if spent > 0 {
                        facts.notes.push(Lapse::new(call.name, format!("extra recalls: {spent}")));
                    }
                    return Ok((items, facts));
                }
            }
        }
    }

    async fn once(&self, call: &Call<'_, E>, begin: Instant) -> Result<Recalled, NodeError> {
        let calls: Vec<Call<'_, E>> = self.slots.iter().map(|slot| Call { name: &slot.name, ..*call }).collect();
        let results = self.ask_all(&calls, begin, call.until).await;
        let mut facts = Facts::default();
        let mut hits = Vec::with_capacity(results.len());
        for (slot, result) in self.slots.iter().zip(results) {
            hits.push(self.take(slot, result, &mut facts)?);
        }
        let base = self.base();
        let mut repeated = Vec::new();
        let answers = Answers::new(hits, base, &mut facts.refused, &mut repeated);
        for (slot, count) in repeated {
            let name = self.slots.get(slot).map_or("", |slot| &slot.name);
            facts.notes.push(Lapse::new(name, format!("{count} repeated ids; the first of each was kept")));
        }
        let mut items = self.merge.run(&answers, base)?;
        items.retain(|item| match bad_score(item.score) {
            Some(reason) => {
                facts.refused.push(Refused { source: item.owner, id: item.id, reason });
                false
            }
            None => true,
        });
        // The hits of nested fan-outs come after those of this fan-out.
        let mut found = Vec::with_capacity(answers.slots() + facts.found.len());
        found.extend(answers.found(base));
        found.append(&mut facts.found);
        facts.found = found;
        Ok((items, facts))
    }

    /// Number of the first slot; the others are consecutive.
    fn base(&self) -> u16 {
        self.slots.first().map_or(0, |slot| slot.number)
    }

    /// Polls the sources until all have answered or the deadline passes. Ready answers win over the deadline.
    async fn ask_all<'a>(
        &'a self,
        calls: &'a [Call<'a, E>],
        begin: Instant,
        until: Instant,
    ) -> Vec<Result<Answer, NodeError>> {
        let mut results: Vec<Option<Result<Answer, NodeError>>> = self.slots.iter().map(|_| None).collect();
        let mut queue = self.slots.iter().zip(calls).enumerate();
        let mut running: Vec<(usize, Pending<'a>)> = Vec::new();
        let all = poll_fn(|cx| {
            loop {
                let mut progress = false;
                while running.len() < self.max_concurrent
                    && let Some((index, (slot, call))) = queue.next()
                {
                    progress = true;
                    match slot.ask(call) {
                        Work::Now(result) => put(&mut results, index, result),
                        Work::Later(future) => running.push((index, future)),
                    }
                }
                running.retain_mut(|(index, future)| match future.as_mut().poll(cx) {
                    Poll::Ready(result) => {
                        put(&mut results, *index, result);
                        progress = true;
                        false
                    }
                    Poll::Pending => true,
                });
                if running.is_empty() && queue.len() == 0 {
                    return Poll::Ready(());
                }
                if !progress {
                    return Poll::Pending;
                }
            }
        });
        // If the deadline has passed, unfinished slots have no result and are reported as late.
        drop(tokio::time::timeout_at(until, all).await);
        drop(running);
        let late = || Err(NodeError::Late(until.saturating_duration_since(begin)));
        // A source without its own timeout was cut off by the shared deadline, whichever timer fired first.
        let told = |(result, slot): (Option<Result<Answer, NodeError>>, &Slot<E>)| match result {
            Some(Err(NodeError::Late(_))) if slot.timeout.is_none() => late(),
            Some(result) => result,
            None => late(),
        };
        results.into_iter().zip(&self.slots).map(told).collect()
    }

    /// The hits of one slot, capped; its failure goes into the facts.
    fn take(
        &self,
        slot: &Slot<E>,
        result: Result<Answer, NodeError>,
        facts: &mut Facts,
    ) -> Result<Option<Hits>, NodeError> {
        match result {
            Ok(answer) => {
                facts.lapses.extend(answer.lapse.map(|reason| Lapse::new(&slot.name, reason)));
                facts.notes.extend(answer.note.map(|reason| Lapse::new(&slot.name, reason)));
                if let Some(inner) = answer.inner {
                    facts.found.extend(inner.found);
                    facts.refused.extend(inner.refused);
                    facts.lapses.extend(inner.lapses);
                    facts.notes.extend(inner.notes);
                }
                if answer.hits.len() <= self.max_hits {
                    return Ok(Some(answer.hits));
                }
                let reason = format!("{} hits, only the first {} are used", answer.hits.len(), self.max_hits);
                facts.lapses.push(Lapse::new(&slot.name, reason));
                Ok(Some(answer.hits.get(..self.max_hits).map(Hits::from).unwrap_or_default()))
            }
            Err(error) if matches!(slot.on_error, OnError::Fail) => {
                Err(NodeError::Source { source_name: slot.name.clone(), reason: error.to_string() })
            }
            Err(error) => {
                facts.lapses.push(Lapse::new(&slot.name, error));
                Ok(None)
            }
        }
    }
}

fn put<T>(results: &mut [Option<T>], index: usize, result: T) {
    if let Some(place) = results.get_mut(index) {
        *place = Some(result);
    }
}

impl<E: Sync + 'static> Recall<E> for Fanout<E> {
    fn recall_all<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Recalled> {
        Work::later(self.gather(call))
    }
}
