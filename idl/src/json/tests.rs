//! The dynamic codec against the IDL, against itself and against the generated types.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::{guard::services, live_pack as wire};
use pilota::thrift::{Message, binary::TBinaryProtocol};
use serde_json::{Value, json};

use super::{decode::DecodeError, encode, message, message::MessageError, reader::Reader};
use crate::schema::{Presence, Schema, SchemaError, Type};

fn schema() -> Schema {
    Schema::embedded().unwrap()
}

/// Encodes and decodes a struct.
fn round_trip(schema: &Schema, name: &str, json: &Value) -> Value {
    let it = schema.structure(name).unwrap();
    let bytes = encode::structure(schema, it, json).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
    let data = super::decode::structure(schema, it, &mut Reader::new(&bytes), &super::path::Path::Root).unwrap();
    serde_json::to_value(&data).unwrap()
}

/// A value of the type with every field set, optional ones too.
fn full(schema: &Schema, ty: &Type) -> Value {
    match ty {
        Type::Bool => json!(true),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => json!(7),
        Type::Double => json!(4.5),
        Type::Text | Type::Binary => json!("text"),
        Type::Enum(name) => json!(schema.enumeration(name).unwrap().values.last().unwrap().0),
        Type::Struct(name) => full_struct(schema, name),
        Type::List(item) | Type::Set(item) => json!([full(schema, item), full(schema, item)]),
        Type::Map(key, value) => {
            let key = if matches!(**key, Type::Text) { "key" } else { "7" };
            json!({ key: full(schema, value) })
        }
    }
}

fn full_struct(schema: &Schema, name: &str) -> Value {
    let fields = &schema.structure(name).unwrap().fields;
    fields.iter().map(|field| (field.name.clone(), full(schema, &field.ty))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn the_embedded_idl_has_our_fifteen_methods() {
    let schema = schema();
    let names: Vec<_> = schema.methods().iter().map(|method| method.name.as_str()).collect();
    assert_eq!(names.len(), 15);
    assert!(names.iter().all(|name| services::LIVE_PACK.method(name.as_bytes()).is_some()), "{names:?}");
    assert!(schema.method("getlivebagdata").is_some());
    let room = schema.structure("RoomRef").unwrap();
    assert_eq!(room.field("room_id").unwrap().presence, Presence::Mandatory);
    assert_eq!(room.field("anchor_id").unwrap().presence, Presence::Defaulted);
}

#[test]
fn every_request_and_every_answer_round_trips_with_every_field_set() {
    let schema = schema();
    for method in schema.methods() {
        for name in [&method.request, &method.response] {
            let json = full_struct(&schema, name);
            assert_eq!(round_trip(&schema, name, &json), json, "{name}");
        }
    }
}

#[test]
fn generated_types_read_what_we_write() {
    let schema = schema();
    let json = json!({
        "room": { "room_id": 1001 }, "user": { "user_id": 101, "region": "US", "ab_params": { "a": "b" } },
        "page": { "cursor": 20, "count": 5 }, "tab": "flash_sale", "exclude_ids": [3, 4]
    });
    let bytes = encode::structure(&schema, schema.structure("GetLiveBagDataRequest").unwrap(), &json).unwrap();
    let mut bytes = pilota::Bytes::from(bytes);
    let request = wire::GetLiveBagDataRequest::decode(&mut TBinaryProtocol::new(&mut bytes, true)).unwrap();
    assert_eq!(request.room.room_id, 1001);
    assert_eq!(request.user.region, "US");
    assert_eq!(request.page.unwrap().count, 5);
    assert_eq!(request.tab, wire::BagTab::FLASH_SALE);
    assert_eq!(request.exclude_ids, [3, 4]);
    assert_eq!(request.source, "bag_icon");
}

/// The required fields of a struct within encoded bytes, and of the structs in it, by their path.
fn lacking(schema: &Schema, name: &str, value: &Value, path: &str, found: &mut Vec<String>) {
    for field in &schema.structure(name).unwrap().fields {
        let at = format!("{path}.{}", field.name);
        match (&value[&field.name], &field.ty) {
            (Value::Null, _) if field.presence != Presence::Optional => found.push(at),
            (Value::Null, _) => {}
            (value, Type::Struct(name)) => lacking(schema, name, value, &at, found),
            (Value::Array(items), Type::List(item)) => {
                if let Type::Struct(name) = &**item {
                    items.iter().for_each(|item| lacking(schema, name, item, &at, found));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn every_required_field_is_written_with_the_default_of_the_idl() {
    for (service, _) in crate::schema::SERVICES {
        let schema = Schema::service(service).unwrap().unwrap();
        for method in schema.methods() {
            let mandatory = schema.structure(&method.request).unwrap().fields.iter();
            let mandatory = mandatory.filter(|field| field.presence == Presence::Mandatory);
            let mut json: serde_json::Map<_, _> =
                mandatory.map(|field| (field.name.clone(), sparse(&schema, &field.ty))).collect();
            json.insert("Base".to_owned(), json!({}));
            let mut found = Vec::new();
            let written = round_trip(&schema, &method.request, &json.into());
            lacking(&schema, &method.request, &written, service, &mut found);
            assert!(found.is_empty(), "{service}.{}: {found:?}", method.name);
        }
    }
    let page = round_trip(&schema(), "Page", &json!({}));
    assert_eq!(page, json!({ "cursor": 0, "count": 20 }));
    let bag = round_trip(&schema(), "GetLiveBagDataRequest", &json!({ "room": { "room_id": 1 }, "user": {} }));
    assert_eq!((&bag["tab"], &bag["source"], &bag["page"]), (&json!("ALL"), &json!("bag_icon"), &Value::Null));
}

/// The smallest value of the type.
fn sparse(schema: &Schema, ty: &Type) -> Value {
    match ty {
        Type::Struct(name) => {
            let fields = schema.structure(name).unwrap().fields.iter();
            let fields = fields.filter(|field| field.presence == Presence::Mandatory);
            fields
                .map(|field| (field.name.clone(), sparse(schema, &field.ty)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Type::List(item) => json!([sparse(schema, item)]),
        _ => full(schema, ty),
    }
}

#[test]
fn all_faults_are_reported_with_their_paths() {
    let schema = schema();
    let json = json!({
        "room": { "room_id": "1001", "anchor": 1 }, "page": { "count": 3_000_000_000_i64 }, "tab": "NEWEST",
        "exclude_ids": [1, true]
    });
    let faults = encode::structure(&schema, schema.structure("GetLiveBagDataRequest").unwrap(), &json).unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.at.as_str()).collect();
    assert_eq!(paths, ["room.anchor", "room.room_id", "user", "page.count", "tab", "exclude_ids[1]"]);
    assert!(faults[0].to_string().contains("RoomRef has no such field; it has room_id, anchor_id"));
    assert_eq!(faults[2].what, "is mandatory");
    assert!(faults[4].what.contains("FLASH_SALE"));
}

/// A reply frame (without its length) that holds a full answer.
fn reply(schema: &Schema, method: &crate::schema::Method) -> Vec<u8> {
    let json = full_struct(schema, &method.response);
    let body = encode::structure(schema, schema.structure(&method.response).unwrap(), &json).unwrap();
    let mut frame = 0x8001_0002_u32.to_be_bytes().to_vec();
    frame.extend(u32::try_from(method.name.len()).unwrap().to_be_bytes());
    frame.extend(method.name.as_bytes());
    frame.extend(9_i32.to_be_bytes());
    frame.extend([12, 0, 0]);
    frame.extend(body);
    frame.push(0);
    frame
}

#[test]
fn an_answer_cut_anywhere_is_an_error_and_never_a_panic() {
    let schema = schema();
    for method in schema.methods() {
        let frame = reply(&schema, method);
        assert!(message::answer(&schema, method, &frame, 9).is_ok(), "{}", method.name);
        for length in (0..frame.len()).step_by(31).chain([frame.len() - 1]) {
            let cut = message::answer(&schema, method, &frame[..length], 9);
            assert!(cut.is_err(), "{} cut at {length}", method.name);
        }
    }
}

#[test]
fn the_status_is_found_without_decoding() {
    let schema = schema();
    for method in schema.methods() {
        let frame = reply(&schema, method);
        assert_eq!(message::status(&frame, 9), Ok(7), "{}", method.name);
        assert_eq!(message::status(&frame, 8), Err(MessageError::Sequence { due: 8, found: 9 }));
    }
}

#[test]
fn a_missing_mandatory_field_and_a_wrong_type_name_their_path() {
    let schema = schema();
    let it = schema.structure("GetLiveRoomCommonInfoResponse").unwrap();
    let root = super::path::Path::Root;
    let empty = super::decode::structure(&schema, it, &mut Reader::new(&[0]), &root);
    assert_eq!(empty, Err(DecodeError::Missing { at: "room".to_owned() }));
    let mut number_for_struct = vec![8, 0, 1];
    number_for_struct.extend([0; 5]);
    let wrong = super::decode::structure(&schema, it, &mut Reader::new(&number_for_struct), &root);
    assert_eq!(wrong, Err(DecodeError::Type { at: "room".to_owned(), found: 8, due: 12 }));
}

#[test]
fn a_count_beyond_the_bytes_left_is_refused_before_anything_is_allocated() {
    let schema = schema();
    let it = schema.structure("GetLiveBagTabResponse").unwrap();
    let mut bytes = vec![15, 0, 1, 12];
    bytes.extend(i32::MAX.to_be_bytes());
    let huge = super::decode::structure(&schema, it, &mut Reader::new(&bytes), &super::path::Path::Root);
    assert!(matches!(huge, Err(DecodeError::Wire { at, .. }) if at == "tabs"));
}

#[test]
fn answers_print_in_the_order_of_the_idl_with_names_for_enums() {
    let schema = schema();
    let it = schema.structure("TabItem").unwrap();
    let bytes =
        encode::structure(&schema, it, &json!({ "red_dot": false, "count": 3, "text": "Sale", "tab": 2 })).unwrap();
    let data = super::decode::structure(&schema, it, &mut Reader::new(&bytes), &super::path::Path::Root).unwrap();
    let text = serde_json::to_string(&data).unwrap();
    assert_eq!(text, r#"{"tab":"FLASH_SALE","text":"Sale","count":3,"is_default":false,"red_dot":false}"#);
}

#[test]
fn faults_of_the_idl_name_file_and_line() {
    let load = |text| Schema::load(&[("x.thrift", text)]).unwrap_err();
    assert_eq!(
        load("struct A {\n  1: required Nobody x,\n}"),
        SchemaError::Undefined { user: "A.x".to_owned(), name: "Nobody".to_owned() }
    );
    assert_eq!(load("struct A {}\nenum A {}"), SchemaError::Twice("A".to_owned()));
    for default in
        ["i32 x = \"\"", "i32 x = 1.5", "bool x = E.A", "E x = E.B", "E x = A", "string x = 1", "list<i32> x = {}"]
    {
        let text = format!("enum E {{ A = 1 }} struct S {{ 1: required {default} }}");
        let found = Schema::load(&[("x.thrift", &text)]).unwrap_err();
        assert!(matches!(&found, SchemaError::Default { user, .. } if user == "S.x"), "{default}: {found}");
    }
    for (text, line) in
        [("\n\n%", 3), ("struct A {\n 1: required i32 }", 2), ("union U {}", 1), ("enum E {\n A = x }", 2)]
    {
        assert!(matches!(load(text), SchemaError::Syntax { line: found, .. } if found == line), "{text:?}");
    }
}
