//! Fuzzes a page of mluvii's sessions.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::mluvii_sessions(bytes));
