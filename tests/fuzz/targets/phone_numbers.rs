//! Fuzzes phone numbers in all notations and regions.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::phone_numbers(bytes));
