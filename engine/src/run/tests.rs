//! Tests of running engines, on a paused clock.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod hooks;
mod list;
mod order;
mod outcomes;
mod properties;
mod reload;
mod remembered;
mod smoke;
mod strength;
mod time;

use std::time::Duration;

use crate::{Mode, PlanConf, TaskConf};

const BOTH_MODES: [Mode; 2] = [Mode::Staged, Mode::Dag];

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn in_mode(mode: Mode) -> PlanConf {
    PlanConf { mode, ..PlanConf::default() }
}

/// 500 ms, with 100 ms reserved for the converters and `conf` for `task`.
fn with_task(task: &str, conf: TaskConf) -> PlanConf {
    PlanConf { reserve: ms(100), tasks: [(task.to_owned(), conf)].into(), ..PlanConf::default() }
}
