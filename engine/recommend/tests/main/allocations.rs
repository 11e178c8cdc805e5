//! Allocations of a page: a cost that does not depend on the machine.

use live_pack_recommend::{Ask, Pipeline, Request, builtin};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use tokio::time::Instant;

use crate::page;

/// The target, so that a change that costs more is noticed.
const MOST: u64 = 300;

#[test]
fn a_page_with_its_record_allocates_within_its_target() {
    let folder = tempfile::tempdir().unwrap();
    let parts = page::parts(&mut ChaCha8Rng::seed_from_u64(1), folder.path());
    let pipeline: Pipeline = Pipeline::compile(&json!({ "nodes": page::page() }), &parts, &builtin()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let request = Request::default();
    let once = || {
        runtime.block_on(async {
            pipeline.recommend(&Ask::new(&request), Instant::now() + pipeline.timeout()).await.unwrap()
        })
    };
    assert_eq!(once().0.items.len(), 50);
    let count = allocation_counter::measure(|| drop(once())).count_total;
    assert!(count <= MOST, "{count} allocations");
}
