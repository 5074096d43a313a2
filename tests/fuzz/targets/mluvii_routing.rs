//! Fuzzes the routing history of a mluvii session.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| callsync::fuzzing::mluvii_routing(bytes));
