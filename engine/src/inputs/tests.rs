//! Each input for each outcome of its writer; values taken by value; lists; derived structs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod derived;
mod faults;
mod lists;
mod outcomes;
mod owned;
mod registered;

use std::time::Duration;

use crate::{Mode, PlanConf, TaskConf};

const BOTH_MODES: [Mode; 2] = [Mode::Staged, Mode::Dag];

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn in_mode(mode: Mode) -> PlanConf {
    PlanConf { mode, ..PlanConf::default() }
}

fn with_task(mode: Mode, task: &str, conf: TaskConf) -> PlanConf {
    PlanConf { reserve: ms(100), tasks: [(task.to_owned(), conf)].into(), ..in_mode(mode) }
}
