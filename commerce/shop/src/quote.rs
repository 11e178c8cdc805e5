//! Quotes: prices that hold for five minutes.

mod allocate;
mod create;
mod price;

pub use allocate::allocate;
pub use create::{NewQuote, Source};
pub use price::{Item, Priced, PricedLine, PricedOrder, TooLarge, price};

/// Time for which a quote holds, in milliseconds.
pub const HOLDS_MS: i64 = 5 * 60 * 1_000;
/// Largest number of units of one SKU in a quote.
pub const LARGEST_QUANTITY: i64 = 9_999;
