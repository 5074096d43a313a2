//! Fuzzes Callyzer's daily summary, and its list of employees.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::callyzer_summary(bytes));
