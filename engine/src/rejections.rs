//! Rejections: the items that a filter rejects.

use std::sync::Arc;

/// The items rejected by a filter, by index in the list.
#[derive(Debug, Default)]
pub struct Rejections(pub(crate) Vec<(u32, &'static str)>);

impl Rejections {
    /// Rejects the item at `index`.
    pub fn push(&mut self, index: usize, why: &'static str) {
        self.0.push((u32::try_from(index).unwrap_or(u32::MAX), why));
    }

    /// Number of rejections.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is rejected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The rejections of a filter in one run.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) rejections: Arc<Rejections>,
    /// Whether another run may have the same rejections value.
    pub(crate) remembered: bool,
}

impl Judged {
    pub(crate) fn now(rejections: Rejections) -> Self {
        Self { rejections: Arc::new(rejections), remembered: false }
    }
}
