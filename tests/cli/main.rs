//! The promises of callsync, tried on the built binary against the pretend Callyzer.
#![allow(clippy::unwrap_used)]

mod backfill;
mod check;
mod clock;
mod closed_days;
mod database;
mod disk;
mod documents;
mod figures;
mod import;
mod incomplete_windows;
mod interruption;
mod lead;
mod matching;
mod moment;
mod need;
mod office;
mod paging;
mod partial_failures;
mod permission;
mod phones;
mod ping;
mod quarantine;
mod rate_limit;
mod refresh_lead;
mod refusals;
mod retries;
mod retry_unmatched;
mod run;
mod secrets;
mod settings;
mod stats;
mod status;
mod sync;
mod unknown_numbers;
mod unmatched;
