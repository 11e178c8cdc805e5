//! The ring of the last records: rendered bytes, bounded by their sum.
//!
//! The class of a record is the least important of its reasons, which is the rarest. The oldest record of the largest
//! class is evicted first, so that a storm of failures removes neither slow nor followed calls.

use std::{
    collections::VecDeque,
    iter,
    mem::size_of,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;
use live_pack_dal::{FastStr, model::TraceId};
use live_pack_handlers::reasons::{Reason, Reasons};
use live_pack_idl::Method;

/// A record in the ring.
#[derive(Debug)]
pub struct RingRecord {
    /// Its method.
    pub method: Method,
    /// The reasons to keep it.
    pub reasons: Reasons,
    /// Its log id.
    pub log_id: FastStr,
    /// Its trace.
    pub trace: TraceId,
    /// The record as JSON.
    pub json: Bytes,
}

impl RingRecord {
    /// Memory in bytes.
    fn weight(&self) -> usize {
        self.json.len() + self.log_id.len() + size_of::<Self>() + size_of::<Arc<Self>>()
    }
}

/// A filter of records. A field that is `None` matches every record.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The method.
    pub method: Option<Method>,
    /// One of the reasons.
    pub reason: Option<Reason>,
    /// The log id.
    pub log_id: Option<String>,
    /// The trace.
    pub trace: Option<TraceId>,
}

impl Choice {
    fn matches(&self, kept: &RingRecord) -> bool {
        self.method.is_none_or(|method| method == kept.method)
            && self.reason.is_none_or(|reason| kept.reasons.has(reason))
            && self.log_id.as_ref().is_none_or(|log_id| *log_id == kept.log_id)
            && self.trace.is_none_or(|trace| trace == kept.trace)
    }
}

/// The ring of the latest records.
#[derive(Debug)]
pub struct Ring {
    // std mutex: held to move pointers, never across an await, and never by a request
    held: Mutex<Held>,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Held {
    /// In the order of [`Reason::ALL`].
    classes: [Class; Reason::ALL.len()],
    /// Number of the next record.
    next: u64,
}

/// The records of one class, each with its number, in ascending order.
#[derive(Debug, Default)]
struct Class {
    records: VecDeque<(u64, Arc<RingRecord>)>,
    bytes: usize,
}

impl Held {
    fn bytes(&self) -> usize {
        self.classes.iter().map(|class| class.bytes).sum()
    }

    /// Removes the oldest record of the largest class. `false`: the ring is empty.
    fn evict(&mut self) -> bool {
        let largest = self.classes.iter_mut().max_by_key(|class| class.bytes);
        let oldest = largest.and_then(|class| class.records.pop_front().map(|oldest| (class, oldest)));
        let Some((class, (_, oldest))) = oldest else { return false };
        class.bytes -= oldest.weight();
        true
    }

    fn push(&mut self, kept: RingRecord) {
        let class = kept.reasons.last().unwrap_or(Reason::Sampled);
        if let Some(class) = self.classes.get_mut(class as usize) {
            class.bytes += kept.weight();
            class.records.push_back((self.next, Arc::new(kept)));
            self.next += 1;
        }
    }

    /// The newest record that matches `choice` and has a number below `end`, and its number.
    fn before(&self, end: u64, choice: &Choice) -> Option<(u64, Arc<RingRecord>)> {
        let newest = |class: &Class| {
            let older = class.records.partition_point(|(number, _)| *number < end);
            let found = class.records.range(..older).rev().find(|(_, record)| choice.matches(record))?;
            Some(found.clone())
        };
        self.classes.iter().filter_map(newest).max_by_key(|(number, _)| *number)
    }
}

/// Size of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Number of records.
    pub records: usize,
    /// Their memory in bytes.
    pub bytes: usize,
}

impl Ring {
    /// An empty ring of at most this many bytes.
    #[must_use]
    pub fn new(most_bytes: usize) -> Self {
        Self { held: Mutex::default(), most_bytes }
    }

    /// Adds a record. `false`: it is larger than the whole ring.
    #[must_use]
    pub fn push(&self, kept: RingRecord) -> bool {
        let weight = kept.weight();
        if weight > self.most_bytes {
            return false;
        }
        let mut held = self.lock();
        while held.bytes() + weight > self.most_bytes && held.evict() {}
        held.push(kept);
        true
    }

    /// The records that match `choice`, newest first. Each is looked up when it is requested: a slow reader holds one at a
    /// time, and misses those that have been evicted meanwhile.
    pub fn matching(self: Arc<Self>, choice: Choice) -> impl Iterator<Item = Arc<RingRecord>> {
        let mut end = u64::MAX;
        iter::from_fn(move || {
            let (number, record) = self.lock().before(end, &choice)?;
            end = number;
            Some(record)
        })
    }

    /// The size.
    #[must_use]
    pub fn size(&self) -> Size {
        let held = self.lock();
        Size { records: held.classes.iter().map(|class| class.records.len()).sum(), bytes: held.bytes() }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn ring(most_bytes: usize) -> Arc<Ring> {
        Arc::new(Ring::new(most_bytes))
    }

    fn kept(number: u128, bytes: usize) -> RingRecord {
        let method = if number.is_multiple_of(2) { Method::GetLiveBagTab } else { Method::GetPinCardData };
        RingRecord {
            method,
            reasons: Reasons::of(&[Reason::Slow]),
            log_id: number.to_string().into(),
            trace: TraceId(number),
            json: Bytes::from(vec![b' '; bytes]),
        }
    }

    fn traces(ring: &Arc<Ring>, choice: &Choice, limit: usize) -> Vec<u128> {
        Arc::clone(ring).matching(choice.clone()).take(limit).map(|kept| kept.trace.0).collect()
    }

    #[test]
    fn the_oldest_records_are_evicted_and_the_bytes_stay_below_the_limit() {
        let ring = ring(100_000);
        for number in 0..1_000 {
            assert!(ring.push(kept(number, 1_000)));
            assert!(ring.size().bytes <= 100_000);
        }
        let size = ring.size();
        assert!((80..=99).contains(&size.records), "{size:?}");
        assert_eq!(traces(&ring, &Choice::default(), 3), [999, 998, 997]);
        let mut reader = Arc::clone(&ring).matching(Choice::default());
        let read = reader.next().unwrap();
        assert!(ring.push(kept(1_000, 90_000)));
        let left: Vec<_> = reader.map(|kept| kept.trace.0).collect();
        assert_eq!((read.trace.0, read.json.len()), (999, 1_000), "a reader keeps what it has read");
        assert!(
            left.len() < 10 && left.first().is_none_or(|first| *first == 998),
            "and misses what has left: {left:?}"
        );
        assert!(ring.size().bytes <= 100_000);
    }

    #[test]
    fn a_record_larger_than_the_ring_is_refused() {
        let ring = ring(1_000);
        assert!(!ring.push(kept(1, 1_000)) && ring.push(kept(2, 500)));
        assert_eq!(ring.size().records, 1);
    }

    #[test]
    fn records_are_chosen_by_method_reason_log_id_and_trace() {
        let ring = ring(100_000);
        for number in 1..=4 {
            assert!(ring.push(kept(number, 10)));
        }
        let all = Choice::default();
        for (choice, expected) in [
            (Choice { method: Some(Method::GetLiveBagTab), ..all.clone() }, vec![4, 2]),
            (Choice { reason: Some(Reason::Slow), ..all.clone() }, vec![4, 3, 2, 1]),
            (Choice { reason: Some(Reason::Failed), ..all.clone() }, vec![]),
            (Choice { log_id: Some("3".into()), ..all.clone() }, vec![3]),
            (Choice { trace: Some(TraceId(1)), ..all.clone() }, vec![1]),
            (Choice { trace: Some(TraceId(1)), method: Some(Method::GetLiveBagTab), ..all }, vec![]),
        ] {
            assert_eq!(traces(&ring, &choice, 10), expected, "{choice:?}");
        }
    }

    #[test]
    fn a_storm_removes_only_its_own_records() {
        let ring = ring(100_000);
        let of = |number, reasons: &[Reason]| RingRecord { reasons: Reasons::of(reasons), ..kept(number, 1_000) };
        assert!(ring.push(of(1, &[Reason::Degraded, Reason::Followed])) && ring.push(of(2, &[Reason::Slow])));
        for number in 3..1_000 {
            assert!(ring.push(of(number, &[Reason::Failed])));
        }
        let all = traces(&ring, &Choice::default(), 1_000);
        assert_eq!((all[0], &all[all.len() - 2..]), (999, &[2, 1][..]));
        assert!((80..=99).contains(&all.len()), "{}", all.len());
    }
}
