//! The cost of a decision without rates; `make hostile HOSTILE=rates` measures the others.

use futures_util::FutureExt as _;

use super::*;

#[tokio::test]
async fn without_rates_nothing_is_allocated() {
    let limiter = alone(&conf(&[]));
    let deadline = soon();
    let seen = allocation_counter::measure(|| {
        for user in 0..100 {
            limiter.admit(&asked(user), deadline).now_or_never().unwrap().unwrap();
        }
    });
    assert_eq!(seen.count_total, 0);
}
