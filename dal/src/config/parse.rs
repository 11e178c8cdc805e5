//! Parses the text of a file into its raw struct, and collects the faults of all files.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};

use super::{Fault, Key};
use crate::json::{self, Removed};

/// Faults of files.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// All faults, each with its path into the text.
    pub(super) faults: Vec<Fault>,
    removed: BTreeMap<Key, Removed>,
}

impl Findings {
    /// Adds faults of parsed values: their paths become paths into the text.
    pub(super) fn add(&mut self, faults: Vec<Fault>) {
        let in_text = faults.into_iter().map(|fault| {
            let removed = Key::named(&fault.key).and_then(|key| self.removed.get(&key));
            match removed {
                Some(removed) => Fault { path: removed.original(&fault.path), ..fault },
                None => fault,
            }
        });
        let in_text: Vec<_> = in_text.collect();
        self.faults.extend(in_text);
    }

    /// Adds faults like [`Findings::add`], without those that may only follow from known faults.
    pub(super) fn add_new(&mut self, faults: Vec<Fault>) {
        let known = self.faults.len();
        self.add(faults);
        let new = self.faults.split_off(known);
        let follows = |fault: &Fault| self.faults.iter().any(|known| known.covers(fault));
        let new: Vec<_> = new.into_iter().filter(|fault| !follows(fault)).collect();
        self.faults.extend(new);
    }
}

/// The raw struct without its flawed parts; its defaults where the text cannot be read.
pub(super) fn parse<T: DeserializeOwned + Serialize + Default>(key: Key, text: &str, findings: &mut Findings) -> T {
    let json::Read { value, flaws, removed } = json::read(text);
    findings.faults.extend(flaws.into_iter().map(|flaw| Fault::of_flaw(key, flaw)));
    if removed != Removed::default() {
        findings.removed.insert(key, removed);
    }
    value
}
