//! The rules of `AbConf`, and the paths of its faults.

#![allow(clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::config::{Environment, check_text};

fn faults(text: &str) -> Vec<String> {
    check_text(Key::Ab, Environment::Prod, text).iter().map(ToString::to_string).collect()
}

#[test]
fn the_short_form_is_an_arm_on_and_an_arm_off() {
    let conf = AbConf::parsed(r#"{"experiments": {"atmosphere_v2": {"percent": 12.5}}}"#);
    let rules = &conf.experiments[Experiment::AtmosphereV2 as usize];
    let arms: Vec<_> = rules.arms.iter().map(|arm| (arm.name.as_str(), arm.share.hundredths(), arm.on)).collect();
    assert_eq!(arms, [("on", 1_250, true), ("off", 8_750, false)]);
    assert_eq!(AbConf::parsed("{}").experiments[Experiment::SoldOutSink as usize].arms[0].share, Percent::ALL);
}

#[test]
fn every_fault_has_its_path() {
    let text = faults(
        r#"{"experiments": {
            "atmosphere_v2": {"percent": 50, "arms": [
                {"name": "a", "percent": 60, "params": {"places": 9, "colour": 1}}, {"name": "a", "percent": 60},
                {"name": "b c", "percent": 101}]},
            "sold_out_sink": {"arms": [], "testers": {"on": [1]}, "rooms_percent": -1},
            "price_range_style": {"percent": 1, "testers": {"on": [5, 5], "off": [5]}, "regions": ["us"], "platforms": ["TV"],
                "app_versions": {"min": 3, "max": 2}},
            "flash_sale_first": {"arms": [{"name": "on", "percent": 1, "params": {"places": 1}}]},
            "unknown": {"percent": 50}},
            "layers": {"x": [{"experiment": "atmosphere_v2", "from": 0, "percent": 60},
                {"experiment": "sold_out_sink", "from": 50, "percent": 60}, {"experiment": "nobody", "from": 0, "percent": 0}]}}"#,
    )
    .join("\n");
    for part in [
        "experiments.atmosphere_v2.percent: must not be set beside arms",
        "experiments.atmosphere_v2.arms[0].params.places: must be 1 to 3, found 9",
        "experiments.atmosphere_v2.arms[0].params.colour: must be a parameter of the experiment, one of places",
        "experiments.atmosphere_v2.arms[1].name: must be a name of its own",
        "experiments.atmosphere_v2.arms[2].name: must be a name of its own",
        "experiments.atmosphere_v2.arms[2].percent: must be 0 to 100",
        "experiments.atmosphere_v2.arms: must have shares of at most 100 together, found 120",
        "experiments.sold_out_sink.arms: must be 1 to 8 arms, found 0",
        "experiments.sold_out_sink.testers.on: must be an arm",
        "experiments.sold_out_sink.rooms_percent: must be 0 to 100",
        "experiments.price_range_style.testers.on[0]: must be the id of a user, in one arm only, found 5",
        "experiments.price_range_style.testers.on[1]",
        "experiments.price_range_style.regions[0]: must be two capital letters",
        "experiments.price_range_style.platforms[0]: must be one of IOS, ANDROID, WEB",
        "experiments.price_range_style.app_versions.min: must be at most max",
        "experiments.flash_sale_first.arms[0].params.places: must not be set: the experiment has no parameters",
        "experiments.unknown: must be an experiment, one of auction_in_bag",
        "layers.x[1].percent: must end at 100 at most",
        "layers.x[1]: must not overlap the part of atmosphere_v2",
        "layers.x[2].experiment: must be an experiment of this file or of the code",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn overlays_are_checked_like_the_configuration_and_must_not_meet() {
    let arm = |engines: &str| format!(r#"{{"arms": [{{"name": "new", "percent": 50, "engines": [{engines}]}}]}}"#);
    let entry = r#"{"method": "GetLiveBagData", "engine": "*", "timeout": "200ms"}"#;
    let text = faults(&format!(r#"{{"experiments": {{"x": {}}}}}"#, arm(&entry.replace("200ms", "9s")))).join("\n");
    assert!(text.contains("experiments.x.arms[0].engines[0].timeout: must be at most 3s"), "{text}");
    let text = faults(&format!(r#"{{"experiments": {{"x": {}}}}}"#, arm(&format!("{entry}, {entry}")))).join("\n");
    assert!(
        text.contains("experiments.x.arms[0].engines[1]: must not repeat the method and engine of engines[0]"),
        "{text}"
    );
    let both = format!(r#""x": {}, "y": {}"#, arm(entry), arm(entry));
    let text = faults(&format!(r#"{{"experiments": {{{both}}}}}"#)).join("\n");
    assert!(text.contains("experiments.y: must be in one layer with x"), "{text}");
    let layers = r#""layers": {"l": [{"experiment": "x", "from": 0, "percent": 50}, {"experiment": "y", "from": 50, "percent": 50}]}"#;
    assert_eq!(faults(&format!(r#"{{"experiments": {{{both}}}, {layers}}}"#)), [""; 0]);
}
