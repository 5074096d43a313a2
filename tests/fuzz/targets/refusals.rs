//! Fuzzes what the systems answer where they refuse.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::refusals(bytes));
