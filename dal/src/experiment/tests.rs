//! Arms of viewers: shares, conditions, testers, layers, overlays, and the note of what was read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::{
    config::Conf,
    model::{Platform, Region},
    testing::{millis, user},
};

fn viewer(id: i64) -> Viewer {
    Viewer::clone(&user(millis(1), id).viewer)
}

/// The arm of each experiment that a request takes part in, in production.
fn arms(conf: &AbConf, viewer: &Viewer, room_id: i64) -> Vec<(String, String)> {
    let none: [(&str, &str); 0] = [];
    let groups = Groups::resolve(conf, Subject { viewer, room_id }, none, Environment::Prod);
    (0..conf.experiments.len()).for_each(|place| groups.note(place));
    groups.exposed(conf).map(|found| (found.names.0.to_owned(), found.names.1.to_owned())).collect()
}

fn arm(conf: &AbConf, experiment: &str, viewer: &Viewer, room_id: i64) -> Option<String> {
    arms(conf, viewer, room_id).into_iter().find(|(name, _)| name == experiment).map(|(_, arm)| arm)
}

#[test]
fn buckets_have_the_documented_values() {
    let rows = [
        ("auction_in_bag", BucketKey::User(101), 6493),
        ("auction_in_bag", BucketKey::User(102), 402),
        ("price_range_style", BucketKey::User(101), 9391),
        ("price_range_style", BucketKey::Device("a-device"), 7255),
        ("price_range_style", BucketKey::Device(""), 4625),
    ];
    let found: Vec<_> = rows.iter().map(|(salt, viewer, _)| bucket(salt, *viewer)).collect();
    assert_eq!(found, rows.map(|(_, _, bucket)| bucket));
    assert_eq!(bucket_of(&["layer/", "cards"], BucketKey::User(7)), bucket("layer/cards", BucketKey::User(7)));
}

#[test]
fn every_share_is_exact_and_raising_it_removes_no_viewer() {
    let on = |share: u16| (0..100_000).filter(move |id| bucket("atmosphere_v2", BucketKey::User(*id)) < share);
    for share in [0_u16, 100, 2_500, 5_000, 9_900, 10_000] {
        let (count, want) = (on(share).count(), usize::from(share) * 10);
        assert!(count.abs_diff(want) < 600, "{share}: {count}");
    }
    let few: Vec<_> = on(2_500).collect();
    let more: std::collections::HashSet<_> = on(2_501).collect();
    assert!(few.iter().all(|id| more.contains(id)));
}

#[test]
fn experiments_divide_viewers_independently() {
    let both = (0..40_000)
        .filter(|id| {
            ["atmosphere_v2", "price_range_style"].iter().all(|salt| bucket(salt, BucketKey::User(*id)) < 5_000)
        })
        .count();
    assert!((9_500..10_500).contains(&both), "{both}");
}

#[test]
fn the_shipped_shares_apply_and_a_request_may_choose_outside_production() {
    let conf = Conf::default().experiments;
    let viewer = viewer(101);
    let resolve = |asked: &[(&'static str, &'static str)], environment| {
        let subject = Subject { viewer: &viewer, room_id: 1001 };
        format!("{:?}", Groups::resolve(&conf, subject, asked.iter().copied(), environment))
    };
    let shipped = r#"{"auction_in_bag", "flash_sale_first", "sold_out_sink"}"#;
    assert_eq!(resolve(&[], Environment::Prod), shipped);
    let asked = [("auction_in_bag", "off"), ("price_range_style", "on"), ("sold_out_sink", "maybe"), ("other", "on")];
    assert_eq!(resolve(&asked, Environment::Prod), shipped);
    assert_eq!(resolve(&asked, Environment::Test), r#"{"flash_sale_first", "sold_out_sink", "price_range_style"}"#);
}

/// Four arms with unequal shares, and a tenth of the viewers in none.
const FOUR: &str = r#"{"experiments": {"atmosphere_v2": {"arms": [
    {"name": "control", "percent": 40}, {"name": "one", "percent": 25.5, "params": {"places": 1}},
    {"name": "two", "percent": 20}, {"name": "three", "percent": 4.5, "params": {"places": 3}}]}}}"#;

#[test]
fn the_shares_of_a_million_viewers_pass_a_chi_square_test() {
    let conf = AbConf::parsed(FOUR);
    let rules = &conf.experiments[Experiment::AtmosphereV2 as usize];
    let mut found = [0_u32; 5];
    let mut viewer = viewer(1);
    for id in 1..=1_000_000 {
        viewer.user_id = id;
        found[rules.arm_of(Subject { viewer: &viewer, room_id: 0 }).unwrap_or(4)] += 1;
    }
    let due = [400_000.0, 255_000.0, 200_000.0, 45_000.0, 100_000.0];
    let square: f64 = found.iter().zip(due).map(|(found, due)| (f64::from(*found) - due).powi(2) / due).sum();
    // the 99.9th percentile of chi-square with four degrees of freedom: NIST/SEMATECH e-Handbook, 1.3.6.7.4
    assert!(square < 18.467, "{found:?}: {square}");
}

#[test]
fn an_arm_says_whether_the_experiment_is_on_and_sets_parameters() {
    let conf = AbConf::parsed(FOUR);
    let viewer = viewer(1);
    for (arm, on, places) in
        [("control", false, 2), ("one", true, 1), ("two", true, 2), ("three", true, 3), ("off", false, 2)]
    {
        let subject = Subject { viewer: &viewer, room_id: 0 };
        let groups = Groups::resolve(&conf, subject, [("atmosphere_v2", arm)], Environment::Dev);
        assert_eq!(
            (groups.is_on(Experiment::AtmosphereV2), groups.param(Param::AtmospherePlaces)),
            (on, places),
            "{arm}"
        );
    }
}

#[test]
fn reading_an_arm_allocates_nothing_and_is_noted_once_for_all_clones() {
    let conf = AbConf::parsed(FOUR);
    let viewer = viewer(1);
    let none: [(&str, &str); 0] = [];
    let groups = Groups::resolve(&conf, Subject { viewer: &viewer, room_id: 0 }, none, Environment::Prod);
    assert_eq!(groups.exposed(&conf).count(), 0);
    let clone = groups.clone();
    let spent = allocation_counter::measure(|| {
        for _ in 0..3 {
            std::hint::black_box((clone.is_on(Experiment::SoldOutSink), clone.param(Param::AtmospherePlaces)));
        }
    });
    assert_eq!(spent.count_total, 0);
    let names: Vec<_> = groups.exposed(&conf).map(|found| found.names).collect();
    let of_viewer = arm(&conf, "atmosphere_v2", &viewer, 0);
    let expected: Vec<_> = [("sold_out_sink", Some("on")), ("atmosphere_v2", of_viewer.as_deref())]
        .into_iter()
        .filter_map(|(experiment, arm)| Some((experiment, arm?)))
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn conditions_must_all_hold_and_testers_need_none_of_them() {
    let conf = AbConf::parsed(
        r#"{"experiments": {"price_range_style": {"percent": 100, "regions": ["US", "GB"], "platforms": ["IOS"],
            "app_versions": {"min": 100, "max": 200}, "testers": {"off": [7]}}}}"#,
    );
    let of = |change: &dyn Fn(&mut Viewer)| {
        let mut viewer = Viewer { app_version: 150, ..viewer(101) };
        change(&mut viewer);
        arm(&conf, "price_range_style", &viewer, 1001)
    };
    assert_eq!(of(&|_| ()).as_deref(), Some("on"));
    for change in [
        (&|it: &mut Viewer| it.region = "JP".parse::<Region>().unwrap()) as &dyn Fn(&mut Viewer),
        &|it| it.platform = Platform::Web,
        &|it| it.app_version = 99,
        &|it| it.app_version = 201,
        &|it| it.app_version = 0,
    ] {
        assert_eq!(of(change), None);
    }
    assert_eq!(of(&|it| (it.user_id, it.app_version) = (7, 0)).as_deref(), Some("off"));
}

#[test]
fn a_share_of_rooms_is_stable_grows_and_leaves_batches_out() {
    let rooms = |share: u32| -> Vec<i64> {
        let conf = AbConf::parsed(&format!(r#"{{"experiments": {{"sold_out_sink": {{"rooms_percent": {share}}}}}}}"#));
        let viewer = viewer(101);
        (0..4_000).filter(|room| arm(&conf, "sold_out_sink", &viewer, *room).is_some()).collect()
    };
    let (few, more) = (rooms(10), rooms(30));
    assert!((320..480).contains(&few.len()) && (1_080..1_320).contains(&more.len()), "{} {}", few.len(), more.len());
    assert!(few.iter().all(|room| more.contains(room)) && !rooms(100).contains(&0));
}

proptest! {
    #[test]
    fn no_viewer_is_in_two_experiments_of_a_layer(
        cuts in proptest::collection::vec(0_u16..=100, 4),
        share in 0_u16..=100,
        ids in proptest::collection::vec(1_i64.., 200),
    ) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        let names = ["auction_in_bag", "flash_sale_first", "price_range_style"];
        let slots: Vec<_> = names.iter().zip(cuts.windows(2)).map(|(name, cut)| {
            format!(r#"{{"experiment": "{name}", "from": {}, "percent": {}}}"#, cut[0], cut[1] - cut[0])
        }).collect();
        let shares: Vec<_> = names.iter().map(|name| format!(r#""{name}": {{"percent": {share}}}"#)).collect();
        let text = format!(r#"{{"experiments": {{{}}}, "layers": {{"page": [{}]}}}}"#, shares.join(","), slots.join(","));
        let conf = AbConf::parsed(&text);
        let mut taking_part = 0;
        for id in ids {
            let found: Vec<_> = arms(&conf, &viewer(id), 1001).into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect();
            prop_assert!(found.len() <= 1, "{id}: {found:?}");
            taking_part += found.len();
        }
        // 200 viewers: all, none, or about as many as the layer is taken
        let due = f64::from(cuts[3] - cuts[0]) * 2.0;
        prop_assert!((taking_part as f64 - due).abs() < 40.0, "{taking_part} of {due}");
    }
}

#[test]
fn only_one_overlay_is_in_force_and_the_arm_counts_as_read_where_it_changes_an_engine() {
    let conf = AbConf::parsed(
        r#"{"experiments": {
            "no_atmosphere": {"arms": [{"name": "control", "percent": 50}, {"name": "off_task", "percent": 50, "engines": [
                {"method": "GetLiveBagData", "engine": "*", "tasks": {"ProductAtmosphereLoader": {"enabled": false}}}]}]},
            "short": {"arms": [{"name": "short", "percent": 100, "engines": [{"method": "*", "engine": "*", "timeout": "200ms"}]}]}},
            "layers": {"engines": [{"experiment": "no_atmosphere", "from": 0, "percent": 50}, {"experiment": "short", "from": 50, "percent": 50}]}}"#,
    );
    let mut seen = std::collections::BTreeMap::new();
    for id in 1..=2_000 {
        let viewer = viewer(id);
        let none: [(&str, &str); 0] = [];
        let groups = Groups::resolve(&conf, Subject { viewer: &viewer, room_id: 0 }, none, Environment::Prod);
        let overlay = groups.overlay(&conf, "GetLiveBagData").map(|place| conf.overlays[place].arm.to_string());
        let read: Vec<_> = groups.exposed(&conf).map(|found| found.names.1.to_owned()).collect();
        assert!(groups.overlay(&conf, "GetLiveBagTab").is_none_or(|place| conf.overlays[place].arm == "short"));
        *seen.entry((read.join(","), overlay.unwrap_or_default())).or_insert(0) += 1;
    }
    let rows: Vec<_> = seen.keys().map(|(read, overlay)| (read.as_str(), overlay.as_str())).collect();
    assert_eq!(rows, [("control", ""), ("off_task", "off_task"), ("short", "short")]);
}
