//! Prices from the price service, before any promotion.

use pilota::FastStr;
use rust_decimal::Decimal;

/// The price of a variation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SkuPrice {
    /// The variation.
    pub sku_id: i64,
    /// The price without any promotion.
    pub retail: Decimal,
    /// The list price, **only if it was validated**: no other price may be struck through.
    pub reference: Option<Decimal>,
    /// The lowest price of the last 30 days.
    pub lowest_30d: Option<Decimal>,
}

/// The prices of a product.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProductPrice {
    /// ISO 4217.
    pub currency: FastStr,
    /// One per variation.
    pub skus: Vec<SkuPrice>,
}
