//! The bag of a room: its products, their order, and the pinned card.

use super::AgeClass;

/// A line of the bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BagEntry {
    /// The product.
    pub product_id: i64,
    /// Its number in the bag, from 1.
    pub item_no: i32,
    /// 0: not a top product; 1, 2 …: the host's order of top products.
    pub top_rank: i32,
}

/// The bag of a room as the host arranged it, at most 200 lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Bag {
    /// The room.
    pub room_id: i64,
    /// Its lines; a product may occur more than once.
    pub entries: Vec<BagEntry>,
    /// Changes with every change of the bag.
    pub version: i64,
    /// Whether all its lines are here. A partial bag is not cached under its version.
    pub whole: bool,
    /// Products requested by id for which the service failed; empty for a whole bag.
    pub failed: Vec<i64>,
}

impl Bag {
    /// The product of each line, in order.
    #[must_use]
    pub fn product_ids(&self) -> Vec<i64> {
        self.entries.iter().map(|entry| entry.product_id).collect()
    }
}

/// The viewer's properties, besides region and app version, that decide which products of a bag are visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BagView {
    /// The highest age class that the viewer may see.
    pub age_class: AgeClass,
    /// Sold-out products are left out, except the pinned one.
    pub hide_sold_out: bool,
}

/// A bag in numbers, as one viewer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BagSummary {
    /// Different products on sale that the viewer may see.
    pub count: i32,
    /// Whether any of them has a running or coming flash sale.
    pub has_flash_sale: bool,
    /// As [`Bag::version`].
    pub bag_version: i64,
}

/// Kinds of pinned things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum PinKind {
    /// Nothing.
    #[default]
    None,
    /// A product of the bag.
    Product,
    /// A voucher of the room.
    Voucher,
    /// An auction of the room.
    Auction,
    /// A surprise set of the room.
    SurpriseSet,
}

/// A pinned card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pin {
    /// Its id.
    pub pin_id: i64,
    /// The kind of the pinned thing.
    pub kind: PinKind,
    /// The product, voucher, auction or surprise set.
    pub target_id: i64,
    /// When it was pinned.
    pub pinned_at_ms: i64,
    /// Time at which it is unpinned; 0: never automatically.
    pub expire_ms: i64,
    /// Counts from 1.
    pub version: i64,
}
