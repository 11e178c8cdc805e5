//! Sorted lists in memory.

use std::collections::BTreeMap;

use crate::{hits::Hits, node::Work, parts::Lists};

/// Sorted lists by key.
#[derive(Debug, Default)]
pub struct MemoryLists {
    lists: BTreeMap<String, Hits>,
}

impl MemoryLists {
    /// Creates a store from lists by key.
    #[must_use]
    pub fn new(lists: BTreeMap<String, Hits>) -> Self {
        Self { lists }
    }
}

impl Lists for MemoryLists {
    fn read<'a>(&'a self, keys: Vec<String>, limit: usize) -> Work<'a, Vec<Option<Hits>>> {
        let read = |key: &String| {
            let list = self.lists.get(key)?;
            // Only a truncated list is copied.
            let cut = list.get(..limit).filter(|cut| cut.len() < list.len());
            Some(cut.map_or_else(|| list.clone(), Hits::from))
        };
        Work::now(keys.iter().map(read).collect())
    }
}
