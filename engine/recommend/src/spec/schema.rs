//! Validates a value against a JSON Schema derived by `schemars` and reports all faults.

use serde_json::{Map, Value};

use super::{Faults, nearest::known};
use crate::{id::Id, span::Span};

/// Adds every fault of `value` against `schema`; `path` names the value.
pub(crate) fn check(schema: &Value, value: &Value, path: &str, faults: &mut Faults) {
    Walk { root: schema }.value(schema, value, path, faults);
}

struct Walk<'s> {
    /// The document that holds `$defs`.
    root: &'s Value,
}

impl<'s> Walk<'s> {
    fn value(&self, schema: &'s Value, value: &Value, path: &str, faults: &mut Faults) {
        let Some(schema) = schema.as_object() else { return };
        if schema.contains_key("$ref") {
            return self.value(self.target(schema), value, path, faults);
        }
        if let Some(options) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
            let mut flat = Vec::new();
            self.flatten(options, &mut flat);
            return self.one_of(&flat, value, path, faults);
        }
        if let Some(only) = schema.get("const") {
            if only != value {
                faults.add(path, format!("must be {only}"), value);
            }
            return;
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            return one_name(allowed, value, path, faults);
        }
        if !has_type(schema, value) {
            return faults.add(path, format!("must be {}", type_text(schema)), value);
        }
        if let Some(rule) = schema.get("format").and_then(Value::as_str).and_then(|format| broken(format, value)) {
            return faults.add(path, rule, value);
        }
        match value {
            Value::Number(_) => number(schema, value, path, faults),
            Value::Array(list) => self.list(schema, list, value, path, faults),
            Value::Object(map) => self.object(schema, map, path, faults),
            _ => (),
        }
    }

    /// The schema that `$ref` points to.
    fn target(&self, schema: &Map<String, Value>) -> &'s Value {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        pointer.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(&Value::Null)
    }

    /// The alternatives, with references and nested alternatives resolved.
    fn flatten(&self, options: &'s [Value], flat: &mut Vec<&'s Value>) {
        for option in options {
            let object = option.as_object();
            let option =
                object.filter(|object| object.contains_key("$ref")).map_or(option, |object| self.target(object));
            match option.get("oneOf").or_else(|| option.get("anyOf")).and_then(Value::as_array) {
                Some(inner) => self.flatten(inner, flat),
                None => flat.push(option),
            }
        }
    }

    /// Checks the alternative that matches, or else reports the faults of the closest one.
    fn one_of(&self, options: &[&'s Value], value: &Value, path: &str, faults: &mut Faults) {
        let names: Vec<_> = options.iter().flat_map(|option| self.names(option)).collect();
        if value.is_string() && !names.is_empty() && options.iter().all(|option| !self.admits_free_text(option)) {
            return one_name(&names, value, path, faults);
        }
        let mut best: Option<(usize, Faults)> = None;
        for option in options {
            let mut found = Faults::default();
            self.value(option, value, path, &mut found);
            if found.0.is_empty() {
                return;
            }
            // An alternative whose own type matches explains more than one that expected another type.
            let foreign = found.0.first().is_some_and(|fault| fault.path == path);
            let weight = found.0.len() + if foreign { 1_000 } else { 0 };
            if best.as_ref().is_none_or(|(least, _)| weight < *least) {
                best = Some((weight, found));
            }
        }
        match best {
            Some((weight, found)) if weight < 1_000 => faults.0.extend(found.0),
            _ => faults.add(path, format!("must be {}", self.options_text(options)), value),
        }
    }

    /// The strings that a schema enumerates.
    fn names(&self, schema: &'s Value) -> Vec<Value> {
        let listed = schema.get("enum").and_then(Value::as_array).cloned();
        let only = schema.get("const").cloned();
        listed.unwrap_or_else(|| only.into_iter().collect()).into_iter().filter(Value::is_string).collect()
    }

    fn admits_free_text(&self, schema: &'s Value) -> bool {
        let Some(object) = schema.as_object() else { return true };
        object.contains_key("type")
            && !object.contains_key("enum")
            && !object.contains_key("const")
            && has_type(object, &Value::String(String::new()))
    }

    fn options_text(&self, options: &[&'s Value]) -> String {
        let texts = options.iter().map(|option| match option.as_object() {
            Some(object) if object.contains_key("const") => {
                object.get("const").map(Value::to_string).unwrap_or_default()
            }
            Some(object) => match object.get("required").and_then(Value::as_array).and_then(|keys| keys.first()) {
                Some(key) => format!("an object with {key}"),
                None => self
                    .names(option)
                    .iter()
                    .map(Value::to_string)
                    .reduce(|all, name| format!("{all} or {name}"))
                    .unwrap_or_else(|| type_text(object)),
            },
            None => "any value".into(),
        });
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" or ")
    }

    fn list(&self, schema: &'s Map<String, Value>, list: &[Value], value: &Value, path: &str, faults: &mut Faults) {
        let places = schema.get("prefixItems").and_then(Value::as_array);
        let limit = |key| schema.get(key).and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
        if limit("minItems").is_some_and(|least| list.len() < least)
            || limit("maxItems").is_some_and(|most| list.len() > most)
        {
            let text = match (limit("minItems"), limit("maxItems")) {
                (Some(least), Some(most)) if least == most => format!("must have {}", entries(least)),
                (Some(least), _) if list.len() < least => format!("must have at least {}", entries(least)),
                (_, most) => format!("must have at most {}", entries(most.unwrap_or_default())),
            };
            return faults.add(path, text, value);
        }
        for (index, entry) in list.iter().enumerate() {
            let place = places.and_then(|places| places.get(index)).or_else(|| schema.get("items"));
            if let Some(place) = place {
                self.value(place, entry, &format!("{path}[{index}]"), faults);
            }
        }
    }

    fn object(&self, schema: &'s Map<String, Value>, map: &Map<String, Value>, path: &str, faults: &mut Faults) {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in map {
            let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match (properties.and_then(|properties| properties.get(key)), schema.get("additionalProperties")) {
                (Some(property), _) => self.value(property, value, &at, faults),
                (None, Some(Value::Bool(false))) => {
                    let names = properties.unwrap_or(&none).keys().map(String::as_str);
                    faults.add(at, format!("unknown key, {}", known(key, names)), value);
                }
                (None, Some(entries)) => self.value(entries, value, &at, faults),
                (None, None) => (),
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !map.contains_key(*key)) {
            let at = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            faults.missing(at, "is required but missing");
        }
    }
}

fn one_name(allowed: &[Value], value: &Value, path: &str, faults: &mut Faults) {
    if allowed.contains(value) {
        return;
    }
    let names: Vec<_> = allowed.iter().filter_map(Value::as_str).collect();
    let rule = match value.as_str() {
        Some(name) => format!("unknown name, {}", known(name, names)),
        None => format!("must be one of {}", names.join(", ")),
    };
    faults.add(path, rule, value);
}

fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(schema: &Map<String, Value>, value: &Value) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.into_iter().any(|name| match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            _ => value.is_object(),
        })
}

fn type_text(schema: &Map<String, Value>) -> String {
    let text = |name: &str| match name {
        "null" => "null".to_owned(),
        "boolean" => "true or false".to_owned(),
        "integer" => format!("an integer{}", bounds(schema)),
        "number" => format!("a number{}", bounds(schema)),
        "string" => "a text".to_owned(),
        "array" => "a list".to_owned(),
        _ => "an object".to_owned(),
    };
    let texts: Vec<_> = types(schema).into_iter().filter(|name| *name != "null").map(text).collect();
    texts.join(" or ")
}

fn bounds(schema: &Map<String, Value>) -> String {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    match (bound("minimum"), bound("exclusiveMinimum"), bound("maximum")) {
        (Some(least), _, Some(most)) => format!(" from {least} to {most}"),
        (_, Some(least), Some(most)) => format!(" above {least} and at most {most}"),
        (Some(least), _, None) => format!(" of at least {least}"),
        (None, Some(least), None) => format!(" above {least}"),
        (None, None, Some(most)) => format!(" of at most {most}"),
        (None, None, None) => String::new(),
    }
}

fn number(schema: &Map<String, Value>, value: &Value, path: &str, faults: &mut Faults) {
    let (Some(number), bound) = (value.as_f64(), |key: &str| schema.get(key).and_then(Value::as_f64)) else { return };
    let good = bound("minimum").is_none_or(|least| number >= least)
        && bound("exclusiveMinimum").is_none_or(|least| number > least)
        && bound("maximum").is_none_or(|most| number <= most);
    if !good {
        faults.add(path, format!("must be {}", type_text(schema)), value);
    }
}

/// The broken rule of a custom format.
fn broken(format: &str, value: &Value) -> Option<String> {
    match format {
        "span" => value.as_str()?.parse::<Span>().err().map(|error| error.to_string()),
        "id" => serde_json::from_value::<Id>(value.clone()).err().map(|_| "must be an id, a 64-bit integer".into()),
        "score" => value.as_str()?.parse::<f64>().err().map(|_| "must be a number".into()),
        _ => None,
    }
}

/// A number of entries in words.
fn entries(number: usize) -> String {
    format!("{number} {}", if number == 1 { "entry" } else { "entries" })
}
