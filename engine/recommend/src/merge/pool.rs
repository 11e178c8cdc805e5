//! Items of all answers, the sources that found them, and which ones already have an owner.

use crate::{
    hits::{Found, Hit, Hits, Item, Refused, bad_score},
    index::IdIndex,
};

/// Checked answers by slot: unique ids within a slot, finite scores.
#[derive(Debug)]
pub(crate) struct Answers {
    /// `None` for a slot that did not answer.
    hits: Vec<Option<Hits>>,
    /// Distinct ids of all slots.
    pub(super) index: IdIndex,
    /// Row of each hit, slot by slot.
    rows: Vec<u32>,
    /// Bit n is set if slot n found the row.
    bits: Vec<u64>,
    /// Start of each slot in `rows`.
    starts: Vec<usize>,
}

impl Answers {
    /// Checks the answers; adds refused hits to `refused` and the number of repeated ids per slot to `repeated`.
    pub(crate) fn new(
        hits: Vec<Option<Hits>>,
        base: u16,
        refused: &mut Vec<Refused>,
        repeated: &mut Vec<(usize, usize)>,
    ) -> Self {
        let total = hits.iter().flatten().map(|hits| hits.len()).sum();
        let mut made = Self {
            starts: Vec::with_capacity(hits.len() + 1),
            hits: Vec::with_capacity(hits.len()),
            index: IdIndex::with_capacity(total),
            rows: Vec::with_capacity(total),
            bits: Vec::with_capacity(total),
        };
        for (slot, hits) in hits.into_iter().enumerate() {
            made.starts.push(made.rows.len());
            let checked = hits.map(|hits| {
                let source = base + u16::try_from(slot).unwrap_or(u16::MAX);
                let mut good = made.admit(&hits, slot, source, refused);
                let missing = hits.len() - good.len();
                let bad = refused.iter().filter(|refused| refused.source == source).count();
                if missing > bad {
                    repeated.push((slot, missing - bad));
                }
                if missing == 0 { hits } else { Hits::from(std::mem::take(&mut good)) }
            });
            made.hits.push(checked);
        }
        made.starts.push(made.rows.len());
        made
    }

    /// Adds the rows of a slot's valid hits; returns those hits.
    fn admit(&mut self, hits: &[Hit], slot: usize, source: u16, refused: &mut Vec<Refused>) -> Good {
        let bit = 1_u64 << (slot % 64);
        let mut good = Good { kept: None, count: 0 };
        for (place, hit) in hits.iter().enumerate() {
            let fault = bad_score(hit.score);
            let fresh = fault.is_none() && {
                let (row, new) = self.index.insert(hit.id);
                if new {
                    self.bits.push(0);
                }
                self.bits.get_mut(row as usize).is_some_and(|bits| {
                    let fresh = *bits & bit == 0;
                    *bits |= bit;
                    if fresh {
                        self.rows.push(row);
                    }
                    fresh
                })
            };
            if let Some(reason) = fault {
                refused.push(Refused { source, id: hit.id, reason });
            }
            if fresh {
                good.count += 1;
                if let Some(kept) = &mut good.kept {
                    kept.push(*hit);
                }
            } else if good.kept.is_none() {
                good.kept = Some(hits.get(..place).unwrap_or(&[]).to_vec());
            }
        }
        good
    }

    /// Number of slots.
    pub(crate) fn slots(&self) -> usize {
        self.hits.len()
    }

    /// Whether the slot answered.
    pub(super) fn answered(&self, slot: usize) -> bool {
        self.hits.get(slot).is_some_and(Option::is_some)
    }

    /// Rows and hits of a slot, in its order.
    pub(super) fn of(&self, slot: usize) -> impl ExactSizeIterator<Item = (u32, Hit)> + Clone + '_ {
        self.rest(slot, 0)
    }

    /// Rows and hits of a slot from a given place.
    fn rest(&self, slot: usize, place: usize) -> impl ExactSizeIterator<Item = (u32, Hit)> + Clone + '_ {
        let hits = self.hits.get(slot).and_then(Option::as_ref).map_or(&[][..], |hits| hits);
        let start = self.starts.get(slot).copied().unwrap_or_default();
        let rows = self.rows.get(start + place..start + hits.len()).unwrap_or(&[]);
        rows.iter().copied().zip(hits.get(place..).unwrap_or(&[]).iter().copied())
    }

    /// The hits of the slots that answered, for the record.
    pub(crate) fn found(self, base: u16) -> impl Iterator<Item = Found> {
        (base..).zip(self.hits).filter_map(|(source, hits)| Some(Found { source, hits: hits? }))
    }
}

/// Valid hits of a slot: copied only if some hit is invalid.
#[derive(Default)]
struct Good {
    kept: Option<Vec<Hit>>,
    count: usize,
}

impl Good {
    fn len(&self) -> usize {
        self.count
    }
}

impl From<Good> for Hits {
    fn from(good: Good) -> Self {
        good.kept.unwrap_or_default().into()
    }
}

/// State of one merge.
pub(super) struct Pool<'a> {
    pub(super) answers: &'a Answers,
    base: u16,
    taken: Vec<bool>,
    /// Number of hits of each slot already passed.
    cursors: Vec<usize>,
}

impl<'a> Pool<'a> {
    pub(super) fn new(answers: &'a Answers, base: u16) -> Self {
        let taken = vec![false; answers.index.ids().len()];
        Self { answers, base, taken, cursors: vec![0; answers.slots()] }
    }

    /// The item of a hit, owned by the slot.
    pub(super) fn item(&self, slot: usize, row: u32, id: i64, score: f64) -> Item {
        let bits = self.answers.bits.get(row as usize).copied().unwrap_or_default();
        let owner = self.base + u16::try_from(slot).unwrap_or_default();
        Item { id, score, sources: bits << (self.base % 64), owner }
    }

    /// Takes the next item of the slot that has no owner yet.
    pub(super) fn take(&mut self, slot: usize) -> Option<Item> {
        let cursor = self.cursors.get_mut(slot)?;
        for (row, hit) in self.answers.rest(slot, *cursor) {
            *cursor += 1;
            let taken = self.taken.get_mut(row as usize)?;
            if !std::mem::replace(taken, true) {
                return Some(self.item(slot, row, hit.id, hit.score));
            }
        }
        None
    }

    /// Whether the slot has an item without an owner.
    pub(super) fn has_supply(&self, slot: usize) -> bool {
        let cursor = self.cursors.get(slot).copied().unwrap_or_default();
        self.answers.rest(slot, cursor).any(|(row, _)| self.taken.get(row as usize) == Some(&false))
    }
}
