//! The ring of the latest records: rendered bytes, bounded by their sum. The oldest record is evicted first.

use std::{
    collections::VecDeque,
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
    records: VecDeque<Arc<RingRecord>>,
    bytes: usize,
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
    pub fn push(&self, kept: RingRecord) -> bool {
        let weight = kept.weight();
        if weight > self.most_bytes {
            return false;
        }
        let mut held = self.lock();
        while held.bytes + weight > self.most_bytes
            && let Some(oldest) = held.records.pop_front()
        {
            held.bytes -= oldest.weight();
        }
        held.bytes += weight;
        held.records.push_back(Arc::new(kept));
        true
    }

    /// At most `limit` records that match the choice, newest first. Their bytes are shared with the ring, so a slow reader
    /// does not block it.
    #[must_use]
    pub fn choose(&self, choice: &Choice, limit: usize) -> Vec<Arc<RingRecord>> {
        let all: Vec<_> = self.lock().records.iter().rev().cloned().collect();
        all.into_iter().filter(|kept| choice.matches(kept)).take(limit).collect()
    }

    /// The size.
    #[must_use]
    pub fn size(&self) -> Size {
        let held = self.lock();
        Size { records: held.records.len(), bytes: held.bytes }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use super::*;

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

    fn traces(ring: &Ring, choice: &Choice, limit: usize) -> Vec<u128> {
        ring.choose(choice, limit).iter().map(|kept| kept.trace.0).collect()
    }

    #[test]
    fn the_oldest_records_are_evicted_and_the_bytes_stay_below_the_limit() {
        let ring = Ring::new(100_000);
        for number in 0..1_000 {
            assert!(ring.push(kept(number, 1_000)));
            assert!(ring.size().bytes <= 100_000);
        }
        let size = ring.size();
        assert!((80..=99).contains(&size.records), "{size:?}");
        assert_eq!(traces(&ring, &Choice::default(), 3), [999, 998, 997]);
        let read = ring.choose(&Choice::default(), 1_000);
        assert!(ring.push(kept(1_000, 90_000)));
        assert_eq!((read.len(), read[0].json.len()), (size.records, 1_000), "a reader keeps what it has read");
        assert!(ring.size().bytes <= 100_000);
    }

    #[test]
    fn a_record_larger_than_the_ring_is_refused() {
        let ring = Ring::new(1_000);
        assert!(!ring.push(kept(1, 1_000)) && ring.push(kept(2, 500)));
        assert_eq!(ring.size().records, 1);
    }

    #[test]
    fn records_are_chosen_by_method_reason_log_id_and_trace() {
        let ring = Ring::new(100_000);
        for number in 1..=4 {
            ring.push(kept(number, 10));
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
}
