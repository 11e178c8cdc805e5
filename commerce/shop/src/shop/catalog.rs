//! Products as buyers see them. Catalogue data may be slightly stale; stock never is.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use live_pack_shop_store::{
    StoreError,
    catalog::{self, ListedRow, ProductId, ProductRow, SkuRow},
    trade::stock::{self, StockKey, StockRow},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Shop, UseCase,
    answer::MoneyView,
    refusal::{Refusal, UseCaseError},
    stored::{currency, parsed},
};

/// Maximum number of units shown in an answer.
const SHOWN: i64 = 999;
/// Maximum number of units at which the stock of a product counts as low.
const LOW: i64 = 10;

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

/// Total stock of all SKUs of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StockState {
    /// More than 10 units.
    InStock,
    /// 1 to 10 units.
    LowStock,
    /// None.
    SoldOut,
}

impl StockState {
    const fn of(units: i64) -> Self {
        match units {
            ..=0 => Self::SoldOut,
            1..=LOW => Self::LowStock,
            _ => Self::InStock,
        }
    }
}

/// A product in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedProductView {
    /// The product.
    pub product_id: String,
    /// Seller.
    pub seller_id: String,
    /// Name of the seller.
    pub seller_name: String,
    /// Category.
    pub category_id: String,
    /// Title.
    pub title: String,
    /// Brand.
    pub brand: String,
    /// Paths of pictures.
    pub images: Vec<String>,
    /// Lowest price among its SKUs.
    pub price: MoneyView,
    /// Total stock of its SKUs.
    pub stock_state: StockState,
}

/// A page of products, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductListView {
    /// Products.
    pub items: Vec<ListedProductView>,
    /// Token of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// Units of SKUs that can be bought, by SKU.
pub(crate) async fn available(shop: &Shop, keys: &[StockKey]) -> Result<HashMap<i64, i64>, StoreError> {
    let rows: Vec<StockRow> = shop.trade().read_for(&stock::READ, keys).await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.on_hand - row.reserved)).collect())
}

/// Units as shown in answers.
pub(crate) fn shown(units: Option<&i64>) -> i64 {
    units.copied().unwrap_or(0).clamp(0, SHOWN)
}

fn stock_key(sku: &SkuRow) -> StockKey {
    StockKey { seller_id: sku.seller_id, sku_id: sku.sku_id }
}

/// A product with its SKUs, from the catalogue.
#[derive(Debug)]
pub struct ProductCard {
    product: ProductRow,
    skus: Vec<SkuRow>,
}

/// Loads a product on the shelf from the catalogue.
#[derive(Debug, Clone, Copy)]
struct LoadProduct {
    product_id: i64,
}

impl UseCase for LoadProduct {
    const NAME: &'static str = "products.load";
    type Answer = ProductCard;

    async fn run(self, shop: &Shop) -> Result<ProductCard, UseCaseError> {
        let found: Vec<ProductRow> = shop.catalog().read(&catalog::PRODUCT, &[self.product_id.into()]).await?;
        let product = found.into_iter().find(|product| product.on_shelf == 1).ok_or(Refusal::NotFound("product"))?;
        let skus = shop.catalog().read_for(&catalog::SKUS, &[ProductId { product_id: self.product_id }]).await?;
        Ok(ProductCard { product, skus })
    }
}

/// Reads a product on the shelf, with the current stock of its SKUs.
#[derive(Debug, Clone, Copy)]
pub struct ReadProduct {
    /// The product.
    pub product_id: i64,
}

impl UseCase for ReadProduct {
    const NAME: &'static str = "products.read";
    type Answer = ProductView;

    async fn run(self, shop: &Shop) -> Result<ProductView, UseCaseError> {
        let load = LoadProduct { product_id: self.product_id };
        let card: Arc<ProductCard> = shop.run_cached(shop.products(), self.product_id, load).await?;
        let keys: Vec<_> = card.skus.iter().map(stock_key).collect();
        let available = available(shop, &keys).await?;
        let currency = currency(&card.product.currency)?;
        let sku = |sku: &SkuRow| -> Result<SkuView, StoreError> {
            Ok(SkuView {
                sku_id: sku.sku_id.to_string(),
                attributes: parsed("attributes", &sku.attributes)?,
                price: currency.minor(sku.price).into(),
                available: shown(available.get(&sku.sku_id)),
            })
        };
        let product = &card.product;
        Ok(ProductView {
            product_id: product.product_id.to_string(),
            seller_id: product.seller_id.to_string(),
            category_id: product.category_id.to_string(),
            title: product.title.clone(),
            brand: product.brand.clone(),
            tags: parsed("tags", &product.tags)?,
            description: product.description.clone(),
            images: parsed("images", &product.images)?,
            skus: card.skus.iter().map(sku).collect::<Result<_, _>>()?,
        })
    }
}

/// Selects the products of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// The given products; unknown ids are left out.
    Ids(BTreeSet<i64>),
    /// Products that meet all conditions.
    Search {
        /// Part of the title, ignoring case; empty for any title.
        query: String,
        /// Category.
        category_id: Option<i64>,
        /// Seller.
        seller_id: Option<i64>,
    },
}

/// Lists products on the shelf, by id.
#[derive(Debug, Clone)]
pub struct ListProducts {
    /// Filter.
    pub filter: Filter,
    /// Last product of the previous page.
    pub after: Option<i64>,
    /// Products per page.
    pub page_size: i64,
}

/// The pattern for titles that contain a text.
fn pattern(query: &str) -> String {
    let mut pattern = String::from("%");
    for sign in query.to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

impl ListProducts {
    async fn rows(&self, shop: &Shop) -> Result<Vec<ListedRow>, StoreError> {
        let after = self.after.unwrap_or(0);
        match &self.filter {
            Filter::Ids(ids) => {
                let wanted: Vec<_> = ids.range(after + 1..).map(|&product_id| ProductId { product_id }).collect();
                shop.catalog().read_for(&catalog::LIST_IDS, &wanted).await
            }
            Filter::Search { query, category_id, seller_id } => {
                let mut params = vec![after.into(), (self.page_size + 1).into(), pattern(query).into()];
                params.extend([*seller_id, *category_id].into_iter().flatten().map(Into::into));
                let statement = match (seller_id, category_id) {
                    (None, None) => &catalog::LIST,
                    (None, Some(_)) => &catalog::LIST_CATEGORY,
                    (Some(_), None) => &catalog::LIST_SELLER,
                    (Some(_), Some(_)) => &catalog::LIST_SELLER_CATEGORY,
                };
                shop.catalog().read(statement, &params).await
            }
        }
    }
}

impl UseCase for ListProducts {
    const NAME: &'static str = "products.list";
    type Answer = ProductListView;

    async fn run(self, shop: &Shop) -> Result<ProductListView, UseCaseError> {
        let rows = self.rows(shop).await?;
        let (rows, next_page_token) = crate::page::cut(rows, self.page_size, |row| row.product_id);
        let ids: Vec<_> = rows.iter().map(|row| ProductId { product_id: row.product_id }).collect();
        let skus: Vec<SkuRow> = shop.catalog().read_for(&catalog::SKUS, &ids).await?;
        let available = available(shop, &skus.iter().map(stock_key).collect::<Vec<_>>()).await?;
        let mut by_product: HashMap<i64, (i64, i64)> = HashMap::new();
        for sku in &skus {
            let (lowest, units) = by_product.entry(sku.product_id).or_insert((sku.price, 0));
            *lowest = sku.price.min(*lowest);
            *units += available.get(&sku.sku_id).copied().unwrap_or(0);
        }
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            // A product without SKUs has no price and cannot be bought.
            let Some(&(lowest, units)) = by_product.get(&row.product_id) else { continue };
            items.push(ListedProductView {
                product_id: row.product_id.to_string(),
                seller_id: row.seller_id.to_string(),
                seller_name: row.seller_name,
                category_id: row.category_id.to_string(),
                title: row.title,
                brand: row.brand,
                images: parsed("images", &row.images)?,
                price: currency(&row.currency)?.minor(lowest).into(),
                stock_state: StockState::of(units),
            });
        }
        Ok(ProductListView { items, next_page_token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_characters_are_literal_and_case_is_ignored() {
        for (query, expected) in [("", "%%"), ("Lamp", "%lamp%"), ("50%_!", "%50!%!_!!%"), ("ÄÖ", "%äö%")] {
            assert_eq!(pattern(query), expected);
        }
    }

    #[test]
    fn stock_is_low_up_to_ten_units() {
        let states: Vec<_> = [-1, 0, 1, 10, 11].map(StockState::of).into();
        use StockState::{InStock, LowStock, SoldOut};
        assert_eq!(states, [SoldOut, SoldOut, LowStock, LowStock, InStock]);
    }
}
