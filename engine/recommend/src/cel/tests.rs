//! Conditions: values, absent values, and the faults found at compile time.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::*;

fn request() -> Request {
    serde_json::from_value(json!({
        "viewer": "101", "scene": "live", "now_ms": 5,
        "features": {"age": 30}, "labels": {"region": "SG"},
        "profile": {"tags": ["shoes", "hats"], "limits": {"max": 3}},
        "params": {"boost": 2, "on": true},
    }))
    .unwrap()
}

fn holds(text: &str) -> bool {
    let mut faults = Faults::default();
    let condition = Condition::over_items(text, "expr", &mut faults).unwrap_or_else(|| panic!("{text}: {faults}"));
    let features: Vec<f64> =
        condition.features().iter().map(|name| if name == "price" { 9.5 } else { f64::NAN }).collect();
    let labels = [Some(Arc::new(BTreeMap::from([("brand".to_owned(), "acme".to_owned())])))];
    let columns = Columns { ids: &[7], scores: &[0.5], features: &features, labels: &labels };
    condition.each(&request(), &columns) == [true]
}

#[test]
fn conditions_read_the_item_and_the_request() {
    for text in [
        "item.id == 7",
        "item.score > 0.4 && item.score < 1",
        "item.features.price <= 9.5",
        "item.features['price'] * 2 == 19.0",
        "item.score * request.params.boost == 1.0",
        "item.labels.brand == 'acme'",
        "item.labels.brand.startsWith('ac')",
        "item.labels.brand in ['acme', 'zen']",
        "request.viewer == 101",
        "request.viewer == '101'",
        "request.viewer in ['101', '102']",
        "request.scene == 'live' && request.now_ms == 5",
        "request.features.age >= 30",
        "request.labels.region == 'SG'",
        "'hats' in request.profile.tags",
        "request.profile.tags.exists(tag, tag == 'shoes')",
        "size(request.profile.tags) < request.profile.limits.max",
        "request.params.on",
        "has(item.features.price) && !has(item.features.weight)",
        "'price' in item.features && !('weight' in item.features)",
        "has(request.params.on) && !has(request.params.off)",
        "item.features.weight > 1.0 || true",
    ] {
        assert!(holds(text), "{text}");
    }
}

#[test]
fn a_condition_that_names_an_absent_value_is_false() {
    for text in [
        "item.features.weight < 1.0",
        "!(item.features.weight < 1.0)",
        "item.labels.colour != 'red'",
        "request.device == 'x'",
        "request.params.missing != 3",
        "request.profile.limits.min == 0",
    ] {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn faults_are_found_when_the_condition_is_compiled() {
    for (text, rule) in [
        ("item.scroe > 1", "item has no field \"scroe\", nearest is \"score\""),
        ("itm.score > 1", "unknown name \"itm\", nearest is \"item\""),
        ("request.vewer == 1", "request has no field \"vewer\", nearest is \"viewer\""),
        ("item.score", "must be true or false, but is of type double"),
        ("item.score > 'a'", "cannot compare double with string"),
        ("item.id == 'a'", "compares int with string, which are never equal"),
        ("item.score && true", "&& needs true or false, but has double"),
        ("item.features", "item.features must be followed by a name"),
        ("item.labels.brand.lenght() > 1", "unknown function \"lenght\""),
        ("item.score >", "must be CEL: "),
        ("item.labels.brand - 1 == 2", "cannot compute with string and int"),
        ("item", "item must be followed by a field"),
        ("item.id.x == 1", "item.id has no fields"),
    ] {
        let mut faults = Faults::default();
        assert!(Condition::over_items(text, "expr", &mut faults).is_none(), "{text}");
        let shown = faults.to_string();
        assert!(shown.starts_with(&format!("expr: {rule}")), "{text}: {shown}");
    }
    let mut faults = Faults::default();
    assert!(Condition::compile("item.id == 1", "when", &mut faults).is_none());
    assert!(Condition::over_items("item.scroe > 1 && itm.id == 1", "expr", &mut faults).is_none());
    assert_eq!(faults.0.len(), 3, "{faults}");
}
