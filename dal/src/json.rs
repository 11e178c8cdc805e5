//! Reads JSON that people write: reports all faults at once, each with its path.

use std::collections::BTreeMap;

use serde::{
    Serialize,
    de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_path_to_error::{Path, Segment};

/// Maximum number of structural faults reported for one text: one wrong file should not produce hundreds.
const MOST_FLAWS: usize = 32;

/// One fault in the structure of a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{rule}{}", prefix(path), suffix(found))]
pub struct Flaw {
    /// Path, such as `engines[0].tasks.X.timeout`; empty: the text as a whole.
    pub path: String,
    /// The rule, or the parser's message.
    pub rule: String,
    /// The value found, as JSON if it is a value; empty: nothing to show.
    pub found: String,
}

fn prefix(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}: ") }
}

fn suffix(found: &str) -> String {
    if found.is_empty() { String::new() } else { format!(", found {found}") }
}

impl Flaw {
    /// Whether a field is missing only because it was taken out.
    fn follows_from(&self, flaws: &[Self]) -> bool {
        let missing = self.rule.strip_prefix("missing field `").and_then(|rule| rule.strip_suffix('`'));
        missing.is_some_and(|field| flaws.iter().any(|flaw| flaw.path == format!("{}.{field}", self.path)))
    }
}

/// The result of reading a text.
#[derive(Debug, Clone)]
pub struct Read<T> {
    /// The value without its flawed parts; the default if nothing could be read.
    pub value: T,
    /// All faults.
    pub flaws: Vec<Flaw>,
    /// The elements missing from the lists of `value`.
    pub removed: Removed,
}

/// Elements that were removed from lists so that the rest could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed(BTreeMap<String, Vec<usize>>);

impl Removed {
    /// Translates a path into the value to a path into the text: removed elements shift the indices behind them.
    #[must_use]
    pub fn original(&self, path: &str) -> String {
        let (mut original, mut rest) = (String::with_capacity(path.len()), path);
        while let Some((before, after)) = rest.split_once('[') {
            original.push_str(before);
            let index = after.split_once(']').and_then(|(index, tail)| Some((index.parse::<usize>().ok()?, tail)));
            match index {
                Some((mut index, tail)) => {
                    for gone in self.0.get(&original).into_iter().flatten() {
                        index += usize::from(*gone <= index);
                    }
                    original.push_str(&format!("[{index}]"));
                    rest = tail;
                }
                None => {
                    original.push('[');
                    rest = after;
                }
            }
        }
        original + rest
    }

    /// Notes a removed element by its path into the value before the removal.
    fn note(&mut self, list: &str, index: usize) {
        let element = self.original(&format!("{list}[{index}]"));
        let Some((list, index)) = element.strip_suffix(']').and_then(|element| element.rsplit_once('[')) else {
            return;
        };
        let gone = self.0.entry(list.to_owned()).or_default();
        gone.extend(index.parse::<usize>());
        gone.sort_unstable();
    }
}

/// Any JSON.
///
/// # Errors
/// Faults of the text as a whole, and duplicate keys.
pub fn value(text: &str) -> Result<Value, Vec<Flaw>> {
    let mut flaws = Vec::new();
    let value = tree(text, &mut flaws);
    if flaws.is_empty() { Ok(value) } else { Err(flaws) }
}

/// The value that a text describes.
///
/// serde stops at the first fault. To list them all, each faulty part is removed and the rest is read again.
pub fn read<T: DeserializeOwned + Serialize + Default>(text: &str) -> Read<T> {
    let mut read = Read { value: T::default(), flaws: Vec::new(), removed: Removed::default() };
    let mut whole = tree(text, &mut read.flaws);
    if whole.is_null() && !read.flaws.is_empty() {
        return read;
    }
    for _ in 0..MOST_FLAWS {
        match serde_path_to_error::deserialize::<_, T>(&whole) {
            Ok(value) => {
                let written = serde_json::to_value(&value).unwrap_or_default();
                read.value = value;
                lists(String::new(), &whole, &written, &mut read);
                return read;
            }
            Err(error) => {
                let path = error.path();
                let found = at(&whole, path).filter(|found| !found.is_null());
                let flaw = Flaw {
                    path: read.removed.original(&shown(path)),
                    rule: error.inner().to_string(),
                    found: found.map(Value::to_string).unwrap_or_default(),
                };
                if !flaw.follows_from(&read.flaws) {
                    read.flaws.push(flaw);
                }
                if !take_out(&mut whole, path, &mut read.removed) {
                    break;
                }
            }
        }
    }
    read
}

/// The text as a tree; null if it is not JSON.
fn tree(text: &str, flaws: &mut Vec<Flaw>) -> Value {
    let whole = |rule: String, found: String| Flaw { path: String::new(), rule, found };
    if text.starts_with('\u{feff}') {
        let rule = "must be without a byte order mark, the bytes EF BB BF at its beginning";
        flaws.push(whole(rule.into(), String::new()));
        return Value::Null;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut twice = Vec::new();
    let read = Tree { path: &mut String::new(), flaws: &mut twice }.deserialize(&mut reader);
    match read.and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => {
            flaws.extend(twice);
            value
        }
        Err(error) => {
            let found = if text.trim().is_empty() { "an empty file".into() } else { format!("{} bytes", text.len()) };
            flaws.push(whole(format!("must be JSON: {error}"), found));
            Value::Null
        }
    }
}

/// Reads any JSON and notes duplicate keys. The first one counts.
struct Tree<'a> {
    path: &'a mut String,
    flaws: &'a mut Vec<Flaw>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let (mut list, end) = (Vec::new(), self.path.len());
        loop {
            self.path.push_str(&format!("[{}]", list.len()));
            let element = elements.next_element_seed(Tree { path: self.path, flaws: self.flaws })?;
            self.path.truncate(end);
            match element {
                Some(element) => list.push(element),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let (mut object, end) = (Map::new(), self.path.len());
        while let Some(key) = fields.next_key::<String>()? {
            if end > 0 {
                self.path.push('.');
            }
            self.path.push_str(&key);
            let value = fields.next_value_seed(Tree { path: self.path, flaws: self.flaws })?;
            if object.contains_key(&key) {
                let (path, rule) = (self.path.clone(), "must not be given twice".into());
                self.flaws.push(Flaw { path, rule, found: value.to_string() });
            } else {
                object.insert(key, value);
            }
            self.path.truncate(end);
        }
        Ok(Value::Object(object))
    }
}

/// serde accepts a list as an object whose fields come in order; that is never meant in JSON written by hand.
fn lists<T>(at: String, written: &Value, understood: &Value, read: &mut Read<T>) {
    match (written, understood) {
        (Value::Array(_), Value::Object(_)) => {
            let path = read.removed.original(&at);
            read.flaws.push(Flaw { path, rule: "must be an object".into(), found: written.to_string() });
        }
        (Value::Array(written), Value::Array(understood)) => {
            for (index, (written, understood)) in written.iter().zip(understood).enumerate() {
                lists(format!("{at}[{index}]"), written, understood, read);
            }
        }
        (Value::Object(written), Value::Object(understood)) => {
            for (name, written) in written {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                lists(at, written, understood.get(name).unwrap_or(&Value::Null), read);
            }
        }
        _ => {}
    }
}

/// A path in readable form; empty: the whole.
fn shown(path: &Path) -> String {
    if path.iter().len() == 0 { String::new() } else { path.to_string() }
}

fn at<'a>(whole: &'a Value, path: &Path) -> Option<&'a Value> {
    path.iter().try_fold(whole, |value, segment| match segment {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get(key),
        Segment::Unknown => None,
    })
}

/// Removes the faulty part from its object or list.
fn take_out(whole: &mut Value, path: &Path, removed: &mut Removed) -> bool {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let Some(last) = segments.pop() else { return false };
    let parent = segments.into_iter().try_fold(whole, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get_mut(key),
        Segment::Unknown => None,
    });
    match (parent, last) {
        (Some(Value::Object(object)), Segment::Map { key }) => object.remove(key).is_some(),
        (Some(Value::Array(list)), Segment::Seq { index }) if *index < list.len() => {
            list.remove(*index);
            let element = shown(path);
            removed.note(element.strip_suffix(&format!("[{index}]")).unwrap_or_default(), *index);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
