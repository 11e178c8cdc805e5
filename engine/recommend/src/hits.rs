//! The answer of one source: ids with scores in the order of the source.

use std::sync::Arc;

/// One hit of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Item.
    pub id: i64,
    /// Score on the scale of the source.
    pub score: f64,
}

/// Hits in the order of the source; the first has rank 1. Shared, so a resident list is never copied.
pub type Hits = Arc<[Hit]>;

/// The hits of one source in one request.
#[derive(Debug, Clone)]
pub struct Found {
    /// Number of the source in its pipeline.
    pub source: u16,
    /// Hits with unique ids and finite scores.
    pub hits: Hits,
}

/// A hit that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Number of the source in its pipeline.
    pub source: u16,
    /// Item.
    pub id: i64,
    /// The rule that the hit breaks.
    pub reason: &'static str,
}

/// An item that a recall node adds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Item.
    pub id: i64,
    /// Score from the owner, or the merged score.
    pub score: f64,
    /// Bit n is set if source n of the pipeline found the item.
    pub sources: u64,
    /// The source that owns the item; `u16::MAX` for an item that padding added.
    pub owner: u16,
}

/// Owner of an item that padding added.
pub const PADDED: u16 = u16::MAX;

/// The reason why a score is refused, if it is.
pub(crate) fn bad_score(score: f64) -> Option<&'static str> {
    match score {
        score if score.is_nan() => Some("score is not a number"),
        score if score.is_infinite() => Some("score is infinite"),
        _ => None,
    }
}
