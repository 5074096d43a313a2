//! Dialog, a platform of voice bots that call a campaign's numbers.
//!
//! `api`, `column`, `refusal`, `report`, `row` and `time` ask Dialog and translate its
//! answers; they know nothing of the database. `pass` and `check` decide what to ask and
//! what becomes of it.

mod api;
pub mod check;
mod column;
pub mod pass;
mod refusal;
mod report;
mod row;
mod time;

pub use api::{Api, ApiOptions, CampaignApi, Scenario};
pub use column::ColumnQuery;
pub use refusal::SYSTEM;
pub use report::{Report, ReportColumn, ReportQuery};
#[cfg(any(test, fuzzing))]
pub use {row::RowReader, time::read as read_time};
