//! From the text of a file to its raw struct, with every fault of shape.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::{Fault, Key};

/// Faults of shape reported of one file: somebody who mixed up two files need not see hundreds.
const MAX_FAULTS: usize = 32;

/// The raw struct; its defaults where the text cannot be read, which the faults keep from being used.
///
/// serde stops at the first fault. To list them all, what is at fault is taken out and the rest is read again.
pub(super) fn parse<T: DeserializeOwned + Serialize + Default>(key: Key, text: &str, faults: &mut Vec<Fault>) -> T {
    // from the text and not from a tree of values, which would not show a field that is given twice
    let first = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text));
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        let error = serde_json::from_str::<Value>(text).err().map(|error| error.to_string()).unwrap_or_default();
        let found = if text.trim().is_empty() { "an empty file".into() } else { format!("{} bytes", text.len()) };
        faults.push(Fault::of_file(key.name(), format!("must be JSON: {error}"), found));
        return T::default();
    };
    let before = faults.len();
    for _ in 0..MAX_FAULTS {
        match serde_path_to_error::deserialize(&value) {
            Ok(raw) => {
                if let (true, Err(error)) = (faults.len() == before, first) {
                    faults.push(fault(key, error.path(), &error.inner().to_string(), &Value::Null));
                }
                lists(key, String::new(), &value, &serde_json::to_value(&raw).unwrap_or_default(), faults);
                return raw;
            }
            Err(error) => {
                faults.push(fault(key, error.path(), &error.inner().to_string(), &value));
                if !take_out(&mut value, error.path()) {
                    break;
                }
            }
        }
    }
    T::default()
}

fn fault(key: Key, path: &Path, rule: &str, whole: &Value) -> Fault {
    let found = at(whole, path).cloned().unwrap_or_default();
    let path = if path.iter().len() == 0 { String::new() } else { path.to_string() };
    if found.is_null() {
        Fault { found: String::new(), ..Fault::new(key, path, rule, &found) }
    } else {
        Fault::new(key, path, rule, &found)
    }
}

/// serde reads a list as an object whose fields come in order; nobody who writes configuration means that.
fn lists(key: Key, at: String, written: &Value, read: &Value, faults: &mut Vec<Fault>) {
    match (written, read) {
        (Value::Array(_), Value::Object(_)) => faults.push(Fault::new(key, at, "must be an object", written)),
        (Value::Array(written), Value::Array(read)) => {
            for (index, (written, read)) in written.iter().zip(read).enumerate() {
                lists(key, format!("{at}[{index}]"), written, read, faults);
            }
        }
        (Value::Object(written), Value::Object(read)) => {
            for (name, written) in written {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                lists(key, at, written, read.get(name).unwrap_or(&Value::Null), faults);
            }
        }
        _ => {}
    }
}

fn at<'a>(whole: &'a Value, path: &Path) -> Option<&'a Value> {
    path.iter().try_fold(whole, |value, segment| match segment {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get(key),
        Segment::Unknown => None,
    })
}

/// Takes the field at fault out of its object. Something in a list stays: the paths of its neighbours would move.
fn take_out(whole: &mut Value, path: &Path) -> bool {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let Some(Segment::Map { key }) = segments.pop() else { return false };
    let parent = segments.into_iter().try_fold(whole, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(index),
        Segment::Map { key } | Segment::Enum { variant: key } => value.get_mut(key),
        Segment::Unknown => None,
    });
    parent.and_then(Value::as_object_mut).is_some_and(|object| object.remove(key).is_some())
}
