//! Cases of room summaries.

use live_pack_dal::{
    Lookup,
    model::{Auction, AuctionStatus, BagSummary, Permission, Pin, PinKind, Region, Voucher},
};

use super::{RoomFacts, RoomGoods, goods, permission};
use crate::rules::{
    fixtures::{auction, region, voucher},
    room::RoomVerdict,
};

const NOW: i64 = 1_500;

const fn summary(count: i32, has_flash_sale: bool) -> BagSummary {
    BagSummary { count, has_flash_sale, bag_version: 3 }
}

const fn pin(kind: PinKind) -> Pin {
    Pin { pin_id: 1, kind, target_id: 77, pinned_at_ms: 0, expire_ms: 0, version: 1 }
}

/// Changes of a case to a room that sells and has no other data.
#[derive(Default)]
struct Case {
    stopped: Option<RoomVerdict>,
    barred: bool,
    no_flash_sales: bool,
    summary: Option<BagSummary>,
    vouchers: Vec<Voucher>,
    auctions: Vec<Auction>,
    pin: Option<Pin>,
    app_version: i32,
}

impl Case {
    fn goods(&self) -> RoomGoods {
        goods(&RoomFacts {
            verdict: self.stopped.unwrap_or(RoomVerdict::Normal),
            may_enter: !self.barred,
            summary: self.summary.as_ref(),
            flash_sales: !self.no_flash_sales,
            vouchers: Some(&self.vouchers),
            auctions: Some(&self.auctions),
            pin: self.pin.as_ref(),
            region: Region::US,
            app_version: self.app_version,
            now_ms: NOW,
        })
    }
}

fn full() -> Case {
    Case {
        summary: Some(summary(40, true)),
        vouchers: vec![voucher(1)],
        auctions: vec![auction(AuctionStatus::Ongoing)],
        pin: Some(pin(PinKind::Product)),
        ..Case::default()
    }
}

#[test]
fn a_room_is_summarised_by_its_goods() {
    let everything = RoomGoods {
        has_bag: true,
        bag_count: 40,
        has_flash_sale: true,
        has_voucher: true,
        has_auction: true,
        pinned: PinKind::Product,
        pinned_product_id: 77,
    };
    let nothing = RoomGoods::default();
    let bag = RoomGoods { has_bag: true, bag_count: 40, ..nothing };
    let abroad = Voucher { regions: vec![region("JP")], ..voucher(1) };
    let over = Voucher { claim_end_ms: NOW, ..voucher(1) };
    let gone = Voucher { stock_left: Some(0), ..voucher(1) };
    let newcomers = Voucher { new_users_only: true, ..voucher(1) };
    let fresh = Auction { min_app_version: 340_000, ..auction(AuctionStatus::NotStarted) };
    for (name, case, expected) in [
        ("the full page", full(), everything),
        ("nothing could be had", Case::default(), nothing),
        ("an empty bag", Case { summary: Some(summary(0, false)), ..Case::default() }, nothing),
        ("products only", Case { summary: Some(summary(40, false)), ..Case::default() }, bag),
        (
            "auctions only",
            Case { auctions: vec![auction(AuctionStatus::Sold)], ..Case::default() },
            RoomGoods { has_bag: true, has_auction: true, ..nothing },
        ),
        (
            "an auction this client cannot show",
            Case { auctions: vec![fresh.clone()], app_version: 339_999, ..Case::default() },
            nothing,
        ),
        (
            "a client that does not say its version",
            Case { auctions: vec![fresh], ..Case::default() },
            RoomGoods { has_bag: true, has_auction: true, ..nothing },
        ),
        ("a voucher of another region", Case { vouchers: vec![abroad], ..Case::default() }, nothing),
        ("a voucher that is over", Case { vouchers: vec![over], ..Case::default() }, nothing),
        ("a voucher that is gone", Case { vouchers: vec![gone.clone()], ..Case::default() }, nothing),
        ("a voucher for newcomers", Case { vouchers: vec![newcomers], ..Case::default() }, nothing),
        (
            "one of two vouchers",
            Case { vouchers: vec![gone, voucher(2)], ..Case::default() },
            RoomGoods { has_voucher: true, ..nothing },
        ),
        (
            "a pinned voucher names no product",
            Case { pin: Some(pin(PinKind::Voucher)), ..Case::default() },
            RoomGoods { pinned: PinKind::Voucher, ..nothing },
        ),
        ("a pin of nothing", Case { pin: Some(pin(PinKind::None)), ..Case::default() }, nothing),
        ("a room that is over", Case { stopped: Some(RoomVerdict::Closed), ..full() }, nothing),
        ("a banned room", Case { stopped: Some(RoomVerdict::RoomBanned), ..full() }, nothing),
        ("a banned creator", Case { stopped: Some(RoomVerdict::EcBanned), ..full() }, nothing),
        (
            "flash sales are switched off",
            Case { no_flash_sales: true, ..full() },
            RoomGoods { has_flash_sale: false, ..everything },
        ),
        ("the bag may not be entered", Case { barred: true, ..full() }, nothing),
    ] {
        assert_eq!(case.goods(), expected, "{name}");
    }
}

#[test]
fn a_creator_whose_account_is_unavailable_may_sell() {
    for (name, creator, expected) in [
        ("known", Some(Lookup::Found(Permission::Limited)), Permission::Limited),
        ("banned", Some(Lookup::Found(Permission::Banned)), Permission::Banned),
        ("no such account", Some(Lookup::Missing), Permission::None),
        ("this one failed", Some(Lookup::Failed), Permission::Normal),
        ("all failed", None, Permission::Normal),
    ] {
        assert_eq!(permission(creator.as_ref(), |permission| *permission), expected, "{name}");
    }
}
