//! A budget for extra calls: each usual call earns a part of a token, each extra call spends a whole one.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Thousandths in a token.
const TOKEN: u32 = 1_000;

/// A budget, in thousandths of a token.
#[derive(Debug)]
pub(super) struct Budget {
    left: AtomicU32,
    earned: u32,
    most: u32,
}

impl Budget {
    /// For retries: a tenth of a token per call, at most 100, full at the start.
    pub(super) const fn of_retries() -> Self {
        Self { left: AtomicU32::new(100 * TOKEN), earned: TOKEN / 10, most: 100 * TOKEN }
    }

    /// For hedges: a twentieth of a token per call, at most 10, empty at the start: never more than 5 % of the calls.
    pub(super) const fn of_hedges() -> Self {
        Self { left: AtomicU32::new(0), earned: TOKEN / 20, most: 10 * TOKEN }
    }

    /// Counts a usual call.
    pub(super) fn earn(&self) {
        // a full budget, the usual state of the one for retries, is only read
        if self.left.load(Relaxed) < self.most {
            let more = |left: u32| Some(left.saturating_add(self.earned).min(self.most));
            _ = self.left.fetch_update(Relaxed, Relaxed, more);
        }
    }

    /// Takes a token, if there is one.
    pub(super) fn spend(&self) -> bool {
        self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(TOKEN)).is_ok()
    }

    /// Whole tokens left.
    pub(super) fn tokens(&self) -> u32 {
        self.left.load(Relaxed) / TOKEN
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn extra_calls_never_exceed_share_and_initial_tokens(calls in prop::collection::vec(any::<bool>(), 0..3_000)) {
            for (budget, share, start) in [(Budget::of_retries(), 10, 100), (Budget::of_hedges(), 20, 0)] {
                let (mut usual, mut extra) = (0, 0);
                for wants_extra in &calls {
                    budget.earn();
                    usual += 1;
                    extra += usize::from(*wants_extra && budget.spend());
                    prop_assert!(extra <= start + usual / share, "{extra} of {usual}");
                }
            }
        }
    }

    #[test]
    fn in_a_full_outage_a_tenth_of_the_calls_is_retried_beside_the_full_bucket() {
        let budget = Budget::of_retries();
        let again = (0..10_000).filter(|_| {
            budget.earn();
            budget.spend()
        });
        assert_eq!(again.count(), 100 + 1_000 - 1);
    }

    #[test]
    fn a_budget_never_exceeds_its_maximum() {
        for (budget, most) in [(Budget::of_retries(), 100), (Budget::of_hedges(), 10)] {
            (0..5_000).for_each(|_| budget.earn());
            assert_eq!(budget.tokens(), most);
        }
    }

    #[test]
    fn racing_calls_spend_no_token_twice() {
        let budget = Arc::new(Budget::of_retries());
        let spend = |_| {
            let budget = Arc::clone(&budget);
            std::thread::spawn(move || (0..1_000).filter(|_| budget.spend()).count())
        };
        let threads: Vec<_> = (0..4).map(spend).collect();
        let spent: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert_eq!(spent, 100);
    }
}
