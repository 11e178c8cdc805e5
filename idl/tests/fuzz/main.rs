//! Random, damaged and hostile messages for a chosen time, in a separate process, whose memory is watched:
//! `FUZZ_SECONDS=600 cargo test -p live-pack-idl --test fuzz -- --nocapture`, or by number, `FUZZ_MESSAGES=1000000
//! cargo test --release …`. A failure prints its seed, which `FUZZ_SEED` sets.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

#[path = "../guard/bytes.rs"]
mod bytes;
#[path = "../guard/connection.rs"]
mod connection;
#[path = "../guard/corpus.rs"]
mod corpus;
#[path = "../guard/headers.rs"]
mod headers;
mod rounds;
#[path = "../guard/services.rs"]
mod services;
#[path = "../guard/targets.rs"]
mod targets;
#[path = "../guard/values.rs"]
mod values;

use std::{env, fs, path::Path, time::Duration};

use rounds::Rounds;
use tokio::time::Instant;

/// Maximum growth of the warm process in kilobytes, for any number of messages.
const GROWTH: u64 = 8 * 1024;

/// Number of messages after which it is warm.
const WARM: usize = 10_000;

/// Resident memory of this process in kilobytes.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn for_some_seconds_or_messages_without_growing() {
    let seed = number("FUZZ_SEED").unwrap_or(20_261_121);
    let messages = number("FUZZ_MESSAGES").map(|messages| usize::try_from(messages).unwrap());
    let seconds = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(5));
    println!("seed {seed}");
    let mut rounds = Rounds::new(seed);
    rounds.run(WARM);
    let (start, before, warm) = (Instant::now(), resident(), rounds.messages);
    while messages.map_or(start.elapsed() < seconds, |messages| rounds.messages - warm < messages) {
        rounds.run(500);
    }
    let (elapsed, after, all) = (start.elapsed(), resident(), rounds.messages - warm);
    let rate = u128::try_from(all).unwrap() * 1000 / elapsed.as_millis().max(1);
    println!("{all} messages in {elapsed:.1?}, {rate} a second; {before} KB before, {after} KB after");
    println!("{} sent, {} refused by kind: {:?}", rounds.sent, rounds.refused(), rounds.counts());
    assert!(after <= before + GROWTH, "{before} KB before, {after} KB after {all} messages");
}

/// Writes the seeds of the fuzzers to `fuzz/corpus`.
#[test]
#[ignore = "writes files; run by hand, see fuzz/README.md"]
fn write_the_seeds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (number, (target, bytes)) in targets::seeds(&services::all()).iter().enumerate() {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("seed-{number}")), bytes).unwrap();
    }
}
