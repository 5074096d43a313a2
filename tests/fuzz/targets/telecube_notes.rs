//! Fuzzes the notes of a TeleCube call.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::telecube_notes(bytes));
