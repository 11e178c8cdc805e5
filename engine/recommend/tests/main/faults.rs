//! Faults found in other recommendation libraries, most of them in reckit (Go, April 2026), each with the
//! correct answer. Faults of training are in `offline/tests/planted.rs`.

mod answers;
mod configuration;
mod stores;
