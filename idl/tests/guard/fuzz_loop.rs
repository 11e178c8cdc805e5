//! Damaged messages for as long as one likes: `FUZZ_SECONDS=600 cargo test -p live-pack-idl --test guard fuzz`.

use std::{env, time::Duration};

use tokio::time::Instant;

use super::{agreement::damaged, services, values::Dice};

/// Kilobytes of memory that this process holds.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn fuzz_for_some_seconds_without_growing() {
    let number = |name: &str, default: u64| env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (seconds, seed) = (number("FUZZ_SECONDS", 5), number("FUZZ_SEED", 20_261_121));
    let services = services::all();
    let mut dice = Dice::new(seed);
    let rounds = |dice: &mut Dice, count: usize| {
        (0..count).filter(|round| damaged(&services[round % services.len()], dice)).count()
    };
    let mut taken = rounds(&mut dice, 2_000);
    let mut all = 2_000;
    let (end, before) = (Instant::now() + Duration::from_secs(seconds), resident());
    while Instant::now() < end {
        taken += rounds(&mut dice, 500);
        all += 500;
    }
    let after = resident();
    println!("seed {seed}: {all} messages, {taken} taken, {before} KB before and {after} KB after");
    assert!(after < before * 2 + 16 * 1024, "{before} KB before, {after} KB after {all} messages");
}
