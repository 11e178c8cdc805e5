//! Closing an account.
//!
//! Two cells must agree without a common transaction. The trade cell refuses while an order is open; otherwise it records the
//! closing and deletes the quotes, so that no order can follow. Then the identity cell erases the account. Then the trade cell
//! erases personal data and deletes the record. After a crash in between, the record is still there, and a server continues.

use live_pack_shop_store::{
    Database, StoreError,
    identity::{accounts, addresses, sessions},
    trade::closings,
};

use crate::{
    Shop, UseCase,
    refusal::{Refusal, UseCaseError},
};

/// Delivery address of the orders of a closed account.
pub const ERASED: &str = r#"{"name":"","phone":"","region":"","city":"","line1":"","postcode":""}"#;
/// Age at which a closing counts as interrupted, in milliseconds.
const INTERRUPTED_MS: i64 = 10_000;
/// Maximum number of interrupted closings finished at a time.
const AT_A_TIME: i64 = 100;

/// Closes an account: erases identity, addresses, sessions and cart; orders keep the account's id as a pseudonym.
///
/// Refused while an order is neither completed nor cancelled.
#[derive(Debug, Clone, Copy)]
pub struct CloseAccount {
    /// The account.
    pub account_id: i64,
}

impl UseCase for CloseAccount {
    const NAME: &'static str = "accounts.close";
    type Answer = ();

    async fn run(self, shop: &Shop) -> Result<(), UseCaseError> {
        let now_ms = shop.clock().now_ms();
        begin(shop.trade(), self.account_id, now_ms).await?;
        Ok(finish(shop.identity(), shop.trade(), self.account_id, now_ms).await?)
    }
}

async fn begin(trade: &Database, account_id: i64, now_ms: i64) -> Result<(), UseCaseError> {
    let mut tx = trade.begin().await?;
    // Placing an order holds the lock of its quote.
    let _: Vec<i64> = tx.rows(&closings::LOCK_QUOTES, &[account_id.into()]).await?;
    let open: Vec<i64> = tx.rows(&closings::OPEN_ORDER, &[account_id.into()]).await?;
    if let Some(order_id) = open.first() {
        return Err(Refusal::OpenOrders(order_id.to_string()).into());
    }
    tx.run(&closings::BEGIN, &[account_id.into(), now_ms.into()]).await?;
    tx.run(&closings::FORGET_QUOTES, &[account_id.into()]).await?;
    Ok(tx.commit().await?)
}

/// Erases the account in both cells; a repeated call continues.
async fn finish(identity: &Database, trade: &Database, account_id: i64, now_ms: i64) -> Result<(), StoreError> {
    let account = || [account_id.into()];
    let mut tx = identity.begin().await?;
    tx.run(&sessions::FORGET_TOKENS, &account()).await?;
    tx.run(&sessions::FORGET, &account()).await?;
    tx.run(&addresses::FORGET, &account()).await?;
    tx.run(&accounts::CLOSE, &[account_id.into(), now_ms.into()]).await?;
    tx.commit().await?;
    let mut tx = trade.begin().await?;
    for statement in
        [&closings::FORGET_CART, &closings::FORGET_QUOTES, &closings::FORGET_KEYS, &closings::FORGET_REASONS]
    {
        tx.run(statement, &account()).await?;
    }
    tx.run(&closings::FORGET_ADDRESSES, &[account_id.into(), ERASED.into()]).await?;
    tx.run(&closings::END, &account()).await?;
    tx.commit().await
}

/// Finishes closings that were interrupted by a crash; returns their number.
pub(crate) async fn finish_all(identity: &Database, trade: &Database, now_ms: i64) -> Result<usize, StoreError> {
    let params = [(now_ms - INTERRUPTED_MS).into(), AT_A_TIME.into()];
    let pending: Vec<i64> = trade.read(&closings::PENDING, &params).await?;
    for account_id in &pending {
        finish(identity, trade, *account_id, now_ms).await?;
    }
    Ok(pending.len())
}

#[cfg(test)]
mod tests {
    use crate::answer::DeliveryView;

    #[test]
    fn the_erased_address_is_empty() {
        let read: DeliveryView = serde_json::from_str(super::ERASED).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), super::ERASED);
        assert!(read.name.is_empty() && read.postcode.is_empty());
    }
}
