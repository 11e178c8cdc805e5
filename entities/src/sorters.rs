//! Sorters: order the items. The first sorter with different keys for two items decides.

mod auction_sorter;
mod banner_sorter;
mod fcp_priority_sorter;
mod flash_sale_sorter;
mod host_order_sorter;
mod prize_sorter;
mod product_id_sorter;
mod sold_out_sink_sorter;
mod top_products_sorter;
mod voucher_sorter;

pub use auction_sorter::AuctionSorter;
pub use banner_sorter::BannerSorter;
pub use fcp_priority_sorter::FcpPrioritySorter;
pub use flash_sale_sorter::FlashSaleSorter;
pub use host_order_sorter::HostOrderSorter;
pub use prize_sorter::PrizeSorter;
pub use product_id_sorter::ProductIdSorter;
pub use sold_out_sink_sorter::SoldOutSinkSorter;
pub use top_products_sorter::TopProductsSorter;
pub use voucher_sorter::VoucherSorter;

use std::sync::Arc;

use live_pack_dal::Same;
use live_pack_engine::{Context, SortKey};

use crate::{
    folds::{Keys, Order},
    item::BagItem,
    scene::BagScene,
};

/// The keys of an order for the lines of a bag, remembered.
fn remembered(cx: &Context<BagScene>, items: &Arc<Vec<BagItem>>, order: Order) -> Option<Arc<Vec<SortKey>>> {
    Some(cx.request().remembered(Keys { items: Same::of(items), order }))
}

/// The key of an item in an order that needs more than a number: the number of items before it. For lists of about a dozen
/// items, because each key iterates over all of them.
fn rank<T, K: Ord>(items: &[T], item: &T, order: impl Fn(&T) -> K) -> SortKey {
    let own = order(item);
    let before = items.iter().filter(|other| order(other) < own).count();
    i64::try_from(before).unwrap_or(i64::MAX).into()
}
