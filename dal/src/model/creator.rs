//! Creators and their shops.

use pilota::FastStr;

use super::Region;

/// Permissions of a creator to sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Permission {
    /// Never had the permission.
    #[default]
    None,
    /// May sell.
    Normal,
    /// May sell some things.
    Limited,
    /// May no longer sell.
    Banned,
}

/// A shop bound to a creator's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Its id.
    pub shop_id: i64,
    /// Its name.
    pub name: FastStr,
    /// Whether the binding was approved.
    pub approved: bool,
    /// The seller behind it.
    pub seller_id: i64,
    /// Whether it is a brand's own shop.
    pub official: bool,
    /// Its sale regions.
    pub sale_regions: Vec<Region>,
}

/// A creator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creator {
    /// The account.
    pub creator_id: i64,
    /// Permission to sell.
    pub permission: Permission,
    /// The display name.
    pub name: FastStr,
    /// The picture.
    pub avatar_uri: FastStr,
    /// The bound shop.
    pub shop: Option<Shop>,
    /// Products on the profile.
    pub showcase_count: i32,
}

/// The products of a creator's profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Showcase {
    /// The first product ids.
    pub product_ids: Vec<i64>,
    /// Total number of products.
    pub total: i32,
}
