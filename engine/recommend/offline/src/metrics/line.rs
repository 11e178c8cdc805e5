//! JSON lines read by the command `metrics`.

use std::num::NonZeroUsize;

use serde::{Deserialize, Deserializer, de};

use super::Metrics;

/// One list to measure. Other keys, such as the viewer of the list, are ignored, so a misspelt key counts as missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Line {
    /// Items in ranked order.
    #[serde(deserialize_with = "ids")]
    pub ranked: Vec<i64>,
    /// Relevant items in any order.
    #[serde(deserialize_with = "ids")]
    pub relevant: Vec<i64>,
    /// Number of places that count, at least 1.
    pub k: NonZeroUsize,
}

impl Line {
    /// The metrics of the list.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        Metrics::of(&self.ranked, &self.relevant, self.k)
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an id must be a 64-bit integer, or one in quotes")]
enum Id {
    Number(i64),
    Text(String),
}

fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let ids = Vec::<Id>::deserialize(deserializer)?;
    ids.into_iter()
        .map(|id| match id {
            Id::Number(id) => Ok(id),
            Id::Text(text) => text.parse().map_err(|_| {
                de::Error::custom(format_args!("an id must be a 64-bit integer, or one in quotes, found {text:?}"))
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_strings_or_integers_and_the_same() {
        let line: Line = serde_json::from_str(r#"{"ranked":[0,"7",-3],"relevant":["0"],"k":3}"#).unwrap();
        assert_eq!((line.ranked.as_slice(), line.relevant.as_slice()), (&[0, 7, -3][..], &[0][..]));
    }

    #[test]
    fn each_bad_line_has_a_message() {
        let table = [
            (r#"{"ranked":[1.5],"relevant":[],"k":1}"#, "an id must be a 64-bit integer"),
            (r#"{"ranked":["x"],"relevant":[],"k":1}"#, "found \"x\""),
            (r#"{"ranked":[1],"relevant":[],"k":0}"#, "nonzero"),
            (r#"{"ranked":[1],"k":1}"#, "missing field `relevant`"),
            (r#"{"ranked":[1],"relevant":[],"K":2}"#, "missing field `k`"),
            ("7", "expected struct Line"),
        ];
        for (text, part) in table {
            let error = serde_json::from_str::<Line>(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
