//! Fuzzes all readers of times, days and durations.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::call_times(bytes));
