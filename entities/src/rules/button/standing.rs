//! Reasons against both buying and bidding, checked before stock, limits and the state of a sale.

use live_pack_dal::model::{BlockReason, Buyable};

use super::DisabledReason;
use crate::rules::room::RoomVerdict;

/// Facts about the viewer, the room and the product for any kind of sale.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Whether the room sells.
    pub room: RoomVerdict,
    /// Whether the viewer is the anchor or the seller.
    pub own_product: bool,
    /// Whether the product is not on sale.
    pub off_shelf: bool,
    /// Whether the client or the account says that the viewer is a minor.
    pub minor: bool,
    /// Whether the client is too old for the card.
    pub app_too_old: bool,
    /// The answer of the trade chain; `None`: not available.
    pub trade: Option<&'a Buyable>,
}

impl Standing<'_> {
    /// The first match: room closed (over or off the air), creator banned, own product, off the shelf, not deliverable,
    /// minor, user restricted, app too old. The trade chain may add reasons that the other facts do not show.
    #[must_use]
    pub fn reason(&self) -> Option<DisabledReason> {
        let undeliverable = self.trade.is_some_and(|trade| !trade.deliverable);
        [
            (matches!(self.room, RoomVerdict::Closed | RoomVerdict::RoomBanned), DisabledReason::RoomClosed),
            (self.room == RoomVerdict::EcBanned, DisabledReason::EcBanned),
            (self.own_product || self.says(BlockReason::OwnProduct), DisabledReason::OwnProduct),
            (self.off_shelf || self.says(BlockReason::OffShelf), DisabledReason::OffShelf),
            (undeliverable || self.says(BlockReason::NotDeliverable), DisabledReason::RegionNotDeliverable),
            (self.minor || self.says(BlockReason::AgeRestricted), DisabledReason::AgeRestricted),
            (self.says(BlockReason::UserRestricted), DisabledReason::UserRestricted),
            (self.app_too_old, DisabledReason::AppTooOld),
        ]
        .into_iter()
        .find_map(|(holds, reason)| holds.then_some(reason))
    }

    /// Whether the trade chain names a reason.
    pub(super) fn says(&self, reason: BlockReason) -> bool {
        self.trade.is_some_and(|trade| trade.reasons.contains(&reason))
    }
}
