//! Invariants across cells. The cells share no snapshot, so a violation is read again before it counts, and only facts
//! that never change back are compared.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_shop_store::{
    Database, StoreError,
    catalog::{self, SkuCardRow, SkuId},
    identity::audit::{AccountId, CLOSED_IDS, OPEN_IDS},
    trade::audit::{CART_OWNERS, CART_SKUS, CartSku, PERSONAL},
};

use super::Finding;
use crate::identity::ERASED;

/// Rows per query.
const CHUNK: i64 = 1_000;

/// The cells.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// Accounts.
    pub identity: &'a Database,
    /// Products.
    pub catalog: &'a Database,
    /// Carts and orders.
    pub trade: &'a Database,
}

/// Checks every invariant across cells.
///
/// # Errors
/// If a store cannot be read.
pub async fn check_across(cells: Cells<'_>) -> Result<Vec<Finding>, StoreError> {
    let skus = again(async || cart_skus(cells).await).await?;
    let owners = again(async || cart_owners(cells).await).await?;
    let personal = again(async || personal(cells).await).await?;
    let finding =
        |name, promise, broken: BTreeSet<String>| Finding { name, promise, broken: broken.into_iter().collect() };
    Ok(vec![
        finding("cart-skus", "every SKU in a cart is in the catalogue, with its product and seller", skus),
        finding("cart-owners", "every cart belongs to an open account", owners),
        finding("nothing-personal", "carts, quotes and addresses of closed accounts are erased", personal),
    ])
}

/// Violations found in two consecutive reads: a change between the reads of two cells is found at most once.
async fn again(look: impl AsyncFn() -> Result<BTreeSet<String>, StoreError>) -> Result<BTreeSet<String>, StoreError> {
    let first = look().await?;
    if first.is_empty() {
        return Ok(first);
    }
    let second = look().await?;
    Ok(first.intersection(&second).cloned().collect())
}

async fn cart_skus(Cells { catalog, trade, .. }: Cells<'_>) -> Result<BTreeSet<String>, StoreError> {
    let (mut broken, mut after) = (BTreeSet::new(), 0);
    loop {
        let found: Vec<CartSku> = trade.read(&CART_SKUS, &[after.into(), CHUNK.into()]).await?;
        let Some(last) = found.last() else { return Ok(broken) };
        after = last.sku_id;
        let ids: Vec<_> = found.iter().map(|sku| SkuId { sku_id: sku.sku_id }).collect();
        let cards: Vec<SkuCardRow> = catalog.read_for(&catalog::SKU_CARDS, &ids).await?;
        let cards: BTreeMap<_, _> = cards.iter().map(|card| (card.sku_id, (card.product_id, card.seller_id))).collect();
        let wrong = found.iter().filter(|sku| cards.get(&sku.sku_id) != Some(&(sku.product_id, sku.seller_id)));
        broken.extend(wrong.map(|sku| sku.sku_id.to_string()));
    }
}

async fn cart_owners(Cells { identity, trade, .. }: Cells<'_>) -> Result<BTreeSet<String>, StoreError> {
    let (mut broken, mut after) = (BTreeSet::new(), 0);
    loop {
        let found: Vec<AccountId> = trade.read(&CART_OWNERS, &[after.into(), CHUNK.into()]).await?;
        let Some(last) = found.last() else { return Ok(broken) };
        after = last.account_id;
        let open: BTreeSet<i64> = identity.read_for(&OPEN_IDS, &found).await?.into_iter().collect();
        let wrong = found.iter().filter(|owner| !open.contains(&owner.account_id));
        broken.extend(wrong.map(|owner| owner.account_id.to_string()));
    }
}

async fn personal(Cells { identity, trade, .. }: Cells<'_>) -> Result<BTreeSet<String>, StoreError> {
    let (mut broken, mut after) = (BTreeSet::new(), 0);
    loop {
        let found: Vec<AccountId> = identity.read(&CLOSED_IDS, &[after.into(), CHUNK.into()]).await?;
        let Some(last) = found.last() else { return Ok(broken) };
        after = last.account_id;
        let input = live_pack_shop_store::rows(PERSONAL.name, &found)?;
        broken.extend(trade.read::<String>(&PERSONAL, &[input, ERASED.into()]).await?);
    }
}
