//! Fuzzes a CSV file of teams.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::csv_teams(bytes));
