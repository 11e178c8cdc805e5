//! Requests from flags, and answers as tables.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use live_pack_idl::json::{decode, path::Path, reader::Reader};
use serde_json::{Value, json};

use super::{request::Fields, *};
use crate::cli::target::Endpoint;

fn built(name: &str, json: Value, fields: &Fields) -> Result<Value, CallError> {
    let schema = Schema::embedded().unwrap();
    let method = method(&schema, name)?;
    request::build(&method.name, schema.structure(&method.request).unwrap(), json, fields)
}

#[test]
fn flags_go_where_the_request_of_the_method_has_them() {
    let fields = Fields {
        room: vec![1001],
        user: Some(101),
        region: Some("GB".to_owned()),
        count: Some(5),
        ..Fields::default()
    };
    let user = json!({ "user_id": 101, "region": "GB" });
    let room = json!({ "room_id": 1001 });
    for (method, expected) in [
        ("getlivebagdata", json!({ "room": room, "user": user, "page": { "count": 5 } })),
        ("GetLiveBagPreviewData", json!({ "room": room, "user": user, "count": 5 })),
        ("GetRoomFullData", json!({ "room": room, "user": user, "preview_count": 5 })),
        ("GetLiveBagCreatorShopInfo", json!({ "room": room, "user": user, "highlight_count": 5 })),
    ] {
        assert_eq!(built(method, json!({}), &fields).unwrap(), expected, "{method}");
    }
    let many = Fields { room: vec![1, 2], ..Fields::default() };
    let rooms = built("MGetRoomLiteData", json!({}), &many).unwrap();
    assert_eq!(rooms["rooms"], json!([{ "room_id": 1 }, { "room_id": 2 }]));
    let slots = built("MGetFcpEcomComponent", json!({}), &many).unwrap();
    assert_eq!(slots["slots"][1], json!({ "room": { "room_id": 2 } }));
}

#[test]
fn flags_override_json_and_keep_the_rest_of_it() {
    let json = json!({ "room": { "room_id": 1, "anchor_id": 9 }, "source": "x" });
    let fields = Fields { room: vec![2], tab: Some("AUCTION".to_owned()), ..Fields::default() };
    let request = built("GetLiveBagData", json, &fields).unwrap();
    let expected = json!({ "room": { "room_id": 2, "anchor_id": 9 }, "source": "x", "user": {}, "tab": "AUCTION" });
    assert_eq!(request, expected);
}

#[test]
fn a_flag_that_the_method_does_not_take_is_an_error() {
    let refused = |fields: Fields| built("GetLiveBagTab", json!({}), &fields).unwrap_err().to_string();
    assert_eq!(refused(Fields { count: Some(1), ..Fields::default() }), "GetLiveBagTab takes no --count");
    assert_eq!(refused(Fields { cursor: Some(1), ..Fields::default() }), "GetLiveBagTab takes no --cursor");
    assert_eq!(
        refused(Fields { room: vec![1, 2], ..Fields::default() }),
        "GetLiveBagTab takes no more than one --room"
    );
}

#[test]
fn a_downstream_method_is_named_after_its_service() {
    let named = |name: &str| Named::find(name).map(|it| (it.downstream.unwrap_or("ours"), it.method.name));
    for (name, service, method) in [
        ("product_price.MGetProductPrice", "product_price", "MGetProductPrice"),
        ("AUCTION.getbidderstate", "auction", "GetBidderState"),
        ("getlivebagtab", "ours", "GetLiveBagTab"),
        ("live_pack.GetLiveBagTab", "ours", "GetLiveBagTab"),
    ] {
        assert_eq!(named(name).unwrap(), (service, method.to_owned()), "{name}");
    }
    for (found, nearest) in [
        ("MGetProductPrice", "product_price.MGetProductPrice"),
        ("product_prices.MGetProductPrice", "product_price.MGetProductPrice"),
        ("cart.GetCardCount", "cart.GetCartCount"),
        ("price.GetLiveBagData", "GetLiveBagData"),
        ("GetLiveBagDatum", "GetLiveBagData"),
    ] {
        let error = named(found).unwrap_err().to_string();
        assert!(error.contains(&format!("no method {found}; did you mean {nearest}?")), "{error}");
        assert!(error.contains("\n  MGetFcpEcomComponent") && error.contains("\n  seller_core.MGetSeller"), "{error}");
    }
}

#[test]
fn a_downstream_service_has_no_default_address() {
    let error = Named::find("cart.GetCartCount").unwrap().check(&Endpoint::default()).unwrap_err();
    assert!(error.to_string().starts_with("cart.GetCartCount needs --addr: the address of cart,"), "{error}");
    Named::find("GetLiveBagTab").unwrap().check(&Endpoint::default()).unwrap();
}

#[test]
fn flags_go_where_a_downstream_request_has_them() {
    let build = |name: &str, fields: Fields| {
        let Named { schema, method, .. } = Named::find(name).unwrap();
        request::build(&method.name, schema.structure(&method.request).unwrap(), json!({}), &fields)
    };
    let room = Fields { room: vec![7], region: Some("JP".to_owned()), ..Fields::default() };
    assert_eq!(build("promotion_delivery.GetBanners", room.clone()).unwrap(), json!({ "room_id": 7, "region": "JP" }));
    let rooms = Fields { room: vec![7, 8], ..Fields::default() };
    assert_eq!(build("live_data.MGetRoom", rooms.clone()).unwrap(), json!({ "room_ids": [7, 8] }));
    let user = Fields { user: Some(101), ..Fields::default() };
    assert_eq!(build("cart.GetCartCount", user.clone()).unwrap(), json!({ "user_id": 101 }));
    for (name, fields, refused) in [
        ("live_data.MGetRoom", room, "MGetRoom takes no --region"),
        ("live_data.MGetRoom", user, "MGetRoom takes no --user"),
        ("promotion_delivery.GetBanners", rooms.clone(), "GetBanners takes no more than one --room"),
        ("seller_core.MGetSeller", Fields { room: vec![7], ..Fields::default() }, "MGetSeller takes no --room"),
    ] {
        assert_eq!(build(name, fields).unwrap_err().to_string(), refused);
    }
}

#[test]
fn an_unknown_method_suggests_the_nearest_and_lists_all() {
    for (found, nearest) in [
        ("GetLiveBag", "GetLiveBagTab"),
        ("getlivebagdat", "GetLiveBagData"),
        ("MGetRoomLite", "MGetRoomLiteData"),
        ("LiveBagRefresh", "GetLiveBagRefresh"),
        ("GetSupriseSetDetial", "GetSurpriseSetDetail"),
    ] {
        let error = built(found, json!({}), &Fields::default()).unwrap_err().to_string();
        assert!(error.contains(&format!("no method {found}; did you mean {nearest}?")), "{error}");
        assert!(error.contains("\n  MGetFcpEcomComponent"), "{error}");
    }
}

#[test]
fn a_room_is_enough_for_a_whole_request_of_every_method() {
    let schema = Schema::embedded().unwrap();
    let fields = Fields { room: vec![1006], ..Fields::default() };
    let room = json!({ "room_id": 1006 });
    assert_eq!(schema.methods().len(), 15);
    for method in schema.methods() {
        frame(&schema, method, json!({}), &fields).unwrap_or_else(|error| panic!("{}: {error}", method.name));
        let mut expected = json!({ "user": {} });
        match method.name.as_str() {
            "MGetRoomLiteData" => expected["rooms"] = json!([room]),
            "MGetFcpEcomComponent" => expected["slots"] = json!([{ "room": room }]),
            "GetLiveBagRefresh" => (expected["room"], expected["product_ids"]) = (room.clone(), json!([])),
            "GetSurpriseSetDetail" => (expected["room"], expected["surprise_set_id"]) = (room.clone(), json!(5001)),
            _ => expected["room"] = room.clone(),
        }
        assert_eq!(built(&method.name, json!({}), &fields).unwrap(), expected, "{}", method.name);
    }
    let said = json!({ "surprise_set_id": 7 });
    assert_eq!(built("GetSurpriseSetDetail", said, &fields).unwrap()["surprise_set_id"], 7);
}

#[test]
fn the_help_names_every_method() {
    let help = methods_help();
    let schema = Schema::embedded().unwrap();
    assert!(schema.methods().iter().all(|method| help.contains(&format!("\n  {}", method.name))), "{help}");
    let downstream: Vec<_> = name::downstream().collect();
    assert_eq!(downstream.len(), 24);
    assert!(downstream.iter().all(|method| help.contains(&format!("\n  {method}"))), "{help}");
}

#[test]
fn missing_and_unknown_fields_are_named_together() {
    let schema = Schema::embedded().unwrap();
    let method = schema.method("GetLiveBagRefresh").unwrap();
    let error = frame(&schema, method, json!({ "rooom": 1 }), &Fields::default()).unwrap_err().to_string();
    for part in ["\n  rooom: ", "\n  room: is mandatory", "\n  product_ids: is mandatory"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_envelope_keeps_what_the_caller_wrote() {
    let mut json = json!({ "Base": { "LogID": "mine" } });
    assert_eq!(request::sign(&mut json, "ours", ["lp-record"]), "mine");
    let expected = json!({ "LogID": "mine", "Caller": "live-pack-cli", "Extra": { "lp-record": "1" } });
    assert_eq!(json["Base"], expected);
}

#[test]
fn the_table_shows_what_a_viewer_would_see() {
    let schema = Schema::embedded().unwrap();
    let it = schema.structure("GetLiveBagDataResponse").unwrap();
    let card = json!({
        "item_no": 4, "product_id": 77, "title": "Mug", "cover": {}, "stock": "LOW_STOCK",
        "price": { "sale_text": "$8.00", "origin_text": "$10.00", "discount_percent": 20 },
        "flash_sale": { "status": "ONGOING", "show_progress": true, "progress_percent": 35 },
        "buttons": [{ "kind": "BUY_NOW", "state": "DISABLED", "reason": "SOLD_OUT" }, { "kind": "VIEW" }],
        "labels": [{ "text": "Free shipping" }]
    });
    let json = json!({
        "products": [card], "total": 9, "bag_version": 3, "tabs": [{ "tab": "ALL", "count": 9, "is_default": true }],
        "pin": { "kind": "PRODUCT", "pin_id": 5, "version": 2, "product": { "product_id": 77, "cover": {} } }, "degraded": [{ "task": "CartInfoLoader" }],
        "BaseResp": {}
    });
    let bytes = encode::structure(&schema, it, &json).unwrap();
    let answer = decode::structure(&schema, it, &mut Reader::new(&bytes), &Path::Root).unwrap();
    let table = table::render(&answer);
    for part in [
        "tabs ALL*:9",
        "pin PRODUCT 77 (version 2)",
        "Mug",
        "$8.00",
        "$10.00",
        "20%",
        "ONGOING 35%",
        "LOW_STOCK",
        "BUY_NOW(SOLD_OUT) VIEW",
        "Free shipping",
        "total 9",
        "bag_version 3",
        "degraded CartInfoLoader",
    ] {
        assert!(table.contains(part), "{part} in\n{table}");
    }
}
