//! Fuzzes a page of TeleCube's calls.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::telecube_calls(bytes));
