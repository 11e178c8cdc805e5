//! Sizes in bytes as files write them: a whole number and a unit.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The text of a size, not yet checked: "512KiB", "16MiB", "1GiB".
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Size(String);

const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

impl Size {
    /// The text of a size, in the largest unit that divides it; less than 1 KiB is cut off.
    pub(super) fn of(bytes: u64) -> Self {
        let unit = UNITS.iter().rev().find(|(_, size)| bytes > 0 && bytes.is_multiple_of(*size));
        let (unit, size) = unit.copied().unwrap_or(("KiB", 1 << 10));
        Self(format!("{}{unit}", bytes / size))
    }

    /// `None`: not a whole number with a unit, or more than 64 bits of bytes.
    pub(super) fn parse(&self) -> Option<u64> {
        let end = self.0.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, unit) = self.0.split_at(end);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*size)
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+(KiB|MiB|GiB)$",
            "description": "A whole number and a unit: KiB, MiB or GiB.", "examples": ["512KiB", "16MiB"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_whole_number_and_a_unit() {
        for (text, bytes) in [("512KiB", 524_288), ("16MiB", 16_777_216), ("1GiB", 1_073_741_824), ("0KiB", 0)] {
            assert_eq!(Size(text.into()).parse(), Some(bytes), "{text}");
            assert_eq!(Size::of(bytes).0, text);
        }
        for text in
            ["", "16", "MiB", "-1MiB", "1.5MiB", "1 MiB", "1MB", "1mib", "99999999999999999999KiB", "99999999999GiB"]
        {
            assert_eq!(Size(text.into()).parse(), None, "{text}");
        }
    }
}
