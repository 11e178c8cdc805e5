//! Checks and overlays of the entries.

use super::*;
use crate::config::{DownstreamConf, Environment, Key, check_text};

fn failing(text: &str, service: Downstream) -> Failing {
    let text = format!(r#"{{"services": {text}}}"#);
    DownstreamConf::parsed(&text).of(service).map(|entry| entry.failing.clone()).unwrap_or_default()
}

#[test]
fn breakers_retries_and_bulkheads_are_shipped_on_and_hedges_and_limits_off() {
    let shipped = failing("{}", Downstream::Cart);
    assert_eq!(
        [shipped.breaker.enabled, shipped.retry.enabled, shipped.hedge.enabled, shipped.adaptive.enabled],
        [true, true, false, false]
    );
    let BreakerRules { failure_percent, min_calls, window, open_for, .. } = shipped.breaker;
    assert_eq!((failure_percent, min_calls, window, open_for), (50, 20, ms(10_000), ms(1_000)));
    assert_eq!(shipped.bulkhead, BulkheadRules { max: 512, wait: ms(5) });
}

#[test]
fn an_entry_overlays_the_one_for_every_service_field_by_field() {
    let text = r#"{
        "*": { "breaker": { "open_for": "2s", "slow_call": "200ms", "forced": "open" }, "bulkhead": { "max": 9 },
               "hedge": { "enabled": true, "methods": ["MGetProductPrice"] }, "adaptive": { "min": 3 } },
        "cart": { "breaker": { "min_calls": 7, "slow_call": "0ms", "forced": "closed" }, "retry": { "enabled": false },
                  "bulkhead": { "wait": "1ms" }, "hedge": { "methods": [] }, "adaptive": { "enabled": true } } }"#;
    let (cart, price) = (failing(text, Downstream::Cart), failing(text, Downstream::ProductPrice));
    assert_eq!((cart.breaker.min_calls, cart.breaker.open_for), (7, ms(2_000)));
    assert_eq!((cart.breaker.slow_call, price.breaker.slow_call), (None, Some(ms(200))));
    assert_eq!((cart.breaker.forced, price.breaker.forced), (Some(Forced::Closed), Some(Forced::Open)));
    assert_eq!((cart.retry.enabled, price.retry.enabled), (false, true));
    assert_eq!(cart.bulkhead, BulkheadRules { max: 9, wait: ms(1) });
    assert_eq!((cart.hedge.enabled, cart.hedge.methods.len()), (true, 0));
    assert_eq!(price.hedge.methods, BTreeSet::from(["MGetProductPrice"]));
    assert_eq!(cart.adaptive, AdaptiveRules { enabled: true, min: 3 });
}

#[test]
fn a_breaker_forced_for_every_service_decides_itself_where_an_entry_says_off() {
    let text = r#"{ "*": { "breaker": { "forced": "open" } }, "cart": { "breaker": { "forced": "off" } } }"#;
    let forced = [Downstream::Cart, Downstream::ProductPrice].map(|service| failing(text, service).breaker.forced);
    assert_eq!(forced, [None, Some(Forced::Open)]);
}

#[test]
fn every_fault_is_reported_with_path_rule_and_value() {
    let text = r#"{"services": { "*": { "bulkhead": { "max": 0 } }, "cart": {
        "breaker": { "failure_percent": 101, "min_calls": 0, "window": "10ms", "open_for": "soon", "slow_call": "1h",
                     "slow_percent": 0, "forced": "ajar", "opened": true },
        "retry": { "enable": true }, "bulkhead": { "max": 100001, "wait": "2s" },
        "hedge": { "methods": ["MGetProductPrice"] }, "adaptive": { "min": 0 } },
        "trade_chain": { "hedge": { "enabled": true }, "bulkhead": { "max": 5 }, "adaptive": { "enabled": true } } }}"#;
    let faults = check_text(Key::Downstream, Environment::Dev, text);
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    let told = told.join("\n");
    for part in [
        "services.*.bulkhead.max: must be 1 to 100000, found 0",
        "services.cart.breaker.failure_percent: must be 1 to 100, found 101",
        "services.cart.breaker.min_calls: must be 1 to 100000, found 0",
        "services.cart.breaker.window: must be at least 100ms, found \"10ms\"",
        "services.cart.breaker.open_for: must be a whole number with a unit",
        "services.cart.breaker.slow_call: must be at most 10s, found \"1h\"",
        "services.cart.breaker.slow_percent: must be 1 to 100, found 0",
        "services.cart.breaker.forced: unknown variant `ajar`",
        "services.cart.breaker.opened: unknown field `opened`",
        "services.cart.retry.enable: unknown field `enable`",
        "services.cart.bulkhead.max: must be 1 to 100000, found 100001",
        "services.cart.bulkhead.wait: must be at most 1s, found \"2s\"",
        "services.cart.hedge.methods[0]: must be one of GetCartCount, MCheckInCart, found \"MGetProductPrice\"",
        "services.cart.adaptive.min: must be 1 to 100000, found 0",
        "services.trade_chain.hedge.methods: must be set while hedge.enabled is true, found \"nothing\"",
        "services.trade_chain.adaptive.min: must be at most bulkhead.max, which is 5, found 8",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}
