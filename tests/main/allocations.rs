//! Allocations of a warm call, so that they cannot creep up unnoticed.

use futures_util::FutureExt as _;
use live_pack_idl::live_pack::{GetLiveBagDataResponse, LivePackService as _};
use pilota::{
    LinkedBytes,
    thrift::{Message as _, binary::TBinaryProtocol},
};

use crate::{ask::room, stack::Stack};

/// Attempts to get a call answered from the local caches alone. One is enough unless the machine stalls.
const ATTEMPTS: u32 = 200;

/// The allocations of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spent {
    allocations: u64,
    bytes: u64,
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let mut result = None;
    let spent = allocation_counter::measure(|| result = Some(work()));
    (result.unwrap(), Spent { allocations: spent.count_total, bytes: spent.bytes_total })
}

/// A guest's first page of room 1001 with all data in the local caches: the work of the handler.
async fn warm(stack: &Stack) -> (GetLiveBagDataResponse, Spent) {
    for _ in 0..ATTEMPTS {
        stack.service.get_live_bag_data(room(1001).0).await.unwrap();
        let ask = room(1001).0;
        // a call answered from the caches completes without waiting
        if let (Some(answer), spent) = measured(|| stack.service.get_live_bag_data(ask).now_or_never()) {
            return (answer.unwrap(), spent);
        }
    }
    panic!("something had to be loaded in each of {ATTEMPTS} calls");
}

#[tokio::test]
async fn a_warm_call_allocates_within_its_bound() {
    let stack = Stack::start().await;
    let (answer, spent) = warm(&stack).await;
    assert_eq!((answer.base_resp.status_code, answer.products.len()), (0, 20));
    let (written, encoding) = measured(|| {
        let mut bytes = LinkedBytes::with_capacity(64 * 1024);
        answer.encode(&mut TBinaryProtocol::new(&mut bytes, true)).unwrap();
        bytes.bytes().len()
    });
    assert!(written > 15_000, "{written}");
    assert!(spent.allocations <= 650 && spent.bytes <= 175_000, "{spent:?}");
    // the buffer only, nothing per card
    assert!(encoding.allocations <= 4 && encoding.bytes <= 70_000, "{encoding:?}");
}
