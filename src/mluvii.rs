//! mluvii, a contact centre.
//!
//! `api`, `session`, `routing`, `files`, `row`, `phases`, `time`, `iso_duration`, `wire`
//! and `refusal` ask mluvii and translate its answers; they know nothing of the database.
//! `pass` and `check` decide what to ask and what becomes of it.

mod api;
pub mod check;
mod files;
mod iso_duration;
pub mod pass;
mod phases;
mod refusal;
mod routing;
mod row;
mod session;
mod time;
mod wire;

use crate::provider::Provider;
pub use api::Api;
pub use files::{RemoteFile, SessionFiles};
pub use refusal::SYSTEM;
#[cfg(any(test, fuzzing))]
pub use {
    iso_duration::read as read_duration, routing::RoutingHistory, row::RowReader,
    time::read as read_time,
};

/// As the database names the system.
pub const PROVIDER: &str = Provider::Mluvii.as_str();
