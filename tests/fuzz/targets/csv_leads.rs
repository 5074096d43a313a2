//! Fuzzes a CSV file of leads.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::csv_leads(bytes));
