//! Products: the light form that decides whether a card is shown, the full form for the card's content, and the
//! details.

use pilota::FastStr;

use super::{Lookup, Region};

/// The status of a product. "Sold out" is not a status; it follows from stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProductStatus {
    /// A status this version does not know.
    #[default]
    Unknown,
    /// Being written.
    Draft,
    /// Under review.
    Pending,
    /// Rejected.
    Failed,
    /// On sale.
    Activate,
    /// Taken down by the seller.
    SellerDeactivated,
    /// Taken down by the platform.
    PlatformDeactivated,
    /// Frozen by the platform.
    Freeze,
    /// Gone.
    Deleted,
}

/// Age classes of buyers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AgeClass {
    /// All ages.
    #[default]
    General,
    /// Adults only.
    Adult,
}

/// The product data that decide whether and where a card is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLite {
    /// Its status.
    pub status: ProductStatus,
    /// Its sale regions.
    pub sale_regions: Vec<Region>,
    /// Units over all SKUs.
    pub stock: i32,
    /// Age class of its buyers.
    pub age_class: AgeClass,
    /// User id of the seller.
    pub seller_id: i64,
    /// The oldest client that can show it; 0: any.
    pub min_app_version: i32,
    /// Sold only while a flash sale runs.
    pub flash_sale_only: bool,
    /// Start of its first sale.
    pub listed_ms: i64,
}

/// The light form of a whole bag, aligned with [`super::Bag::entries`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BagStatus {
    /// One result per line of the bag.
    pub products: std::sync::Arc<Vec<Lookup<ProductLite>>>,
    /// Whether the viewer is a minor, according to the account.
    pub viewer_is_minor: bool,
}

/// A variation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sku {
    /// Its id.
    pub sku_id: i64,
    /// Its name.
    pub name: FastStr,
    /// Units left.
    pub stock: i32,
}

/// A picture by its URI; [`crate`] makes URLs of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Its name in the picture store.
    pub uri: FastStr,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
}

/// The product data on a card.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProductModel {
    /// The name, in the language of the room.
    pub title: FastStr,
    /// The first picture.
    pub cover: Picture,
    /// The category.
    pub category_id: i64,
    /// User id of the seller.
    pub seller_id: i64,
    /// Its variations, at least one.
    pub skus: Vec<Sku>,
    /// The variation that is selected initially.
    pub default_sku_id: i64,
    /// Sold before it can be delivered.
    pub pre_sale: bool,
    /// The seller allows cash on delivery.
    pub cod: bool,
    /// Comes with a gift.
    pub has_gift: bool,
}

/// A way of delivery.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeliveryOption {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: FastStr,
    /// Costs nothing.
    pub free: bool,
    /// Fewest days.
    pub min_days: i32,
    /// Most days.
    pub max_days: i32,
}

/// Ratings, sales and delivery of a product.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ProductDetail {
    /// 0 to 5; 0: not rated. Not an amount, so a float may hold it.
    pub rating: f64,
    /// Reviews.
    pub review_count: i64,
    /// Units sold so far.
    pub sold_count: i64,
    /// Ways of delivery.
    pub delivery: Vec<DeliveryOption>,
}
