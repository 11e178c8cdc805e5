//! Auctions that open, rise and close in cycles, and their surprise sets.

use live_pack_idl::auction::{Auction, AuctionStatus, SurprisePrize, SurpriseSet};
use pilota::FastStr;

use super::{
    cycle::{Cycle, Turn},
    dice::{Dice, Topic},
    number::narrow,
    prices,
    products::picture_uri,
    region::Region,
    scenarios::{self, Blueprint},
};

/// The surprise set of the room that has only auctions.
pub(crate) const SURPRISE_SET: i64 = 5001;

/// An auction; its state is a function of the time.
#[derive(Debug, Clone)]
pub(crate) struct AuctionPlan {
    auction: Auction,
    room_id: i64,
    region: Region,
    /// The open window is the time for bids; the rest of the period is settlement and announcement.
    cycle: Cycle,
    extension_ms: i64,
    /// Milliseconds between two bids; 0: no bids.
    pace_ms: i64,
    starting: i64,
    increment: i64,
    prizes: Vec<Prize>,
}

#[derive(Debug, Clone)]
struct Prize {
    prize: SurprisePrize,
    /// Units sold in one cycle, in thousandths.
    gone_permille: i64,
}

impl AuctionPlan {
    pub(crate) fn id(&self) -> i64 {
        self.auction.auction_id
    }

    pub(crate) fn surprise_set_id(&self) -> i64 {
        self.auction.surprise_set_id
    }

    /// The title of the piece, or of one of the prizes, with this product id.
    pub(crate) fn piece(&self, product_id: i64) -> Option<&str> {
        let prizes = self.prizes.iter().map(|prize| &prize.prize);
        prizes
            .map(|prize| (prize.product_id, &prize.title))
            .chain([(self.auction.product_id, &self.auction.title)])
            .find_map(|(id, title)| (id == product_id).then_some(title.as_str()))
    }

    /// The auction at an instant.
    pub(crate) fn at(&self, seed: u64, now_ms: i64) -> Auction {
        let mut turn = self.cycle.turn(now_ms);
        let since_end = now_ms - turn.end_ms;
        let rest = self.cycle.period_ms - self.cycle.open_ms;
        // The last third of the pause belongs to the next turn, which is announced.
        if since_end * 3 > rest * 2 {
            turn = self.cycle.numbered(turn.number + 1);
        }
        let bids = self.bids(turn, now_ms);
        let status = self.status(turn, now_ms, bids);
        let extended = status == AuctionStatus::EXTENDED || (bids > 0 && now_ms >= turn.end_ms);
        let (leader_id, leader_name) = self.leader(seed, turn, bids);
        Auction {
            status,
            current_bid: if bids == 0 {
                FastStr::from_static_str("0")
            } else {
                // Every third bid rises by two steps.
                let steps = bids - 1 + bids / 3;
                prices::text(self.starting + self.increment * steps, self.region)
            },
            bid_count: narrow(bids),
            start_ms: turn.start_ms,
            end_ms: turn.end_ms + if extended { self.extension_ms } else { 0 },
            leader_id,
            leader_name,
            units_left: if self.prizes.is_empty() {
                self.auction.units_left
            } else {
                self.prizes(now_ms).iter().map(|prize| prize.units_left).sum()
            },
            ..self.auction.clone()
        }
    }

    /// The surprise set of this auction; `None` for a plain auction.
    pub(crate) fn surprise_set(&self, seed: u64, now_ms: i64) -> Option<SurpriseSet> {
        self.auction.is_surprise_set.then(|| SurpriseSet {
            surprise_set_id: self.auction.surprise_set_id,
            room_id: self.room_id,
            title: self.auction.title.clone(),
            cover_uri: self.auction.cover_uri.clone(),
            prizes: self.prizes(now_ms),
            rules_text: FastStr::from_static_str(self.region.words().surprise_rules),
            auction: self.at(seed, now_ms),
        })
    }

    fn prizes(&self, now_ms: i64) -> Vec<SurprisePrize> {
        let passed = self.cycle.turn(now_ms).passed_permille(now_ms);
        self.prizes
            .iter()
            .map(|Prize { prize, gone_permille }| {
                let units = i64::from(prize.units);
                let gone = units * gone_permille * passed / 1_000_000;
                SurprisePrize { units_left: narrow(units - gone), ..prize.clone() }
            })
            .collect()
    }

    fn bids(&self, turn: Turn, now_ms: i64) -> i64 {
        let elapsed = now_ms.min(turn.end_ms + self.extension_ms) - turn.start_ms;
        if self.pace_ms == 0 || elapsed < 0 { 0 } else { elapsed / self.pace_ms }
    }

    fn status(&self, turn: Turn, now_ms: i64, bids: i64) -> AuctionStatus {
        let after = now_ms - turn.end_ms - self.extension_ms;
        if now_ms < turn.start_ms {
            AuctionStatus::NOT_STARTED
        } else if now_ms < turn.end_ms {
            AuctionStatus::ONGOING
        } else if bids == 0 {
            AuctionStatus::UNSOLD
        } else if after < 0 {
            AuctionStatus::EXTENDED
        } else if after < 10_000 {
            AuctionStatus::PAYMENT_PENDING
        } else {
            AuctionStatus::SOLD
        }
    }

    fn leader(&self, seed: u64, turn: Turn, bids: i64) -> (i64, FastStr) {
        if bids == 0 {
            return (0, FastStr::empty());
        }
        let id = self.auction.auction_id;
        let mut dice = Dice::of_pair(seed, Topic::Auction, id, turn.number ^ (bids << 32));
        let name = dice.pick(&self.region.words().people);
        (dice.range(10_000, 99_999), FastStr::from_static_str(name))
    }
}

/// The auctions of a room.
pub(crate) fn draw(seed: u64, room: Blueprint) -> Vec<AuctionPlan> {
    let mut dice = Dice::of(seed, Topic::Auction, room.room_id);
    let (count, surprise_set_id) = match room.room_id {
        scenarios::AUCTIONS_ONLY => (6, SURPRISE_SET),
        scenarios::MIXED => (4, 0),
        3001.. if room.region == Region::Us && dice.chance(0.1) => {
            // Assigned in turn instead of at random: so few rooms have auctions that a kind might be missing.
            let set = if room.room_id % 3 == 0 { room.room_id * 10 } else { 0 };
            (dice.range(2, 5), set)
        }
        _ => return Vec::new(),
    };
    (1..=count)
        .map(|number| {
            let mut plan = plain(room, number, count, &mut dice);
            if number == 2 && surprise_set_id != 0 {
                make_surprise_set(&mut plan, surprise_set_id, &mut dice);
            }
            plan
        })
        .collect()
}

fn plain(room: Blueprint, number: i64, count: i64, dice: &mut Dice) -> AuctionPlan {
    let region = room.region;
    let product_id = room.room_id * 1_000 + 900 + number;
    let category = usize::try_from(dice.range(0, 7)).unwrap_or_default();
    let title = FastStr::from_string(region.words().title(category, dice));
    let increment = prices::round(1.0_f64.max(region.median() / 18.0), region);
    let starting = increment * dice.range(1, 8);
    AuctionPlan {
        auction: Auction {
            auction_id: room.room_id * 100 + 50 + number,
            product_id,
            title,
            cover_uri: picture_uri(product_id, 0),
            currency: FastStr::from_static_str(region.currency()),
            starting_bid: prices::text(starting, region),
            min_increment: prices::text(increment, region),
            extension_seconds: 10,
            units_left: 1,
            item_no: narrow(number),
            min_app_version: if number == 4 { 340_000 } else { 0 },
            seller_id: super::sellers::seller_of(room.room_id, number),
            ..Auction::default()
        },
        room_id: room.room_id,
        region,
        // Three minutes, half of them for bids; the phases are spread, so that some run at every instant.
        cycle: Cycle { period_ms: 3 * Cycle::MINUTE, open_ms: 90_000, phase_ms: number * 3 * Cycle::MINUTE / count },
        extension_ms: 10_000,
        pace_ms: if number == 3 { 0 } else { dice.range(3, 12) * 1_000 },
        starting,
        increment,
        prizes: Vec::new(),
    }
}

fn make_surprise_set(plan: &mut AuctionPlan, id: i64, dice: &mut Dice) {
    let region = plan.region;
    plan.auction.is_surprise_set = true;
    plan.auction.surprise_set_id = id;
    plan.auction.title = FastStr::from_static_str(region.words().surprise_set);
    plan.cycle = Cycle { period_ms: 10 * Cycle::MINUTE, open_ms: 7 * Cycle::MINUTE, phase_ms: 0 };
    let mut prize = |number: i64, units: i32, worth: f64, gone_permille: i64| {
        let product_id = plan.room_id * 1_000 + 950 + number;
        let category = usize::try_from(number).unwrap_or_default();
        Prize {
            prize: SurprisePrize {
                product_id,
                title: FastStr::from_string(region.words().title(category, dice)),
                cover_uri: picture_uri(product_id, 0),
                units,
                units_left: units,
                value: (number != 5).then(|| prices::text(prices::round(region.median() * worth, region), region)),
            },
            gone_permille,
        }
    };
    plan.prizes = vec![
        prize(1, 1, 20.0, 0),
        prize(2, 12, 6.0, 500),
        prize(3, 60, 2.0, 700),
        prize(4, 427, 0.8, 600),
        prize(5, 500, 0.4, 900),
    ];
}
