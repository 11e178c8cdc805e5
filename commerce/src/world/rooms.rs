//! A room: its bag, its pinned card and its statistics.

use live_pack_idl::{
    live_data::{self, RoomState, RoomStats},
    product_relation::{BagEntry, Pin, PinKind},
};
use pilota::FastStr;

use super::{
    auctions::AuctionPlan,
    banners::BannerPlan,
    cycle::Cycle,
    dice::{Dice, Topic},
    number::{length, narrow},
    region::Region,
    scenarios::{self, Blueprint},
    sellers::anchor_of,
    vouchers::VoucherPlan,
};

/// Interval at which a crowd room changes its pin and its top products.
const CHANGE: Cycle = Cycle { period_ms: 10 * Cycle::MINUTE, open_ms: 10 * Cycle::MINUTE, phase_ms: 0 };

/// Time per product for the host of the room with flash sales that last seconds.
const HURRY: Cycle = Cycle { period_ms: 15_000, open_ms: 15_000, phase_ms: 0 };

/// A room with everything that is generated for it, except its products.
#[derive(Debug)]
pub(crate) struct Room {
    id: i64,
    pub(crate) anchor_id: i64,
    state: RoomState,
    pub(crate) region: Region,
    title: FastStr,
    entries: Vec<BagEntry>,
    pin: PinPlan,
    pub(crate) vouchers: Vec<VoucherPlan>,
    pub(crate) banners: Vec<BannerPlan>,
    pub(crate) auctions: Vec<AuctionPlan>,
    session: Cycle,
    crowd: i64,
}

/// The plan for the pinned card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PinPlan {
    None,
    /// Always the same.
    Fixed(PinKind, i64),
    /// Another product of the bag in every turn.
    Changing(Cycle),
}

impl Room {
    /// `product_ids` are the products of the bag in the host's order.
    pub(crate) fn draw(seed: u64, plan: Blueprint, product_ids: &[i64]) -> Self {
        let mut dice = Dice::of_pair(seed, Topic::Room, plan.room_id, 0);
        let auctions = super::auctions::draw(seed, plan);
        let vouchers = super::vouchers::draw(seed, plan, product_ids);
        let pin = pin(plan, product_ids, &vouchers, &auctions, &mut dice);
        let session_ms = dice.range(3, 8) * Cycle::HOUR;
        Self {
            id: plan.room_id,
            anchor_id: anchor_of(plan.room_id),
            state: plan.state,
            region: plan.region,
            title: FastStr::from_static_str(dice.pick(&plan.region.words().rooms)),
            entries: entries(plan.room_id, product_ids),
            pin,
            banners: super::banners::draw(seed, plan, &vouchers, !auctions.is_empty()),
            vouchers,
            auctions,
            session: Cycle { period_ms: session_ms, open_ms: session_ms, phase_ms: dice.range(0, 179) * Cycle::MINUTE },
            crowd: dice.range(40, 9_000),
        }
    }

    /// The room as in live data; sessions restart every few hours.
    pub(crate) fn info(&self, now_ms: i64) -> live_data::Room {
        live_data::Room {
            room_id: self.id,
            anchor_id: self.anchor_id,
            state: self.state,
            region: FastStr::from_static_str(self.region.code()),
            title: self.title.clone(),
            started_ms: self.session.turn(now_ms).start_ms,
        }
    }

    /// The number of viewers rises and falls over a quarter of an hour; units sold and likes only grow within a
    /// session.
    pub(crate) fn stats(&self, now_ms: i64) -> RoomStats {
        if self.state != RoomState::LIVE && self.state != RoomState::PAUSE {
            return RoomStats { viewer_count: 0, sold_in_live: self.crowd / 4, like_count: self.crowd * 20 };
        }
        let elapsed_s = (now_ms - self.session.turn(now_ms).start_ms) / 1_000;
        let wave = (now_ms.div_euclid(10_000) + self.id).rem_euclid(90);
        let height = (wave - 45).abs();
        let has_bag = i64::from(!self.entries.is_empty() || !self.auctions.is_empty());
        RoomStats {
            viewer_count: self.crowd + self.crowd * height / 150,
            sold_in_live: has_bag * self.crowd * elapsed_s / 20_000,
            like_count: self.crowd * elapsed_s / 60,
        }
    }

    /// The bag and its version.
    pub(crate) fn bag(&self, now_ms: i64) -> (Vec<BagEntry>, i64) {
        let version = self.bag_version(now_ms);
        let mut entries = self.entries.clone();
        if self.is_crowd() {
            // The host moves another product to the top with every change, which increases the version.
            let mut dice = Dice::of_pair(0, Topic::Pin, self.id, version);
            let top = dice.range(0, length(entries.len()) - 1);
            let top = usize::try_from(top).ok().and_then(|top| entries.get_mut(top));
            if let Some(entry) = top {
                entry.top_rank = 1;
            }
        }
        (entries, version)
    }

    /// Starts at 1; changes with every change of the bag.
    pub(crate) fn bag_version(&self, now_ms: i64) -> i64 {
        if self.is_crowd() { CHANGE.turn(now_ms).number.max(0) + 1 } else { 7 }
    }

    #[cfg(test)]
    pub(crate) fn bag_size(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn product_ids(&self) -> impl Iterator<Item = i64> {
        self.entries.iter().map(|entry| entry.product_id)
    }

    /// The pinned card at an instant.
    pub(crate) fn pin(&self, now_ms: i64) -> Option<Pin> {
        match self.pin {
            PinPlan::None => None,
            PinPlan::Fixed(kind, target_id) => Some(Pin {
                pin_id: self.id * 1_000 + 1,
                kind,
                target_id,
                pinned_at_ms: self.session.turn(now_ms).start_ms + Cycle::MINUTE,
                expire_ms: 0,
                version: 3,
            }),
            PinPlan::Changing(cycle) => {
                let turn = cycle.turn(now_ms);
                let version = turn.number.max(0) + 1;
                let mut dice = Dice::of_pair(1, Topic::Pin, self.id, version);
                let index = dice.range(0, length(self.entries.len()) - 1);
                let entry = self.entries.get(usize::try_from(index).ok()?)?;
                Some(Pin {
                    pin_id: self.id * 100_000_000_000 + version,
                    kind: PinKind::PRODUCT,
                    target_id: entry.product_id,
                    pinned_at_ms: turn.start_ms,
                    expire_ms: if dice.chance(0.5) { turn.end_ms } else { 0 },
                    version,
                })
            }
        }
    }

    /// The title of an auction piece or of a prize.
    pub(crate) fn piece(&self, product_id: i64) -> Option<&str> {
        self.auctions.iter().find_map(|plan| plan.piece(product_id))
    }

    fn is_crowd(&self) -> bool {
        self.id >= 3001
    }
}

fn pin(
    plan: Blueprint,
    product_ids: &[i64],
    vouchers: &[VoucherPlan],
    auctions: &[AuctionPlan],
    dice: &mut Dice,
) -> PinPlan {
    let item = |number: usize| product_ids.get(number - 1).copied();
    let product = |id: Option<i64>| id.map_or(PinPlan::None, |id| PinPlan::Fixed(PinKind::PRODUCT, id));
    let voucher = vouchers.first().map_or(PinPlan::None, |voucher| PinPlan::Fixed(PinKind::VOUCHER, voucher.id()));
    let set = auctions.iter().map(AuctionPlan::surprise_set_id).find(|id| *id != 0);
    match plan.room_id {
        scenarios::FULL => product(Some(plan.room_id * 1_000 + scenarios::FULL_PINNED_ITEM)),
        scenarios::SOLD_OUT => product(item(1)),
        scenarios::VOUCHER_PINNED => voucher,
        scenarios::FLASH_EDGES => PinPlan::Changing(HURRY),
        ..2001 => PinPlan::None,
        2001..3001 => product(item(2)),
        _ => match (set, auctions.first(), dice.range(0, 99)) {
            (Some(set), _, _) => PinPlan::Fixed(PinKind::SURPRISE_SET, set),
            (_, Some(auction), _) => PinPlan::Fixed(PinKind::AUCTION, auction.id()),
            (_, _, 0..=79) => PinPlan::Changing(CHANGE),
            (_, _, 80..=87) => voucher,
            _ => PinPlan::None,
        },
    }
}

fn entries(room_id: i64, product_ids: &[i64]) -> Vec<BagEntry> {
    let mut entries: Vec<_> = (1..)
        .zip(product_ids)
        .map(|(number, &product_id)| BagEntry { product_id, item_no: number, top_rank: 0 })
        .collect();
    if room_id == scenarios::FULL {
        for (rank, item) in (1..).zip(scenarios::FULL_TOP_ITEMS) {
            for entry in entries.iter_mut().filter(|entry| i64::from(entry.item_no) == item) {
                entry.top_rank = rank;
            }
        }
    }
    if room_id == scenarios::FLAWED {
        // Repeats of the same products, further down the list.
        let last = narrow(length(entries.len()));
        let again: Vec<_> = entries.iter().take(5).step_by(2).cloned().collect();
        entries.extend((last + 1..).zip(again).map(|(item_no, entry)| BagEntry { item_no, ..entry }));
    }
    entries
}
