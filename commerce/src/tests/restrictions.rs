//! Banners and shops of every kind that a filter must distinguish.

use std::collections::BTreeSet;

use live_pack_idl::{
    live_creator::{Creator, Permission},
    promotion_delivery::BannerMaterial,
};

use super::clients::{NOW, backend};

fn banners(room_id: i64) -> Vec<BannerMaterial> {
    let world = backend(NOW).world;
    world.room(room_id).unwrap().banners.iter().map(|plan| plan.at(NOW)).collect()
}

fn is_open(banner: &BannerMaterial) -> bool {
    (banner.start_ms..banner.end_ms).contains(&NOW)
}

fn for_all(banner: &BannerMaterial) -> bool {
    is_open(banner)
        && banner.regions.is_empty()
        && banner.platforms.is_empty()
        && (banner.min_app_version, banner.daily_cap) == (0, 0)
}

#[test]
fn there_is_a_banner_for_every_rejection() {
    let all: Vec<_> = banners(1001).into_iter().chain(banners(1010)).collect();
    type Test = fn(&BannerMaterial) -> bool;
    let cases: [(&str, Test); 10] = [
        ("over", |it| it.end_ms <= NOW),
        ("to come", |it| it.start_ms > NOW),
        ("for other regions", |it| !it.regions.is_empty() && it.regions.iter().all(|code| code != "US")),
        ("for iOS", |it| it.platforms == [1]),
        ("for Android", |it| it.platforms == [2]),
        ("for newer apps", |it| it.min_app_version > 900_000),
        ("once a day", |it| is_open(it) && it.daily_cap == 1),
        ("twice a day", |it| is_open(it) && it.daily_cap == 2),
        ("without a link", |it| is_open(it) && it.schema.is_empty()),
        ("with a countdown", |it| it.countdown_end_ms > NOW),
    ];
    for (name, test) in cases {
        assert!(all.iter().any(test), "no banner is {name}");
    }
    assert!(banners(1001).iter().filter(|it| for_all(it)).count() > 3, "more than a page may show");
    let ids: BTreeSet<i64> = all.iter().map(|it| it.banner_id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn vouchers_on_banners_are_vouchers_of_the_room_and_caps_are_common_in_the_crowd() {
    let world = backend(NOW).world;
    let mut capped = 0;
    for room_id in world.room_ids() {
        let banners = banners(room_id);
        assert!(banners.iter().flat_map(|it| &it.voucher_ids).all(|id| id / 100 == room_id && world.has_voucher(*id)));
        capped += banners.iter().filter(|it| it.daily_cap > 0).count();
    }
    assert!((15..=60).contains(&capped), "{capped}");
}

#[test]
fn there_is_a_creator_for_every_reason_to_hide_the_shop() {
    let world = backend(NOW).world;
    let creators: Vec<Creator> = (3001..=3100)
        .map(|room_id| world.creator(world.room(room_id).unwrap().anchor_id).unwrap().creator.clone())
        .collect();
    type Test = fn(&Creator) -> bool;
    let cases: [(&str, Test); 8] = [
        ("bound and approved", |it| it.shop.as_ref().is_some_and(|shop| shop.approved)),
        ("not approved", |it| it.shop.as_ref().is_some_and(|shop| !shop.approved)),
        ("without a shop", |it| it.shop.is_none()),
        ("without a shop but with a showcase", |it| it.shop.is_none() && it.showcase_count > 0),
        ("selling at home only", |it| it.shop.as_ref().is_some_and(|shop| shop.sale_regions.len() == 1)),
        ("official", |it| it.shop.as_ref().is_some_and(|shop| shop.official)),
        ("limited", |it| it.permission == Permission::LIMITED),
        ("banned", |it| it.permission == Permission::BANNED),
    ];
    for (name, test) in cases {
        assert!(creators.iter().any(test), "no creator is {name}");
    }
    let full = &world.creator(104).unwrap();
    assert!(full.creator.shop.as_ref().is_some_and(|shop| shop.approved && shop.sale_regions.len() == 16));
    assert_eq!(full.showcase.len(), usize::try_from(full.creator.showcase_count).unwrap());
    assert!(full.showcase.len() > 6);
}
