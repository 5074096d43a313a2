//! Fuzzes a report of Dialog's.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::dialog_report(bytes));
