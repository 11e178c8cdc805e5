//! Memories: hits, validity, the bound, the switch.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use super::*;

/// Doubles a number, valid within the second of the instant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Double(u64);

impl Pure for Double {
    type Output = Arc<(u64, i64)>;
    const MEMORY: MemoryName = MemoryName::Cards;

    fn compute(&self, now_ms: i64) -> Made<Self::Output> {
        let from = now_ms.div_euclid(1_000) * 1_000;
        Made { value: Arc::new((self.0 * 2, now_ms)), valid: from..from + 1_000, bytes: 4_000 }
    }
}

fn memories() -> Memories {
    Memories::new(&Registry::new()).unwrap()
}

fn counted(memories: &Memories) -> [u64; 2] {
    ["hit", "miss"].map(|outcome| memories.metrics.lookups.with_label_values(&["cards", outcome]).get())
}

fn held(memories: &Memories) -> i64 {
    memories.metrics.bytes.with_label_values(&["cards"]).get()
}

fn set(memories: &Memories, enabled: bool, max_bytes: u64) {
    memories.set_rules(MemoryName::Cards, MemoryRules { enabled, max_bytes });
}

#[test]
fn a_result_is_reused_while_it_is_valid() {
    let memories = memories();
    let at = |now| memories.get(Double(4), now).1;
    assert_eq!(
        [at(1_500), at(1_999), at(1_000), at(2_000), at(2_001), at(999)],
        [1_500, 1_500, 1_500, 2_000, 2_000, 999]
    );
    assert_eq!(counted(&memories), [3, 3]);
}

#[test]
fn other_inputs_have_their_own_result() {
    let memories = memories();
    assert_eq!([1, 2, 1].map(|number| memories.get(Double(number), 5).0), [2, 4, 2]);
    assert_eq!(counted(&memories), [1, 2]);
}

#[test]
fn a_million_results_stay_within_the_bound() {
    const BOUND: u64 = 16 << 20;
    let memories = memories();
    set(&memories, true, BOUND);
    let mut most = 0;
    for number in 0..1_000_000 {
        assert_eq!(memories.get(Double(number), 5).0, number * 2);
        // results that are used again move between the generations
        memories.get(Double(number.saturating_sub(number % 3_000)), 5);
        most = most.max(held(&memories));
    }
    let bound = i64::try_from(BOUND).unwrap();
    assert!((bound / 2..=bound).contains(&most), "{most}");
    let memory = memories.slot(MemoryName::Cards).parts[0].get().unwrap();
    let memory: &Remembered<Double> = memory.downcast_ref().unwrap();
    assert_eq!(i64::try_from(memory.bytes()).unwrap(), held(&memories));
}

#[test]
fn a_result_larger_than_its_place_is_not_kept() {
    let memories = memories();
    set(&memories, true, 16 * 4_000);
    memories.get(Double(1), 5);
    memories.get(Double(1), 5);
    assert_eq!((counted(&memories), held(&memories)), ([0, 2], 0));
}

#[test]
fn a_memory_that_is_switched_off_computes_and_forgets() {
    let memories = memories();
    memories.get(Double(1), 5);
    assert!(held(&memories) > 4_000);
    set(&memories, false, 16 << 20);
    assert_eq!([5, 6].map(|now| memories.get(Double(1), now).1), [5, 6]);
    assert_eq!((counted(&memories), held(&memories)), ([0, 1], 0));
    set(&memories, true, 16 << 20);
    assert_eq!([7, 8].map(|now| memories.get(Double(1), now).1), [7, 7]);
}

#[test]
fn the_same_value_is_equal_only_to_itself() {
    let (one, twin) = (Arc::new(5), Arc::new(5));
    assert_eq!(Same::of(&one), Same::of(&one).clone());
    assert_ne!(Same::of(&one), Same::of(&twin));
}
