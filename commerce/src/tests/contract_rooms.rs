//! Each room of the contract has its documented properties.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_idl::{
    auction::{AuctionService as _, MGetRoomAuctionsRequest},
    live_creator::{LiveCreatorService as _, MGetCreatorRequest, Permission},
    live_data::{LiveDataService as _, MGetRoomRequest, Room, RoomState},
    product_model::{
        AgeClass, MGetProductLiteRequest, MGetProductModelRequest, ProductLite, ProductModelService as _, ProductStatus,
    },
    product_price::{MGetProductPriceRequest, ProductPriceService as _},
    product_relation::{
        BagEntry, GetRoomProductsRequest, MGetPinnedRequest, Pin, PinKind, ProductRelationService as _,
    },
    promotion_delivery::{
        ClaimTask, MGetRoomVouchersRequest, PromotionDeliveryService as _, Voucher, VoucherFunder, VoucherKind,
    },
};

use super::clients::{NOW, backend};

async fn room(room_id: i64) -> Option<Room> {
    let request = MGetRoomRequest { room_ids: vec![room_id], base: None };
    backend(NOW).m_get_room(request).await.unwrap().rooms.remove(&room_id)
}

async fn bag(room_id: i64) -> (Vec<BagEntry>, i64) {
    let request = GetRoomProductsRequest { room_id, base: None };
    let answer = backend(NOW).get_room_products(request).await.unwrap();
    (answer.entries, answer.bag_version)
}

async fn lites(room_id: i64) -> BTreeMap<i64, ProductLite> {
    let backend = backend(NOW);
    let product_ids = backend.world.product_ids(room_id);
    let request = MGetProductLiteRequest { product_ids, ..Default::default() };
    backend.m_get_product_lite(request).await.unwrap().products.into_iter().collect()
}

async fn pin(room_id: i64) -> Option<Pin> {
    let request = MGetPinnedRequest { room_ids: vec![room_id], base: None };
    backend(NOW).m_get_pinned(request).await.unwrap().pins.remove(&room_id)
}

async fn vouchers(room_id: i64) -> Vec<Voucher> {
    let request = MGetRoomVouchersRequest { room_ids: vec![room_id], ..Default::default() };
    let mut rooms = backend(NOW).m_get_room_vouchers(request).await.unwrap().rooms;
    rooms.remove(&room_id).unwrap().vouchers
}

async fn permission(room_id: i64) -> Permission {
    let creator_id = room(room_id).await.unwrap().anchor_id;
    let request = MGetCreatorRequest { creator_ids: vec![creator_id], base: None };
    backend(NOW).m_get_creator(request).await.unwrap().creators[&creator_id].permission
}

fn is_good(lite: &ProductLite, region: &str) -> bool {
    lite.status == ProductStatus::ACTIVATE
        && lite.age_class == AgeClass::GENERAL
        && lite.min_app_version == 0
        && lite.sale_regions.iter().any(|code| code == region)
}

#[tokio::test]
async fn states_and_permissions_are_those_of_the_contract() {
    for room_id in 1001..=1011 {
        let state = match room_id {
            1003 => RoomState::FINISH,
            1011 => RoomState::BANNED,
            _ => RoomState::LIVE,
        };
        let found = room(room_id).await.unwrap();
        assert_eq!((found.state, found.region.as_str()), (state, "US"), "{room_id}");
        let banned = permission(room_id).await == Permission::BANNED;
        assert_eq!(banned, room_id == 1004);
    }
    assert_eq!(room(1001).await.unwrap().anchor_id, 104);
}

#[tokio::test]
async fn any_other_room_does_not_exist() {
    for room_id in [0, -1, 1000, 1012, 2013, 3000, 3101] {
        assert!(room(room_id).await.is_none());
        assert!(pin(room_id).await.is_none());
        assert_eq!(bag(room_id).await, (Vec::new(), 0));
    }
}

#[tokio::test]
async fn the_full_room_sells_two_hundred_products_to_everybody() {
    let (entries, version) = bag(1001).await;
    assert!(version >= 1);
    let numbers: Vec<_> = entries.iter().map(|entry| entry.item_no).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    let lites = lites(1001).await;
    assert_eq!(lites.len(), 200);
    assert!(lites.values().all(|lite| is_good(lite, "US") && lite.sale_regions.len() == 16));
    assert_eq!(lites.values().filter(|lite| lite.stock == 0).count(), 8);
    assert!(lites.values().filter(|lite| (1..=10).contains(&lite.stock)).count() >= 12);
    let mut top: Vec<_> = entries.iter().filter(|entry| entry.top_rank > 0).collect();
    top.sort_by_key(|entry| entry.top_rank);
    let ranks: Vec<_> = top.iter().map(|entry| entry.top_rank).collect();
    assert_eq!(ranks, [1, 2]);
    let pin = pin(1001).await.unwrap();
    assert_eq!((pin.kind, pin.expire_ms), (PinKind::PRODUCT, 0));
    assert!(pin.version >= 1);
    assert!(lites[&pin.target_id].stock > 10);
    assert!(top.iter().all(|entry| entry.product_id != pin.target_id));
}

#[tokio::test]
async fn the_full_room_has_a_voucher_of_every_kind_and_state() {
    let vouchers = vouchers(1001).await;
    let any = |test: &dyn Fn(&Voucher) -> bool| assert!(vouchers.iter().any(test));
    for funder in [VoucherFunder::SELLER, VoucherFunder::PLATFORM] {
        any(&|it| it.funder == funder);
    }
    for kind in [VoucherKind::AMOUNT_OFF, VoucherKind::PERCENT_OFF, VoucherKind::FREE_SHIPPING] {
        any(&|it| it.kind == kind && it.claim_start_ms <= NOW && NOW < it.claim_end_ms);
    }
    any(&|it| it.task == ClaimTask::FOLLOW_HOST);
    any(&|it| it.task == ClaimTask::WATCH_LIVE && it.min_watch_seconds > 0);
    any(&|it| it.claim_end_ms <= NOW);
    any(&|it| it.claim_start_ms > NOW);
    any(&|it| it.stock_left == 0);
    let open = vouchers.iter().filter(|it| it.claim_start_ms <= NOW && NOW < it.claim_end_ms);
    let reached: BTreeSet<_> = open.flat_map(|it| it.product_ids.iter().copied()).collect();
    assert!((50..=90).contains(&reached.len()), "{}", reached.len());
}

#[tokio::test]
async fn empty_and_auction_rooms_have_no_products() {
    assert!(bag(1002).await.0.is_empty());
    assert!(bag(1006).await.0.is_empty());
    assert!(!bag(1007).await.0.is_empty());
    let request = MGetRoomAuctionsRequest { room_ids: vec![1002, 1006, 1007], base: None };
    let rooms = backend(NOW).m_get_room_auctions(request).await.unwrap().rooms;
    assert!(rooms[&1002].auctions.is_empty());
    assert!(rooms[&1007].auctions.len() >= 2);
    let sets: Vec<_> = rooms[&1006].auctions.iter().filter(|it| it.is_surprise_set).collect();
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0].surprise_set_id, 5001);
}

#[tokio::test]
async fn everything_is_sold_out_in_1005_and_a_voucher_is_pinned_in_1009() {
    let lites = lites(1005).await;
    assert!(!lites.is_empty() && lites.values().all(|lite| lite.stock == 0));
    let pinned = pin(1005).await.unwrap();
    assert!(pinned.kind == PinKind::PRODUCT && lites.contains_key(&pinned.target_id));
    let pinned = pin(1009).await.unwrap();
    assert_eq!(pinned.kind, PinKind::VOUCHER);
    let vouchers = vouchers(1009).await;
    let target = vouchers.iter().find(|it| it.voucher_id == pinned.target_id).unwrap();
    assert!(target.claim_start_ms <= NOW && NOW < target.claim_end_ms);
}

#[tokio::test]
async fn the_flawed_room_has_every_flaw_among_good_products() {
    let lites = lites(1010).await;
    assert!(lites.values().filter(|lite| is_good(lite, "US")).count() >= 12);
    for status in [
        ProductStatus::DRAFT,
        ProductStatus::PENDING,
        ProductStatus::FAILED,
        ProductStatus::SELLER_DEACTIVATED,
        ProductStatus::PLATFORM_DEACTIVATED,
        ProductStatus::FREEZE,
        ProductStatus::DELETED,
    ] {
        assert!(lites.values().any(|lite| lite.status == status), "{status:?}");
    }
    assert!(lites.values().any(|lite| !lite.sale_regions.iter().any(|code| code == "US")));
    assert!(lites.values().any(|lite| lite.age_class == AgeClass::ADULT));
    assert!(lites.values().any(|lite| lite.min_app_version > 0));
    let entries = bag(1010).await.0;
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.product_id).collect();
    let numbers: BTreeSet<_> = entries.iter().map(|entry| entry.item_no).collect();
    assert!(ids.len() < entries.len());
    assert_eq!(numbers.len(), entries.len());
    let request = MGetProductModelRequest { product_ids: ids.iter().copied().collect(), base: None };
    let models = backend(NOW).m_get_product_model(request).await.unwrap().products;
    assert_eq!(models.len(), ids.len() - 1);
}

#[tokio::test]
async fn regional_rooms_sell_forty_products_in_local_currency() {
    let regions = [
        ("US", "USD"),
        ("GB", "GBP"),
        ("ID", "IDR"),
        ("VN", "VND"),
        ("TH", "THB"),
        ("MY", "MYR"),
        ("PH", "PHP"),
        ("SG", "SGD"),
        ("JP", "JPY"),
        ("DE", "EUR"),
        ("BR", "BRL"),
        ("MX", "MXN"),
    ];
    for (room_id, (region, currency)) in (2001..).zip(regions) {
        let found = room(room_id).await.unwrap();
        assert_eq!((found.region.as_str(), found.state), (region, RoomState::LIVE));
        let lites = lites(room_id).await;
        assert_eq!(lites.len(), 40);
        assert!(lites.values().all(|lite| is_good(lite, region)));
        let product_ids: Vec<_> = lites.keys().copied().collect();
        let request = MGetProductPriceRequest { product_ids, ..Default::default() };
        let prices = backend(NOW).m_get_product_price(request).await.unwrap().products;
        let decimals = if matches!(currency, "IDR" | "VND" | "JPY") { 0 } else { 2 };
        for price in prices.values() {
            assert_eq!(price.currency, currency);
            for sku in &price.skus {
                let found = sku.retail.split_once('.').map_or(0, |(_, cents)| cents.len());
                assert_eq!(found, decimals, "{}", sku.retail);
            }
        }
    }
}

#[tokio::test]
async fn in_the_crowd_pins_and_bags_change_and_so_do_their_versions() {
    let mut moved = 0;
    for room_id in 3001..=3100 {
        let pin_at = |now_ms: i64| backend(now_ms).world.room(room_id).and_then(|room| room.pin(now_ms));
        let bag_at = |now_ms: i64| backend(now_ms).world.room(room_id).map(|room| room.bag(now_ms)).unwrap();
        let (entries, version) = bag_at(NOW);
        let (later_entries, later_version) = bag_at(NOW + 600_000);
        assert_eq!(later_version, version + 1);
        assert_eq!(entries.len(), later_entries.len());
        assert_eq!(bag_at(NOW + 1), (entries.clone(), version));
        let (Some(pin), Some(later)) = (pin_at(NOW), pin_at(NOW + 600_000)) else { continue };
        assert!(pin.version >= 1 && pin.pinned_at_ms <= NOW);
        if pin.kind == PinKind::PRODUCT {
            assert_eq!(later.version, pin.version + 1);
            assert!(entries.iter().any(|entry| entry.product_id == pin.target_id));
            moved += usize::from(later.target_id != pin.target_id || entries != later_entries);
        }
    }
    assert!(moved > 60, "{moved}");
}
