//! The timer loop: claims due timers in batches through the committer.

use std::time::Duration;

use live_pack_shop_store::{Database, trade::timers};
use tokio_util::sync::CancellationToken;

use super::{Outcome, TradeBatch, TradeRequest};
use crate::clock::Clock;

/// Kind of the timer that ends the time to pay.
pub(super) const PAY_BY: &str = "PAY_BY";
/// Pause between two looks at the timers.
const PAUSE: Duration = Duration::from_millis(200);
/// Timers per transaction.
const CLAIM: i64 = 500;

/// Expires unpaid orders until `stop` is cancelled. Several processes may do so at once: each claims other timers.
pub async fn run(
    trade: Database,
    committer: live_pack_shop_store::Committer<TradeBatch>,
    clock: Clock,
    stop: CancellationToken,
) {
    loop {
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
