//! An item of the list of products: a line of the bag with the data that decide its visibility and position.

use std::sync::Arc;

use live_pack_dal::model::{AgeClass, BagEntry, ProductLite, ProductStatus, Region, Room};

use crate::rules::flash_sale::CurrentSale;

/// A line of the bag. Small and without pointers, because filters and sorters iterate over two hundred of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BagItem {
    /// The product.
    pub product_id: i64,
    /// Its number in the bag, from 1.
    pub item_no: i32,
    /// 0: not a top product; 1, 2 …: the host's order of top products.
    pub top_rank: i32,
    /// Whether the host has pinned it.
    pub is_pinned: bool,
    /// Product data; `None`: unknown to the product service, or not available. The card is then not drawn.
    pub lite: Option<Lite>,
    /// The flash sale that applies now.
    pub sale: Option<CurrentSale>,
}

/// The relevant part of [`live_pack_dal::model::ProductLite`], with the region already looked up for the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lite {
    /// The status of the product.
    pub status: ProductStatus,
    /// Whether it is sold in the viewer's region.
    pub sold_here: bool,
    /// Units over all SKUs.
    pub stock: i32,
    /// Age class of its buyers.
    pub age_class: AgeClass,
    /// User id of the seller.
    pub seller_id: i64,
    /// The oldest client version that can show it; 0: any.
    pub min_app_version: i32,
    /// Sold only while a flash sale runs.
    pub flash_sale_only: bool,
    /// Start of its first sale.
    pub listed_ms: i64,
}

/// An item of a list of rooms.
#[derive(Debug, Clone)]
pub struct RoomItem {
    /// Its index among the requested rooms.
    pub index: usize,
    /// The room.
    pub room: Arc<Room>,
}

impl From<(&ProductLite, Region)> for Lite {
    /// The relevant part for a viewer in this region.
    fn from((lite, region): (&ProductLite, Region)) -> Self {
        Self {
            status: lite.status,
            sold_here: lite.sale_regions.contains(&region),
            stock: lite.stock,
            age_class: lite.age_class,
            seller_id: lite.seller_id,
            min_app_version: lite.min_app_version,
            flash_sale_only: lite.flash_sale_only,
            listed_ms: lite.listed_ms,
        }
    }
}

impl BagItem {
    /// A line of the bag without status, sale and pin.
    #[must_use]
    pub const fn of(entry: &BagEntry) -> Self {
        let BagEntry { product_id, item_no, top_rank, .. } = *entry;
        Self { product_id, item_no, top_rank, is_pinned: false, lite: None, sale: None }
    }

    /// Whether no unit is left; unknown counts as in stock.
    #[must_use]
    pub fn is_sold_out(&self) -> bool {
        self.lite.is_some_and(|lite| lite.stock <= 0)
    }
}
