//! The default viewer and product of the button cases.

use live_pack_dal::{
    config::ButtonRules,
    model::{BlockReason, Buyable},
};

use crate::rules::{
    button::{ButtonKind, ButtonState, DisabledReason, ProductFacts, Standing, product_buttons},
    fixtures::buyable,
    flash_sale::FlashState,
    room::RoomVerdict,
};

/// Changes of a case from a logged-in adult and a product that may be bought.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) room: RoomVerdict,
    pub(super) own_product: bool,
    pub(super) off_shelf: bool,
    pub(super) minor: bool,
    pub(super) app_too_old: bool,
    pub(super) trade: Option<Buyable>,
    pub(super) sold_out: bool,
    pub(super) flash_only: bool,
    pub(super) flash: Option<FlashState>,
    pub(super) guest: bool,
    pub(super) cart_full: bool,
    pub(super) has_price: bool,
}

impl Given {
    pub(super) const fn good() -> Self {
        Self {
            room: RoomVerdict::Normal,
            own_product: false,
            off_shelf: false,
            minor: false,
            app_too_old: false,
            trade: Some(buyable()),
            sold_out: false,
            flash_only: false,
            flash: Some(FlashState::None),
            guest: false,
            cart_full: false,
            has_price: true,
        }
    }

    /// Every reason against buying holds.
    pub(super) fn bad() -> Self {
        Self {
            room: RoomVerdict::Closed,
            own_product: true,
            off_shelf: true,
            minor: true,
            app_too_old: true,
            trade: Some(blocked(&[
                BlockReason::NotDeliverable,
                BlockReason::UserRestricted,
                BlockReason::PurchaseLimit,
                BlockReason::Unknown,
            ])),
            sold_out: true,
            flash_only: true,
            flash: Some(FlashState::Preheat),
            guest: true,
            cart_full: true,
            has_price: true,
        }
    }

    pub(super) fn blocked(reasons: &[BlockReason]) -> Self {
        Self { trade: Some(blocked(reasons)), ..Self::good() }
    }

    pub(super) fn flash_only(flash: Option<FlashState>) -> Self {
        Self { flash_only: true, flash, ..Self::good() }
    }

    pub(super) fn standing(&self) -> Standing<'_> {
        Standing {
            room: self.room,
            own_product: self.own_product,
            off_shelf: self.off_shelf,
            minor: self.minor,
            app_too_old: self.app_too_old,
            trade: self.trade.as_ref(),
        }
    }

    pub(super) fn buttons(&self, rules: &ButtonRules) -> Vec<(ButtonKind, ButtonState, DisabledReason)> {
        let facts = ProductFacts {
            standing: self.standing(),
            sold_out: self.sold_out,
            flash_only: self.flash_only,
            flash: self.flash,
            guest: self.guest,
            cart_full: self.cart_full,
            has_price: self.has_price,
        };
        product_buttons(&facts, rules).into_iter().map(|button| (button.kind, button.state, button.reason)).collect()
    }
}

pub(super) fn blocked(reasons: &[BlockReason]) -> Buyable {
    Buyable { buyable: false, reasons: reasons.to_vec(), ..buyable() }
}
