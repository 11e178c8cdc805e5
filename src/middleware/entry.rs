//! Facts about a request from the moment it was decoded: its log id, its number and the time.

use std::{
    fmt::Write,
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use live_pack_idl::base::Base;
use tokio::time::Instant;
use volo::FastStr;

/// Set once by the outermost layer and read by the others, through the extensions of the server context.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The caller's name for the request, else 28 hex digits, unique across processes; the only detail of a failure in
    /// the answer.
    pub log_id: FastStr,
    /// The service name that the caller states: free text, never an identity.
    pub caller: FastStr,
    /// The caller, verified by its connection; empty before admission.
    pub verified: FastStr,
    /// Counts the requests of this process; wraps.
    pub number: u32,
    /// Time at which the request had been decoded.
    pub received: Instant,
}

impl Entry {
    /// An entry for a request without any metadata.
    #[must_use]
    pub fn now() -> Self {
        Self::of(None, FastStr::empty(), next_number())
    }

    /// An entry for a request that arrives now: with `base`, and the transport's name for the caller, if there is one.
    #[must_use]
    pub fn of(base: Option<&Base>, caller: FastStr, number: u32) -> Self {
        let named = base.map(|base| &base.log_id).filter(|id| is_printable(id, LONGEST_LOG_ID));
        let told = base.map(|base| &base.caller).filter(|name| caller.is_empty() && is_printable(name, LONGEST_CALLER));
        Self {
            log_id: named.cloned().unwrap_or_else(|| log_id(number)),
            caller: told.cloned().unwrap_or(caller),
            verified: FastStr::empty(),
            number,
            received: Instant::now(),
        }
    }
}

/// The number of the next request of this process.
pub fn next_number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// The number of a request that got one before it was decoded, in the extensions of the server context.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub u32);

/// A longer one is ignored: it would be in every line about the request.
const LONGEST_LOG_ID: usize = 128;
/// As for the log id.
const LONGEST_CALLER: usize = 128;

fn is_printable(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Time in milliseconds (12 digits), the process (8 digits, random), the number of the request (8 digits).
fn log_id(number: u32) -> FastStr {
    // Random once per process, not once per request: with the counter that is as unique and costs nothing.
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let mut id = String::with_capacity(28);
    // Writing to a string cannot fail.
    let _ = write!(id, "{:012x}{:08x}{number:08x}", millis & 0xffff_ffff_ffff, *PROCESS & 0xffff_ffff);
    FastStr::from_string(id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_request_keeps_the_name_that_its_caller_gave_it() {
        let base = |log_id: &str, caller: &str| Base {
            log_id: log_id.to_owned().into(),
            caller: caller.to_owned().into(),
            ..Base::default()
        };
        let entry = Entry::of(Some(&base("mine-1", "shop")), FastStr::empty(), 1);
        assert_eq!((entry.log_id.as_str(), entry.caller.as_str()), ("mine-1", "shop"));
        let entry = Entry::of(Some(&base("mine-1", "shop")), "header".into(), 2);
        assert_eq!(entry.caller, "header");
        for bad in ["", "two words", "line\nfeed", &"x".repeat(129)] {
            assert_eq!(Entry::of(Some(&base(bad, bad)), FastStr::empty(), 3).log_id.len(), 28, "{bad:?}");
        }
    }

    #[test]
    fn log_ids_are_28_hex_digits_and_differ() {
        let ids: HashSet<_> = (0..1000).map(|_| Entry::now().log_id).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 28 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
