//! The button of an auction: BID, or the reason against it.

use live_pack_dal::model::{Auction, AuctionStatus, BidderState};

use super::{Button, ButtonKind, DisabledReason, Standing};
use crate::rules::bidder::is_qualified;

/// The facts that decide the button of an auction.
#[derive(Debug, Clone, Copy)]
pub struct AuctionFacts<'a> {
    /// The facts that also decide whether the viewer may buy. The trade chain is optional here: the auction service
    /// accepts the bid and checks its bidders.
    pub standing: Standing<'a>,
    /// The auction.
    pub auction: &'a Auction,
    /// Whether the viewer has no account.
    pub guest: bool,
    /// The viewer's state as a bidder; `None`: a guest, or not available.
    pub bidder: Option<&'a BidderState>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// BID. After the reasons that also block buying ([`Standing::reason`], including a minor by the bidder's account): ENDED when
/// the auction is over, NOT_STARTED before it. A guest's BID is enabled with the soft reason NEED_LOGIN; a member's is
/// disabled with AUCTION_NOT_QUALIFIED unless terms, address and payment are complete. A status that this version does not
/// know takes no bids.
#[must_use]
pub fn auction_button(facts: &AuctionFacts<'_>) -> Button {
    let minor = facts.standing.minor || facts.bidder.is_some_and(|bidder| bidder.is_minor);
    let standing = Standing { minor, ..facts.standing };
    match standing.reason().or_else(|| phase_reason(facts.auction, facts.now_ms)) {
        Some(reason) => Button::disabled(ButtonKind::Bid, reason),
        None if facts.guest => Button::enabled(ButtonKind::Bid, DisabledReason::NeedLogin),
        None if !is_qualified(facts.bidder) => Button::disabled(ButtonKind::Bid, DisabledReason::AuctionNotQualified),
        None => Button::enabled(ButtonKind::Bid, DisabledReason::None),
    }
}

/// The reason why the auction takes no bids now. The service provides the status; only the end is also checked against the
/// clock, because a later bid is lost.
fn phase_reason(auction: &Auction, now_ms: i64) -> Option<DisabledReason> {
    match auction.status {
        AuctionStatus::Ongoing | AuctionStatus::Extended => (now_ms >= auction.end_ms).then_some(DisabledReason::Ended),
        AuctionStatus::NotStarted => Some(DisabledReason::NotStarted),
        AuctionStatus::Sold | AuctionStatus::Unsold | AuctionStatus::Cancelled | AuctionStatus::PaymentPending => {
            Some(DisabledReason::Ended)
        }
        AuctionStatus::Unknown => Some(DisabledReason::Unknown),
    }
}
