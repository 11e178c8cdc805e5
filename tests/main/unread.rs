//! Texts and configuration values that nothing reads: every text key must be named by code that answers, and changing a value
//! of the business configuration must change an answer.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use live_pack_dal::texts::Text;
use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, GUEST, Viewer, named},
    stack::{Setup, Stack},
};

/// Text keys that no code names, and the reasons.
const SILENT_TEXTS: [(Text, &str); 1] = [(Text::TabRecommend, "the RECOMMEND tab is not built yet")];

/// Configuration values that change no answer, and the reasons. `KEY` alone covers all of its values.
const SILENT_VALUES: [(&str, &str); 14] = [
    ("AbConf.experiments.*.percent recommend_tab", "the RECOMMEND tab is not built yet"),
    ("BannerConf.caps", "counted in Redis: tests of banners use one"),
    ("BannerConf.default_daily_cap", "counted in Redis: tests of banners use one"),
    ("FcpComponentConf.concurrency", "number of concurrent rooms, not their content"),
    ("FcpComponentConf.default.expire", "the same code as scenes.*.expire, and as the default of the scene"),
    ("RegionConf.regions.*.route_group", "destinations of calls and pictures: tests of dal"),
    ("CacheConf", "when data are fetched again, not their content: tests of caches"),
    ("CallerConf", "permitted callers: tests of admission"),
    ("DownstreamConf", "destinations of calls: tests of dal and of regions"),
    ("LivePackEngineConf", "how engines run: tests of configuration and of plans"),
    ("LogConf", "logs, records and traces, not answers: tests of logging"),
    ("OverloadConf", "load shedding: tests of admission"),
    ("RateLimitConf", "permitted rates: tests of admission"),
    ("livePackDownstreamRpcMock", "mock answers for tests"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The code of a crate without its tests.
fn code(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && name != "tests" {
            code(&entry, into);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            let text = fs::read_to_string(&entry).unwrap();
            into.push_str(text.split("#[cfg(test)]\nmod tests {").next().unwrap());
        }
    }
}

#[test]
fn every_text_is_named_by_code_that_answers() {
    let mut answering = String::new();
    for folder in ["entities/src", "handlers/src", "src"] {
        code(&root().join(folder), &mut answering);
    }
    // countdowns are composed where the texts are defined
    answering.push_str(&fs::read_to_string(root().join("dal/src/texts.rs")).unwrap());
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    for text in Text::ALL {
        let name = format!("Text::{text:?}");
        let named = answering.match_indices(&name).any(|(at, _)| !answering[at + name.len()..].starts_with(is_word));
        let silent = SILENT_TEXTS.iter().any(|(known, _)| *known == text);
        assert!(
            named != silent,
            "{}: {}",
            text.key(),
            if named { "is read: remove it from the list" } else { "nothing reads it" }
        );
    }
}

/// The paths of all values of a schema; `*` stands for the names of a map.
fn values(schema: &Value, whole: &Value, path: &str, found: &mut BTreeSet<String>) {
    let target = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    let schema = target.map_or(schema, |name| &whole["$defs"][name]);
    let below = |name: &str| format!("{path}.{name}");
    if let Some(forms) = schema["anyOf"].as_array() {
        let forms = forms.iter().filter(|form| form["type"] != "null");
        return forms.for_each(|form| values(form, whole, path, found));
    }
    let maps = schema["patternProperties"].as_object().into_iter().flat_map(|patterns| patterns.values());
    let mut maps: Vec<_> = maps.chain(Some(&schema["additionalProperties"]).filter(|map| map.is_object())).collect();
    if let Some(fields) = schema["properties"].as_object() {
        fields.iter().for_each(|(name, field)| values(field, whole, &below(name), found));
    } else if let Some(map) = maps.pop() {
        values(map, whole, &below("*"), found);
    } else {
        found.insert(path.to_owned());
    }
}

/// A method, a room, a viewer, and additional fields of the request.
type Question = (&'static str, i64, Viewer, Value);

fn bag(room_id: i64, viewer: Viewer) -> Question {
    ("GetLiveBagData", room_id, viewer, json!({ "page": { "count": 50 } }))
}

fn plain(method: &'static str, room_id: i64) -> Question {
    (method, room_id, BUYER, json!({}))
}

/// The region of the viewers, as a table of one region with the changes in `more`.
fn us(more: &Value) -> Value {
    let mut region = json!({ "language": "en", "currency": "USD", "decimals": 2, "route_group": "US" });
    region.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "default": "US", "regions": { "US": region } })
}

/// Each value, a change of it, and a request whose answer changes with it.
#[rustfmt::skip]
fn changes() -> Vec<(&'static str, Value, Question)> {
    let nowhere = Viewer { region: "", language: "", ..GUEST };
    let shop = || plain("GetLiveBagCreatorShopInfo", 1001);
    let lite = || plain("MGetRoomLiteData", 1001);
    let feed = |scene: &str, keys: Value| ("MGetFcpEcomComponent", 1001, GUEST, json!({
        "slots": [{ "room": { "room_id": 1001 }, "scene": scene, "component_keys": keys }],
    }));
    let off = |feature: &str| json!({ "off": [feature] });
    let arm = |experiment: &str, percent: i32| json!({ "experiments": { experiment: { "percent": percent } } });
    let only = |experiment: &str, percent: i32, condition: &str, value: Value| {
        json!({ "experiments": { experiment: { "percent": percent, condition: value } } })
    };
    let buttons = |rules: Value| json!({ "regions": { "US": rules } });
    let style = |look: Value| json!({ "styles": { "voucher": look } });
    vec![
        ("LiveBagEntryConfig.bag.enabled", json!({ "bag": { "enabled": false } }), lite()),
        ("LiveBagEntryConfig.bag.regions", json!({ "bag": { "regions": ["JP"] } }), lite()),
        ("LiveBagEntryConfig.bag.min_app_version", json!({ "bag": { "min_app_version": 350_001 } }), lite()),
        ("LiveBagEntryConfig.creator_shop.enabled", json!({ "creator_shop": { "enabled": false } }), shop()),
        ("LiveBagEntryConfig.creator_shop.regions", json!({ "creator_shop": { "regions": ["JP"] } }), shop()),
        ("LiveBagEntryConfig.creator_shop.min_app_version", json!({ "creator_shop": { "min_app_version": 350_001 } }), shop()),
        ("LiveBagEntryConfig.icon", json!({ "icon": "another" }), lite()),
        ("FlashSaleAllConfigs.preheat", json!({ "preheat": "0ms" }), bag(1008, BUYER)),
        ("FlashSaleAllConfigs.show_progress_from", json!({ "show_progress_from": 100 }), bag(1001, BUYER)),
        ("FlashSaleAllConfigs.almost_gone_from", json!({ "almost_gone_from": 1 }), bag(1001, BUYER)),
        ("FlashSaleAllConfigs.sort_first", json!({ "sort_first": false }), bag(1001, BUYER)),
        ("BuyButtonConfig.default.buy_now", json!({ "default": { "buy_now": false, "lead": "ADD_TO_CART" } }), bag(1001, BUYER)),
        ("BuyButtonConfig.default.add_to_cart", json!({ "default": { "add_to_cart": false } }), bag(1001, BUYER)),
        ("BuyButtonConfig.default.lead", json!({ "default": { "lead": "ADD_TO_CART" } }), bag(1001, BUYER)),
        ("BuyButtonConfig.regions.*.buy_now", buttons(json!({ "buy_now": false, "lead": "ADD_TO_CART" })), bag(1001, BUYER)),
        ("BuyButtonConfig.regions.*.add_to_cart", buttons(json!({ "add_to_cart": false })), bag(1001, BUYER)),
        ("BuyButtonConfig.regions.*.lead", buttons(json!({ "lead": "ADD_TO_CART" })), bag(1001, BUYER)),
        ("RegionConf.default", json!({ "default": "GB" }), bag(1001, nowhere)),
        ("RegionConf.regions.*.language", us(&json!({ "language": "de" })), bag(1001, nowhere)),
        ("RegionConf.regions.*.currency", us(&json!({ "currency": "EUR" })), bag(1001, BUYER)),
        ("RegionConf.regions.*.decimals", us(&json!({ "decimals": 0 })), bag(1001, BUYER)),
        ("RegionConf.regions.*.symbol", us(&json!({ "symbol": "US$" })), bag(1001, BUYER)),
        ("StockPolicyConf.policy", json!({ "policy": "HIDE" }), bag(1005, BUYER)),
        ("LabelConf.bag_max", json!({ "bag_max": 1 }), bag(1001, BUYER)),
        ("LabelConf.pin_max", json!({ "pin_max": 0 }), plain("GetPinCardData", 2001)),
        ("LabelConf.styles.*.text_color", style(json!({ "text_color": "#000000" })), bag(1001, BUYER)),
        ("LabelConf.styles.*.bg_color", style(json!({ "bg_color": "#000000" })), bag(1001, BUYER)),
        ("LabelConf.styles.*.icon", style(json!({ "icon": "i" })), bag(1001, BUYER)),
        ("AtmosphereConf.best_seller_from", json!({ "best_seller_from": 1 }), bag(1001, BUYER)),
        ("AtmosphereConf.low_stock_up_to", json!({ "low_stock_up_to": 1_000 }), bag(1001, BUYER)),
        ("AtmosphereConf.new_for_days", json!({ "new_for_days": 365, "best_seller_from": 1_000_000_000, "low_stock_up_to": 0, "lowest_30d": false }), bag(1001, BUYER)),
        ("AtmosphereConf.lowest_30d", json!({ "lowest_30d": false }), bag(1001, BUYER)),
        ("AtmosphereConf.sold_text_from", json!({ "sold_text_from": 1_000_000_000 }), bag(1001, BUYER)),
        ("TabConf.flash_sale", json!({ "flash_sale": false }), plain("GetLiveBagTab", 1001)),
        ("TabConf.auction", json!({ "auction": false }), plain("GetLiveBagTab", 1007)),
        ("TabConf.voucher", json!({ "voucher": false }), plain("GetLiveBagTab", 1001)),
        ("TabConf.flash_sale_red_dot", json!({ "flash_sale_red_dot": false }), plain("GetLiveBagTab", 1001)),
        ("BannerConf.top_max", json!({ "top_max": 1 }), plain("GetLiveBagTopBanner", 1001)),
        ("PollConf.interval", json!({ "interval": "2s" }), plain("GetLiveBagRefresh", 1001)),
        ("AuctionConf.min_app_version", json!({ "min_app_version": 350_001 }), bag(1007, BUYER)),
        ("AuctionConf.regions", json!({ "regions": ["JP"] }), bag(1007, BUYER)),
        ("AgeGateConf.enabled", json!({ "enabled": false }), bag(1010, Viewer { user_id: 102, ..GUEST })),
        ("FcpComponentConf.default.components", json!({ "default": { "components": ["ecom_bag_entry"] } }), feed("any", json!([]))),
        ("FcpComponentConf.default.strip_count", json!({ "default": { "strip_count": 1 } }), feed("any", json!(["ecom_product_strip"]))),
        ("FcpComponentConf.scenes.*.components", json!({ "scenes": { "s": { "components": ["ecom_bag_entry"] } } }), feed("s", json!([]))),
        ("FcpComponentConf.scenes.*.expire", json!({ "scenes": { "s": { "expire": "1s" } } }), feed("s", json!(["ecom_bag_entry"]))),
        ("FcpComponentConf.scenes.*.strip_count", json!({ "scenes": { "s": { "strip_count": 1 } } }), feed("s", json!(["ecom_product_strip"]))),
        ("AbConf.experiments.*.percent auction_in_bag", arm("auction_in_bag", 0), bag(1007, BUYER)),
        ("AbConf.experiments.*.percent flash_sale_first", arm("flash_sale_first", 0), bag(1001, BUYER)),
        ("AbConf.experiments.*.percent sold_out_sink", arm("sold_out_sink", 0), bag(2001, BUYER)),
        ("AbConf.experiments.*.percent atmosphere_v2", arm("atmosphere_v2", 100), bag(1001, BUYER)),
        ("AbConf.experiments.*.percent price_range_style", arm("price_range_style", 100), bag(1001, BUYER)),
        (
            "AbConf.experiments.*.arms",
            json!({ "experiments": { "atmosphere_v2": { "arms": [{ "name": "three", "percent": 100, "params": { "places": 3 } }] } } }),
            bag(1001, BUYER),
        ),
        ("AbConf.experiments.*.testers.*", only("atmosphere_v2", 0, "testers", json!({ "on": [101] })), bag(1001, BUYER)),
        ("AbConf.experiments.*.regions", only("sold_out_sink", 100, "regions", json!(["JP"])), bag(2001, BUYER)),
        ("AbConf.experiments.*.platforms", only("sold_out_sink", 100, "platforms", json!(["WEB"])), bag(2001, BUYER)),
        ("AbConf.experiments.*.app_versions.min", only("sold_out_sink", 100, "app_versions", json!({ "min": 900_000 })), bag(2001, BUYER)),
        ("AbConf.experiments.*.app_versions.max", only("sold_out_sink", 100, "app_versions", json!({ "max": 1 })), bag(2001, BUYER)),
        ("AbConf.experiments.*.rooms_percent", only("sold_out_sink", 100, "rooms_percent", json!(0)), bag(2001, BUYER)),
        (
            "AbConf.layers.*",
            json!({ "layers": { "none": [{ "experiment": "sold_out_sink", "from": 0, "percent": 0 }] } }),
            bag(2001, BUYER),
        ),
        ("DegradeConf.off auction", off("auction"), bag(1007, BUYER)),
        ("DegradeConf.off flash_sale", off("flash_sale"), bag(1001, BUYER)),
        ("DegradeConf.off voucher", off("voucher"), bag(1001, BUYER)),
        ("DegradeConf.off banner", off("banner"), plain("GetLiveBagTopBanner", 1001)),
        ("DegradeConf.off pin_card", off("pin_card"), plain("GetPinCardData", 1001)),
        ("DegradeConf.off creator_shop", off("creator_shop"), shop()),
        ("DegradeConf.off atmosphere", off("atmosphere"), bag(1001, BUYER)),
        ("DegradeConf.off cart", off("cart"), bag(1001, BUYER)),
    ]
}

async fn answer(stack: &Stack, (method, room_id, viewer, more): &Question) -> Answer {
    let mut request = named(method).request(*room_id, *viewer);
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    JsonClient::to(stack).await.ask(method, &request).await
}

#[tokio::test]
async fn every_value_of_the_configuration_changes_an_answer() {
    let healthy = Stack::start().await;
    let mut silent = Vec::new();
    for (path, change, asked) in changes() {
        let before = answer(&healthy, &asked).await;
        let key = path.split('.').next().unwrap();
        let key = live_pack_dal::config::Key::ALL.into_iter().find(|known| known.name() == key).unwrap();
        let stack = Setup::default().conf(key.name(), change.clone()).start().await;
        let after = answer(&stack, &asked).await;
        assert_eq!((before.code(), before.degraded()), (0, Vec::new()), "{path}");
        if before == after {
            silent.push(format!("{path} = {change}"));
        }
    }
    assert!(silent.is_empty(), "values that nothing reads:\n{}", silent.join("\n"));
}

#[test]
fn every_value_of_the_configuration_has_a_change_or_a_reason() {
    let mut all = BTreeSet::new();
    for file in fs::read_dir(root().join("conf/schema")).unwrap().map(|file| file.unwrap().path()) {
        let schema: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        values(&schema, &schema, schema["title"].as_str().unwrap(), &mut all);
    }
    let several: HashMap<&str, Vec<&str>> = HashMap::from([
        ("AbConf.experiments.*.percent", live_pack_dal::Experiment::ALL.map(live_pack_dal::Experiment::name).to_vec()),
        ("DegradeConf.off", live_pack_dal::config::Feature::ALL.map(live_pack_dal::config::Feature::name).to_vec()),
    ]);
    let each = |path: &String| match several.get(path.as_str()) {
        Some(names) => names.iter().map(|name| format!("{path} {name}")).collect(),
        None => vec![path.clone()],
    };
    let all: BTreeSet<String> = all.iter().flat_map(each).collect();
    let changed: BTreeSet<String> = changes().iter().map(|(path, _, _)| (*path).to_owned()).collect();
    let excused = |path: &str| {
        SILENT_VALUES
            .iter()
            .any(|(known, _)| *known == path || path.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')))
    };
    let forgotten: Vec<_> = all.iter().filter(|path| !changed.contains(*path) && !excused(path)).collect();
    assert!(forgotten.is_empty(), "values with neither a change of an answer nor a reason: {forgotten:?}");
    let strange: Vec<_> = changed.iter().filter(|path| !all.contains(*path) || excused(path)).collect();
    assert!(strange.is_empty(), "changes of values that do not exist or have a reason: {strange:?}");
    for (known, reason) in SILENT_VALUES {
        let there = all.iter().any(|path| path == known || path.starts_with(&format!("{known}.")));
        assert!(there, "{known} ({reason}) does not exist");
    }
}
