//! Consistent cards: labels, flash sales, prices and images, over every room with a fixed id.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    json_client::{JsonClient, each_field},
    methods::{BUYER, GUEST, Viewer, all, named},
    stack::{IMAGES, NOW, Setup, Stack},
};

/// Rooms 2001 to 2012 with the region and the language of each, for an adult in that region.
const REGIONS: [(&str, &str); 12] = [
    ("US", "en"),
    ("GB", "en"),
    ("ID", "id"),
    ("VN", "vi"),
    ("TH", "th"),
    ("MY", "ms"),
    ("PH", "fil"),
    ("SG", "en"),
    ("JP", "ja"),
    ("DE", "de"),
    ("BR", "pt"),
    ("MX", "es"),
];

fn rooms() -> impl Iterator<Item = (i64, Viewer)> {
    let at_home = (2001..)
        .zip(REGIONS)
        .map(|(room_id, (region, language))| (room_id, Viewer { user_id: room_id - 1_800, region, language }));
    (1001..=1011).chain(3001..=3010).map(|room_id| (room_id, BUYER)).chain(at_home)
}

/// Every product card in the bags of all rooms.
async fn cards(line: &mut JsonClient) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (room_id, viewer) in rooms() {
        for cursor in [0, 50] {
            let mut request = named("GetLiveBagData").request(room_id, viewer);
            request["page"] = json!({ "cursor": cursor, "count": 50 });
            let answer = line.ask("GetLiveBagData", &request).await;
            let place = |card: &Value| format!("room {room_id} for {viewer:?}, {}", card["product_id"]);
            found.extend(answer.list("/products").iter().map(|card| (place(card), card.clone())));
        }
    }
    assert!(found.len() > 800, "{}", found.len());
    found
}

fn texts(labels: &Value) -> Vec<&str> {
    labels.as_array().unwrap().iter().map(|label| label["text"].as_str().unwrap()).collect()
}

fn has_label(card: &Value, list: &str, code: &str) -> bool {
    card[list].as_array().unwrap().iter().any(|label| label["code"] == code)
}

#[tokio::test]
async fn the_labels_of_a_card_differ_by_text() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut yielded = 0;
    for (place, card) in cards(&mut line).await {
        let said = texts(&card["labels"]);
        let different: HashSet<&str> = said.iter().copied().collect();
        assert_eq!(different.len(), said.len(), "{place}: {said:?}");
        assert!(!said.contains(&""), "{place}: {said:?}");
        // a voucher for free shipping has the same text as free shipping itself
        yielded += usize::from(
            has_label(&card, "labels", "voucher") && card["free_shipping"] == true && {
                let voucher =
                    card["labels"].as_array().unwrap().iter().find(|label| label["code"] == "voucher").unwrap();
                card["vouchers"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|it| it["kind"] == "FREE_SHIPPING" && it["text"] == voucher["text"])
            },
        );
    }
    assert!(yielded > 3, "no card had two labels of one text to choose from: {yielded}");
}

#[tokio::test]
async fn a_running_flash_sale_is_shown_only_with_a_price_that_it_sets() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let (mut running, mut outbid) = (0, 0);
    for (place, card) in cards(&mut line).await {
        let status = card["flash_sale"]["status"].as_str().unwrap_or("NONE").to_owned();
        let by_sale = ["FLASH_SALE", "LIVE_FLASH_SALE", "CREATOR_LIVE_FLASH_SALE"];
        let priced = by_sale.iter().any(|source| card["price"]["source"] == *source);
        assert_eq!(status == "ONGOING", priced, "{place}: {status} at a price of {}", card["price"]["source"]);
        if status == "ONGOING" {
            assert_eq!(card["flash_sale"]["kind"], card["price"]["source"], "{place}");
            running += 1;
        }
        let labelled = has_label(&card, "labels", "flash_sale");
        assert_eq!(labelled, ["ONGOING", "PREHEAT"].contains(&status.as_str()), "{place}: {status}");
        outbid += usize::from(card["product_id"] == 2_007_019 && status != "ONGOING");
        let sale = &card["flash_sale"];
        if !["ONGOING", "SOLD_OUT"].contains(&status.as_str()) && sale.is_object() {
            assert_eq!(sale["show_progress"], false, "{place}: {status}");
        }
        let gone = status == "ONGOING" && sale["progress_percent"].as_i64().unwrap() >= 80;
        assert_eq!(sale["progress_text"].as_str().is_some(), gone, "{place}: {sale}");
    }
    assert!(running > 10, "{running}");
    assert_eq!(outbid, 1, "a campaign sets the price of 2007019, even during a flash sale");
}

#[tokio::test]
async fn almost_gone_is_shown_on_the_card() {
    let conf = json!({ "almost_gone_from": 10 });
    let stack = Setup::default().conf("FlashSaleAllConfigs", conf).start().await;
    let mut line = JsonClient::to(&stack).await;
    let said = cards(&mut line).await;
    let said: HashSet<_> = said.iter().filter_map(|(_, card)| card["flash_sale"]["progress_text"].as_str()).collect();
    assert!(said.contains("Almost gone") && said.len() > 2, "{said:?}");
}

#[tokio::test]
async fn a_range_has_a_range_as_its_reference() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let amount = |price: &Value, field: &str| price[field].as_str().map(|text| text.parse::<f64>().unwrap());
    let mut ranges = 0;
    for (place, card) in cards(&mut line).await {
        let price = &card["price"];
        let Some((min, max)) = amount(price, "sale_min").zip(amount(price, "sale_max")) else { continue };
        let origin = (amount(price, "origin_min"), amount(price, "origin_max"));
        match origin {
            (None, None) => {
                assert!(price["origin_text"].is_null() && price["discount_percent"] == 0, "{place}: {price}")
            }
            (Some(low), Some(high)) => {
                assert!(low > min && high > max, "{place}: {price}");
                let text = price["origin_text"].as_str().unwrap();
                assert_eq!(text.matches(['–', '～', '-', '~']).count(), usize::from(low < high), "{place}: {text}");
                ranges += usize::from(low < high);
            }
            _ => panic!("{place}: one end of a reference: {price}"),
        }
    }
    assert!(ranges > 10, "{ranges}");
    let mut request = named("GetLiveBagData").request(2001, Viewer { user_id: 201, ..GUEST });
    request["page"] = json!({ "count": 50 });
    let bag = line.whole("GetLiveBagData", &request).await;
    let card = bag.list("/products").iter().find(|card| card["item_no"] == 17).unwrap();
    let price = &card["price"];
    assert_eq!(
        (price["sale_text"].as_str(), price["origin_text"].as_str()),
        (Some("$3.15 – $4.04"), Some("$3.90 – $4.99"))
    );
}

/// Number of products of a room whose label "flash sale" is gone at a later instant, and of those that still have it.
async fn after(room_id: i64, later_ms: i64) -> (usize, usize) {
    let before = Stack::start().await;
    let mut request = named("GetLiveBagData").request(room_id, BUYER);
    request["page"] = json!({ "count": 50 });
    let shown = JsonClient::to(&before).await.whole("GetLiveBagData", &request).await;
    let ids: Vec<_> = shown.list("/products").iter().map(|card| card["product_id"].clone()).collect();
    let stack = Setup::default().at(NOW + later_ms).start().await;
    let mut again = named("GetLiveBagRefresh").request(room_id, BUYER);
    again["product_ids"] = json!(ids);
    let fresh = JsonClient::to(&stack).await.whole("GetLiveBagRefresh", &again).await;
    let (mut lost, mut kept) = (0, 0);
    for new in fresh.list("/products") {
        let old = shown.list("/products").iter().find(|card| card["product_id"] == new["product_id"]).unwrap();
        let status = new["flash_sale"]["status"].as_str().unwrap_or("NONE");
        let labelled = has_label(new, "refreshed_labels", "flash_sale");
        assert_eq!(labelled, ["ONGOING", "PREHEAT"].contains(&status), "{}: {status}", new["product_id"]);
        let had = has_label(old, "labels", "flash_sale");
        lost += usize::from(had && !labelled);
        kept += usize::from(had && labelled);
    }
    (lost, kept)
}

#[tokio::test]
async fn a_refresh_removes_the_label_of_a_sale_that_is_over() {
    let (mut lost, mut kept) = (0, 0);
    for (room_id, later_ms) in [(1001, 600_000), (1001, 3_600_000), (1007, 3_600_000), (1008, 30_000)] {
        let found = after(room_id, later_ms).await;
        (lost, kept) = (lost + found.0, kept + found.1);
    }
    assert!(lost > 0 && kept > 0, "{lost} sales ended, {kept} went on");
}

#[tokio::test]
async fn every_picture_has_a_size_and_an_address_that_a_client_can_load() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let mut seen = HashSet::new();
    for method in all() {
        for (room_id, viewer) in [(1001, BUYER), (1006, BUYER), (1007, GUEST), (2010, GUEST)] {
            let answer = line.ask(method.name, &method.request(room_id, viewer)).await;
            each_field(&answer.0, &mut |name, value| {
                let Some(image) = value.as_object().filter(|it| it.contains_key("urls")) else { return };
                if image["uri"] == "" {
                    assert!(image["urls"] == json!([]), "{}: {value}", method.name);
                    return;
                }
                assert!(
                    image["width"].as_i64() > Some(0) && image["height"].as_i64() > Some(0),
                    "{}: {value}",
                    method.name
                );
                let urls = image["urls"].as_array().unwrap();
                assert!(!urls.is_empty(), "{}: {value}", method.name);
                assert!(urls.iter().all(|url| url.as_str().unwrap().starts_with(IMAGES)), "{}: {value}", method.name);
                seen.insert(name.to_owned());
            });
        }
    }
    for name in ["cover", "image", "avatar", "entry_icon"] {
        assert!(seen.contains(name), "{name}: {seen:?}");
    }
}

#[tokio::test]
async fn labels_have_the_look_that_is_configured() {
    let styles = json!({ "free_shipping": { "text_color": "#010203", "bg_color": "#0A0B0CFF", "icon": "img/i/van" } });
    let stack = Setup::default().conf("LabelConf", json!({ "styles": styles })).start().await;
    let mut line = JsonClient::to(&stack).await;
    let bag = line.whole("GetLiveBagData", &named("GetLiveBagData").at_home(GUEST)).await;
    let mut styled = 0;
    for label in bag.list("/products").iter().flat_map(|card| card["labels"].as_array().unwrap()) {
        let look = (label["text_color"].as_str(), label["bg_color"].as_str(), label["icon"]["urls"][0].as_str());
        if label["code"] == "free_shipping" {
            let icon = format!("{IMAGES}/img/i/van~300x300.webp");
            assert_eq!(look, (Some("#010203"), Some("#0A0B0CFF"), Some(icon.as_str())));
            styled += 1;
        } else {
            assert_eq!(look, (None, None, None), "{label}");
        }
    }
    assert!(styled > 0);
}

#[tokio::test]
async fn a_creators_shop_does_not_show_the_sales_of_the_room() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (room_id, viewer) in rooms() {
        let request = named("GetLiveBagCreatorShopInfo").request(room_id, viewer);
        let answer = line.ask("GetLiveBagCreatorShopInfo", &request).await;
        assert!(answer.at("/creator_shop/sold_text").as_str().is_none_or(str::is_empty), "{room_id}");
    }
}

#[tokio::test]
async fn a_language_tag_with_an_extension_or_an_old_code_means_its_language() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (room_id, region, plain, others) in [
        (2001, "US", "en-US", &["en-US-u-mu-celsius", "en_US", "en-US-u-ca-gregory-cu-usd-hc-h23-nu-latn-x-app"][..]),
        (2005, "TH", "th-TH", &["th-TH-u-ca-buddhist", "th", "tha"]),
        (2003, "ID", "id", &["in", "in-ID", "in_ID", "ind"]),
        (2007, "PH", "fil", &["tl", "tl-PH", "tgl"]),
        (2001, "US", "zh-Hant", &["zh-TW", "zh-HK", "zh_TW_#Hant", "zh-Hant-TW-u-nu-latn"]),
        (2001, "US", "zh", &["zh-CN", "zh-Hans-SG", "cmn"]),
    ] {
        let mut ask = async |language| {
            let viewer = Viewer { user_id: 0, region, language };
            let answer = line.whole("GetLiveBagAssemble", &named("GetLiveBagAssemble").request(room_id, viewer)).await;
            answer.content()
        };
        let mut due = ask(plain).await;
        // without a client's locale, that of zh-TW has no script in its name
        due["room"]["locale"] = Value::Null;
        for other in others {
            let mut found = ask(other).await;
            found["room"]["locale"] = Value::Null;
            assert_eq!(found, due, "{other} is not {plain}");
        }
    }
    let mut tabs = async |language| {
        let viewer = Viewer { user_id: 0, region: "US", language };
        let answer = line.whole("GetLiveBagTab", &named("GetLiveBagTab").request(1001, viewer)).await;
        answer.at("/tabs/1/text").as_str().unwrap().to_owned()
    };
    assert_eq!((tabs("zh-TW").await.as_str(), tabs("zh").await.as_str()), ("限時搶購", "限时秒杀"));
}
