//! Whether a viewer may buy a product now.

/// Reasons that a viewer may not buy a product.
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
    /// The viewer has reached the purchase limit.
    PurchaseLimit,
    /// Not on sale.
    OffShelf,
    /// The viewer sells it.
    OwnProduct,
}

/// The answer of the trade chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyable {
    /// There is no objection.
    pub buyable: bool,
    /// The objections.
    pub reasons: Vec<BlockReason>,
    /// Units the viewer may still buy; `None`: not limited.
    pub limit_left: Option<i32>,
    /// It can be delivered to the viewer.
    pub deliverable: bool,
    /// The viewer may pay on delivery.
    pub cod: bool,
}
