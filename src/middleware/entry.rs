//! What is noted about a request the moment it has been decoded: its log id, its number and the time.

use std::{
    fmt::Write,
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;
use volo::FastStr;

/// Noted once by the outermost layer and read by the others, through the extensions of the server context.
#[derive(Debug, Clone)]
pub struct Entry {
    /// 28 hex digits, unique across processes; the only thing about a failure that a caller is told.
    pub log_id: FastStr,
    /// Counts the requests of this process; wraps.
    pub number: u32,
    /// When the request had been decoded.
    pub received: Instant,
}

impl Entry {
    /// Notes a request that arrives now.
    #[must_use]
    pub fn now() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { log_id: log_id(number), number, received: Instant::now() }
    }
}

/// Time in milliseconds (12 digits), the process (8 digits, random), the number of the request (8 digits).
fn log_id(number: u32) -> FastStr {
    // Random once a process, not once a request: with the counter that is as unique and costs nothing.
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
    fn log_ids_are_28_hex_digits_and_differ() {
        let ids: HashSet<_> = (0..1000).map(|_| Entry::now().log_id).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 28 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
