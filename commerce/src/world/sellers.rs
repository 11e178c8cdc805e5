//! Sellers and creators: owners of the shops, hosts of the rooms.

use live_pack_idl::{
    live_creator::{Creator, Shop},
    seller_core::Seller,
};
use pilota::FastStr;

use super::{
    dice::{Dice, Topic},
    number::{float, narrow},
    region::SALE_REGIONS,
    scenarios::{self, Blueprint},
    users,
};

/// Number of sellers of one room.
pub(crate) const PER_ROOM: i64 = 5;

/// The seller of the `item`-th product of a room.
pub(crate) fn seller_of(room_id: i64, item: i64) -> i64 {
    room_id * 10 + item.rem_euclid(PER_ROOM)
}

/// The creator that hosts a room.
pub(crate) fn anchor_of(room_id: i64) -> i64 {
    if room_id == scenarios::FULL { users::CREATOR } else { 500_000 + room_id }
}

/// Draws a seller of a room.
pub(crate) fn seller(seed: u64, seller_id: i64, room: Blueprint) -> Seller {
    let mut dice = Dice::of(seed, Topic::Seller, seller_id);
    Seller {
        seller_id,
        name: FastStr::from_string(room.region.words().shop(&mut dice)),
        logo_uri: FastStr::from_string(format!("img/s/{seller_id}.svg")),
        rating: float(dice.range(42, 50)) / 10.0,
        official: dice.chance(0.25),
        region: FastStr::from_static_str(room.region.code()),
        owner_user_id: if room.room_id == scenarios::FULL { users::CREATOR } else { 700_000 + seller_id },
    }
}

/// Draws the creator of a room; the shop belongs to the room's first seller.
pub(crate) fn creator(seed: u64, room: Blueprint, showcase_count: usize) -> Creator {
    let creator_id = anchor_of(room.room_id);
    let mut dice = Dice::of(seed, Topic::Creator, creator_id);
    let words = room.region.words();
    let bound = room.room_id < 3001 || dice.chance(0.9);
    let approved = room.room_id < 3001 || dice.chance(0.9);
    let local = room.room_id >= 3001 && dice.chance(0.2);
    Creator {
        creator_id,
        permission: room.permission,
        name: FastStr::from_static_str(dice.pick(&words.people)),
        avatar_uri: FastStr::from_string(format!("img/c/{creator_id}.svg")),
        shop: bound.then(|| Shop {
            shop_id: 300_000 + room.room_id,
            name: FastStr::from_string(words.shop(&mut dice)),
            approved,
            seller_id: seller_of(room.room_id, 0),
            official: dice.chance(0.2),
            sale_regions: SALE_REGIONS
                .into_iter()
                .filter(|code| !local || *code == room.region.code())
                .map(FastStr::from_static_str)
                .collect(),
        }),
        showcase_count: narrow(i64::try_from(showcase_count).unwrap_or_default()),
    }
}
