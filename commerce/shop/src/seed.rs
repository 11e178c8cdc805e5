//! Writes the demo world into an empty store.

mod fixed;
mod write;

pub use fixed::{PASSWORD, demo, fixed_seller};
pub use write::{Seed, Seeded, SkuStock, write};
