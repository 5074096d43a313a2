//! Callyzer, a telephony system.
//!
//! `api`, `employees`, `envelope`, `row` and `summary` ask Callyzer and translate its answers;
//! they know nothing of the database. `pass`, `refresh` and `check` decide what to ask and
//! what becomes of it.

mod api;
pub mod check;
mod employees;
mod envelope;
mod lookup;
pub mod pass;
pub mod refresh;
mod row;
mod summary;

use crate::provider::Provider;
pub use api::Api;
pub use envelope::SYSTEM;
#[cfg(any(test, fuzzing))]
pub use {api::History, envelope::Envelope, row::RowReader, summary::*};

/// As the database names the system.
pub const PROVIDER: &str = Provider::Callyzer.as_str();
