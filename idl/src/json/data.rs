//! A decoded value with the names of the IDL, which prints as JSON in the order of the IDL.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value. Names borrow from the schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Data<'s> {
    /// A `bool`.
    Bool(bool),
    /// Any whole number.
    Int(i64),
    /// A `double`.
    Double(f64),
    /// A `string`.
    Text(String),
    /// A `binary`, printed as a list of numbers.
    Binary(Vec<u8>),
    /// A value of an enum; without a name if the schema does not know it.
    Enum(i32, Option<&'s str>),
    /// A list or a set.
    List(Vec<Self>),
    /// A map, in the order of the wire.
    Map(Vec<(Self, Self)>),
    /// A struct: the fields present, in the order of the IDL.
    Struct(Vec<(&'s str, Self)>),
}

impl Data<'_> {
    /// A field of a struct, or an entry of a map with text for keys.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct(fields) => fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value),
            Self::Map(entries) => entries.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value, if it is a whole number.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The value, if it is text, or the name of the enum value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Enum(_, name) => *name,
            _ => None,
        }
    }

    /// Whether this is `true`.
    #[must_use]
    pub const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// The elements of a list; empty for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The elements of a list field; empty if it is absent.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Self] {
        self.get(name).map(Self::items).unwrap_or_default()
    }

    /// A field as text: numbers in digits, enums by name; empty if it is absent.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Self::Int(value)) => value.to_string(),
            Some(Self::Enum(number, None)) => number.to_string(),
            Some(value) => value.as_text().unwrap_or_default().to_owned(),
            None => String::new(),
        }
    }

    /// A field as a whole number; 0 if it is absent.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        self.get(name).and_then(Self::as_int).unwrap_or_default()
    }

    /// Whether a field is there and `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(Self::is_true)
    }

    /// The value as a key of a JSON object.
    fn as_key(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Text(text) => text.clone(),
            Self::Enum(number, name) => name.map_or_else(|| number.to_string(), str::to_owned),
            other => format!("{other:?}"),
        }
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Double(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Binary(bytes) => bytes.serialize(serializer),
            Self::Enum(_, Some(name)) => serializer.serialize_str(name),
            Self::Enum(number, None) => serializer.serialize_i32(*number),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&key.as_key(), value)?;
                }
                map.end()
            }
            Self::Struct(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
