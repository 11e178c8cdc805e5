//! Changes over time match a viewer's expectations: bids rise, prizes run out, pins change, numbers grow.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_idl::{
    auction::{Auction, AuctionStatus, SurpriseSet},
    live_data::RoomStats,
    product_relation::{Pin, PinKind},
};

use super::clients::{NOW, backend};

/// All instants of some minutes, at intervals of a second.
fn minutes(count: i64) -> impl Iterator<Item = i64> {
    (0..count * 60).map(|second| NOW + second * 1_000)
}

fn auctions(room_id: i64, now_ms: i64) -> Vec<Auction> {
    let world = backend(now_ms).world;
    let plans = world.room(room_id).unwrap().auctions.iter();
    plans.map(|plan| plan.at(world.seed(), now_ms)).collect()
}

fn set(now_ms: i64) -> SurpriseSet {
    let world = backend(now_ms).world;
    let plans = world.room(1006).unwrap().auctions.iter();
    plans.filter_map(|plan| plan.surprise_set(world.seed(), now_ms)).next().unwrap()
}

fn pin(room_id: i64, now_ms: i64) -> Option<Pin> {
    backend(now_ms).world.room(room_id).unwrap().pin(now_ms)
}

fn stats(room_id: i64, now_ms: i64) -> RoomStats {
    backend(now_ms).world.room(room_id).unwrap().stats(now_ms)
}

fn takes_bids(auction: &Auction) -> bool {
    matches!(auction.status, AuctionStatus::ONGOING | AuctionStatus::EXTENDED)
}

#[test]
fn an_auction_runs_at_every_instant_and_every_state_occurs_over_time() {
    for room_id in [1006, 1007] {
        let mut seen = BTreeSet::new();
        for now_ms in minutes(20) {
            let auctions = auctions(room_id, now_ms);
            assert!(auctions.iter().any(takes_bids), "{room_id} at {now_ms}");
            seen.extend(auctions.iter().map(|auction| auction.status.inner()));
        }
        for status in [
            AuctionStatus::NOT_STARTED,
            AuctionStatus::ONGOING,
            AuctionStatus::EXTENDED,
            AuctionStatus::PAYMENT_PENDING,
            AuctionStatus::SOLD,
            AuctionStatus::UNSOLD,
        ] {
            assert!(seen.contains(&status.inner()), "{status:?} in {room_id}");
        }
    }
}

#[test]
fn bids_only_rise_within_a_turn_and_a_late_one_extends_it() {
    let mut before: BTreeMap<(i64, i64), Auction> = BTreeMap::new();
    let (mut rises, mut extensions) = (0, 0);
    for now_ms in minutes(10) {
        for auction in auctions(1006, now_ms).into_iter().chain(auctions(1007, now_ms)) {
            let bid: f64 = auction.current_bid.parse().unwrap();
            let starting: f64 = auction.starting_bid.parse().unwrap();
            assert_eq!(auction.bid_count == 0, bid == 0.0 && auction.leader_name.is_empty(), "{auction:?}");
            assert!(bid == 0.0 || bid >= starting, "{auction:?}");
            assert!(!takes_bids(&auction) || now_ms < auction.end_ms, "time is left: {auction:?}");
            if let Some(old) = before.insert((auction.auction_id, auction.start_ms), auction.clone()) {
                let old_bid: f64 = old.current_bid.parse().unwrap();
                assert!(auction.bid_count >= old.bid_count && bid >= old_bid, "{old:?} {auction:?}");
                assert_eq!(auction.bid_count > old.bid_count, bid > old_bid);
                assert!(auction.bid_count > old.bid_count || auction.leader_id == old.leader_id);
                assert!(takes_bids(&old) || auction.bid_count == old.bid_count, "a bid after the end: {auction:?}");
                rises += usize::from(bid > old_bid);
                if auction.status == AuctionStatus::EXTENDED && old.status == AuctionStatus::ONGOING {
                    assert_eq!(auction.end_ms, old.end_ms + i64::from(auction.extension_seconds) * 1_000);
                    extensions += 1;
                }
            }
        }
    }
    assert!(rises > 100 && extensions > 5, "{rises} {extensions}");
}

#[test]
fn prizes_run_out_over_a_turn_and_never_all_of_them() {
    let mut before: Option<SurpriseSet> = None;
    let mut fell = 0;
    for now_ms in minutes(20) {
        let set = set(now_ms);
        assert_eq!((set.surprise_set_id, set.room_id), (5001, 1006));
        let left: i32 = set.prizes.iter().map(|prize| prize.units_left).sum();
        assert_eq!(left, set.auction.units_left, "the set and its auction agree");
        assert!(set.prizes.iter().all(|prize| (0..=prize.units).contains(&prize.units_left)));
        assert!(left > 0);
        if let Some(old) = before.filter(|old| old.auction.start_ms == set.auction.start_ms && takes_bids(&old.auction))
        {
            let pairs = || old.prizes.iter().zip(&set.prizes);
            assert!(pairs().all(|(old, new)| (old.units, &old.title) == (new.units, &new.title)));
            assert!(pairs().all(|(old, new)| new.units_left <= old.units_left), "at {now_ms}");
            fell += usize::from(left < old.auction.units_left);
        }
        before = Some(set);
    }
    assert!(fell > 100, "{fell}");
}

#[test]
fn the_host_of_1008_pins_another_product_every_fifteen_seconds() {
    let pins: Vec<Pin> = minutes(5).map(|now_ms| pin(1008, now_ms).unwrap()).collect();
    let (first, last) = (&pins[0], &pins[pins.len() - 1]);
    assert!((19..=20).contains(&(last.version - first.version)), "{} {}", first.version, last.version);
    for pair in pins.windows(2) {
        let step = pair[1].version - pair[0].version;
        assert!((0..=1).contains(&step));
        assert_eq!(step == 1, pair[1].pin_id != pair[0].pin_id, "another pin is another version");
    }
    let targets: BTreeSet<i64> = pins.iter().map(|pin| pin.target_id).collect();
    assert!(targets.len() > 5, "{targets:?}");
    let sold = backend(NOW).world.product_ids(1008);
    assert!(targets.iter().all(|id| sold.contains(id)));
    assert!(pins.iter().zip(minutes(5)).all(|(pin, now_ms)| pin.expire_ms == 0 || now_ms < pin.expire_ms));
}

#[test]
fn pins_of_the_other_rooms_of_the_contract_do_not_change() {
    for room_id in (1001..=1011).filter(|room_id| *room_id != 1008).chain(2001..=2012) {
        let parts = |now_ms| pin(room_id, now_ms).map(|pin| (pin.pin_id, pin.target_id, pin.version));
        assert_eq!(parts(NOW), parts(NOW + 86_400_000), "{room_id}");
    }
}

#[test]
fn every_kind_of_pin_occurs_and_refers_to_its_room() {
    let world = backend(NOW).world;
    let mut kinds = BTreeSet::new();
    for room_id in world.room_ids() {
        let room = world.room(room_id).unwrap();
        let Some(pin) = room.pin(NOW) else { continue };
        let target = pin.target_id;
        let is_there = match pin.kind {
            PinKind::PRODUCT => room.product_ids().any(|id| id == target),
            PinKind::VOUCHER => room.vouchers.iter().any(|plan| plan.id() == target),
            PinKind::AUCTION => room.auctions.iter().any(|plan| plan.id() == target),
            PinKind::SURPRISE_SET => room.auctions.iter().any(|plan| plan.surprise_set_id() == target),
            _ => false,
        };
        assert!(is_there, "{room_id}: {pin:?}");
        kinds.insert(pin.kind.inner());
    }
    assert_eq!(kinds, BTreeSet::from([1, 2, 3, 4]));
}

#[test]
fn viewers_come_and_go_and_units_sold_only_grow() {
    for room_id in [1001, 1007, 1008, 2003] {
        let seen: BTreeSet<i64> = minutes(15).map(|now_ms| stats(room_id, now_ms).viewer_count).collect();
        assert!(seen.len() > 20 && seen.iter().all(|count| *count > 0), "{room_id}: {seen:?}");
        let began = |now_ms| backend(now_ms).world.room(room_id).unwrap().info(now_ms).started_ms;
        let same: Vec<_> = minutes(30).filter(|now_ms| began(*now_ms) == began(NOW)).collect();
        let sold: Vec<i64> = same.iter().map(|now_ms| stats(room_id, *now_ms).sold_in_live).collect();
        assert!(sold.windows(2).all(|pair| pair[0] <= pair[1]), "{room_id}");
        let likes: Vec<i64> = same.iter().map(|now_ms| stats(room_id, *now_ms).like_count).collect();
        assert!(likes.windows(2).all(|pair| pair[0] <= pair[1]), "{room_id}");
    }
    assert_eq!(stats(1003, NOW).viewer_count, 0, "nobody watches a room that has finished");
    assert!(stats(1003, NOW).sold_in_live > 0, "its end page shows what was sold");
    assert_eq!(stats(1002, NOW + 3_600_000).sold_in_live, 0, "an empty bag sells nothing");
}
