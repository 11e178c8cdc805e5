//! Carts.

use ahash::AHashMap;

/// What of some products lies in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CartContent {
    /// Units by product; not there: none.
    pub quantities: AHashMap<i64, i32>,
    /// Products the service could not say anything of.
    pub failed: Vec<i64>,
    /// Nothing more fits.
    pub full: bool,
}
