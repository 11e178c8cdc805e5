//! Prices of a quote, as pure functions.

mod allocate;
mod price;

pub use allocate::allocate;
pub(crate) use price::sum;
pub use price::{Item, Priced, PricedLine, PricedOrder, TooLarge, price};
