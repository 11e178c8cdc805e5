//! Tests of flows, on a paused clock.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod configured;
mod each;
mod faults;
mod forks;
mod merges;
mod properties;
mod record;
mod sequence;
mod time;

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

use super::*;
use crate::test_util::TinyError;

const ERROR: TinyError = TinyError("no");

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A flow that records its steps.
struct Trail;

#[derive(Debug, Default)]
struct Walk<'r> {
    /// Borrowed from the request.
    start: &'r str,
    been: Vec<String>,
}

impl Business for Trail {
    type Context<'r> = Walk<'r>;
    type Error = TinyError;
}

impl Walk<'_> {
    fn go(&mut self, to: impl Into<String>) -> Result<Next, TinyError> {
        self.been.push(to.into());
        Ok(Next::Next)
    }
}

/// Returns `value` after `delay`.
async fn after(delay: u64, value: u32) -> Result<u32, TinyError> {
    sleep(ms(delay)).await;
    Ok(value)
}

async fn fails_after(delay: u64) -> Result<u32, TinyError> {
    sleep(ms(delay)).await;
    Err(ERROR)
}

async fn panics_after(delay: u64) -> Result<u32, TinyError> {
    sleep(ms(delay)).await;
    panic!("told to")
}

async fn hangs() -> Result<u32, TinyError> {
    std::future::pending().await
}

/// The result of a run.
struct Ran {
    ended: Result<(), FlowErrorOf<Trail>>,
    been: Vec<String>,
    took: Duration,
    record: FlowRecord,
}

/// Runs `flow` for at most a second.
async fn walk(flow: FlowDefinition<Trail>) -> Ran {
    let flow = flow.build().unwrap();
    let (start, request) = (Instant::now(), String::from("home"));
    let mut walk = Walk { start: &request, been: Vec::new() };
    let (ended, record) = in_time(flow.run(&mut walk, start + ms(1_000))).await;
    Ran { ended, been: walk.been, took: start.elapsed(), record }
}

async fn in_time<T>(run: impl Future<Output = T> + Send) -> T {
    tokio::time::timeout(ms(5_000), run).await.expect("a flow always ends")
}

fn outcome(record: &FlowRecord, name: &str) -> Vec<String> {
    let (mut told, steps) = (Vec::new(), record.steps().filter(|step| step.name == name));
    told.extend(steps.map(|step| format!("{:?}", step.outcome)));
    told
}
