//! The fuzzer `decoders`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| live_pack_fuzz::decoders(bytes));
