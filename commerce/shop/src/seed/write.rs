//! Writes seed rows; existing rows stay unchanged, so a second run changes nothing.

use std::collections::BTreeMap;

use live_pack_shop_store::{
    Database, Statement, StoreError, Tx,
    catalog::{self, ProductRow, SellerRow, SkuRow, TaxRow},
    identity::{
        accounts::{self, AccountRow},
        addresses::{self, AddressRow},
    },
    trade::stock::{self, StockChange, StockEntry, StockKey},
};
use serde::Serialize;

use crate::{Shop, refusal::UseCaseError};

/// Rows per statement.
const CHUNK: usize = 1_000;

/// Initial units of a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkuStock {
    /// Seller.
    pub seller_id: i64,
    /// SKU.
    pub sku_id: i64,
    /// Units on hand.
    pub on_hand: i64,
}

/// Rows to write.
#[derive(Debug, Default)]
pub struct Seed {
    /// Accounts.
    pub accounts: Vec<AccountRow>,
    /// Addresses.
    pub addresses: Vec<AddressRow>,
    /// Sellers.
    pub sellers: Vec<SellerRow>,
    /// Products.
    pub products: Vec<ProductRow>,
    /// SKUs.
    pub skus: Vec<SkuRow>,
    /// Tax rates.
    pub taxes: Vec<TaxRow>,
    /// Units of the SKUs.
    pub stock: Vec<SkuStock>,
}

/// Number of rows written, by kind; all 0 in a second run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Accounts.
    pub accounts: u64,
    /// Products.
    pub products: u64,
    /// SKUs that received stock.
    pub stock: u64,
}

async fn insert<T: Serialize + Sync>(
    tx: &mut Tx,
    statement: &'static Statement,
    rows: &[T],
) -> Result<u64, StoreError> {
    let mut written = 0;
    for chunk in rows.chunks(CHUNK) {
        written += tx.run_rows(statement, chunk).await?;
    }
    Ok(written)
}

/// Writes the missing rows, with one transaction per cell: identity, catalogue, then stock.
///
/// # Errors
/// If the store fails; a repeated call continues.
pub async fn write(shop: &Shop, seed: &Seed) -> Result<Seeded, UseCaseError> {
    let mut seeded = Seeded::default();
    let mut tx = shop.identity().begin().await?;
    seeded.accounts = insert(&mut tx, &accounts::INSERT, &seed.accounts).await?;
    insert(&mut tx, &addresses::INSERT, &seed.addresses).await?;
    tx.commit().await?;
    let mut tx = shop.catalog().begin().await?;
    insert(&mut tx, &catalog::INSERT_SELLERS, &seed.sellers).await?;
    seeded.products = insert(&mut tx, &catalog::INSERT_PRODUCTS, &seed.products).await?;
    insert(&mut tx, &catalog::INSERT_SKUS, &seed.skus).await?;
    insert(&mut tx, &catalog::INSERT_TAXES, &seed.taxes).await?;
    tx.commit().await?;
    seeded.stock = stock(shop.trade(), shop, &seed.stock).await?;
    Ok(seeded)
}

/// Creates stock rows with their units; an existing row keeps its units.
async fn stock(trade: &Database, shop: &Shop, units: &[SkuStock]) -> Result<u64, UseCaseError> {
    let at_ms = shop.clock().now_ms();
    let by_key: BTreeMap<_, _> = units.iter().map(|row| ((row.seller_id, row.sku_id), row.on_hand)).collect();
    let keys: Vec<_> = by_key.keys().map(|&(seller_id, sku_id)| StockKey { seller_id, sku_id }).collect();
    let mut written = 0;
    let mut tx = trade.begin().await?;
    for chunk in keys.chunks(CHUNK) {
        let created: Vec<StockKey> = tx.rows_for(&stock::CREATE, chunk).await?;
        let mut entries = Vec::with_capacity(created.len());
        let mut changes = Vec::with_capacity(created.len());
        for StockKey { seller_id, sku_id } in created {
            let quantity = by_key.get(&(seller_id, sku_id)).copied().unwrap_or_default();
            entries.push(StockEntry { seller_id, sku_id, entry_id: shop.ids().next()?, quantity, at_ms });
            changes.push(StockChange { seller_id, sku_id, on_hand: quantity, reserved: 0 });
        }
        tx.run_rows(&stock::ENTER, &entries).await?;
        tx.run_each(&stock::CHANGE, &changes).await?;
        written += u64::try_from(changes.len()).unwrap_or_default();
    }
    tx.commit().await?;
    Ok(written)
}
