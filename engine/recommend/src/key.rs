//! Store keys with placeholders, for example `hot:{scene}` or `history:{viewer}`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::{ask::Request, error::NodeError, spec::known};

/// Placeholders that a request fills.
const OF_REQUEST: [&str; 4] = ["viewer", "scene", "device", "day"];

/// Placeholders that the source fills.
const OF_SOURCE: [&str; 2] = ["item", "tag"];

/// Milliseconds per day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// A key with placeholders in braces: `viewer`, `scene`, `device`, `day` (the UTC date, such as 2026-11-28), and, where the
/// source provides them, `item` and `tag`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(&'static str),
}

impl Key {
    /// Parses a key.
    ///
    /// # Errors
    ///
    /// The rule that the key breaks.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("must close each brace")?;
            let names = OF_REQUEST.iter().chain(&OF_SOURCE).copied();
            let placeholder = names.clone().find(|known| *known == name);
            let placeholder =
                placeholder.ok_or_else(|| format!("unknown placeholder {name:?}, {}", known(name, names)))?;
            parts.extend([Part::Text(before.to_owned()), Part::Placeholder(placeholder)]);
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self(parts))
    }

    /// The key for a request; `own` replaces `item` or `tag`.
    pub(crate) fn fill(&self, request: &Request, own: &str) -> Result<String, NodeError> {
        self.at(request, own, request.now_ms)
    }

    /// The key for a request at a given time.
    pub(crate) fn at(&self, request: &Request, own: &str, now_ms: Option<i64>) -> Result<String, NodeError> {
        let mut key = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => key.push_str(text),
                Part::Placeholder("viewer") => {
                    key.push_str(&request.viewer.ok_or(NodeError::Lacks("viewer"))?.to_string());
                }
                Part::Placeholder("scene") => key.push_str(request.scene.as_deref().ok_or(NodeError::Lacks("scene"))?),
                Part::Placeholder("device") => {
                    key.push_str(request.device.as_deref().ok_or(NodeError::Lacks("device"))?);
                }
                Part::Placeholder("day") => key.push_str(&date(now_ms.ok_or(NodeError::Lacks("now_ms"))?)),
                Part::Placeholder(_) => key.push_str(own),
            }
        }
        Ok(key)
    }
}

/// The UTC date of a time, such as 2026-11-28.
pub(crate) fn date(now_ms: i64) -> String {
    // Days of the civil calendar, counted from 1 March of year 0 (Hinnant, "chrono-compatible low-level date algorithms").
    let days = now_ms.div_euclid(DAY_MS) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        "Key".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Key of a store; {viewer}, {scene}, {device}, {day}, {item} and {tag} are filled in." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_from_the_request_and_the_source() {
        let request: Request =
            serde_json::from_str(r#"{"viewer": 7, "scene": "live", "now_ms": 1795824000000}"#).unwrap();
        for (text, filled) in [
            ("hot", "hot"),
            ("hot:{scene}:{day}", "hot:live:2026-11-28"),
            ("{viewer}", "7"),
            ("i2i:{item}x", "i2i:42x"),
        ] {
            assert_eq!(Key::parse(text).unwrap().fill(&request, "42").as_deref(), Ok(filled), "{text}");
        }
        let device = Key::parse("{device}").unwrap().fill(&request, "").unwrap_err().to_string();
        assert_eq!(device, "request has no device");
        assert_eq!(
            Key::parse("{viewr}").unwrap_err(),
            "unknown placeholder \"viewr\", nearest is \"viewer\"; known are viewer, scene, device, day, item, tag"
        );
        assert!(Key::parse("{viewer").is_err());
    }

    #[test]
    fn dates_follow_the_calendar() {
        for (days, text) in [(0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (19_783, "2024-03-01")] {
            assert_eq!(date(days * DAY_MS), text);
        }
    }
}
