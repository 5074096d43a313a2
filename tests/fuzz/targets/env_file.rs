//! Fuzzes the env file.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::env_file(bytes));
