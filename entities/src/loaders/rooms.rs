//! Loaders of engines over rooms: data of a single room.

mod cart_info_loader;

pub use cart_info_loader::{CartCount, CartInfoLoader};
