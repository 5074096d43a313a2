//! The promises of callsync, tried on the built binary against the pretend Callyzer.
#![allow(clippy::unwrap_used)]

mod check;
mod closed_days;
mod documents;
mod doubt;
mod failures;
mod interruption;
mod office;
mod permission;
mod refresh_lead;
mod settings;
mod statistics;
mod stats;
mod status;
mod sync;
