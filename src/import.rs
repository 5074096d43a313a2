//! CSV files of users, leads and teams, and of people to call: bytes in, changes and remarks out. The store
//! applies the changes.

pub mod callees;
mod cell;
mod encoding;
pub mod file;
mod first_lines;
pub mod leads;
mod remark;
pub mod report;
mod table;
pub mod teams;
pub mod users;

#[cfg(any(test, fuzzing))]
pub use cell::time as read_time;
use first_lines::FirstLines;
pub use remark::{Remark, Remarks};

/// The rows of a file. They must not be used if there is a bad row.
#[derive(Debug)]
pub struct Contents<Row> {
    pub rows: Vec<Row>,
    /// How many rows there are, bad ones too.
    pub read: usize,
    pub remarks: Remarks,
}
