//! Fuzzes a CSV file of users.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::csv_users(bytes));
