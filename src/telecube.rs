//! TeleCube CRM, a telephony system.
//!
//! `api`, `envelope`, `legs`, `list`, `row`, `note` and `time` ask TeleCube and translate its
//! answers; they know nothing of the database. `pass` and `check` decide what to ask and
//! what becomes of it.

mod api;
pub mod check;
mod envelope;
mod legs;
mod list;
mod note;
pub mod pass;
mod row;
mod time;

use crate::provider::Provider;
pub use api::Api;
pub use envelope::SYSTEM;
#[cfg(any(test, fuzzing))]
pub use {
    envelope::Envelope, legs::Legs, note::read as read_note, row::RowReader,
    time::read as read_time,
};

/// As the database names the system.
pub const PROVIDER: &str = Provider::Telecube.as_str();
