//! Fuzzes a CSV file of people to call.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::csv_callees(bytes));
