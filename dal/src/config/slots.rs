//! The current value of each key, the last state of its file, and the trial of changes.

use std::{collections::BTreeMap, sync::Arc};

use live_pack_engine::hash::{FNV_BASIS, finish, fnv1a};
use pilota::FastStr;
use serde_json::Value;

use super::{
    Conf, Environment, Fault, Key,
    conf::Texts,
    store::{Found, Look, Print, assemble, build_all},
    table::ops,
};

/// The source of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The defaults: there is no file.
    Default,
    /// Its file.
    File,
}

/// Current value and rejection of a key.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KeyStatus {
    /// The key.
    pub key: &'static str,
    /// A hash of the text in use.
    pub version: String,
    /// The source of the text.
    pub source: Source,
    /// Load time, Unix milliseconds.
    pub loaded_at_ms: i64,
    /// The rejected content of the file, if it was rejected.
    pub rejected: Option<Rejected>,
    /// The value in use, with every default filled in.
    pub effective: Value,
}

/// A change that was rejected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rejected {
    /// A hash of the rejected content.
    pub hash: String,
    /// All its faults.
    pub faults: Vec<Fault>,
    /// Time of the rejection, Unix milliseconds.
    pub at_ms: i64,
}

/// All keys.
#[derive(Clone)]
pub(super) struct Slots {
    slots: BTreeMap<Key, Slot>,
    strange: Vec<Fault>,
    environment: Environment,
}

#[derive(Clone)]
struct Slot {
    /// The text in use; `None`: the defaults.
    text: Option<Arc<str>>,
    /// Hash of the file when it was last read.
    seen: Print,
    source: Source,
    loaded_at_ms: i64,
    rejected: Option<Rejected>,
}

/// The result of trying the files that were found.
pub(super) struct Change<X> {
    pub(super) taken: Vec<Key>,
    /// Rejected now, and not before for the same content.
    pub(super) rejected: Vec<(Key, Vec<Fault>)>,
    /// Rejected before, and good now.
    pub(super) mended: Vec<Key>,
    /// Files of no key, seen for the first time.
    pub(super) strange: Vec<Fault>,
    /// Files of no key that are gone.
    pub(super) no_longer_strange: Vec<Fault>,
    pub(super) built: Option<(Conf, X)>,
}

type Refused = BTreeMap<Key, Vec<Fault>>;
type Build<'a, X> = dyn Fn(&Conf) -> Result<X, Vec<Fault>> + 'a;

impl Slots {
    /// All keys with their defaults.
    pub(super) fn new(environment: Environment, now_ms: i64) -> Self {
        let defaults =
            Slot { text: None, seen: Print::ABSENT, source: Source::Default, loaded_at_ms: now_ms, rejected: None };
        let slots = Key::ALL.into_iter().map(|key| (key, defaults.clone())).collect();
        Self { slots, strange: Vec::new(), environment }
    }

    /// Reads the files for the first time.
    pub(super) fn open<X>(mut self, look: Look, build: &Build<'_, X>) -> Result<(Self, Conf, X), Vec<Fault>> {
        let Look { found, strange } = look;
        for (key, found) in &found {
            let Some(slot) = self.slots.get_mut(key) else { continue };
            slot.seen = found.print();
            if let Some(text) = found.text() {
                (slot.text, slot.source) = (Some(text), Source::File);
            }
        }
        match build_all(found, self.environment, build) {
            Ok((conf, derived)) if strange.is_empty() => Ok((self, conf, derived)),
            built => Err(strange.into_iter().chain(built.err().unwrap_or_default()).collect()),
        }
    }

    /// Tries the files that were found. A key whose file is invalid, alone or with the others, keeps its value.
    pub(super) fn change<X>(&mut self, Look { found, strange }: Look, now_ms: i64, build: &Build<'_, X>) -> Change<X> {
        let found: Vec<(Key, Found, Print)> =
            found.into_iter().map(|(key, found)| (key, found.clone(), found.print())).collect();
        let only_in = |these: &[Fault], others: &[Fault]| -> Vec<Fault> {
            these.iter().filter(|fault| !others.contains(fault)).cloned().collect()
        };
        let mut change = Change {
            taken: Vec::new(),
            rejected: Vec::new(),
            mended: Vec::new(),
            strange: only_in(&strange, &self.strange),
            no_longer_strange: only_in(&self.strange, &strange),
            built: None,
        };
        self.strange = strange;
        if found.iter().all(|(key, _, print)| self.slots.get(key).is_some_and(|slot| slot.seen == *print)) {
            return change;
        }
        let (mut texts, mut refused) = (BTreeMap::new(), Refused::new());
        let prints: BTreeMap<Key, Print> = found.iter().map(|(key, _, print)| (*key, *print)).collect();
        for (key, found, print) in found {
            if self.serving(key) == print {
                continue; // the value in use, or in use again after a bad file was corrected
            }
            let text = found.text();
            match found.checked(key, self.environment) {
                Ok(Some(text)) => drop(texts.insert(key, text)),
                Ok(None) => {
                    let fault = Fault::of_file(
                        key.name(),
                        "must not be deleted while the server runs; write {} for the defaults",
                        "no file",
                    );
                    refused.insert(key, vec![fault]);
                }
                Err(faults) => drop(refused.insert(key, self.with_built(key, text, faults, build))),
            }
        }
        while !texts.is_empty() {
            let mut together = self.texts();
            together.extend(texts.iter().map(|(key, text)| (*key, text.clone())));
            match assemble(&together, self.environment, build) {
                Ok(built) => {
                    change.built = Some(built);
                    break;
                }
                Err(faults) => {
                    let blamed = blamed(&faults, texts.keys().copied());
                    texts.retain(|key, _| !blamed.contains_key(key));
                    refused.extend(blamed);
                }
            }
        }
        self.settle(&prints, texts, refused, now_ms, &mut change);
        change
    }

    /// The faults of a bad text, and those that only building it with all current values shows.
    fn with_built<X>(&self, key: Key, text: Option<Arc<str>>, faults: Vec<Fault>, build: &Build<'_, X>) -> Vec<Fault> {
        let Some(text) = text else { return faults };
        let mut together = self.texts();
        together.insert(key, text);
        let all = assemble(&together, self.environment, build).err().unwrap_or_default();
        let all: Vec<_> = all.into_iter().filter(|fault| fault.key == key.name()).collect();
        if all.is_empty() { faults } else { all }
    }

    /// Records accepted and rejected changes.
    fn settle<X>(
        &mut self,
        prints: &BTreeMap<Key, Print>,
        texts: Texts,
        mut refused: Refused,
        now_ms: i64,
        change: &mut Change<X>,
    ) {
        change.taken = texts.keys().copied().collect();
        for (key, slot) in &mut self.slots {
            let Some(print) = prints.get(key) else { continue };
            let known = slot.rejected.as_ref().is_some_and(|rejected| rejected.hash == print.text());
            let was_rejected = slot.rejected.is_some();
            if let Some(text) = texts.get(key) {
                *slot = Slot {
                    text: Some(text.clone()),
                    seen: *print,
                    source: Source::File,
                    loaded_at_ms: now_ms,
                    rejected: None,
                };
            } else if let Some(faults) = refused.remove(key) {
                if !known {
                    change.rejected.push((*key, faults.clone()));
                }
                let at_ms = slot.rejected.as_ref().filter(|_| known).map_or(now_ms, |rejected| rejected.at_ms);
                slot.rejected = Some(Rejected { hash: print.text(), faults, at_ms });
            } else {
                slot.rejected = None;
            }
            slot.seen = *print;
            if was_rejected && slot.rejected.is_none() {
                change.mended.push(*key);
            }
        }
    }

    fn serving(&self, key: Key) -> Print {
        let text = self.slots.get(&key).and_then(|slot| slot.text.as_deref());
        text.map_or(Print::ABSENT, Print::of)
    }

    fn texts(&self) -> Texts {
        self.slots.iter().filter_map(|(key, slot)| Some((*key, slot.text.clone()?))).collect()
    }

    /// A hash over all texts in use.
    pub(super) fn version(&self) -> FastStr {
        let hash = Key::ALL.into_iter().fold(FNV_BASIS, |hash, key| fnv1a(hash, &self.serving(key).0.to_le_bytes()));
        FastStr::from_string(Print(finish(hash)).text())
    }

    /// Files that belong to no key, or the directory if it cannot be read.
    pub(super) fn strange(&self) -> &[Fault] {
        &self.strange
    }

    /// Number of keys whose newest file is refused, and of files that belong to no key.
    pub(super) fn refused(&self) -> usize {
        self.slots.values().filter(|slot| slot.rejected.is_some()).count() + self.strange.len()
    }

    pub(super) fn status(&self) -> Vec<KeyStatus> {
        let status = self.slots.iter().map(|(key, slot)| KeyStatus {
            key: key.name(),
            version: self.serving(*key).text(),
            source: slot.source,
            loaded_at_ms: slot.loaded_at_ms,
            rejected: slot.rejected.clone(),
            effective: (ops(*key).effective)(slot.text.as_deref()),
        });
        status.collect()
    }
}

/// The keys that the faults name; all keys with all faults, if they name none.
fn blamed(faults: &[Fault], keys: impl Iterator<Item = Key>) -> Refused {
    let keys: Vec<Key> = keys.collect();
    let mut blamed = Refused::new();
    for fault in faults {
        if let Some(key) = Key::named(&fault.key).filter(|key| keys.contains(key)) {
            blamed.entry(key).or_default().push(fault.clone());
        }
    }
    if blamed.is_empty() { keys.into_iter().map(|key| (key, faults.to_vec())).collect() } else { blamed }
}
