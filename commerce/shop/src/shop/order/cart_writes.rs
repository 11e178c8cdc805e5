//! Cart writes of a batch.

use std::collections::{BTreeMap, BTreeSet};

use live_pack_shop_store::trade::cart::{CartKey, CartOwner, CartRow};

/// Changes of carts in order of arrival: first whole carts, then lines.
#[derive(Debug, Default)]
pub(super) struct CartWrites {
    cleared: BTreeSet<i64>,
    /// New lines by account and SKU; `None` removes a line.
    lines: BTreeMap<(i64, i64), Option<CartRow>>,
}

impl CartWrites {
    /// Removes a line.
    pub(super) fn remove(&mut self, account_id: i64, sku_id: i64) {
        self.lines.insert((account_id, sku_id), None);
    }

    pub(super) fn set(&mut self, row: CartRow) {
        self.lines.insert((row.account_id, row.sku_id), Some(row));
    }

    pub(super) fn clear(&mut self, account_id: i64) {
        self.lines.retain(|(owner, _), _| *owner != account_id);
        self.cleared.insert(account_id);
    }

    pub(super) fn cleared(&self) -> Vec<CartOwner> {
        self.cleared.iter().map(|&account_id| CartOwner { account_id }).collect()
    }

    pub(super) fn removed(&self) -> Vec<CartKey> {
        let removed = self.lines.iter().filter(|(_, line)| line.is_none());
        removed.map(|(&(account_id, sku_id), _)| CartKey { account_id, sku_id }).collect()
    }

    pub(super) fn set_lines(&self) -> Vec<CartRow> {
        self.lines.values().flatten().cloned().collect()
    }
}
