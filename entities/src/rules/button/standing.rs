//! What stands against buying and bidding alike, before stock, limits or the life of a sale are looked at.

use live_pack_dal::model::{BlockReason, Buyable};

use super::DisabledReason;
use crate::rules::room::RoomVerdict;

/// What stands against the viewer in this room with this product, whatever kind of sale it is.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Whether the room sells.
    pub room: RoomVerdict,
    /// The viewer is the anchor or the seller.
    pub own_product: bool,
    /// The product is anything but on sale.
    pub off_shelf: bool,
    /// The client or the account says that the viewer is a minor.
    pub minor: bool,
    /// The client is older than the card needs.
    pub app_too_old: bool,
    /// The answer of the trade chain; `None`: it could not be had.
    pub trade: Option<&'a Buyable>,
}

impl Standing<'_> {
    /// The first match: room closed (over or off the air), creator banned, own product, off the shelf, not deliverable,
    /// minor, user restricted, app too old. The trade chain may name what we did not see ourselves.
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
