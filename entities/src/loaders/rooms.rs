//! Loaders of engines over rooms: what is asked of a single room only.

mod cart_info_loader;

pub use cart_info_loader::{CartCount, CartInfoLoader};
