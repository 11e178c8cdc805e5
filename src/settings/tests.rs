//! Tables of accepted and refused settings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{path::Path, time::Duration};

use super::*;

/// The settings of a file of the right shape.
fn parse(text: &str) -> RawSettings {
    let (raw, faults) = RawSettings::parse(text, Path::new("server.json"));
    assert_eq!(faults, [], "{text}");
    raw
}

/// The faults of a refused file.
fn refused(text: &str) -> Vec<String> {
    let (raw, faults) = RawSettings::parse(text, Path::new("server.json"));
    match Settings::check_after(faults, &raw, None) {
        Err(SettingsError::Faults { faults }) => faults.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The paths of all faults.
fn faults(text: &str, clock: Option<UnixMillis>) -> Vec<String> {
    match Settings::check(&parse(text), clock) {
        Err(SettingsError::Faults { faults }) => faults.into_iter().map(|fault| fault.path).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_shipped_file_says_what_the_defaults_are() {
    let shipped = parse(include_str!("../../conf/server.json"));
    // The shipped folder of hot configuration is looked up in the working directory; the rest needs no file.
    let shipped = Settings::check(&RawSettings { conf: None, ..shipped }, None).unwrap();
    let defaults = Settings::check(&RawSettings::default(), None).unwrap();
    assert_eq!(format!("{shipped:?}"), format!("{defaults:?}"));
}

#[test]
fn unknown_keys_and_wrong_types_name_their_path() {
    for (text, path) in [
        (r#"{"adress": "x"}"#, "server.json: adress"),
        (r#"{"limits": {"idle": "1s"}}"#, "server.json: limits.idle"),
        (r#"{"limits": {"max_connections": "many"}}"#, "server.json: limits.max_connections"),
        (r#"{"workers": -1}"#, "server.json: workers"),
        (
            r#"{"downstreams": {"cart": "a:1", "cart": "b:1"}}"#,
            "server.json: downstreams.cart: must not be given twice",
        ),
        (r#"{"addr": "127.0.0.1:1", "addr": "127.0.0.1:2"}"#, "server.json: addr: must not be given twice"),
        ("{} {}", "server.json: must be JSON"),
        ("\u{feff}{}", "server.json: must be without a byte order mark"),
    ] {
        let faults = refused(text);
        assert!(matches!(&faults[..], [one] if one.starts_with(path)), "{faults:?}");
    }
}

#[test]
fn faults_of_shape_and_broken_rules_are_reported_together() {
    let faults = refused(r#"{"adress": "x", "addr": "localhost", "limits": {"idle": "1s", "idle_timeout": "0s"}}"#);
    let keys: Vec<_> =
        faults.iter().map(|fault| fault.rsplit_once(", found").unwrap().0.split(": must").next().unwrap()).collect();
    assert!(
        keys[0].starts_with("server.json: adress") && keys[1].starts_with("server.json: limits.idle"),
        "{faults:?}"
    );
    assert_eq!(keys[2..], ["addr", "limits.idle_timeout"]);
}

#[test]
fn values_that_may_hold_a_password_are_not_shown() {
    for text in [
        r#"{"redis": "rediss://:s3cret@cache"}"#,
        r#"{"redis": "s3cret@cache:6379"}"#,
        r#"{"redis": "redis://me:s3/cret@cache"}"#,
        r#"{"redis": {"url": "s3cret"}}"#,
        r#"{"redis": ["s3cret"]}"#,
        r#"{"Redis": "s3cret"}"#,
        r#"{"redis": "", "redis": "s3cret"}"#,
        r#"{"cache": "redis://:s3cret@cache"}"#,
        r#"{"workers": "redis://:s3cret@cache"}"#,
        r#"{"downstreams": ["redis://:s3cret@cache"]}"#,
        r#"{"otlp": {"endpoint": "http://me:s3cret@collector"}}"#,
        r#"{"otlp": {"endpoint": "http://collector?key=s3cret"}}"#,
        r#"{"otlp": {"headers": "s3cret"}}"#,
        r#"{"otlp": {"headers": ["api-key=s3cret"]}}"#,
        r#"{"otlp": "s3cret"}"#,
    ] {
        let faults = refused(text);
        assert!(!faults.is_empty() && !faults.iter().any(|fault| fault.contains("s3")), "{faults:?}");
    }
    let settings = Settings::check(&parse(r#"{"redis": "redis://:s3cret@cache"}"#), None).unwrap();
    assert!(!format!("{settings:?}").contains("s3cret"));
    let otlp = r#"{"otlp": {"endpoint": "http://collector:4318", "headers": "api-key=s3cret"}}"#;
    let settings = Settings::check(&parse(otlp), None).unwrap();
    assert!(settings.traces.is_some() && !format!("{settings:?}").contains("s3cret"));
}

#[test]
fn a_log_level_that_would_be_silent_is_refused() {
    for text in ["", ",", "info,", "inof", "live_pack=", "live_pack=inof", "=info"] {
        assert_eq!(faults(&serde_json::json!({ "log_level": text }).to_string(), None), ["log_level"], "{text:?}");
    }
    for text in ["off", "warn", "info,live_pack=debug", "live_pack::ops=off", " info , live_pack=warn"] {
        assert!(faults(&serde_json::json!({ "log_level": text }).to_string(), None).is_empty(), "{text:?}");
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
fn paths_of_sockets_fit_and_differ() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("link")).unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let long = "x".repeat(108);
    for (unix_socket, handover, expected) in [
        (at("a.sock"), at("b.sock"), &[][..]),
        (at("a.sock"), at("a.sock"), &["handover"]),
        (at("a.sock"), at("./a.sock"), &["handover"]),
        (at("a.sock"), at("link/a.sock"), &["handover"]),
        (String::new(), long.clone(), &["unix_socket", "handover"]),
        (long[1..].to_owned(), at("b.sock"), &[]),
    ] {
        let text = serde_json::json!({ "unix_socket": unix_socket, "handover": handover }).to_string();
        assert_eq!(faults(&text, None), expected, "{text}");
    }
}

#[test]
fn prod_refuses_a_frozen_clock_and_the_embedded_world() {
    assert_eq!(faults(r#"{"env": "prod"}"#, Some(UnixMillis(1))), ["clock", "world"]);
    assert!(faults(r#"{"env": "test"}"#, Some(UnixMillis(1))).is_empty());
}

#[test]
fn a_listed_world_names_all_twelve_services_and_none_needs_no_address() {
    assert!(faults(r#"{"world": "none"}"#, None).is_empty());
    let some =
        faults(r#"{"world": "none", "downstreams": {"cart": "cart:80", "auction": "nowhere", "x": "y:1"}}"#, None);
    assert_eq!(some, ["downstreams.auction", "downstreams.x"]);
    assert_eq!(faults(r#"{"world": "cart=cart:80"}"#, None).len(), 11);
    let all: Vec<_> = Downstream::ALL.iter().map(|downstream| format!("{downstream}=10.0.0.1:80")).collect();
    let raw = RawSettings { world: Some(all.join(",")), ..RawSettings::default() };
    assert!(matches!(Settings::check(&raw, None).unwrap().world, World::Remote(named) if named.len() == 12));
}

#[test]
fn a_service_that_is_named_twice_has_two_instances() {
    let mut all: Vec<_> = Downstream::ALL.iter().map(|downstream| format!("{downstream}=10.0.0.1:80")).collect();
    all.push("cart=10.0.0.2:80".into());
    let raw = RawSettings { world: Some(all.join(",")), ..RawSettings::default() };
    let World::Remote(named) = Settings::check(&raw, None).unwrap().world else { panic!("embedded") };
    let cart: Vec<_> = named[&Downstream::Cart].iter().map(ToString::to_string).collect();
    assert_eq!(cart, ["10.0.0.1:80", "10.0.0.2:80"]);
    // the flag replaces what the file says about the same service
    let file = r#"{"downstreams": {"cart": "a:1, b:2"}}"#;
    let (raw, _) = RawSettings::parse(file, std::path::Path::new("server.json"));
    let raw = RawSettings { world: Some("none".into()), ..raw };
    let World::Remote(named) = Settings::check(&raw, None).unwrap().world else { panic!("embedded") };
    assert_eq!((named.len(), named[&Downstream::Cart].len()), (1, 2));
}

#[test]
fn pictures_have_a_server_and_sizes_by_route_group() {
    let text = r#"{"images": {"base_url": "https://img.example", "large": 900, "groups": {"EU": {"base_url": "https://eu.example"}},
        "sizes": {"banner": [640, 200]}}}"#;
    let images = Settings::check(&parse(text), None).unwrap().images;
    assert_eq!((images.default.base_url.as_str(), images.default.thumb), ("https://img.example", 300));
    let eu = &images.groups[&live_pack_dal::model::RouteGroup::Eu];
    assert_eq!((eu.base_url.as_str(), eu.thumb, eu.large), ("https://eu.example", 300, 900));
    assert_eq!(images.sizes[&live_pack_dal::PictureKind::Banner], (640, 200));
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
fn the_stronger_source_wins_where_it_has_a_value() {
    let file = parse(r#"{"addr": "127.0.0.1:1", "limits": {"idle_timeout": "1m", "drain_limit": "5s"}}"#);
    let flags = parse(r#"{"addr": "127.0.0.1:2", "limits": {"drain_limit": "3s"}}"#);
    let settings = Settings::check(&file.overlaid(flags), None).unwrap();
    assert_eq!(settings.addr.port(), 2);
    assert_eq!(settings.server.idle_timeout, Duration::from_mins(1));
    assert_eq!(settings.server.drain_limit, Duration::from_secs(3));
}

#[test]
fn a_collector_has_the_defaults_of_opentelemetry() {
    let collector = |text| Settings::check(&parse(text), None).unwrap().traces;
    assert_eq!(collector("{}"), None);
    assert_eq!(collector(r#"{"otlp": {"endpoint": "", "protocol": "grpc"}}"#), None);
    let one = collector(r#"{"otlp": {"endpoint": "http://collector:4318"}}"#).unwrap();
    assert_eq!((one.endpoint.to_string().as_str(), one.protocol.name()), ("http://collector:4318", "http/protobuf"));
    let one = collector(r#"{"otlp": {"endpoint": "https://collector", "protocol": "grpc", "headers": "a=1,b=2"}}"#);
    assert_eq!(one.unwrap().headers.names().count(), 2);
}

#[test]
fn a_bad_collector_is_refused_with_the_rule() {
    let text = r#"{"otlp": {"endpoint": "collector:4317", "protocol": "http/json", "headers": "a=1,b"}}"#;
    let expected = [
        format!("otlp.endpoint: must be a URL, such as http://localhost:4318, found {NOT_SHOWN}"),
        "otlp.protocol: must be grpc or http/protobuf, found http/json".to_owned(),
        format!(
            "otlp.headers: must be name=value with commas between, percent-encoded; entry 2 is not, found {NOT_SHOWN}"
        ),
    ];
    assert_eq!(refused(text), expected);
}
