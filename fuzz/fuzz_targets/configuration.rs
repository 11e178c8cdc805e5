//! The fuzzer `configuration`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| live_pack_fuzz::configuration(bytes));
