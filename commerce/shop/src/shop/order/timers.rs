//! The timer loop: claims due timers in batches through the committer.

use std::time::Duration;

use live_pack_shop_store::{
    Database,
    trade::{keys, quotes, timers},
};
use tokio_util::sync::CancellationToken;

use super::{Outcome, TradeBatch, TradeRequest};
use crate::{clock::Clock, identity};

/// Kind of the timer for the payment deadline.
pub(super) const PAY_BY: &str = "PAY_BY";
/// Pause between two checks of the timers.
const PAUSE: Duration = Duration::from_millis(200);
/// Timers per transaction.
const CLAIM: i64 = 500;
/// Age at which expired quotes, and keys of calls other than orders, are deleted, in milliseconds: 25 hours.
const RETENTION_MS: i64 = 25 * 3_600 * 1_000;
/// Pause between two deletions, in milliseconds.
const PURGE_EVERY_MS: i64 = 60_000;
/// Rows per deletion: a small transaction, so that orders do not have to wait for it.
const PURGE: i64 = 500;

/// Deletes expired quotes and old keys. The keys of orders are kept forever.
///
/// # Errors
/// If the store fails.
pub async fn purge(trade: &Database, now_ms: i64) -> Result<u64, live_pack_shop_store::StoreError> {
    let mut deleted = 0;
    for statement in [&quotes::PURGE, &keys::PURGE] {
        deleted += trade.write(statement, &[(now_ms - RETENTION_MS).into(), PURGE.into()]).await?;
    }
    Ok(deleted)
}

/// Deletes old rows and finishes interrupted closings. Returns the number of deleted rows.
async fn tidy(identity: &Database, trade: &Database, now_ms: i64) -> Result<u64, live_pack_shop_store::StoreError> {
    let closed = identity::finish_all(identity, trade, now_ms).await?;
    if closed > 0 {
        tracing::info!(closed, "finished interrupted closings of accounts");
    }
    Ok(purge(trade, now_ms).await? + identity::purge(identity, now_ms, PURGE).await?)
}

/// Expires unpaid orders until `stop` is cancelled. Several processes may do so concurrently: each claims different timers.
pub async fn run(
    (identity, trade): (Database, Database),
    committer: live_pack_shop_store::Committer<TradeBatch>,
    clock: Clock,
    stop: CancellationToken,
) {
    // Also at the start, for closings interrupted by a crash.
    let mut purge_ms = clock.now_ms();
    loop {
        if clock.now_ms() >= purge_ms {
            purge_ms = clock.now_ms() + PURGE_EVERY_MS;
            match tidy(&identity, &trade, clock.now_ms()).await {
                // There are more rows: continue at the next check.
                Ok(deleted) if deleted > 0 => purge_ms = clock.now_ms(),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "cannot delete old rows or finish closings"
                    );
                }
            }
        }
        let due = match trade.read::<i64>(&timers::DUE, &[clock.now_ms().into()]).await {
            Ok(due) => !due.is_empty(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot read the timers");
                false
            }
        };
        if due {
            match committer.commit(TradeRequest::Expire { limit: CLAIM }).await {
                Ok(Outcome::Expired { claimed, cancelled }) => {
                    tracing::debug!(claimed, cancelled, "timers");
                    if claimed > 0 && !stop.is_cancelled() {
                        continue;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "cannot process the timers");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
