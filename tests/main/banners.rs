//! `GetLiveBagTopBanner`: filters and frequency caps of banners, and the banners that remain when something fails.

use live_pack_commerce::{Failure, Fault};
use live_pack_idl::live_pack::{GetLiveBagTopBannerRequest, GetLiveBagTopBannerResponse, Platform, RoomStatus};
use serde_json::json;

use crate::{
    ask::{Ask, room},
    redis::{SOON, Server},
    stack::{Setup, Stack, eventually},
};

async fn banners(stack: &Stack, Ask(asked): Ask) -> GetLiveBagTopBannerResponse {
    let request = GetLiveBagTopBannerRequest { room: asked.room, user: asked.user, base: None };
    stack.client().get_live_bag_top_banner(request).await.unwrap()
}

fn on(platform: Platform, mut ask: Ask) -> Ask {
    ask.0.user.platform = platform;
    ask
}

fn ids(answer: &GetLiveBagTopBannerResponse) -> Vec<i64> {
    assert_eq!(answer.base_resp.status_code, 0, "{:?}", answer.base_resp);
    answer.banners.iter().map(|banner| banner.banner_id).collect()
}

fn degraded(answer: &GetLiveBagTopBannerResponse) -> Vec<&str> {
    answer.degraded.iter().map(|lost| lost.task.as_str()).collect()
}

#[tokio::test]
async fn the_full_room_shows_the_three_most_important_banners() {
    let stack = Stack::start().await;
    let answer = banners(&stack, room(1001)).await;
    assert_eq!(ids(&answer), [10_011, 10_012, 10_013]);
    assert_eq!((answer.room_status, degraded(&answer)), (Some(RoomStatus::LIVE), vec![]));
    let kinds: Vec<_> = answer.banners.iter().map(|banner| banner.kind.as_str()).collect();
    assert_eq!(kinds, ["campaign", "voucher", "creator_shop"]);
    for banner in &answer.banners {
        assert!(!banner.title.is_empty() && banner.schema.starts_with("livepack://"), "{banner:?}");
        assert!(banner.image.as_ref().is_some_and(|image| !image.urls.is_empty()), "{banner:?}");
        assert!(banner.start_ms <= crate::stack::NOW && crate::stack::NOW < banner.end_ms, "{banner:?}");
    }
    assert!(answer.banners[0].countdown_end_ms > 0);
    let vouchers: Vec<_> = answer.banners[1].vouchers.iter().map(|voucher| voucher.voucher_id).collect();
    assert_eq!(vouchers, [100_101, 100_102]);
    assert!(answer.banners[1].vouchers.iter().all(|voucher| !voucher.text.is_empty()));
}

#[tokio::test]
async fn a_banner_is_shown_only_where_it_was_booked() {
    let stack = Stack::start().await;
    for (name, ask, expected) in [
        ("a client that does not say", room(1010), &[10_101][..]),
        ("on Android", on(Platform::ANDROID, room(1010)), &[10_101, 10_104]),
        ("on iOS", on(Platform::IOS, room(1010)), &[10_101]),
        ("in Great Britain", room(1010).from("GB", "en"), &[10_101, 10_105]),
        ("a room without banners", room(1002), &[]),
    ] {
        let answer = banners(&stack, ask).await;
        assert_eq!(ids(&answer), expected, "{name}");
        let unlinked = answer.banners.iter().filter(|banner| banner.banner_id == 10_101);
        assert!(unlinked.clone().all(|banner| banner.schema.is_empty()), "{name}: a link where there must be none");
    }
}

#[tokio::test]
async fn a_banner_says_why_the_viewer_may_not_bid() {
    let stack = Setup::default().without_caches().start().await;
    let of = async |ask: Ask| {
        stack.world.faults().reset_calls();
        let answer = banners(&stack, ask).await;
        let asked = stack.world.calls().get("auction.GetBidderState").copied().unwrap_or(0);
        let auction = answer.banners.into_iter().find(|banner| banner.kind == "auction").unwrap();
        (auction.sub_title, asked)
    };
    let (booked, for_guest) = of(room(1006)).await;
    assert_eq!((of(room(1006).by(101)).await, for_guest), ((booked, 1), 0), "a viewer allowed to bid, and a guest");
    assert_eq!(of(room(1006).by(102)).await, ("Not available for your age".into(), 1), "a minor");
}

#[tokio::test]
async fn rooms_that_do_not_sell_have_no_banners_and_say_why() {
    let stack = Stack::start().await;
    for (room_id, status) in [(1003, 20_001), (1004, 20_002), (1011, 20_007), (999_999, 20_003), (0, 10_001)] {
        for user_id in [0, 101] {
            let answer = banners(&stack, room(room_id).by(user_id)).await;
            assert_eq!((answer.base_resp.status_code, answer.banners.len()), (status, 0), "{room_id}");
        }
    }
}

#[tokio::test]
async fn settings_say_whether_there_are_banners_and_how_many() {
    for (name, key, value, expected) in [
        ("switched off by hand", "DegradeConf", json!({ "off": ["banner"] }), &[][..]),
        ("none wanted", "BannerConf", json!({ "top_max": 0 }), &[]),
        ("one", "BannerConf", json!({ "top_max": 1 }), &[10_011]),
    ] {
        let stack = Setup::default().conf(key, value).start().await;
        let answer = banners(&stack, room(1001).by(101)).await;
        assert_eq!((ids(&answer), degraded(&answer)), (expected.to_vec(), vec![]), "{name}");
        let asked = stack.world.calls().contains_key("promotion_delivery.GetBanners");
        assert_eq!(asked, !expected.is_empty(), "{name}: no calls for an empty answer");
    }
}

#[tokio::test]
async fn a_banner_is_strong_and_its_vouchers_are_weak() {
    let stack = Setup::default().without_caches().start().await;
    let fault = Fault { error: Some(Failure::Exception), ..Fault::default() };
    stack.world.faults().set("promotion_delivery.MGetRoomVouchers", fault).unwrap();
    let answer = banners(&stack, room(1001)).await;
    assert_eq!((ids(&answer), degraded(&answer)), (vec![10_011, 10_012, 10_013], vec!["VoucherLoader"]));
    assert!(answer.banners.iter().all(|banner| banner.vouchers.is_empty()));
    stack.world.faults().set("promotion_delivery.GetBanners", fault).unwrap();
    let answer = banners(&stack, room(1001)).await;
    assert_eq!((answer.base_resp.status_code, answer.banners.len()), (30_002, 0));
}

#[tokio::test]
async fn a_banner_is_shown_as_often_a_day_as_it_was_booked_for() {
    let mut server = Server::start().await;
    let stack = Setup::default().redis(&server.url).start().await;
    let shown = async |user_id: i64| ids(&banners(&stack, room(1010).by(user_id)).await);
    // On a busy machine Redis may time out before its first connection is open, and then nothing is counted.
    eventually(SOON, async || shown(101).await.is_empty().then_some(())).await;
    assert_eq!(shown(103).await, [10_101], "each viewer has a separate count");
    eventually(SOON, async || shown(103).await.is_empty().then_some(())).await;
    let free = Setup::default().redis(&server.url).conf("BannerConf", json!({ "caps": false })).start().await;
    let answer = banners(&free, room(1010).by(101)).await;
    assert_eq!((ids(&answer), degraded(&answer)), (vec![10_101], vec![]), "without caps");

    server.kill();
    eventually(SOON, async || {
        let answer = banners(&stack, room(1010).by(101)).await;
        assert!(degraded(&answer).iter().all(|lost| *lost == "redis"), "{:?}", answer.degraded);
        (ids(&answer) == [10_101] && degraded(&answer) == ["redis"]).then_some(())
    })
    .await;
}
