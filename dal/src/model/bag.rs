//! The bag of a room: which products, in which order, and what is pinned.

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
    /// Its lines; a product may stand in it twice.
    pub entries: Vec<BagEntry>,
    /// Moves with every change of the bag.
    pub version: i64,
    /// All of its lines are here. Of a bag that is not whole nothing is remembered under its version.
    pub whole: bool,
    /// Products that were asked for by their ids and that nothing could be said of; none of a whole bag.
    pub failed: Vec<i64>,
}

impl Bag {
    /// The product of each line, in order.
    #[must_use]
    pub fn product_ids(&self) -> Vec<i64> {
        self.entries.iter().map(|entry| entry.product_id).collect()
    }
}

/// What besides region and app version decides which products of a bag a viewer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BagView {
    /// The highest age class that the viewer may see.
    pub age_class: AgeClass,
    /// Sold-out products are left out, but for the pinned one.
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

/// What the host explains at the moment.
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

/// The pinned card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pin {
    /// Its id.
    pub pin_id: i64,
    /// What kind of thing is pinned.
    pub kind: PinKind,
    /// The product, voucher, auction or surprise set.
    pub target_id: i64,
    /// When it was pinned.
    pub pinned_at_ms: i64,
    /// When it stops; 0: never by itself.
    pub expire_ms: i64,
    /// Counts from 1.
    pub version: i64,
}
