//! Settings as tables of what is accepted and what is refused.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{path::Path, time::Duration};

use super::*;

fn parse(text: &str) -> Result<RawSettings, SettingsError> {
    RawSettings::parse(text, Path::new("server.json"))
}

/// The keys of all faults.
fn faults(text: &str, clock: Option<UnixMillis>) -> Vec<String> {
    match Settings::check(&parse(text).unwrap(), clock) {
        Err(SettingsError::Faults { faults }) => faults.into_iter().map(|fault| fault.key).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_shipped_file_says_what_the_defaults_are() {
    let shipped = parse(include_str!("../../conf/server.json")).unwrap();
    // The shipped folder of hot configuration is looked for in the working directory; the rest needs no file.
    let shipped = Settings::check(&RawSettings { conf: None, ..shipped }, None).unwrap();
    let defaults = Settings::check(&RawSettings::default(), None).unwrap();
    assert_eq!(format!("{shipped:?}"), format!("{defaults:?}"));
}

#[test]
fn unknown_keys_and_wrong_types_name_their_path() {
    for (text, path) in [
        (r#"{"adress": "x"}"#, "adress"),
        (r#"{"limits": {"idle": "1s"}}"#, "limits.idle"),
        (r#"{"limits": {"max_connections": "many"}}"#, "limits.max_connections"),
        (r#"{"workers": -1}"#, "workers"),
        ("{} {}", "end of file"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("server.json: {path}")), "{error}");
    }
}

#[test]
fn every_broken_rule_is_reported_at_once() {
    let text = r#"{
        "addr": "localhost", "env": "staging", "redis": "http://x", "default_region": "usa", "conf": "/nowhere/at/all",
        "limits": { "max_connections": 0, "idle_timeout": "0s", "max_message": 9, "max_answer": 9, "drain_linger": "20s" }
    }"#;
    let expected = [
        "addr",
        "env",
        "redis",
        "default_region",
        "conf",
        "limits.idle_timeout",
        "limits.max_message",
        "limits.max_connections",
        "limits.drain_linger",
        "limits.max_answer",
    ];
    assert_eq!(faults(text, None), expected);
}

#[test]
fn prod_refuses_a_frozen_clock_and_the_embedded_world() {
    assert_eq!(faults(r#"{"env": "prod"}"#, Some(UnixMillis(1))), ["clock", "world"]);
    assert!(faults(r#"{"env": "test"}"#, Some(UnixMillis(1))).is_empty());
}

#[test]
fn without_the_embedded_world_all_twelve_addresses_are_due() {
    assert_eq!(faults(r#"{"world": "none"}"#, None).len(), 12);
    let some =
        faults(r#"{"world": "none", "downstreams": {"cart": "cart:80", "auction": "nowhere", "x": "y:1"}}"#, None);
    assert_eq!(some.iter().filter(|key| *key == "downstreams.auction" || *key == "downstreams.x").count(), 2);
    assert!(!some.contains(&"downstreams.cart".to_owned()));
    let all: Vec<_> = Downstream::RPC.iter().map(|downstream| format!("{downstream}=10.0.0.1:80")).collect();
    let raw = RawSettings { world: Some(all.join(",")), ..RawSettings::default() };
    assert!(matches!(Settings::check(&raw, None).unwrap().world, World::Remote(named) if named.len() == 12));
}

#[test]
fn pictures_have_a_server_and_sizes_by_route_group() {
    let text = r#"{"images": {"base_url": "https://img.example", "large": 900, "groups": {"EU": {"base_url": "https://eu.example"}},
        "sizes": {"banner": [640, 200]}}}"#;
    let images = Settings::check(&parse(text).unwrap(), None).unwrap().images;
    assert_eq!((images.default.base_url.as_str(), images.default.thumb), ("https://img.example", 300));
    let eu = &images.groups[&live_pack_dal::model::RouteGroup::Eu];
    assert_eq!((eu.base_url.as_str(), eu.thumb, eu.large), ("https://eu.example", 300, 900));
    assert_eq!(images.sizes[&live_pack_dal::Picture::Banner], (640, 200));
    let text = r#"{"images": {"base_url": "img.example", "thumb": 0, "groups": {"MARS": {"large": 99999}},
        "sizes": {"banner": [0, 200], "poster": [1, 1]}}}"#;
    let expected = [
        "images.base_url",
        "images.thumb",
        "images.groups.MARS.base_url",
        "images.groups.MARS.large",
        "images.groups.MARS",
        "images.sizes.banner",
        "images.sizes.poster",
    ];
    assert_eq!(faults(text, None), expected);
}

#[test]
fn the_stronger_source_wins_where_it_says_something() {
    let file = parse(r#"{"addr": "127.0.0.1:1", "limits": {"idle_timeout": "1m", "drain_limit": "5s"}}"#).unwrap();
    let flags = parse(r#"{"addr": "127.0.0.1:2", "limits": {"drain_limit": "3s"}}"#).unwrap();
    let settings = Settings::check(&file.overlaid(flags), None).unwrap();
    assert_eq!(settings.addr.port(), 2);
    assert_eq!(settings.server.idle_timeout, Duration::from_mins(1));
    assert_eq!(settings.server.drain_limit, Duration::from_secs(3));
}
