//! May this viewer buy this product now?

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockReason {
    /// A reason this version does not know.
    Unknown,
    /// Not to the viewer's address or region.
    NotDeliverable,
    /// The viewer is a minor.
    AgeRestricted,
    /// The viewer may not buy at all.
    UserRestricted,
    /// The viewer has bought as many as one may.
    PurchaseLimit,
    /// Not on sale.
    OffShelf,
    /// The viewer sells it.
    OwnProduct,
}

/// The answer of the trade chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyable {
    /// Nothing stands against it.
    pub buyable: bool,
    /// What stands against it.
    pub reasons: Vec<BlockReason>,
    /// Units the viewer may still buy; `None`: not limited.
    pub limit_left: Option<i32>,
    /// It can be delivered to the viewer.
    pub deliverable: bool,
    /// The viewer may pay on delivery.
    pub cod: bool,
}
