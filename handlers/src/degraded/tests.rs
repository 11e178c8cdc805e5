//! Tests of the list entries and of duplicates.
#![allow(clippy::indexing_slicing, reason = "tests")]

use live_pack_dal::{DownstreamMethod, ErrorKind, Origin};
use live_pack_idl::status_code;

use super::*;

const MODEL: Origin = Origin::Rpc(DownstreamMethod::MGetProductModel);
const LITE: Origin = Origin::Rpc(DownstreamMethod::MGetProductLite);
const PRICE: Origin = Origin::Rpc(DownstreamMethod::MGetProductPrice);

fn call(task: &'static str, origin: Origin, kind: ErrorKind) -> Losses {
    let error = Error { origin, kind, detail: "".into() };
    Losses { named: vec![(degraded_by_call(task, &error), Some(origin))], ..Losses::default() }
}

fn keys(engine: &'static str, task: &'static str, call: Origin, failed: usize, asked: usize) -> Losses {
    Losses { keys: vec![FailedKeys { engine, task, call, failed, asked }], ..Losses::default() }
}

/// Task, code, kind and message of each entry.
fn list(parts: &[Losses]) -> Vec<(String, i32, String, String)> {
    let mut whole = Losses::default();
    parts.iter().for_each(|part| whole.merge(part.clone()));
    let entry = |entry: Degraded| {
        let kind = entry.kind.map(|kind| kind.to_string()).unwrap_or_default();
        (entry.task.to_string(), entry.code, kind, entry.message.to_string())
    };
    whole.into_list().into_iter().map(entry).collect()
}

fn entry(task: &str, code: i32, kind: &str, message: &str) -> (String, i32, String, String) {
    (task.to_owned(), code, kind.to_owned(), message.to_owned())
}

#[test]
fn each_loss_has_a_kind() {
    let found = list(&[
        call("A", MODEL, ErrorKind::Key),
        call("B", PRICE, ErrorKind::Timeout),
        Losses::of("Engine", status_code::ENGINE_TIMEOUT, "took too long"),
        Losses::of("Panicking", status_code::TASK_PANIC, "could not be made"),
    ]);
    assert_eq!(
        found,
        [
            entry("A", 30_002, "failed", "product_model answered with an error"),
            entry("B", 30_001, "timed_out", "product_price did not answer in time"),
            entry("Engine", 50_001, "timed_out", "took too long"),
            entry("Panicking", 50_002, "failed", "could not be made"),
        ]
    );
}

#[test]
fn failed_keys_of_a_method_are_one_entry_over_all_engines() {
    let found = list(&[
        keys("Page", "ProductModelLoader", MODEL, 2, 20),
        keys("Pin", "ProductModelLoader", MODEL, 1, 3),
        keys("Page", "ProductStatusProvider", LITE, 4, 200),
    ]);
    assert_eq!(
        found,
        [
            entry("ProductModelLoader", 30_002, "partial", "product_model failed for 3 of 23 keys"),
            entry("ProductStatusProvider", 30_002, "partial", "product_model failed for 4 of 200 keys"),
        ]
    );
}

#[test]
fn a_failure_that_failed_a_task_comes_before_one_without_consequences() {
    let failed = |task| call(task, LITE, ErrorKind::Timeout);
    let made_good = Losses { made_good: failed("BagSummaryProvider").named, ..Losses::default() };
    for parts in
        [&[made_good.clone(), failed("ProductStatusProvider")], &[failed("ProductStatusProvider"), made_good.clone()]]
    {
        assert_eq!(
            list(parts),
            [entry("ProductStatusProvider", 30_001, "timed_out", "product_model did not answer in time")]
        );
    }
    assert_eq!(list(&[made_good])[0].0, "BagSummaryProvider");
}

#[test]
fn an_engine_that_runs_twice_reports_its_keys_once() {
    let first = keys("Slot", "ProductModelLoader", MODEL, 1, 5);
    let grown = keys("Slot", "ProductModelLoader", MODEL, 2, 10);
    for parts in [[first.clone(), grown.clone()], [grown, first]] {
        assert_eq!(list(&parts)[0].3, "product_model failed for 2 of 10 keys");
    }
}

#[test]
fn if_no_key_was_answered_the_kind_is_failed() {
    assert_eq!(list(&[keys("Page", "ProductModelLoader", MODEL, 16, 16)])[0].2, "failed");
}

#[test]
fn a_failed_method_or_task_is_not_reported_again_for_some_keys() {
    let failed = || call("ProductModelLoader", MODEL, ErrorKind::Remote);
    assert_eq!(list(&[failed(), keys("Pin", "ProductModelLoader", MODEL, 1, 2)]).len(), 1);
    assert_eq!(list(&[failed(), keys("Pin", "OtherTask", MODEL, 1, 2)]).len(), 1);
    assert_eq!(list(&[failed(), failed()]).len(), 1);
    let two_services = [failed(), keys("Pin", "ProductModelLoader", PRICE, 1, 2)];
    assert_eq!(list(&two_services).len(), 2, "two root causes of one task");
}
