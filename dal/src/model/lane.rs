//! Lanes: isolated environments inside the same process, such as a test of new prices.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use pilota::FastStr;

use super::Trace;

/// A lane that the configuration names: it has addresses, cache entries and Redis keys of its own.
///
/// Small and `Copy`, because it is part of every cache key. Names are kept for the life of the process; only
/// configuration makes them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane(&'static str);

static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl Lane {
    /// Longest name, in bytes.
    pub const MOST: usize = 64;

    /// The lane of this name.
    pub(crate) fn named(name: &str) -> Self {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(name.into());
        names.insert(kept);
        Self(kept)
    }

    /// All lanes that the configuration has named since the start.
    pub(crate) fn all() -> Vec<Self> {
        NAMES.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().map(Self).collect()
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Whether `text` may be the name of a lane: 1 to 64 characters out of letters and digits of ASCII, `.`, `_`, `-`.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        (1..=Self::MOST).contains(&text.len()) && text.bytes().all(is_letter)
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The lane and the trace context that a request passes on to downstream services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traffic {
    /// The name of its lane, which is sent with every call; empty: the request names none.
    pub name: FastStr,
    /// The lane, if the configuration names it. Without one the request shares everything with requests of no lane.
    pub lane: Option<Lane>,
    /// Its trace. Shared: every task has a copy of its call.
    pub trace: Arc<Trace>,
    /// Whether the caller marked its call as a retry: then no downstream call is retried.
    pub is_retry: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_always_gives_the_same_lane() {
        assert_eq!(Lane::named("boe_a"), Lane::named(&String::from("boe_a")));
        assert_ne!(Lane::named("boe_a"), Lane::named("boe_b"));
        assert_eq!(Lane::named("boe_a").name(), "boe_a");
    }

    #[test]
    fn a_name_is_short_and_plain() {
        let longest = "x".repeat(64);
        for name in ["boe_prices", "a.b-c", "7", longest.as_str()] {
            assert!(Lane::is_name(name), "{name}");
        }
        let too_long = "x".repeat(65);
        for name in ["", "a b", "a:b", "a\n", "ä", too_long.as_str()] {
            assert!(!Lane::is_name(name), "{name:?}");
        }
    }
}
