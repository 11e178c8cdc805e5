//! Repeated products: the first line of the bag stays.

use std::collections::HashSet;

use live_pack_engine::{Context, Filter, Rejections, TaskResult};

use crate::{item::BagItem, scene::BagScene};

/// Rejects every line of a product but the first.
#[derive(Debug)]
pub struct DedupFilter;

impl Filter<BagScene> for DedupFilter {
    type Input<'a> = ();

    async fn judge_all(&self, _cx: &Context<BagScene>, (): (), items: &[BagItem]) -> TaskResult<BagScene, Rejections> {
        let mut rejections = Rejections::default();
        let mut seen = HashSet::with_capacity_and_hasher(items.len(), ahash::RandomState::new());
        for (index, item) in items.iter().enumerate() {
            if !seen.insert(item.product_id) {
                rejections.push(index, "duplicate");
            }
        }
        Ok(rejections)
    }
}
