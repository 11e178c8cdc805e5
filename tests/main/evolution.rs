//! The IDL compared with that of the last release: changes that break clients and servers generated from the old one.

use std::{collections::BTreeMap, fs, path::Path};

use live_pack_idl::schema::{Enum, Field, Presence, SERVICES, Schema, Struct};

/// The schema of a service in the last release.
fn released(service: &str) -> Schema {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/released");
    let text = |path: String| fs::read_to_string(folder.join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let base = text("base.thrift".to_owned());
    let path =
        if service == "live_pack" { "live_pack.thrift".to_owned() } else { format!("downstream/{service}.thrift") };
    Schema::load(&[("base", &base), (service, &text(path))]).unwrap()
}

/// Every change from `old` to `new` that breaks a client or a server generated from `old`.
fn incompatible(old: &Schema, new: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for was in old.methods() {
        match new.methods().iter().find(|is| is.name == was.name) {
            None => found.push(format!("{}: the method is gone", was.name)),
            Some(is) if (is.argument, &is.request, &is.response) != (was.argument, &was.request, &was.response) => {
                found.push(format!("{}: another argument or answer", was.name));
            }
            Some(_) => {}
        }
    }
    for was in old.structures() {
        match new.structure(&was.name) {
            None => found.push(format!("{}: the struct is gone", was.name)),
            Some(is) => fields(was, is, &mut found),
        }
    }
    for was in old.enumerations() {
        match new.enumeration(&was.name) {
            None => found.push(format!("{}: the enum is gone", was.name)),
            Some(is) => values(was, is, &mut found),
        }
    }
    found
}

fn fields(was: &Struct, is: &Struct, found: &mut Vec<String>) {
    let by_id = |it: &Struct| it.fields.iter().map(|field| (field.id, field.clone())).collect::<BTreeMap<i16, Field>>();
    let (old, new) = (by_id(was), by_id(is));
    for (id, field) in &old {
        let at = format!("{}.{}", was.name, field.name);
        let Some(now) = new.get(id) else {
            found.push(format!("{at}: field {id} is gone"));
            continue;
        };
        if now.name != field.name {
            found.push(format!("{at}: field {id} is now {}", now.name));
        }
        if now.ty != field.ty {
            found.push(format!("{at}: {:?} has become {:?}", field.ty, now.ty));
        }
        if now.presence != field.presence {
            found.push(format!("{at}: {:?} has become {:?}", field.presence, now.presence));
        } else if now.default != field.default {
            found.push(format!("{at}: the default {:?} has become {:?}", field.default, now.default));
        }
    }
    for field in new.values().filter(|field| !old.contains_key(&field.id) && field.presence != Presence::Optional) {
        found.push(format!("{}.{}: a new field must be optional", is.name, field.name));
    }
}

fn values(was: &Enum, is: &Enum, found: &mut Vec<String>) {
    for (name, number) in &was.values {
        match is.values.iter().find(|(known, _)| known == name) {
            None => found.push(format!("{}.{name}: the value is gone", was.name)),
            Some((_, now)) if now != number => found.push(format!("{}.{name}: {number} has become {now}", was.name)),
            Some(_) => {}
        }
    }
}

#[test]
fn nothing_breaks_clients_and_servers_of_the_last_release() {
    for (service, _) in SERVICES {
        let new = Schema::service(service).unwrap().unwrap();
        let found = incompatible(&released(service), &new);
        assert!(found.is_empty(), "{service}.thrift:\n{}", found.join("\n"));
    }
}

#[test]
fn every_kind_of_incompatible_change_is_found_and_additions_are_compatible() {
    const OLD: &str = "enum E { A = 0, B = 1 }
        struct In { 1: required i64 id, 2: required i32 count = 20, 3: optional string name, 4: required E e = E.A }
        struct Out { 1: required list<i64> ids = [] }
        service S { Out Get(1: In req), Out Put(1: In req) }";
    let old = Schema::load(&[("old", OLD)]).unwrap();
    for (from, to, due) in [
        ("1: required i64 id,", "", "In.id: field 1 is gone"),
        ("1: required i64 id", "9: optional i64 id", "In.id: field 1 is gone"),
        ("required i64 id", "required i32 id", "In.id: I64 has become I32"),
        ("list<i64>", "list<i32>", "Out.ids: List(I64) has become List(I32)"),
        ("required i64 id", "required i64 key", "In.id: field 1 is now key"),
        ("required i64 id", "optional i64 id", "In.id: Mandatory has become Optional"),
        ("required i64 id", "required i64 id = 0", "In.id: Mandatory has become Defaulted"),
        ("optional string name", "required string name = \"\"", "In.name: Optional has become Defaulted"),
        ("count = 20", "count = 30", "In.count: the default"),
        ("1: required i64 id", "5: required i64 more, 1: required i64 id", "In.more: a new field must be optional"),
        ("1: required i64 id", "5: required i64 more = 0, 1: required i64 id", "In.more: a new field must be optional"),
        ("B = 1", "C = 1", "E.B: the value is gone"),
        ("B = 1", "B = 2", "E.B: 1 has become 2"),
        (", Out Put(1: In req)", "", "Put: the method is gone"),
        ("Out Put(1: In req)", "In Put(1: In req)", "Put: another argument or answer"),
        ("Out Put(1: In req)", "Out Put(2: In req)", "Put: another argument or answer"),
    ] {
        let text = OLD.replacen(from, to, 1);
        assert_ne!(text, OLD, "{from}");
        let found = incompatible(&old, &Schema::load(&[("new", &text)]).unwrap());
        assert!(matches!(&found[..], [only] if only.starts_with(due)), "{from} -> {to}: {found:?}");
    }
    let wider = OLD
        .replace("B = 1", "B = 1, C = 2")
        .replace("1: required i64 id", "1: required i64 id, 5: optional E more")
        .replace("Out Put(1: In req)", "Out Put(1: In req), Out Take(1: In req)");
    assert_eq!(incompatible(&old, &Schema::load(&[("new", &wider)]).unwrap()), Vec::<String>::new());
}
