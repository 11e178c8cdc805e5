//! Users with their accounts, carts and claims.

use live_pack_idl::promotion_delivery::ClaimState;

use super::{
    dice::{Dice, Topic},
    number::narrow,
    scenarios,
};

/// The adult in the US with a cart and a claimed voucher.
pub(crate) const BUYER: i64 = 101;
/// A minor by account.
pub(crate) const MINOR: i64 = 102;
/// An adult whose address no product delivers to.
pub(crate) const REMOTE: i64 = 103;
/// The creator of the full room, and owner of its products.
pub(crate) const CREATOR: i64 = 104;
/// From this id on, users are generated from the seed.
const FIRST_DRAWN: i64 = 10_000;
/// Maximum number of different products in a cart.
pub(crate) const CART_CAPACITY: i32 = 100;
/// The items of the full room in the cart of [`BUYER`]; some of them are always on its first page.
const CART_ITEMS: [i64; 7] = [1, 2, 3, 4, 5, scenarios::FULL_PINNED_ITEM, 12];

/// A user, as known to the downstream services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    id: i64,
    pub(crate) is_minor: bool,
    /// May not buy any product.
    pub(crate) is_restricted: bool,
    /// Whether anything is delivered to the address.
    pub(crate) is_reachable: bool,
    pub(crate) terms_signed: bool,
    pub(crate) has_address: bool,
    pub(crate) has_payment: bool,
    pub(crate) is_new: bool,
    pub(crate) follows_host: bool,
    pub(crate) cart_count: i32,
}

impl User {
    /// The user with an id; 0 and below is a guest.
    pub(crate) fn with_id(seed: u64, id: i64) -> Self {
        let plain = Self {
            id,
            is_minor: id == MINOR,
            is_restricted: false,
            is_reachable: id != REMOTE,
            terms_signed: id > 0,
            has_address: id > 0,
            has_payment: id > 0,
            is_new: false,
            follows_host: false,
            cart_count: match id {
                BUYER => narrow(super::number::length(CART_ITEMS.len())),
                201..=212 => 2,
                _ => 0,
            },
        };
        if id < FIRST_DRAWN {
            return plain;
        }
        let mut dice = Dice::of(seed, Topic::User, id);
        Self {
            is_minor: dice.chance(0.05),
            is_restricted: dice.chance(0.005),
            is_reachable: !dice.chance(0.01),
            terms_signed: dice.chance(0.6),
            has_address: dice.chance(0.85),
            has_payment: dice.chance(0.75),
            is_new: dice.chance(0.1),
            follows_host: dice.chance(0.3),
            cart_count: if dice.chance(0.02) { CART_CAPACITY } else { narrow(dice.range(0, 30)) },
            ..plain
        }
    }

    /// Units of a product in the cart.
    pub(crate) fn in_cart(&self, seed: u64, product_id: i64) -> i32 {
        let (room, item) = (product_id / 1_000, product_id % 1_000);
        match self.id {
            BUYER if room == scenarios::FULL && CART_ITEMS.contains(&item) => {
                if item == 2 {
                    3
                } else {
                    1
                }
            }
            // The regional user N has the first two products of the regional room N.
            201..=212 => i32::from(room == self.id + 1_800 && (1..=2).contains(&item)),
            FIRST_DRAWN.. if self.cart_count > 0 => {
                let mut dice = Dice::of_pair(seed, Topic::Cart, self.id, product_id);
                if dice.chance(0.03) { narrow(dice.range(1, 3)) } else { 0 }
            }
            _ => 0,
        }
    }

    /// The user's claim of a voucher.
    pub(crate) fn claim(&self, seed: u64, voucher_id: i64) -> ClaimState {
        match self.id {
            BUYER if voucher_id == scenarios::FULL * 100 + 2 => ClaimState::CLAIMED,
            FIRST_DRAWN.. => match Dice::of_pair(seed, Topic::Claim, self.id, voucher_id).range(0, 99) {
                0..=11 => ClaimState::CLAIMED,
                12..=14 => ClaimState::USED,
                _ => ClaimState::NOT_CLAIMED,
            },
            _ => ClaimState::NOT_CLAIMED,
        }
    }
}
