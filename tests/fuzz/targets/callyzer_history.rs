//! Fuzzes a page of Callyzer's call history.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::callyzer_history(bytes));
