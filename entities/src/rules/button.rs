//! The buttons of a product card: their kinds, states and reasons.
//!
//! Missing data never allow a sale: without an answer of the trade chain, or without a price, VIEW is the only button.

use live_pack_dal::{
    config::{ButtonRules, LeadButton},
    model::BlockReason,
};
use smallvec::{SmallVec, smallvec};

use super::flash_sale::FlashState;

mod auction;
mod claim;
mod standing;
#[cfg(test)]
mod tests;

pub use auction::{AuctionFacts, auction_button};
pub use claim::claim_button;
pub use standing::Standing;

/// The action of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ButtonKind {
    /// Buys at once.
    BuyNow,
    /// Adds to the cart.
    AddToCart,
    /// Sets a reminder for the start of a flash sale.
    RemindMe,
    /// Bids in an auction.
    Bid,
    /// Claims a voucher.
    Claim,
    /// Opens the product.
    View,
}

/// Whether a button is enabled. A hidden button is not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ButtonState {
    /// It can be pressed.
    Enabled,
    /// It is shown, and its reason says why it cannot be pressed.
    Disabled,
}

/// Reasons why a button is disabled; the names are those of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisabledReason {
    /// No reason.
    None,
    /// No unit is left, of the product or of the sale that it is restricted to.
    SoldOut,
    /// The product is not on sale.
    OffShelf,
    /// It cannot be delivered to the viewer.
    RegionNotDeliverable,
    /// The sale or auction has not begun.
    NotStarted,
    /// The sale or auction is over.
    Ended,
    /// The viewer has reached the purchase limit.
    PurchaseLimit,
    /// The viewer is a minor.
    AgeRestricted,
    /// The viewer may not buy at all.
    UserRestricted,
    /// The room is over or off the air.
    RoomClosed,
    /// The creator may no longer sell.
    EcBanned,
    /// The viewer is the anchor or the seller.
    OwnProduct,
    /// The client is too old for the card.
    AppTooOld,
    /// A soft reason: the button is enabled and leads to log-in.
    NeedLogin,
    /// Terms, address or payment are missing.
    AuctionNotQualified,
    /// The cart is full.
    CartFull,
    /// A reason that this version does not know.
    Unknown,
}

/// A button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Button {
    /// Its action.
    pub kind: ButtonKind,
    /// Whether it is enabled.
    pub state: ButtonState,
    /// The reason against it; on an enabled button, [`DisabledReason::None`] or the soft [`DisabledReason::NeedLogin`].
    pub reason: DisabledReason,
}

impl Button {
    /// An enabled button.
    const fn enabled(kind: ButtonKind, reason: DisabledReason) -> Self {
        Self { kind, state: ButtonState::Enabled, reason }
    }

    /// A disabled button.
    const fn disabled(kind: ButtonKind, reason: DisabledReason) -> Self {
        Self { kind, state: ButtonState::Disabled, reason }
    }
}

/// The buttons of a card in their order, at most three; the first is the primary one.
pub type Buttons = SmallVec<[Button; 3]>;

/// The facts that decide the buttons of a product.
#[derive(Debug, Clone, Copy)]
pub struct ProductFacts<'a> {
    /// The facts that also decide whether the viewer may bid. Without an answer of the trade chain in it, VIEW is the
    /// only button.
    pub standing: Standing<'a>,
    /// Whether no unit is left.
    pub sold_out: bool,
    /// Whether the product is sold only while a flash sale runs.
    pub flash_only: bool,
    /// Its flash sale, [`FlashState::None`] without one; `None`: not available.
    pub flash: Option<FlashState>,
    /// Whether the viewer is not logged in.
    pub guest: bool,
    /// Whether the viewer's cart is full.
    pub cart_full: bool,
    /// Whether the card has a price.
    pub has_price: bool,
}

/// Only VIEW: before entering a room, and if a required call failed.
#[must_use]
pub fn view_only() -> Buttons {
    smallvec![Button::enabled(ButtonKind::View, DisabledReason::None)]
}

/// The buttons of a product card.
///
/// The first match decides the reason: room closed, creator banned, own product, off the shelf, not deliverable, minor, user
/// restricted, app too old ([`Standing::reason`]), sold out, purchase limit, sold only in a flash sale that is not running (with
/// REMIND_ME before it starts), a reason that this version does not know, guest (enabled, leads to log-in), cart full
/// (ADD_TO_CART only). A preheating product that is also sold normally keeps its buttons and gains REMIND_ME. A product
/// sold only in a flash sale can only be viewed if the flash sale is not available: it must not be sold at its plain price.
#[must_use]
pub fn product_buttons(facts: &ProductFacts<'_>, rules: &ButtonRules) -> Buttons {
    if facts.standing.trade.is_none() || !facts.has_price {
        return view_only();
    }
    if let Some(reason) = blocking_reason(facts) {
        let reminds = reason == DisabledReason::NotStarted;
        return lay_out(facts, rules, reminds, |kind| Button::disabled(kind, reason));
    }
    if facts.flash_only && facts.flash.is_none() {
        return view_only();
    }
    let reminds = facts.flash == Some(FlashState::Preheat);
    lay_out(facts, rules, reminds, |kind| match kind {
        ButtonKind::AddToCart if facts.cart_full && !facts.guest => Button::disabled(kind, DisabledReason::CartFull),
        _ => Button::enabled(kind, soft_reason(facts)),
    })
}

/// The first blocking reason; `None` if only soft reasons are left.
fn blocking_reason(facts: &ProductFacts<'_>) -> Option<DisabledReason> {
    let standing = &facts.standing;
    if let Some(reason) = standing.reason() {
        return Some(reason);
    }
    if facts.sold_out {
        return Some(DisabledReason::SoldOut);
    }
    let no_more = standing.trade.is_some_and(|trade| trade.limit_left.is_some_and(|left| left <= 0));
    if no_more || standing.says(BlockReason::PurchaseLimit) {
        return Some(DisabledReason::PurchaseLimit);
    }
    let outside_sale = match facts.flash {
        _ if !facts.flash_only => None,
        Some(FlashState::None | FlashState::Preheat) => Some(DisabledReason::NotStarted),
        Some(FlashState::SoldOut) => Some(DisabledReason::SoldOut),
        Some(FlashState::Ended) => Some(DisabledReason::Ended),
        Some(FlashState::Ongoing) | None => None,
    };
    let unnamed = standing.says(BlockReason::Unknown) || standing.trade.is_some_and(|trade| !trade.buyable);
    outside_sale.or_else(|| unnamed.then_some(DisabledReason::Unknown))
}

/// The soft reason of an enabled button: a guest logs in first.
const fn soft_reason(facts: &ProductFacts<'_>) -> DisabledReason {
    if facts.guest { DisabledReason::NeedLogin } else { DisabledReason::None }
}

/// The buttons of the region, the primary one first, or else VIEW; then REMIND_ME, which is always enabled.
fn lay_out(
    facts: &ProductFacts<'_>,
    rules: &ButtonRules,
    reminds: bool,
    button: impl Fn(ButtonKind) -> Button,
) -> Buttons {
    let buy = (ButtonKind::BuyNow, rules.buy_now);
    let add = (ButtonKind::AddToCart, rules.add_to_cart);
    let in_order = match rules.lead {
        LeadButton::BuyNow => [buy, add],
        LeadButton::AddToCart => [add, buy],
    };
    let mut buttons: Buttons = in_order.iter().filter(|(_, shown)| *shown).map(|(kind, _)| button(*kind)).collect();
    if buttons.is_empty() {
        buttons = view_only();
    }
    if reminds {
        buttons.push(Button::enabled(ButtonKind::RemindMe, soft_reason(facts)));
    }
    buttons
}
