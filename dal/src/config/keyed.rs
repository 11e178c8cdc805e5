//! The trait that the type of each key implements.

use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Environment, Fault, Key,
    check::Check,
    parse::{Findings, parse},
};

/// The checked type of a key. It is made from a file only through its raw struct and [`Keyed::checked`].
pub(super) trait Keyed: Sized {
    /// The key.
    const KEY: Key;
    /// The raw form: parser, schema and error paths in one.
    type Raw: DeserializeOwned + Serialize + JsonSchema + Default;
    /// Checks everything and reports all faults; the value is not used if there is one.
    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self;
}

/// Reads a key from the text of its file, or from its defaults.
pub(super) fn read<K: Keyed>(text: Option<&str>, environment: Environment, findings: &mut Findings) -> K {
    let raw = text.map_or_else(K::Raw::default, |text| parse(K::KEY, text, findings));
    let mut faults = Vec::new();
    let checked = K::checked(raw, &mut Check::new(K::KEY.name(), environment, &mut faults));
    findings.add(faults);
    checked
}

/// Operations on a key without its type.
pub(super) struct Ops {
    /// All faults of a text.
    pub(super) faults: fn(&str, Environment) -> Vec<Fault>,
    /// A text with every default filled in.
    pub(super) effective: fn(Option<&str>) -> Value,
    /// The JSON Schema.
    #[cfg_attr(not(test), expect(dead_code, reason = "schemas are files, written and compared by a test"))]
    pub(super) schema: fn() -> Schema,
}

impl Ops {
    pub(super) const fn of<K: Keyed>() -> Self {
        Self { faults: faults::<K>, effective: effective::<K>, schema: || schemars::schema_for!(K::Raw) }
    }
}

fn faults<K: Keyed>(text: &str, environment: Environment) -> Vec<Fault> {
    let mut findings = Findings::default();
    read::<K>(Some(text), environment, &mut findings);
    findings.faults
}

fn effective<K: Keyed>(text: Option<&str>) -> Value {
    let raw: K::Raw = text.map_or_else(K::Raw::default, |text| parse(K::KEY, text, &mut Findings::default()));
    serde_json::to_value(raw).unwrap_or_default()
}

/// The value of a good text.
#[cfg(test)]
pub(super) fn parsed<K: Keyed>(text: &str) -> K {
    let mut findings = Findings::default();
    let value = read(Some(text), Environment::default(), &mut findings);
    assert!(findings.faults.is_empty(), "{text}: {:?}", findings.faults);
    value
}
