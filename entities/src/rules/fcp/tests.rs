//! Cases of components for a slot.

use live_pack_dal::{
    FastStr,
    config::{FcpComponent, FcpScene},
    model::{Auction, AuctionStatus},
};

use super::{SlotFacts, main, priority, running_auction, wanted};
use crate::rules::fixtures::auction;
use FcpComponent::{Auction as AuctionCard, BagEntry, FlashSale, PinCard, ProductStrip, Voucher};

const ALL: SlotFacts = SlotFacts { auction: true, flash_sale: true, pin_card: true, voucher: true, bag_entry: true };

#[test]
fn the_most_urgent_wanted_and_available_component_is_shown() {
    let every = &FcpComponent::ALL[..];
    for (name, wanted, facts, expected) in [
        ("everything", every, ALL, Some(AuctionCard)),
        ("no auction", every, SlotFacts { auction: false, ..ALL }, Some(FlashSale)),
        ("no sale runs", every, SlotFacts { auction: false, flash_sale: false, ..ALL }, Some(PinCard)),
        ("nothing pinned", every, SlotFacts { voucher: true, bag_entry: true, ..SlotFacts::default() }, Some(Voucher)),
        ("a bag", every, SlotFacts { bag_entry: true, ..SlotFacts::default() }, Some(BagEntry)),
        ("nothing to sell", every, SlotFacts::default(), None),
        ("only vouchers are wanted", &[Voucher], ALL, Some(Voucher)),
        ("wanted, but not available", &[Voucher], SlotFacts { voucher: false, ..ALL }, None),
        ("the requested order does not matter", &[BagEntry, PinCard], ALL, Some(PinCard)),
        ("a strip is not a main component", &[ProductStrip], ALL, None),
        ("nothing is wanted", &[], ALL, None),
    ] {
        assert_eq!(main(wanted, &facts), expected, "{name}");
    }
}

#[test]
fn a_slot_names_its_components_or_gets_those_of_its_scene() {
    let scene = FcpScene { components: vec![PinCard, BagEntry], ..FcpScene::default() };
    for (name, keys, expected) in [
        ("nothing asked", &[][..], vec![PinCard, BagEntry]),
        ("ours", &["ecom_voucher", "ecom_product_strip"], vec![Voucher, ProductStrip]),
        ("ours and others'", &["game_entry", "ecom_auction"], vec![AuctionCard]),
        ("others' only", &["game_entry"], vec![]),
        ("the same twice", &["ecom_voucher", "ecom_voucher"], vec![Voucher]),
    ] {
        let keys: Vec<FastStr> = keys.iter().map(|key| FastStr::from_static_str(key)).collect();
        assert_eq!(wanted(&keys, &scene), expected, "{name}");
    }
}

#[test]
fn priorities_follow_the_order_of_the_components() {
    assert_eq!(FcpComponent::ALL.map(priority), [60, 50, 40, 30, 20, 10]);
}

#[test]
fn of_several_auctions_the_one_that_ends_first_is_shown() {
    let at = |auction_id, end_ms, status| Auction { auction_id, end_ms, ..auction(status) };
    let now = 1_500;
    for (name, auctions, app_version, expected) in [
        ("none", vec![], 0, None),
        ("one", vec![at(1, 2_000, AuctionStatus::Ongoing)], 0, Some(1)),
        ("extended", vec![at(1, 2_000, AuctionStatus::Extended)], 0, Some(1)),
        ("not begun", vec![at(1, 2_000, AuctionStatus::NotStarted)], 0, None),
        ("sold", vec![at(1, 2_000, AuctionStatus::Sold)], 0, None),
        ("past its end", vec![at(1, now, AuctionStatus::Ongoing)], 0, None),
        ("two", vec![at(1, 2_000, AuctionStatus::Ongoing), at(2, 1_900, AuctionStatus::Ongoing)], 0, Some(2)),
        ("a tie", vec![at(2, 2_000, AuctionStatus::Ongoing), at(1, 2_000, AuctionStatus::Ongoing)], 0, Some(1)),
        ("for a newer client", vec![Auction { min_app_version: 9, ..at(1, 2_000, AuctionStatus::Ongoing) }], 8, None),
    ] {
        let found = running_auction(&auctions, app_version, now).map(|auction| auction.auction_id);
        assert_eq!(found, expected, "{name}");
    }
}
