//! The timer loop: claims due timers in batches through the committer.

use std::time::Duration;

use live_pack_shop_store::{
    Database,
    trade::{keys, quotes, timers},
};
use tokio_util::sync::CancellationToken;

use super::{Outcome, TradeBatch, TradeRequest};
use crate::{clock::Clock, identity};

/// Kind of the timer that ends the time to pay.
pub(super) const PAY_BY: &str = "PAY_BY";
/// Pause between two looks at the timers.
const PAUSE: Duration = Duration::from_millis(200);
/// Timers per transaction.
const CLAIM: i64 = 500;
/// Age at which expired quotes and the keys of other calls than orders are deleted, in milliseconds: 25 hours.
const RETENTION_MS: i64 = 25 * 3_600 * 1_000;
/// Pause between two deletions, in milliseconds.
const PURGE_EVERY_MS: i64 = 60_000;
/// Rows per deletion: a small transaction, so that orders do not wait for it.
const PURGE: i64 = 500;

/// Deletes quotes that expired and keys that were bound long ago. The key of an order is kept for ever.
///
/// # Errors
/// When the store fails.
pub async fn purge(trade: &Database, now_ms: i64) -> Result<u64, live_pack_shop_store::StoreError> {
    let mut deleted = 0;
    for statement in [&quotes::PURGE, &keys::PURGE] {
        deleted += trade.write(statement, &[(now_ms - RETENTION_MS).into(), PURGE.into()]).await?;
    }
    Ok(deleted)
}

/// Deletes what is old and finishes what a crash interrupted. Returns the rows that were deleted.
async fn tidy(identity: &Database, trade: &Database, now_ms: i64) -> Result<u64, live_pack_shop_store::StoreError> {
    let closed = identity::finish_all(identity, trade, now_ms).await?;
    if closed > 0 {
        tracing::info!(closed, "closings of accounts were finished");
    }
    Ok(purge(trade, now_ms).await? + identity::purge(identity, now_ms, PURGE).await?)
}

/// Expires unpaid orders until `stop` is cancelled. Several processes may do so at once: each claims other timers.
pub async fn run(
    (identity, trade): (Database, Database),
    committer: live_pack_shop_store::Committer<TradeBatch>,
    clock: Clock,
    stop: CancellationToken,
) {
    // At the start too: closings that a crash interrupted.
    let mut purge_ms = clock.now_ms();
    loop {
        if clock.now_ms() >= purge_ms {
            purge_ms = clock.now_ms() + PURGE_EVERY_MS;
            match tidy(&identity, &trade, clock.now_ms()).await {
                // There is more: go on with the next look.
                Ok(deleted) if deleted > 0 => purge_ms = clock.now_ms(),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "old rows could not be deleted, closings not be finished"
                    );
                }
            }
        }
        let due = match trade.read::<i64>(&timers::DUE, &[clock.now_ms().into()]).await {
            Ok(due) => !due.is_empty(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the timers could not be read");
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
                    tracing::warn!(error = &error as &dyn std::error::Error, "the timers could not be handled");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
