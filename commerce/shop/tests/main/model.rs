//! Histories of batches compared with a model: every outcome, stock row and order. `PROPTEST_CASES` sets their number.

mod reference;
mod subject;

use proptest::prelude::*;
use proptest_state_machine::prop_state_machine;

use self::subject::Subject;

/// Histories in `make test`; `make shop-proof` runs 10,000.
const HISTORIES: u32 = 1_000;
/// Number of tests that share them: one per core of a small machine.
const TESTS: u32 = 2;

fn histories() -> u32 {
    let all = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(HISTORIES);
    all.div_ceil(TESTS)
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: histories(), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn histories_end_as_the_model_says(sequential 1..20 => Subject);

    #[test]
    fn more_histories_end_as_the_model_says(sequential 1..20 => Subject);
}
