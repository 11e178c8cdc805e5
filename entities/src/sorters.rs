//! Sorters: in which order items stand. The first that tells two items apart decides.

mod auction_sorter;
mod fcp_priority_sorter;
mod flash_sale_sorter;
mod host_order_sorter;
mod product_id_sorter;
mod sold_out_sink_sorter;
mod top_products_sorter;

pub use auction_sorter::AuctionSorter;
pub use fcp_priority_sorter::FcpPrioritySorter;
pub use flash_sale_sorter::FlashSaleSorter;
pub use host_order_sorter::HostOrderSorter;
pub use product_id_sorter::ProductIdSorter;
pub use sold_out_sink_sorter::SoldOutSinkSorter;
pub use top_products_sorter::TopProductsSorter;
