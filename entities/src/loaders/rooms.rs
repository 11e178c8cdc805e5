//! Loaders of engines over rooms: what is asked of a single room only.

mod cart_info_loader;
mod live_data_loader;

pub use cart_info_loader::{CartCount, CartInfoLoader};
pub use live_data_loader::{LiveData, LiveDataLoader};
