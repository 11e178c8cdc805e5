//! Tests of the message of each check.

use live_pack_engine::{Mode, PlanConf, Strength};

use super::*;
use crate::{Downstream, config::DownstreamConf};

#[test]
fn a_fault_names_file_path_rule_and_value() {
    let text = r#"{"engines": [{"method": "*", "engine": "*", "tasks": {"X": {"timeout": "0ms"}}}]}"#;
    let want = "LivePackEngineConf.json: engines[0].tasks.X.timeout: must be at least 1ms, found \"0ms\"";
    assert_eq!(faults(Key::Engine, text), [want]);
}

#[test]
fn every_fault_of_a_file_is_reported() {
    let text = r#"{"engines": [
        {"method": "M", "engine": "E", "timeout": "4s", "reserve": "soon", "tasks": {
            "A": {"enable": false, "timeout": 80, "rollout": {"percent": 100.5, "regions": ["us", "GB", "GB"],
                  "app_versions": {"min": 20, "max": 10}}},
            "B-C": {"rollout": {"percent": 0.001}, "depends_on": [""]}}},
        {"method": "M", "engine": "E"},
        {"method": "*", "engine": "", "timeout": "100ms", "reserve": "100ms"}]}"#;
    let all = faults(Key::Engine, text);
    let paths: Vec<_> = all.iter().map(|fault| fault.split(": ").nth(1).unwrap_or_default().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "engines[0].tasks.A.enable",
            "engines[0].tasks.A.timeout",
            "engines[0].tasks.A.rollout.app_versions.min",
            "engines[0].tasks.A.rollout.percent",
            "engines[0].tasks.A.rollout.regions[0]",
            "engines[0].tasks.A.rollout.regions[2]",
            "engines[0].tasks.B-C",
            "engines[0].tasks.B-C.depends_on[0]",
            "engines[0].tasks.B-C.rollout.percent",
            "engines[0].timeout",
            "engines[0].reserve",
            "engines[2].engine",
            "engines[1]",
            "engines[2].reserve",
        ],
        "{all:#?}"
    );
}

#[test]
fn a_reserve_is_checked_against_the_timeout_of_another_entry() {
    let text = r#"{"engines": [{"method": "*", "engine": "*", "reserve": "200ms"},
                               {"method": "M", "engine": "E", "timeout": "150ms"}]}"#;
    let want =
        "LivePackEngineConf.json: engines[0].reserve: must be less than the timeout of M/E, 150ms, found \"200ms\"";
    assert_eq!(faults(Key::Engine, text), [want]);
}

#[test]
fn entries_overlay_field_by_field_from_the_general_to_the_particular() {
    let text = r#"{"engines": [
        {"method": "M", "engine": "E", "tasks": {"T": {"timeout": "40ms"}}},
        {"method": "M", "engine": "*", "mode": "dag", "tasks": {"T": {"timeout": "30ms", "strength": "strong"}}},
        {"method": "*", "engine": "E", "timeout": "200ms", "tasks": {"T": {"strength": "weak", "enabled": false}}},
        {"method": "*", "engine": "*", "timeout": "100ms", "reserve": "10ms", "mode": "staged"}]}"#;
    let mut found = parse::Findings::default();
    let conf: EngineConf = keyed::read(Some(text), Environment::Test, &mut found);
    assert_eq!(found.faults, []);
    let engine = conf.effective("M", "E");
    let from = |origin: &SaidBy| origin.entry;
    assert_eq!((engine.timeout().as_millis(), from(&engine.timeout.as_ref().unwrap().origin)), (200, 2));
    assert_eq!((engine.reserve().as_millis(), from(&engine.reserve.as_ref().unwrap().origin)), (10, 3));
    assert_eq!(engine.mode.as_ref().map(|said| (said.value, from(&said.origin))), Some((Mode::Dag, 1)));
    let task = &engine.tasks["T"];
    assert_eq!(task.timeout.as_ref().map(|said| (said.value.as_millis(), from(&said.origin))), Some((40, 0)));
    assert_eq!(task.strength.as_ref().map(|said| (said.value, from(&said.origin))), Some((Strength::Strong, 1)));
    assert_eq!(task.enabled.as_ref().map(|said| (said.value, from(&said.origin))), Some((false, 2)));
    let other = conf.effective("N", "F");
    assert_eq!((other.timeout().as_millis(), other.tasks.len()), (100, 0));
    assert_eq!(EngineConf { entries: Vec::new(), overlay: None }.effective("N", "F").timeout(), PlanConf::TIMEOUT);
}

#[test]
fn every_key_refuses_a_bad_value() {
    let rows = [
        (
            Key::Entry,
            r#"{"bag": {"regions": ["usa"]}}"#,
            "bag.regions[0]: must be two capital letters of ISO 3166-1, found \"usa\"",
        ),
        (Key::FlashSale, r#"{"almost_gone_from": 101}"#, "almost_gone_from: must be 0 to 100, found 101"),
        (
            Key::BuyButton,
            r#"{"regions": {"JP": {"buy_now": false}}}"#,
            "regions.JP.lead: must be a button that is shown, found \"BUY_NOW\"",
        ),
        (
            Key::Region,
            r#"{"default": "FR", "regions": {"US": {"language": "en", "currency": "USD", "decimals": 2, "route_group": "US"}}}"#,
            "default: must be one of the regions, found \"FR\"",
        ),
        (
            Key::Region,
            r#"{"regions": {"US": {"language": "en", "currency": "usd", "decimals": 2, "route_group": "US"}}}"#,
            "regions.US.currency: must be three capital letters of ISO 4217, found \"usd\"",
        ),
        (
            Key::Cache,
            r#"{"caches": {"pin": {"redis_ttl": "8d"}}}"#,
            "caches.pin.redis_ttl: must be at most 7d, found \"8d\"",
        ),
        (
            Key::Cache,
            r#"{"caches": {"cards": {"max_bytes": "512KiB"}}}"#,
            "caches.cards.max_bytes: must be 1MiB to 1GiB, found \"512KiB\"",
        ),
        (
            Key::Cache,
            r#"{"caches": {"folds": {"max_bytes": "4MB"}}}"#,
            "caches.folds.max_bytes: must be a whole number with a unit (KiB, MiB, GiB), found \"4MB\"",
        ),
        (
            Key::Cache,
            r#"{"caches": {"folds": {"local_ttl": "1s"}}}"#,
            "caches.folds.local_ttl: must be left out: it has enabled and max_bytes only, found \"1s\"",
        ),
        (
            Key::Cache,
            r#"{"caches": {"pin": {"max_bytes": "1MiB"}}}"#,
            "caches.pin.max_bytes: must be left out: only cards and folds have it, a cache has local_size, found \"1MiB\"",
        ),
        (
            Key::StockPolicy,
            r#"{"policy": "sink"}"#,
            "policy: unknown variant `sink`, expected one of `SINK`, `HIDE`, `KEEP`, found \"sink\"",
        ),
        (Key::Label, r#"{"bag_max": 8}"#, "bag_max: must be 0 to 7, found 8"),
        (Key::Atmosphere, r#"{"new_for_days": -1}"#, "new_for_days: must be 0 to 365, found -1"),
        (Key::Tab, r#"{"voucher": "yes"}"#, "voucher: invalid type: string \"yes\", expected a boolean, found \"yes\""),
        (Key::Banner, r#"{"top_max": 4}"#, "top_max: must be 0 to 3, found 4"),
        (Key::Poll, r#"{"interval": "500ms"}"#, "interval: must be at least 1s, found \"500ms\""),
        (Key::Auction, r#"{"regions": ["US", "US"]}"#, "regions[1]: must not be repeated, found \"US\""),
        (Key::AgeGate, r#"{"enabled": 1}"#, "enabled: invalid type: integer `1`, expected a boolean, found 1"),
        (Key::FcpComponent, r#"{"concurrency": 0}"#, "concurrency: must be 1 to 20, found 0"),
        (
            Key::Ab,
            r#"{"experiments": {"sold_out_sink": {"percent": -1}}}"#,
            "experiments.sold_out_sink.percent: must be 0 to 100 with at most two decimals, found -1",
        ),
        (
            Key::Callers,
            r#"{"callers": [{"name": "gateway"}]}"#,
            "callers[0]: must have addresses, users or certificates, found \"gateway\"",
        ),
        (
            Key::Rates,
            r#"{"rates": [{"level": "user", "limit": 0, "period": "1s"}]}"#,
            "rates[0].limit: must be 1 to 1000000, found 0",
        ),
        (Key::Overload, r#"{"queue": "2s"}"#, "queue: must be at most 1s, found \"2s\""),
        (
            Key::Downstream,
            r#"{"services": {"product_price": {"drain": ["price:7001"]}}}"#,
            "services.product_price.drain[0]: must be an IP address and a port, found \"price:7001\"",
        ),
        (Key::Log, r#"{"levels": {"*": "loud"}}"#, "levels.*: unknown variant `loud`"),
        (
            Key::Log,
            r#"{"levels": {"a b": "info"}}"#,
            "levels: must have targets such as live_pack_dal::rpc, or *, found \"a b\"",
        ),
        (Key::Log, r#"{"access": 1.5}"#, "access: must be 0 to 1 with at most six decimals, found 1.5"),
        (Key::Log, r#"{"access": 1e25}"#, "access: must be 0 to 1 with at most six decimals, found 1e+25"),
        (Key::Log, r#"{"records": -0.1}"#, "records: must be 0 to 1 with at most six decimals, found -0.1"),
        (Key::Log, r#"{"traces": 0.0000001}"#, "traces: must be 0 to 1 with at most six decimals, found 1e-7"),
        (Key::Log, r#"{"follow": {"users": [0]}}"#, "follow.users[0]: must be an id, above 0"),
        (Key::Log, r#"{"follow": {"rooms": [7, 7]}}"#, "follow.rooms[1]: must not be repeated"),
        (Key::Log, r#"{"slow": "2m"}"#, "slow: must be at most 1m, found \"2m\""),
        (Key::Degrade, r#"{"off": ["everything"]}"#, "off[0]: unknown variant `everything`"),
        (Key::Mock, r#"{"rules": [1]}"#, "rules[0]: invalid type: integer `1`, expected a map, found 1"),
    ];
    for (key, text, want) in rows {
        let all = faults(key, text);
        assert!(matches!(&all[..], [fault] if fault.starts_with(&format!("{key}.json: {want}"))), "{key}: {all:#?}");
    }
    let missing: Vec<_> =
        Key::ALL.into_iter().filter(|key| *key != Key::Engine && rows.iter().all(|(row, ..)| row != key)).collect();
    assert_eq!(missing, [], "every key has a row");
}

#[test]
fn all_faults_of_downstreams_are_reported_at_once() {
    let text = r#"{"services": {
        "*": {"groups": {"default": {"dns": "10.0.0.1:7001"}}},
        "product_prize": {},
        "product_price": {
            "groups": {
                "default": {"static": ["10.0.0.1", {"addr": "10.0.0.2:7001", "weight": 0}, "a:1", "a:1"], "fallback": "default"},
                "EU": {"static": [], "fallback": "US"},
                "JP": {"etcd": "two words", "file": "../outside.json"},
                "APAC": {"static": ["a:1"]},
                "US": {}},
            "lanes": {"a lane": {"static": ["a:1"]}, "boe_a": {"file": "a.json", "fallback": "default"}},
            "drain": ["10.0.0.2"]}}}"#;
    let all = faults(Key::Downstream, text);
    let at = |path: &str| all.iter().filter(|fault| fault.split(": ").nth(1) == Some(path)).count();
    for path in [
        "services.*.groups.default.dns",
        "services.product_prize",
        "services.product_price.groups.default.static[0]",
        "services.product_price.groups.default.static[1].weight",
        "services.product_price.groups.default.static[3]",
        "services.product_price.groups.default.fallback",
        "services.product_price.groups.EU.static",
        "services.product_price.groups.EU.fallback",
        "services.product_price.groups.JP",
        "services.product_price.groups.JP.etcd",
        "services.product_price.groups.JP.file",
        "services.product_price.groups.APAC",
        "services.product_price.groups.US",
        "services.product_price.lanes.a lane",
        "services.product_price.lanes.boe_a.fallback",
        "services.product_price.drain[0]",
    ] {
        assert_eq!(at(path), 1, "{path}: {all:#?}");
    }
    assert_eq!(all.len(), 16, "{all:#?}");
}

#[test]
fn an_entry_of_a_service_overlays_that_of_all_services_field_by_field() {
    let conf = DownstreamConf::parsed(
        r#"{"services": {
            "*": {"groups": {"EU": {"etcd": "all"}}, "drain": ["10.0.0.1:1"]},
            "cart": {"groups": {"JP": {"dns": "_thrift._tcp.cart.example"}}},
            "auction": {"drain": []}}}"#,
    );
    let groups = |service| conf.of(service).unwrap().groups.keys().map(|group| group.name()).collect::<Vec<_>>();
    let drained = |service| conf.of(service).unwrap().drain.len();
    assert_eq!((groups(Downstream::Cart), drained(Downstream::Cart)), (vec!["JP"], 1));
    assert_eq!((groups(Downstream::Auction), drained(Downstream::Auction)), (vec!["EU"], 0));
    assert_eq!((groups(Downstream::SellerCore), drained(Downstream::SellerCore)), (vec!["EU"], 1));
    assert_eq!(DownstreamConf::parsed(r#"{"services": {}}"#).of(Downstream::Cart), None);
}

#[test]
fn mock_rules_are_refused_in_production_only() {
    let text = r#"{"rules": [{"downstream": "product_price", "method": "MGetProductPrice", "delay": "10ms"}]}"#;
    assert_eq!(faults(Key::Mock, text), [""; 0]);
    let all = (table::ops(Key::Mock).faults)(text, Environment::Prod);
    assert_eq!(
        all.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["livePackDownstreamRpcMock.json: rules: must be empty in production, found 1"]
    );
}

#[test]
fn every_key_refuses_anything_but_an_object() {
    for key in Key::ALL {
        for text in ["", " \n", "{", "[]", "null", "3", "{} {}", r#"{"no_such_field": 1}"#] {
            assert!(!faults(key, text).is_empty(), "{key}: {text:?}");
        }
    }
    assert_eq!(
        faults(Key::Tab, "{"),
        ["TabConf.json: must be JSON: EOF while parsing an object at line 1 column 1, found 1 bytes"]
    );
    let twice = faults(Key::Tab, r#"{"auction": true, "auction": false}"#);
    assert!(
        matches!(&twice[..], [fault] if fault == "TabConf.json: auction: must not be given twice, found false"),
        "{twice:?}"
    );
}

#[test]
fn a_key_given_twice_is_refused_in_every_map() {
    let rows = [
        (
            Key::Engine,
            r#"{"engines": [{"method": "*", "engine": "*", "tasks": {"T": {"enabled": false}, "T": {}}}]}"#,
            "engines[0].tasks.T",
        ),
        (
            Key::Engine,
            r#"{"engines": [{"method": "*", "engine": "*", "tasks": {"T": {"rollout": {"percent": 1, "percent": 2}}}}]}"#,
            "engines[0].tasks.T.rollout.percent",
        ),
        (
            Key::Ab,
            r#"{"experiments": {"sold_out_sink": {"percent": 1}, "sold_out_sink": {"percent": 2}}}"#,
            "experiments.sold_out_sink",
        ),
        (Key::Cache, r#"{"caches": {"pin": {"enabled": false}, "model": {}, "pin": {}}}"#, "caches.pin"),
        (Key::BuyButton, r#"{"regions": {"JP": {}, "JP": {"buy_now": false}}}"#, "regions.JP"),
        (
            Key::Region,
            r#"{"regions": {"US": {"language": "en", "currency": "USD", "decimals": 2, "route_group": "US"},
                            "US": {"language": "en", "currency": "EUR", "decimals": 2, "route_group": "US"}}}"#,
            "regions.US",
        ),
        (Key::FcpComponent, r#"{"scenes": {"feed": {}, "feed": {"strip_count": 1}}}"#, "scenes.feed"),
        (
            Key::Mock,
            r#"{"rules": [{"downstream": "cart", "method": "GetCartCount", "delay": "10ms", "percent": 1, "percent": 9}]}"#,
            "rules[0].percent",
        ),
        (Key::Degrade, r#"{"off": ["auction"], "off": []}"#, "off"),
    ];
    for (key, text, path) in rows {
        let all = faults(key, text);
        let want = format!("{key}.json: {path}: must not be given twice");
        assert!(matches!(&all[..], [fault] if fault.starts_with(&want)), "{all:#?}");
    }
}

#[test]
fn faults_in_keys_of_maps_have_their_whole_path() {
    for (key, text, want) in [
        (
            Key::Ab,
            r#"{"experiments": {"sold_out_sink": {"percent": "x"}}}"#,
            "experiments.sold_out_sink.percent: invalid type",
        ),
        (
            Key::Ab,
            r#"{"experiments": {"sold_out_sink": {"percen": 1}}}"#,
            "experiments.sold_out_sink.percen: unknown field",
        ),
        (
            Key::Ab,
            r#"{"experiments": {"sold_out_sunk": {"percent": 1}}}"#,
            "experiments.sold_out_sunk: must be an experiment, one of ",
        ),
        (Key::Cache, r#"{"caches": {"pin": {"stale": 1}}}"#, "caches.pin.stale: invalid type"),
        (Key::BuyButton, r#"{"regions": {"JP": {"lead": "x"}}}"#, "regions.JP.lead: unknown variant"),
    ] {
        let all = faults(key, text);
        assert!(all.iter().any(|fault| fault.starts_with(&format!("{key}.json: {want}"))), "{all:#?}");
    }
}

#[test]
fn faults_behind_a_flawed_element_of_a_list_keep_their_index() {
    let text = r#"{"off": ["auction", 1, "everything"], "of": []}"#;
    let all = faults(Key::Degrade, text);
    let paths: Vec<_> = all.iter().map(|fault| fault.split(": ").nth(1).unwrap_or_default()).collect();
    assert_eq!(paths, ["of", "off[1]", "off[2]"], "{all:#?}");
    let text =
        r#"{"rates": [{"level": "usr", "limit": 1, "period": "1s"}, {"level": "user", "limit": 0, "period": "1"}]}"#;
    let all = faults(Key::Rates, text);
    let paths: Vec<_> = all.iter().map(|fault| fault.split(": ").nth(1).unwrap_or_default()).collect();
    assert_eq!(paths, ["rates[0].level", "rates[1].limit", "rates[1].period"], "{all:#?}");
}

#[test]
fn faults_of_building_are_reported_beside_others_unless_they_follow_from_them() {
    let dir = dir(&[(
        Key::Engine,
        r#"{"engines": [7, {"method": "M", "engine": "E", "timeout": "4s", "tasks": {"T": {"timeout": "soon"}, "U": {}}}]}"#,
    )]);
    // like plans: sees the remaining part of the entry, at its index in the remaining list
    let build = |conf: &Conf| -> Result<(), Vec<Fault>> {
        let entry = &conf.engines.entries[0];
        assert_eq!((entry.timeout, entry.tasks["T"].timeout), (None, None), "a faulty value counts as unset");
        let fault = |path: &str| Fault::new(Key::Engine, path, "must be known", &0);
        Err(vec![fault("engines[0].tasks.U"), fault("engines[0].timeout"), fault("engines[0].tasks.T.timeout")])
    };
    let want = ["engines[0]", "engines[1].tasks.T.timeout", "engines[1].timeout", "engines[1].tasks.U"];
    let paths = |faults: &[Fault]| faults.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&check_dir(dir.path(), Environment::Dev, build)), want);
    assert_eq!(paths(&Centre::open(options(dir.path()), build).unwrap_err()), want);
    let text = fs::read_to_string(dir.path().join("LivePackEngineConf.json")).unwrap();
    let dir = self::dir(&[]);
    let centre = Centre::open(
        options(dir.path()),
        move |conf| {
            if conf.engines.entries.len() == 1 { build(conf) } else { Ok(()) }
        },
    );
    let centre = centre.unwrap();
    write(dir.path(), Key::Engine, &text);
    assert_eq!(centre.reload_now().rejected, [Key::Engine]);
    let status = centre.status().into_iter().find(|status| status.key == "LivePackEngineConf").unwrap();
    assert_eq!(paths(&status.rejected.unwrap().faults), want);
}
