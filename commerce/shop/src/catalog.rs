//! Products as buyers see them.

use std::collections::{BTreeMap, HashMap};

use live_pack_shop_store::{
    StoreError,
    catalog::{PRODUCT, PRODUCT_SKUS, ProductRow, SkuRow},
    trade::stock::{self, StockKey, StockRow},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Shop,
    answer::MoneyView,
    money::Currency,
    refusal::{Refusal, UseCaseError},
};

/// Units that an answer shows at most.
const SHOWN: i64 = 999;

/// A SKU of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkuView {
    /// The SKU.
    pub sku_id: String,
    /// Attributes such as colour and size.
    pub attributes: BTreeMap<String, String>,
    /// Price of a unit.
    pub price: MoneyView,
    /// Units that can be bought, at most 999.
    pub available: i64,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductView {
    /// The product.
    pub product_id: String,
    /// Seller.
    pub seller_id: String,
    /// Category.
    pub category_id: String,
    /// Title.
    pub title: String,
    /// Brand.
    pub brand: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Description.
    pub description: String,
    /// Paths of pictures.
    pub images: Vec<String>,
    /// SKUs.
    pub skus: Vec<SkuView>,
}

fn stored<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt { what, found: error.to_string() })
}

/// A product on the shelf, with the present stock of its SKUs.
///
/// # Errors
/// Not found, also for a product that is off the shelf.
pub async fn by_id(shop: &Shop, product_id: i64) -> Result<ProductView, UseCaseError> {
    let found: Vec<ProductRow> = shop.catalog().read(&PRODUCT, &[product_id.into()]).await?;
    let product = found.into_iter().find(|product| product.on_shelf == 1).ok_or(Refusal::NotFound("product"))?;
    let skus: Vec<SkuRow> = shop.catalog().read(&PRODUCT_SKUS, &[product_id.into()]).await?;
    let keys: Vec<_> = skus.iter().map(|sku| StockKey { seller_id: sku.seller_id, sku_id: sku.sku_id }).collect();
    let rows: Vec<StockRow> = shop.trade().read_for(&stock::READ, &keys).await?;
    let available: HashMap<_, _> = rows.into_iter().map(|row| (row.sku_id, row.on_hand - row.reserved)).collect();
    let currency = Currency::of(&product.currency)
        .ok_or_else(|| StoreError::Corrupt { what: "currency", found: product.currency.clone() })?;
    let sku = |sku: &SkuRow| -> Result<SkuView, StoreError> {
        Ok(SkuView {
            sku_id: sku.sku_id.to_string(),
            attributes: stored("attributes", &sku.attributes)?,
            price: currency.minor(sku.price).into(),
            available: available.get(&sku.sku_id).copied().unwrap_or(0).min(SHOWN),
        })
    };
    Ok(ProductView {
        product_id: product_id.to_string(),
        seller_id: product.seller_id.to_string(),
        category_id: product.category_id.to_string(),
        title: product.title,
        brand: product.brand,
        tags: stored("tags", &product.tags)?,
        description: product.description,
        images: stored("images", &product.images)?,
        skus: skus.iter().map(sku).collect::<Result<_, _>>()?,
    })
}
