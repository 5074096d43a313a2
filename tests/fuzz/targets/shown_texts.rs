//! Fuzzes what is shown of texts from outside.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::shown_texts(bytes));
