//! Faults that were found in other recommendation libraries, most of them in reckit (Go, April 2026), each with the
//! right answer. Faults of training are in `offline/tests/planted.rs`.

mod answers;
mod configuration;
mod stores;
