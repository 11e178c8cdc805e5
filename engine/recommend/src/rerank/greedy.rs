//! Lazy greedy selection: values can only fall, so a value is updated only while its item could still win.

use std::{cmp::Ordering, collections::BinaryHeap};

use crate::candidates::by_value;

/// A value without its last 12 bits. Values that differ by less than 2⁻⁴⁰ of their size count as equal, so that rounding
/// does not decide between items that the formula ranks equal, such as items with parallel embeddings.
fn steady(value: f64) -> f64 {
    f64::from_bits(value.to_bits() & !0xFFF)
}

/// An upper bound of one item's value.
struct Bound {
    value: f64,
    id: i64,
    position: u32,
}

impl Ord for Bound {
    /// By value, then by the lower id.
    fn cmp(&self, other: &Self) -> Ordering {
        by_value(self.value, other.value).then(other.id.cmp(&self.id))
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Bound {}

/// Values of a greedy selection. A value can only fall as items are chosen.
pub(super) trait Falling {
    /// Upper bound of an item's value given all items chosen so far, if it is cheaper than the value.
    fn bound(&mut self, position: usize) -> f64 {
        self.value(position)
    }

    /// Updates one item for all items chosen so far.
    fn value(&mut self, position: usize) -> f64;

    /// Adds an item to the chosen ones.
    fn choose(&mut self, position: usize);
}

/// Adds up to `k` items to `chosen`, best value first, ties by the lower id; stops early if no value is above −∞.
///
/// `start` holds an upper bound for each candidate.
#[inline(always)]
pub(super) fn select(values: &mut impl Falling, start: Vec<(u32, f64)>, ids: &[i64], k: usize, chosen: &mut Vec<u32>) {
    let bound = |(position, value): (u32, f64)| {
        let id = ids.get(position as usize).copied().unwrap_or_default();
        Bound { value: steady(value), id, position }
    };
    let mut queue: BinaryHeap<Bound> = start.into_iter().map(bound).collect();
    // Version of each item's value: twice the number of items chosen at that time, plus one if the value is exact.
    let mut known = vec![usize::MAX; ids.len()];
    while chosen.len() < k {
        let Some(mut top) = queue.peek_mut() else { return };
        let position = top.position as usize;
        let Some(known) = known.get_mut(position) else { return };
        let bounded = chosen.len() * 2;
        if *known == bounded + 1 {
            if top.value == f64::NEG_INFINITY {
                return;
            }
            let top = std::collections::binary_heap::PeekMut::pop(top);
            values.choose(position);
            chosen.push(top.position);
        } else if *known == bounded {
            *known = bounded + 1;
            top.value = steady(values.value(position));
        } else {
            *known = bounded;
            top.value = steady(values.bound(position));
        }
    }
}

/// The position with the best value, ties by the lower id; `None` if no value is above −∞.
pub(super) fn best(values: impl IntoIterator<Item = (u32, f64)>, ids: &[i64]) -> Option<u32> {
    let mut best: Option<(f64, i64, u32)> = None;
    for (position, value) in values {
        let (id, value) = (ids.get(position as usize).copied().unwrap_or_default(), steady(value));
        let better =
            best.is_none_or(|(most, least_id, _)| by_value(value, most).then(least_id.cmp(&id)) == Ordering::Greater);
        if better && value > f64::NEG_INFINITY {
            best = Some((value, id, position));
        }
    }
    best.map(|(.., position)| position)
}
