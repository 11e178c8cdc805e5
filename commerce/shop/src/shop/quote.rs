//! Quotes: prices that are valid for five minutes.

mod create;

pub use crate::pricing::{Item, Priced, PricedLine, PricedOrder, TooLarge, allocate, price};
pub use create::{NewQuote, Source};

/// Time for which a quote is valid, in milliseconds.
pub const HOLDS_MS: i64 = 5 * 60 * 1_000;
/// Maximum number of units of one SKU in a quote.
pub const LARGEST_QUANTITY: i64 = 9_999;
