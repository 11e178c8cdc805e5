//! Carts.

use ahash::AHashMap;

/// Quantities of some products in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CartContent {
    /// Units by product; an absent product has none.
    pub quantities: AHashMap<i64, i32>,
    /// Products for which the service failed.
    pub failed: Vec<i64>,
    /// The cart is full.
    pub full: bool,
}
