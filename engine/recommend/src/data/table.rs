//! Features and labels in memory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    index::IdIndex,
    node::Work,
    parts::{FeatureStore, LabelStore, Labels},
};

/// Numbers by item and name, as a dense table.
#[derive(Debug)]
pub struct MemoryFeatures {
    ids: IdIndex,
    names: BTreeMap<String, usize>,
    /// One row per item, one column per name; NaN where a value is missing.
    values: Vec<f64>,
}

impl MemoryFeatures {
    /// Builds a table from rows.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (i64, Vec<(String, f64)>)>) -> Self {
        let rows: Vec<_> = rows.into_iter().collect();
        let names: BTreeSet<_> = rows.iter().flat_map(|(_, row)| row.iter().map(|(name, _)| name.clone())).collect();
        let names: BTreeMap<_, _> = names.into_iter().enumerate().map(|(column, name)| (name, column)).collect();
        let mut ids = IdIndex::with_capacity(rows.len());
        let mut values = Vec::with_capacity(rows.len() * names.len());
        for (id, row) in rows {
            if !ids.insert(id).1 {
                continue;
            }
            let start = values.len();
            values.resize(start + names.len(), f64::NAN);
            for (name, value) in row {
                if let Some(slot) = names.get(&name).and_then(|column| values.get_mut(start + column)) {
                    *slot = value;
                }
            }
        }
        Self { ids, names, values }
    }
}

impl FeatureStore for MemoryFeatures {
    fn read<'a>(&'a self, ids: &'a [i64], names: &'a [String]) -> Work<'a, Vec<f64>> {
        let columns: Vec<_> = names.iter().map(|name| self.names.get(name).copied()).collect();
        let width = self.names.len();
        let mut values = Vec::with_capacity(ids.len() * columns.len());
        let whole = columns.iter().copied().eq((0..width).map(Some));
        for id in ids {
            let start = self.ids.row(*id).map(|row| row as usize * width);
            let row = start.and_then(|start| self.values.get(start..start + width)).unwrap_or(&[]);
            if whole && row.len() == width {
                values.extend_from_slice(row);
                continue;
            }
            let value = |column: &Option<usize>| column.and_then(|column| row.get(column)).copied();
            values.extend(columns.iter().map(|column| value(column).unwrap_or(f64::NAN)));
        }
        Work::now(values)
    }
}

/// Texts by item and name.
#[derive(Debug, Default)]
pub struct MemoryLabels {
    labels: HashMap<i64, Arc<BTreeMap<String, String>>>,
}

impl MemoryLabels {
    /// Builds a store from labels by item.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (i64, BTreeMap<String, String>)>) -> Self {
        Self { labels: rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect() }
    }
}

impl LabelStore for MemoryLabels {
    fn read<'a>(&'a self, ids: &'a [i64]) -> Work<'a, Vec<Labels>> {
        Work::now(ids.iter().map(|id| self.labels.get(id).cloned()).collect())
    }
}
