//! The commerce world: a pure function of a seed and an instant.

mod auctions;
mod banners;
mod catalogue;
mod cycle;
mod dice;
mod number;
mod pictures;
mod prices;
mod products;
mod promotions;
mod region;
mod rooms;
mod scenarios;
mod sellers;
mod users;
mod view;
mod vouchers;
mod words;

use std::sync::{Mutex, PoisonError, Weak};
use std::{collections::BTreeMap, sync::Arc};

use ahash::AHashMap;
use live_pack_idl::{live_creator::Creator, seller_core::Seller};

pub use self::catalogue::{Catalogue, CatalogueProduct, CatalogueSeller, CatalogueSku};
pub(crate) use self::{
    auctions::AuctionPlan, products::Product, region::offers_cod, rooms::Room, users::CART_CAPACITY, users::User,
    view::View,
};
use self::{products::Traits, scenarios::Blueprint};

#[cfg(test)]
pub(crate) use self::region::Region;

/// The static part of a world, generated once from a seed; the changing part is computed from the instant of the request.
///
/// Two worlds with the same seed give the same answers, in any process and at any time. A world does no I/O and reads no clock.
#[derive(Debug)]
pub struct World {
    seed: u64,
    rooms: AHashMap<i64, Room>,
    products: AHashMap<i64, Product>,
    sellers: AHashMap<i64, Seller>,
    creators: AHashMap<i64, CreatorEntry>,
}

/// A creator, and the room with the products of the showcase.
#[derive(Debug)]
pub(crate) struct CreatorEntry {
    pub(crate) creator: Creator,
    pub(crate) showcase: Vec<i64>,
}

/// Worlds in use by seed, because a test process runs dozens of servers over the same world.
static SHARED: Mutex<BTreeMap<u64, Weak<World>>> = Mutex::new(BTreeMap::new());

impl World {
    /// The world of a seed; generated again only if it has no other owner in the process.
    #[must_use]
    pub fn of(seed: u64) -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(world) = shared.get(&seed).and_then(Weak::upgrade) {
            return world;
        }
        let world = Arc::new(Self::draw(seed));
        shared.retain(|_, world| world.strong_count() > 0);
        shared.insert(seed, Arc::downgrade(&world));
        world
    }

    /// Draws a new world.
    pub(crate) fn draw(seed: u64) -> Self {
        let mut world = Self {
            seed,
            rooms: AHashMap::new(),
            products: AHashMap::new(),
            sellers: AHashMap::new(),
            creators: AHashMap::new(),
        };
        let mut on_sale_elsewhere = BTreeMap::new();
        for plan in scenarios::blueprints(seed) {
            world.add_room(plan, &mut on_sale_elsewhere);
        }
        world
    }

    /// Adds a room with its sellers, products and creator; crowd rooms of a region share some products.
    fn add_room(&mut self, plan: Blueprint, shared: &mut BTreeMap<&'static str, Vec<i64>>) {
        let seed = self.seed;
        for number in 0..sellers::PER_ROOM {
            let seller_id = sellers::seller_of(plan.room_id, number);
            self.sellers.insert(seller_id, sellers::seller(seed, seller_id, plan));
        }
        let on_sale = shared.entry(plan.region.code()).or_default();
        let mut product_ids = Vec::new();
        for item in 1..=plan.size {
            let mut dice = dice::Dice::of_pair(seed, dice::Topic::Product, plan.room_id, item);
            if plan.room_id >= 3001 && dice.chance(0.1) {
                let known = dice.pick(on_sale);
                if known != 0 && !product_ids.contains(&known) {
                    product_ids.push(known);
                    continue;
                }
            }
            let id = plan.room_id * 1_000 + item;
            let traits: Traits = scenarios::traits(seed, plan.room_id, item);
            let seller_id = sellers::seller_of(plan.room_id, item);
            let product = Product::draw(seed, id, plan.region, seller_id, traits);
            self.products.insert(id, product);
            product_ids.push(id);
        }
        if plan.room_id >= 3001 {
            let own = product_ids.iter().filter(|id| *id / 1_000 == plan.room_id);
            on_sale.extend(own);
        }
        let product = |id: &i64| self.products.get(id);
        let showcase: Vec<_> = product_ids
            .iter()
            .copied()
            .filter(|id| product(id).is_some_and(|it| it.is_on_shelf() && it.is_in_stock()))
            .collect();
        let creator = sellers::creator(seed, plan, showcase.len());
        let room = Room::draw(seed, plan, &product_ids);
        self.creators.insert(room.anchor_id, CreatorEntry { creator, showcase });
        self.rooms.insert(plan.room_id, room);
    }

    /// The seed that the world was generated from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The ids of all rooms, in no particular order.
    pub fn room_ids(&self) -> impl Iterator<Item = i64> {
        self.rooms.keys().copied()
    }

    /// The products of a room in the host's order, with repetitions; empty if there is no such room.
    #[must_use]
    pub fn product_ids(&self, room_id: i64) -> Vec<i64> {
        self.rooms.get(&room_id).map(|room| room.product_ids().collect()).unwrap_or_default()
    }

    pub(crate) fn room(&self, room_id: i64) -> Option<&Room> {
        self.rooms.get(&room_id)
    }

    pub(crate) fn product(&self, product_id: i64) -> Option<&Product> {
        self.products.get(&product_id)
    }

    pub(crate) fn seller(&self, seller_id: i64) -> Option<&Seller> {
        self.sellers.get(&seller_id)
    }

    pub(crate) fn creator(&self, creator_id: i64) -> Option<&CreatorEntry> {
        self.creators.get(&creator_id)
    }

    pub(crate) fn user(&self, user_id: i64) -> User {
        User::with_id(self.seed, user_id)
    }

    /// Whether there is a voucher with this id.
    pub(crate) fn has_voucher(&self, voucher_id: i64) -> bool {
        self.room(voucher_id / 100).is_some_and(|room| room.vouchers.iter().any(|plan| plan.id() == voucher_id))
    }

    /// The picture behind a path such as `/img/p/1001001/0.svg`; `None` for a path that no answer contains.
    #[must_use]
    pub fn picture(&self, path: &str) -> Option<String> {
        pictures::draw(self, path)
    }
}
