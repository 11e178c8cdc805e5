//! Proofs of the shop under load and crashes, on both databases: one line per figure, with its target.
//!
//! ```text
//! make shop-proof                                   everything, some half an hour
//! make shop-proof PROOF="oversell combining"        some of it
//! ```
//!
//! The servers are processes of this binary that run the gateway's own `serve`; PostgreSQL is a private cluster. Exits with 1
//! if a target is missed. Power loss is not tested: `kill -9` does not affect the system's page cache.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a benchmark may panic"
)]

#[path = "../../tests/main/client.rs"]
mod client;
mod combining;
mod crash;
mod latency;
mod oversell;
mod place;
mod server;
mod timeouts;

use std::process::ExitCode;

use self::place::Place;

/// Collects figures and prints each with its target.
#[derive(Debug, Default)]
pub struct Report {
    missed: usize,
}

impl Report {
    /// A figure that must meet its target.
    pub fn aim(&mut self, place: &str, name: &str, figure: &str, met: bool) {
        self.missed += usize::from(!met);
        println!("{} {place:9} {name:52} {figure}", if met { "met   " } else { "MISSED" });
    }

    /// A figure without a target.
    pub fn note(&mut self, place: &str, name: &str, figure: &str) {
        println!("       {place:9} {name:52} {figure}");
    }
}

fn main() -> ExitCode {
    let asked: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if asked.first().is_some_and(|word| word == server::COMMAND) {
        runtime.block_on(server::run(&asked[1..]));
        return ExitCode::SUCCESS;
    }
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|one| one == name);
    let mut report = Report::default();
    runtime.block_on(async {
        for kind in place::KINDS {
            if wanted("oversell") {
                oversell::measure(&mut report, &Place::new(kind).await).await;
            }
            if wanted("combining") {
                combining::measure(&mut report, &Place::new(kind).await).await;
            }
            if wanted("latency") {
                latency::measure(&mut report, &Place::new(kind).await).await;
            }
            if wanted("timeouts") {
                timeouts::measure(&mut report, &Place::new(kind).await).await;
            }
            if wanted("crash") {
                crash::measure(&mut report, &Place::new(kind).await).await;
            }
        }
    });
    println!("{} aims missed", report.missed);
    if report.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
