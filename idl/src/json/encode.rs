//! Encodes JSON to binary, by the schema, and reports every fault with the path of its field.

use std::fmt;

use serde_json::Value;

use super::path::Path;
use crate::schema::{Literal, Presence, Schema, Struct, Type};

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path of the field.
    pub at: String,
    /// The fault.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Encodes `json` as the struct `it`. A missing required field is written with its default: servers in other languages
/// refuse a message without it.
///
/// # Errors
/// All faults: unknown fields, missing mandatory ones, values of the wrong type or out of range.
pub fn structure(schema: &Schema, it: &Struct, json: &Value) -> Result<Vec<u8>, Vec<Fault>> {
    let mut encoder = Encoder { schema, out: Vec::new(), faults: Vec::new() };
    encoder.structure(it, json, &Path::Root);
    if encoder.faults.is_empty() { Ok(encoder.out) } else { Err(encoder.faults) }
}

/// Encodes a single value of a type; faults name their path below `at`.
///
/// # Errors
/// All faults, like [`structure`].
pub fn value(schema: &Schema, ty: &Type, json: &Value, at: &Path<'_>) -> Result<Vec<u8>, Vec<Fault>> {
    let mut encoder = Encoder { schema, out: Vec::new(), faults: Vec::new() };
    encoder.value(ty, json, at);
    if encoder.faults.is_empty() { Ok(encoder.out) } else { Err(encoder.faults) }
}

struct Encoder<'s> {
    schema: &'s Schema,
    out: Vec<u8>,
    faults: Vec<Fault>,
}

impl Encoder<'_> {
    fn fault(&mut self, path: &Path<'_>, what: impl Into<String>) {
        self.faults.push(Fault { at: path.text("the request"), what: what.into() });
    }

    fn structure(&mut self, it: &Struct, json: &Value, path: &Path<'_>) {
        let Value::Object(given) = json else {
            return self.fault(path, format!("must be an object ({}), not {}", it.name, kind(json)));
        };
        for name in given.keys().filter(|name| it.field(name).is_none()) {
            let known: Vec<_> = it.fields.iter().map(|field| field.name.as_str()).collect();
            self.fault(&Path::Field(path, name), format!("{} has no such field; it has {}", it.name, known.join(", ")));
        }
        for field in &it.fields {
            let at = Path::Field(path, &field.name);
            let default = || field.default.as_ref().filter(|_| field.presence == Presence::Defaulted).map(json_of);
            match given.get(&field.name).filter(|value| !value.is_null()).cloned().or_else(default) {
                Some(value) => {
                    self.out.push(field.ty.wire());
                    self.out.extend(field.id.to_be_bytes());
                    self.value(&field.ty, &value, &at);
                }
                None if field.presence == Presence::Mandatory => self.fault(&at, "is mandatory"),
                None => {}
            }
        }
        self.out.push(0);
    }

    fn value(&mut self, ty: &Type, json: &Value, path: &Path<'_>) {
        match ty {
            Type::Bool => match json.as_bool() {
                Some(value) => self.out.push(value.into()),
                None => self.wrong("true or false", json, path),
            },
            Type::I8 => self.int::<i8, 1>(json, path, i8::to_be_bytes),
            Type::I16 => self.int::<i16, 2>(json, path, i16::to_be_bytes),
            Type::I32 => self.int::<i32, 4>(json, path, i32::to_be_bytes),
            Type::I64 => self.int::<i64, 8>(json, path, i64::to_be_bytes),
            Type::Double => match json.as_f64() {
                Some(value) => self.out.extend(value.to_be_bytes()),
                None => self.wrong("a number", json, path),
            },
            Type::Text | Type::Binary => match json.as_str() {
                Some(text) => {
                    self.length(text.len(), path);
                    self.out.extend(text.as_bytes());
                }
                None => self.wrong("text", json, path),
            },
            Type::Enum(name) => self.enumeration(name, json, path),
            Type::Struct(name) => match self.schema.structure(name) {
                Some(it) => self.structure(it, json, path),
                None => self.fault(path, format!("{name} is not defined")),
            },
            Type::List(item) | Type::Set(item) => match json.as_array() {
                Some(items) => self.list(item, items, path),
                None => self.wrong("a list", json, path),
            },
            Type::Map(key, value) => match json.as_object() {
                Some(entries) => self.map(key, value, entries, path),
                None => self.wrong("an object", json, path),
            },
        }
    }

    fn int<T: TryFrom<i64>, const N: usize>(&mut self, json: &Value, path: &Path<'_>, bytes: fn(T) -> [u8; N]) {
        match json.as_i64().and_then(|value| T::try_from(value).ok()) {
            Some(value) => self.out.extend(bytes(value)),
            None => self.wrong(&format!("a whole number of {} bits", N * 8), json, path),
        }
    }

    fn enumeration(&mut self, name: &str, json: &Value, path: &Path<'_>) {
        let Some(it) = self.schema.enumeration(name) else {
            return self.fault(path, format!("{name} is not defined"));
        };
        let by_number = json.as_i64().and_then(|number| i32::try_from(number).ok());
        match json.as_str().map_or(by_number, |text| it.number(text)) {
            Some(number) => self.out.extend(number.to_be_bytes()),
            None => {
                let names: Vec<_> = it.values.iter().map(|(name, _)| name.as_str()).collect();
                self.wrong(&format!("one of {}", names.join(", ")), json, path);
            }
        }
    }

    fn list(&mut self, item: &Type, items: &[Value], path: &Path<'_>) {
        self.out.push(item.wire());
        self.length(items.len(), path);
        for (at, value) in items.iter().enumerate() {
            self.value(item, value, &Path::Item(path, at));
        }
    }

    fn map(&mut self, key: &Type, value: &Type, entries: &serde_json::Map<String, Value>, path: &Path<'_>) {
        self.out.extend([key.wire(), value.wire()]);
        self.length(entries.len(), path);
        for (name, entry) in entries {
            let at = Path::Key(path, name);
            // Keys are always text in JSON: keys of other types are parsed from it.
            let key_json = match key {
                Type::Text | Type::Binary | Type::Enum(_) => Value::from(name.as_str()),
                _ => serde_json::from_str(name).unwrap_or(Value::Null),
            };
            self.value(key, &key_json, &at);
            self.value(value, entry, &at);
        }
    }

    fn length(&mut self, length: usize, path: &Path<'_>) {
        match i32::try_from(length) {
            Ok(length) => self.out.extend(length.to_be_bytes()),
            Err(_) => self.fault(path, "is too long"),
        }
    }

    fn wrong(&mut self, due: &str, json: &Value, path: &Path<'_>) {
        self.fault(path, format!("must be {due}, not {json}"));
    }
}

/// A default of the IDL as JSON.
fn json_of(default: &Literal) -> Value {
    match default {
        Literal::Text(text) => text.as_str().into(),
        Literal::List => Value::Array(Vec::new()),
        Literal::Map => Value::Object(serde_json::Map::new()),
        Literal::Word(word) if word == "true" || word == "false" => (word == "true").into(),
        // a value of an enum goes by its own name
        Literal::Word(word) => word.rsplit('.').next().into(),
        // linking has shown that it is one
        Literal::Number(number) => serde_json::from_str(number).unwrap_or_default(),
    }
}

fn kind(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
