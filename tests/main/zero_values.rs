//! Requests of clients that know no defaults: zero in every field that was not set. The requests are generated from the IDL,
//! so that a new field cannot be forgotten.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_idl::{
    json::message,
    schema::{Literal, Method, Presence, Struct, Type},
};

use crate::{
    stack::Stack,
    wire::{SCHEMA, exchange},
};

/// The table next to the rules for requests.
const RULES: &str = include_str!("../../handlers/src/check.rs");
/// The guide for client developers.
const GUIDE: &str = include_str!("../../docs/clients.md");

/// The bytes that a client sends for a field that it did not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// Nothing; mandatory fields only.
    LeftOut,
    /// Zero for required fields, as Kitex does.
    Required,
    /// Zero for optional fields as well.
    All,
}

/// A request of `method` as bytes. Fields in `spared` are never filled with zero: there it would be a value.
fn request(method: &Method, fill: Fill, spared: &[&str]) -> Vec<u8> {
    let room_id = if method.name == "GetSurpriseSetDetail" { 1006 } else { 1001 };
    let mut writer = Writer { fill, spared, room_id, out: Vec::new() };
    writer.structure(structure(&method.request));
    message::call(method, &writer.out, 1)
}

fn structure(name: &str) -> &'static Struct {
    SCHEMA.structure(name).unwrap()
}

struct Writer<'a> {
    fill: Fill,
    spared: &'a [&'a str],
    room_id: i64,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn structure(&mut self, it: &Struct) {
        for field in &it.fields {
            let at = format!("{}.{}", it.name, field.name);
            let zero = match field.presence {
                Presence::Mandatory => false,
                Presence::Defaulted if self.fill != Fill::LeftOut => true,
                Presence::Optional if self.fill == Fill::All => true,
                _ => continue,
            };
            if self.spared.contains(&at.as_str()) {
                continue;
            }
            self.out.push(field.ty.wire());
            self.out.extend(field.id.to_be_bytes());
            match (&field.ty, zero) {
                (Type::Struct(name), _) => self.structure(structure(name)),
                (ty, true) => self.zero(ty),
                (ty, false) => self.mandatory(&at, ty),
            }
        }
        self.out.push(0);
    }

    fn zero(&mut self, ty: &Type) {
        match ty {
            Type::Bool | Type::I8 => self.out.push(0),
            Type::I16 => self.out.extend([0; 2]),
            Type::I32 | Type::Enum(_) | Type::Text | Type::Binary => self.out.extend([0; 4]),
            Type::I64 | Type::Double => self.out.extend([0; 8]),
            Type::List(item) | Type::Set(item) => {
                self.out.push(item.wire());
                self.out.extend([0; 4]);
            }
            Type::Map(key, value) => {
                self.out.extend([key.wire(), value.wire()]);
                self.out.extend([0; 4]);
            }
            Type::Struct(name) => self.structure(structure(name)),
        }
    }

    /// Adds a field that a request cannot omit.
    fn mandatory(&mut self, at: &str, ty: &Type) {
        match (at, ty) {
            ("RoomRef.room_id", Type::I64) => self.out.extend(self.room_id.to_be_bytes()),
            ("GetSurpriseSetDetailRequest.surprise_set_id", Type::I64) => self.out.extend(5001_i64.to_be_bytes()),
            ("GetLiveBagRefreshRequest.product_ids", Type::List(item)) => {
                self.out.extend([item.wire(), 0, 0, 0, 2]);
                for item in 1..=2 {
                    self.out.extend((self.room_id * 1000 + item).to_be_bytes());
                }
            }
            ("MGetRoomLiteDataRequest.rooms" | "MGetFcpEcomComponentRequest.slots", Type::List(item)) => {
                let Type::Struct(name) = &**item else { panic!("{at} is not a list of structs") };
                self.out.extend([item.wire(), 0, 0, 0, 1]);
                self.structure(structure(name));
            }
            _ => panic!("{at} has no default, and this test does not know a value for it"),
        }
    }
}

#[tokio::test]
async fn zero_and_unset_fields_have_the_same_answer_in_every_method() {
    // its zero is a value: no preview
    let spared = ["GetRoomFullDataRequest.need_bag_preview"];
    let stack = Stack::start().await;
    for method in SCHEMA.methods() {
        let left_out = exchange(&stack, &request(method, Fill::LeftOut, &spared)).await;
        assert_eq!(message::status(&left_out, 1), Ok(0), "{}", method.name);
        for fill in [Fill::Required, Fill::All] {
            let filled = exchange(&stack, &request(method, fill, &spared)).await;
            assert!(filled == left_out, "{}: the answer to zeros differs, {fill:?}", method.name);
        }
    }
}

#[tokio::test]
async fn a_preview_that_is_not_needed_is_a_value() {
    let stack = Stack::start().await;
    let method = SCHEMA.method("GetRoomFullData").unwrap();
    for (fill, cards) in [(Fill::LeftOut, 3), (Fill::Required, 0)] {
        let answer = exchange(&stack, &request(method, fill, &[])).await;
        let answer = message::answer(&SCHEMA, method, &answer, 1).unwrap();
        assert_eq!(answer.list("preview").len(), cards, "{fill:?}");
    }
}

#[tokio::test]
async fn a_request_without_a_user_is_an_exception() {
    let stack = Stack::start().await;
    for method in SCHEMA.methods() {
        let user = format!("{}.user", method.request);
        let answer = exchange(&stack, &request(method, Fill::Required, &[user.as_str()])).await;
        let answer = message::status(&answer, 1);
        assert!(matches!(answer, Err(message::MessageError::Exception { .. })), "{}: {answer:?}", method.name);
    }
}

/// Finds all structs that a request of any method may contain.
fn reachable(name: &str, found: &mut BTreeSet<String>) {
    if found.insert(name.to_owned()) {
        for field in &structure(name).fields {
            if let Some(name) = named(&field.ty) {
                reachable(name, found);
            }
        }
    }
}

fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Struct(name) => Some(name),
        Type::List(item) | Type::Set(item) => named(item),
        Type::Map(_, value) => named(value),
        _ => None,
    }
}

/// The default as the table writes it; `None` if it is zero.
fn written(ty: &Type, default: &Literal) -> Option<String> {
    match (ty, default) {
        (_, Literal::List | Literal::Map) => None,
        (Type::Enum(of), Literal::Word(word)) => {
            let name = word.rsplit('.').next().unwrap();
            let number = SCHEMA.enumeration(of).unwrap().number(name).unwrap();
            (number != 0).then(|| name.to_owned())
        }
        (_, Literal::Word(word)) => (word != "false").then(|| word.clone()),
        (_, Literal::Number(number)) => (number.parse::<f64>().unwrap() != 0.0).then(|| number.clone()),
        (_, Literal::Text(text)) => (!text.is_empty()).then(|| text.clone()),
    }
}

/// Fields and the meaning of their zero, from the table.
fn table() -> BTreeMap<String, String> {
    let rows = RULES.lines().filter_map(|line| line.strip_prefix("//! | `")).map(|row| format!("`{row}"));
    let mut found = BTreeMap::new();
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        for field in cells[0].split(", ") {
            found.insert(field.trim_matches('`').to_owned(), cells[2].trim_matches('`').to_owned());
        }
    }
    found
}

#[test]
fn the_table_has_every_field_whose_default_is_not_zero() {
    let mut structs = BTreeSet::new();
    SCHEMA.methods().iter().for_each(|method| reachable(&method.request, &mut structs));
    let mut defaults = BTreeMap::new();
    for it in structs.iter().map(|name| structure(name)) {
        for field in &it.fields {
            if let Some(default) = field.default.as_ref().and_then(|default| written(&field.ty, default)) {
                defaults.insert(format!("{}.{}", it.name, field.name), default);
            }
        }
    }
    let table = table();
    assert_eq!(defaults.keys().collect::<Vec<_>>(), table.keys().collect::<Vec<_>>());
    for (field, default) in &defaults {
        let means = &table[field];
        let is_said = means == default || means.starts_with("nothing: ") || means.ends_with("the default is `true");
        assert!(is_said, "{field}: the default is {default}, the table says {means}");
    }
}

#[test]
fn the_guide_for_clients_has_the_same_table() {
    for row in RULES.lines().filter_map(|line| line.strip_prefix("//! |")) {
        assert!(GUIDE.contains(&format!("|{row}")), "docs/clients.md lacks\n|{row}");
    }
}
