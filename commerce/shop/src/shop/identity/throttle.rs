//! Throttling of log-ins: ten failures per e-mail in 15 minutes, across all servers of a database.

use live_pack_shop_store::{
    StoreError,
    identity::failures::{self, FailuresRow},
};

use crate::{
    Shop,
    refusal::{Refusal, UseCaseError},
    stored,
};

/// Maximum number of failed log-ins per e-mail within [`WINDOW_MS`]; then every log-in is refused.
pub const MOST_FAILURES: usize = 10;
/// Time for which a failed log-in counts, in milliseconds: 15 minutes.
pub const WINDOW_MS: i64 = 15 * 60 * 1_000;
/// Attempts to save a failure while other servers write.
const ATTEMPTS: usize = 50;

/// Failures that still count, oldest first, with the version of their row.
async fn recent(shop: &Shop, email_hash: &str, now_ms: i64) -> Result<(Vec<i64>, i64), UseCaseError> {
    let found: Vec<FailuresRow> = shop.identity().read(&failures::READ, &[email_hash.into()]).await?;
    let Some(row) = found.into_iter().next() else { return Ok((Vec::new(), 0)) };
    let mut failed: Vec<i64> = serde_json::from_str(&row.failed_ms)
        .map_err(|error| StoreError::Corrupt { what: "failed log-ins", found: error.to_string() })?;
    failed.retain(|at_ms| now_ms < at_ms + WINDOW_MS);
    Ok((failed, row.version))
}

fn within_limit(failed: &[i64], now_ms: i64) -> Result<(), Refusal> {
    if failed.len() < MOST_FAILURES {
        return Ok(());
    }
    let wait_ms = failed.first().map_or(WINDOW_MS, |oldest| oldest + WINDOW_MS - now_ms);
    Err(Refusal::TooManyAttempts { retry_after_seconds: u64::try_from(wait_ms).unwrap_or(0).div_ceil(1_000).max(1) })
}

/// Refuses a log-in after too many failures.
pub(super) async fn check(shop: &Shop, email_hash: &str) -> Result<(), UseCaseError> {
    let now_ms = shop.clock().now_ms();
    let (failed, _) = recent(shop, email_hash, now_ms).await?;
    Ok(within_limit(&failed, now_ms)?)
}

/// Counts a failure; refused if other requests have reached the limit meanwhile.
pub(super) async fn record(shop: &Shop, email_hash: &str) -> Result<(), UseCaseError> {
    for _ in 0..ATTEMPTS {
        let now_ms = shop.clock().now_ms();
        let (mut failed, version) = recent(shop, email_hash, now_ms).await?;
        within_limit(&failed, now_ms)?;
        failed.push(now_ms);
        let text = stored::text("failed log-ins", &failed)?;
        let params = [email_hash.into(), text.into(), now_ms.into(), version.into()];
        if shop.identity().write(&failures::SAVE, &params).await? == 1 {
            return Ok(());
        }
    }
    Err(StoreError::Contended { statement: failures::SAVE.name, changed: 0, expected: 1 }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_ends_when_the_oldest_failure_no_longer_counts() {
        assert_eq!(within_limit(&[0; 9], 5), Ok(()));
        for (now_ms, seconds) in [(0, 900), (1, 900), (1_000, 899), (899_999, 1)] {
            let refused = Refusal::TooManyAttempts { retry_after_seconds: seconds };
            assert_eq!(within_limit(&[0; 10], now_ms), Err(refused));
        }
    }
}
