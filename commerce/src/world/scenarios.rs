//! The rooms with fixed ids, and the purpose of each.

use live_pack_idl::{live_creator::Permission, live_data::RoomState, product_model::ProductStatus};

use super::{
    cycle::Cycle,
    dice::{Dice, Topic},
    number::whole,
    products::{Flaw, StockChoice, Traits},
    promotions::FlashChoice,
    region::Region,
};

/// The room that shows the full page.
pub(crate) const FULL: i64 = 1001;
/// The pinned item of the full room.
pub(crate) const FULL_PINNED_ITEM: i64 = 8;
/// The host's top products of the full room, in their order.
pub(crate) const FULL_TOP_ITEMS: [i64; 2] = [3, 12];
/// The room where everything is sold out.
pub(crate) const SOLD_OUT: i64 = 1005;
/// The room that has only auctions.
pub(crate) const AUCTIONS_ONLY: i64 = 1006;
/// The room with products and auctions.
pub(crate) const MIXED: i64 = 1007;
/// The room with flash sales that last seconds.
pub(crate) const FLASH_EDGES: i64 = 1008;
/// The room that pins a voucher.
pub(crate) const VOUCHER_PINNED: i64 = 1009;
/// The room with every kind of product that must not be shown.
pub(crate) const FLAWED: i64 = 1010;

/// The outline of a room, from which everything else is generated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blueprint {
    pub(crate) room_id: i64,
    pub(crate) region: Region,
    pub(crate) state: RoomState,
    pub(crate) permission: Permission,
    pub(crate) size: i64,
}

/// All rooms of the world, in the order of their ids.
pub(crate) fn blueprints(seed: u64) -> Vec<Blueprint> {
    let named = [
        (FULL, RoomState::LIVE, 200),
        (1002, RoomState::LIVE, 0),
        (1003, RoomState::FINISH, 20),
        (1004, RoomState::LIVE, 20),
        (SOLD_OUT, RoomState::LIVE, 12),
        (AUCTIONS_ONLY, RoomState::LIVE, 0),
        (MIXED, RoomState::LIVE, 16),
        (FLASH_EDGES, RoomState::LIVE, 20),
        (VOUCHER_PINNED, RoomState::LIVE, 20),
        (FLAWED, RoomState::LIVE, 28),
        (1011, RoomState::BANNED, 20),
    ];
    let named = named.into_iter().map(|(room_id, state, size)| Blueprint {
        room_id,
        region: Region::Us,
        state,
        permission: if room_id == 1004 { Permission::BANNED } else { Permission::NORMAL },
        size,
    });
    let regional = (2001..).zip(Region::ALL).map(|(room_id, region)| Blueprint {
        room_id,
        region,
        state: RoomState::LIVE,
        permission: Permission::NORMAL,
        size: 40,
    });
    let crowd = (3001..=3100).map(|room_id| drawn(seed, room_id));
    named.chain(regional).chain(crowd).collect()
}

fn drawn(seed: u64, room_id: i64) -> Blueprint {
    let mut dice = Dice::of(seed, Topic::Room, room_id);
    let state = match dice.range(0, 99) {
        0..=82 => RoomState::LIVE,
        83..=89 => RoomState::PAUSE,
        90..=95 => RoomState::FINISH,
        96..=97 => RoomState::PREPARE,
        _ => RoomState::BANNED,
    };
    Blueprint {
        room_id,
        region: if dice.chance(0.3) { Region::Us } else { dice.pick(&Region::ALL) },
        state,
        permission: match dice.range(0, 99) {
            0..=95 => Permission::NORMAL,
            96..=97 => Permission::LIMITED,
            _ => Permission::BANNED,
        },
        size: if dice.chance(0.02) { 0 } else { whole(dice.log_normal(40.0, 0.85)).clamp(0, 200) },
    }
}

const GOOD: Traits = Traits {
    flaw: Flaw::None,
    stock: StockChoice::Drawn,
    flash: FlashChoice::Drawn,
    flash_sale_only: false,
    limit_left: None,
};

/// Requirements for the `item`-th product of a room, from 1.
pub(crate) fn traits(seed: u64, room_id: i64, item: i64) -> Traits {
    match room_id {
        FULL => full(item),
        SOLD_OUT => Traits { stock: StockChoice::Out, flash: FlashChoice::None, ..GOOD },
        FLASH_EDGES => edges(item),
        FLAWED => Traits { flaw: flaw(item), stock: StockChoice::Normal, limit_left: Some(-1), ..GOOD },
        3001.. => Traits { flaw: crowd_flaw(seed, room_id, item), ..GOOD },
        _ => GOOD,
    }
}

/// Properties are distributed evenly instead of at random, so that the page shows each of them at every instant.
fn full(item: i64) -> Traits {
    let stock = match (item % 25, item % 12) {
        (24, _) => StockChoice::Out,
        (_, 7) => StockChoice::Low,
        _ => StockChoice::Normal,
    };
    let flash = match (item % 6, item % 33) {
        _ if stock == StockChoice::Out => FlashChoice::None,
        // Ten minutes open, five closed, five announced; with 33 phases all three states always occur.
        (5, _) => FlashChoice::Live(Cycle {
            period_ms: 20 * Cycle::MINUTE,
            open_ms: 10 * Cycle::MINUTE,
            phase_ms: item / 6 * 20 * Cycle::MINUTE / 33,
        }),
        (_, 1) => FlashChoice::Deal,
        _ => FlashChoice::None,
    };
    Traits {
        flaw: Flaw::None,
        stock,
        flash,
        flash_sale_only: matches!(item, 65 | 131),
        limit_left: Some(match item % 50 {
            17 => 0,
            26 | 40 => 3,
            _ => -1,
        }),
    }
}

/// Two rings of six products: in each ring a window opens every three (five) seconds and another one closes.
fn edges(item: i64) -> Traits {
    let ring = |period_s: i64, open_s: i64, step_s: i64| {
        FlashChoice::Live(Cycle {
            period_ms: period_s * 1_000,
            open_ms: open_s * 1_000,
            phase_ms: item % 6 * step_s * 1_000,
        })
    };
    Traits {
        stock: StockChoice::Normal,
        flash: match item {
            1..=6 => ring(18, 10, 3),
            7..=12 => ring(30, 14, 5),
            _ => FlashChoice::None,
        },
        flash_sale_only: item == 6,
        limit_left: Some(-1),
        ..GOOD
    }
}

/// Fourteen good products, then one or two of each kind that a filter must catch.
fn flaw(item: i64) -> Flaw {
    match item {
        15 | 16 => Flaw::Status(ProductStatus::SELLER_DEACTIVATED),
        17 => Flaw::Status(ProductStatus::DRAFT),
        18 => Flaw::Status(ProductStatus::PENDING),
        19 => Flaw::Status(ProductStatus::FAILED),
        20 => Flaw::Status(ProductStatus::FREEZE),
        21 => Flaw::Status(ProductStatus::PLATFORM_DEACTIVATED),
        22 => Flaw::Status(ProductStatus::DELETED),
        23 | 24 => Flaw::NotSoldHere,
        25 => Flaw::Adult,
        26 => Flaw::AppVersion(990_000),
        27 => Flaw::AppVersion(300_000),
        28 => Flaw::NoModel,
        _ => Flaw::None,
    }
}

fn crowd_flaw(seed: u64, room_id: i64, item: i64) -> Flaw {
    let mut dice = Dice::of_pair(seed, Topic::Room, room_id, item);
    match dice.range(0, 999) {
        0..=14 => Flaw::Status(ProductStatus::SELLER_DEACTIVATED),
        15..=19 => Flaw::Status(ProductStatus::PLATFORM_DEACTIVATED),
        20..=24 => Flaw::Status(ProductStatus::FREEZE),
        25..=29 => Flaw::Status(dice.pick(&[ProductStatus::DRAFT, ProductStatus::PENDING, ProductStatus::DELETED])),
        30..=59 => Flaw::NotSoldHere,
        60..=69 => Flaw::Adult,
        70..=74 => Flaw::AppVersion(340_000),
        _ => Flaw::None,
    }
}
