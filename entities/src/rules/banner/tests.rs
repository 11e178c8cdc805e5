//! Cases of banners: booked from 1 000 to 2 000 for all viewers, unless a case says otherwise.

use live_pack_dal::model::{Region, RouteGroup};

use super::*;
use crate::rules::fixtures::{banner, bidder, region};
use BannerRejection as R;

fn viewer() -> Viewer {
    Viewer {
        user_id: 101,
        device_id: "device".into(),
        platform: Platform::Ios,
        app_version: 340_000,
        region: Region::US,
        route_group: RouteGroup::Us,
        language: "en".into(),
        locale: "en-US".into(),
        claims_minor: false,
        is_region_private: false,
    }
}

fn rejections() -> Vec<(&'static str, BannerMaterial, Viewer, i64, Option<BannerRejection>)> {
    let for_ios = || BannerMaterial { platforms: vec![Platform::Ios], ..banner(1) };
    let for_us = || BannerMaterial { regions: vec![Region::US, region("GB")], ..banner(1) };
    let newer = || BannerMaterial { min_app_version: 340_001, ..banner(1) };
    let of = |platform| Viewer { platform, ..viewer() };
    vec![
        ("a moment before", banner(1), viewer(), 999, Some(R::NotStarted)),
        ("the first moment", banner(1), viewer(), 1_000, None),
        ("the last moment", banner(1), viewer(), 1_999, None),
        ("the moment it ends", banner(1), viewer(), 2_000, Some(R::Over)),
        ("booked here", for_us(), viewer(), 1_500, None),
        ("booked elsewhere", for_us(), Viewer { region: region("DE"), ..viewer() }, 1_500, Some(R::Region)),
        ("booked for the client", for_ios(), viewer(), 1_500, None),
        ("booked for another client", for_ios(), of(Platform::Web), 1_500, Some(R::Platform)),
        ("a client that does not say", for_ios(), of(Platform::Unknown), 1_500, Some(R::Platform)),
        (
            "a client that does not say, booked for one not known here",
            BannerMaterial { platforms: vec![Platform::Unknown], ..banner(1) },
            of(Platform::Unknown),
            1_500,
            Some(R::Platform),
        ),
        ("booked for all clients", banner(1), of(Platform::Unknown), 1_500, None),
        ("an old client", newer(), viewer(), 1_500, Some(R::AppVersion)),
        ("just new enough", newer(), Viewer { app_version: 340_001, ..viewer() }, 1_500, None),
        ("a version that is not said", newer(), Viewer { app_version: 0, ..viewer() }, 1_500, None),
        ("time before region", for_us(), Viewer { region: region("DE"), ..viewer() }, 999, Some(R::NotStarted)),
    ]
}

#[test]
fn a_banner_is_shown_in_its_period_to_its_audience() {
    for (name, banner, viewer, now_ms, expected) in rejections() {
        assert_eq!(rejection(&banner, &viewer, now_ms), expected, "{name}");
    }
}

#[test]
fn every_rejection_has_a_case_and_a_name() {
    let all = [
        (R::NotStarted, "not_started"),
        (R::Over, "over"),
        (R::Region, "region"),
        (R::Platform, "platform"),
        (R::AppVersion, "app_version"),
    ];
    for (reason, code) in all {
        assert_eq!(reason.code(), code);
        assert!(rejections().iter().any(|case| case.4 == Some(reason)), "no case for {code}");
    }
    assert_eq!(R::Capped.code(), "capped");
}

#[test]
fn the_booking_sets_the_cap_else_the_setting() {
    let rules = |default_daily_cap, caps| BannerRules { default_daily_cap, caps, ..BannerRules::default() };
    for (name, said, rules, expected) in [
        ("nobody says", 0, rules(0, true), None),
        ("the booking", 2, rules(0, true), Some(2)),
        ("the setting", 0, rules(5, true), Some(5)),
        ("the booking before the setting", 9, rules(5, true), Some(9)),
        ("caps are off", 2, rules(5, false), None),
        ("below zero counts as not set", -1, rules(0, true), None),
    ] {
        assert_eq!(daily_cap(&BannerMaterial { daily_cap: said, ..banner(1) }, &rules), expected, "{name}");
    }
}

#[test]
fn the_first_banner_comes_before_the_second() {
    let of = |id, priority, start_ms| BannerMaterial { priority, start_ms, ..banner(id) };
    for (name, first, second) in [
        ("priority", of(9, 20, 1_900), of(1, 10, 1_000)),
        ("a priority below zero is the lowest", of(9, 0, 1_900), of(1, -1, 1_000)),
        ("then the first to begin", of(9, 10, 1_000), of(1, 10, 1_001)),
        ("then the lower id", of(1, 10, 1_000), of(2, 10, 1_000)),
    ] {
        assert!(order(&first) < order(&second), "{name}");
    }
}

#[test]
fn only_known_obstacles_of_an_auction_are_shown() {
    let minor = BidderState { is_minor: true, ..bidder(true, true, true) };
    let (able, new) = (bidder(true, true, true), bidder(true, false, true));
    let cases = [
        ("a campaign", BannerKind::Campaign, true, Some(&minor), None),
        ("a qualified bidder", BannerKind::Auction, false, Some(&able), None),
        ("an unqualified bidder", BannerKind::Auction, false, Some(&new), Some(Caveat::NotQualified)),
        ("a minor by account", BannerKind::Auction, false, Some(&minor), Some(Caveat::AgeRestricted)),
        ("a minor by the client's claim", BannerKind::Auction, true, None, Some(Caveat::AgeRestricted)),
        ("nobody knows", BannerKind::Auction, false, None, None),
    ];
    for (name, kind, claims_minor, bidder, expected) in cases {
        assert_eq!(caveat(kind, claims_minor, bidder), expected, "{name}");
    }
}

#[test]
fn a_valid_link_names_a_host_and_hides_nothing() {
    let long = format!("https://shop.example/{}", "a".repeat(LONGEST_LINK));
    for (link, expected) in [
        ("livepack://campaign/1001", true),
        ("livepack://login", true),
        ("livepack://product/7?room=1001", true),
        ("https://shop.example", true),
        ("https://shop.example/a?b=c#d", true),
        ("https://shop.example?b=c:d@e", true),
        ("https://shop.example:8443/a", true),
        ("https://shop.example/m\u{fc}sli", true),
        ("", false),
        ("not a link", false),
        ("/campaign/1001", false),
        ("http://shop.example", false),
        ("javascript:alert(1)", false),
        ("javascript://shop.example/%0aalert(1)", false),
        ("ftp://shop.example", false),
        ("HTTPS://shop.example", false),
        (" https://shop.example", false),
        ("https:shop.example", false),
        ("https://", false),
        ("livepack://", false),
        ("https:///path", false),
        ("https://?b=c", false),
        ("https://.", false),
        ("https://-/", false),
        ("https://shop.example:port/", false),
        ("https://shop.example:/", false),
        ("https://shop.example@evil.example/", false),
        ("https://shop.example:443@evil.example/", false),
        ("https://shop.example\\@evil.example/", false),
        ("https://shop.example/\\evil.example", false),
        ("https://shop.example/a b", false),
        ("https://shop.example/\n", false),
        ("https://shop.example/\u{0}", false),
        ("https://shop.example/\u{85}", false),
        (&long, false),
    ] {
        assert_eq!(is_valid_link(link), expected, "{link:?}");
    }
}
