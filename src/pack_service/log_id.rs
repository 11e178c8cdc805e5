//! Names of a request and of its caller in logs: those that the caller states, if they can be printed.

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
use volo::FastStr;

/// Longest accepted log id, in bytes: it is in every line about the request.
const LONGEST_LOG_ID: usize = 128;
/// Longest accepted name of a caller, in bytes.
const LONGEST_CALLER: usize = 128;

/// The number of the next request of this process.
pub fn next_number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// The caller's name for the request, else 28 hex digits, unique across processes; the only detail of a failure in the
/// answer.
#[must_use]
pub fn of_call(base: Option<&Base>, number: u32) -> FastStr {
    let named = base.map(|base| &base.log_id).filter(|id| is_printable(id, LONGEST_LOG_ID));
    named.cloned().unwrap_or_else(|| of_number(number))
}

/// The service name that the caller states, in the transport's header or in `base`: free text, never an identity. Empty
/// unless it is printable and short enough.
#[must_use]
pub fn stated_caller(base: Option<&Base>, header: FastStr) -> FastStr {
    let stated = if header.is_empty() { base.map(|base| base.caller.clone()) } else { Some(header) };
    stated.filter(|name| is_printable(name, LONGEST_CALLER)).unwrap_or_default()
}

/// A new log id.
#[must_use]
pub fn new() -> FastStr {
    of_number(next_number())
}

fn is_printable(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Time in milliseconds (12 digits), the process (8 digits, random), the number of the request (8 digits).
fn of_number(number: u32) -> FastStr {
    // Random once per process, not per request: with the counter it is just as unique, and costs nothing.
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
        let stated = base("mine-1", "shop");
        assert_eq!(of_call(Some(&stated), 1), "mine-1");
        assert_eq!(stated_caller(Some(&stated), FastStr::empty()), "shop");
        assert_eq!(stated_caller(Some(&stated), "header".into()), "header");
        for bad in ["", "two words", "line\nfeed", &"x".repeat(129)] {
            assert_eq!(of_call(Some(&base(bad, bad)), 3).len(), 28, "{bad:?}");
            assert_eq!(stated_caller(Some(&base(bad, bad)), FastStr::empty()), "", "{bad:?}");
            assert_eq!(stated_caller(None, bad.to_owned().into()), "", "{bad:?}");
        }
    }

    #[test]
    fn log_ids_are_28_hex_digits_and_differ() {
        let ids: HashSet<_> = (0..1000).map(|_| new()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 28 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
