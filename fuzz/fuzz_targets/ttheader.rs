//! The fuzzer `ttheader`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| live_pack_fuzz::ttheader(bytes));
