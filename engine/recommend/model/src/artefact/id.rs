//! Ids in JSON: written as strings, read as strings or integers.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A 64-bit id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub i64);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an id must be a 64-bit integer, or one in quotes")]
        enum Raw {
            Number(i64),
            Text(String),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Number(id) => Ok(Self(id)),
            Raw::Text(text) => text.parse().map(Self).map_err(|_| {
                de::Error::custom(format_args!("an id must be a 64-bit integer, or one in quotes, found {text:?}"))
            }),
        }
    }
}
