//! The checker: tests the invariants of the store and of the answers that clients received.

mod across;
mod history;
mod identity;
mod store;

pub use across::{Cells, check_across};
pub use history::{HistoryError, check_history};
pub use identity::{IDENTITY_INVARIANTS, check_identity};
pub use store::{INVARIANTS, check_store};

/// The result of one invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the invariant.
    pub name: &'static str,
    /// The invariant in words.
    pub promise: &'static str,
    /// The first objects that break it; empty if it holds.
    pub broken: Vec<String>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.broken.is_empty() {
            write!(f, "ok      {:<22} {}", self.name, self.promise)
        } else {
            let shown: Vec<_> = self.broken.iter().take(5).map(String::as_str).collect();
            let more = if self.broken.len() > shown.len() { ", …" } else { "" };
            write!(f, "BROKEN  {:<22} {}: {}{more}", self.name, self.promise, shown.join(", "))
        }
    }
}
