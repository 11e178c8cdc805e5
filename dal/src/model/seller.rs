//! The shops behind the products.

use pilota::FastStr;

/// A seller.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Seller {
    /// Its id.
    pub seller_id: i64,
    /// The shop's name.
    pub name: FastStr,
    /// The shop's picture.
    pub logo_uri: FastStr,
    /// 0 to 5; 0: not rated.
    pub rating: f64,
    /// A brand's own shop.
    pub official: bool,
    /// User id of its owner; 0: unknown.
    pub owner_user_id: i64,
}
