//! Exit codes, and the exit code of each error.

mod text;

use std::io;
use std::process::ExitCode;

use rusqlite::ErrorCode;
use rustix::io::Errno;

use crate::provider::{self, Fault};
pub use text::{SizeLimit, name_database, text};

/// The exit codes, after `sysexits.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    /// Something is wrong that has no code of its own.
    Wrong = 1,
    /// Wrong arguments.
    Usage = 64,
    /// Wrong data: no such lead, an invalid number, a bad CSV file.
    Data = 65,
    /// The database is missing, unusable or newer than the program; disk full.
    Database = 74,
    /// A passing fault: the next run tries again.
    TryAgain = 75,
    /// An answer that is not what the API documents.
    Protocol = 76,
    /// The user may not, or the provider refuses the token.
    Denied = 77,
    /// A setting is missing or unusable.
    Settings = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error of our own that knows its exit code.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

pub fn failure(exit: Exit, message: impl Into<String>) -> anyhow::Error {
    Failure {
        exit,
        message: message.into(),
    }
    .into()
}

pub fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(of_cause).unwrap_or(Exit::Wrong)
}

/// Whether SQLite gave the error.
pub fn is_of_sqlite(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<rusqlite::Error>())
}

/// The failure of two results, the graver one if both failed.
pub fn gravest(earlier: anyhow::Result<()>, later: anyhow::Result<()>) -> anyhow::Result<()> {
    match (earlier, later) {
        (Ok(()), result) | (result, Ok(())) => result,
        (Err(earlier), Err(later)) => Err(graver(earlier, later)),
    }
}

/// The graver one of two failures, else the earlier one. The other one is logged.
pub fn graver(earlier: anyhow::Error, later: anyhow::Error) -> anyhow::Error {
    let (kept, other) = if is_graver(&later, &earlier) {
        (later, earlier)
    } else {
        (earlier, later)
    };
    log::error!("{}", text(&other));
    kept
}

/// Whether a failure says more to the caller than another one: the first of 74, the end by
/// a signal, 77, 78, 76, 75.
pub fn is_graver(failure: &anyhow::Error, other: &anyhow::Error) -> bool {
    gravity(failure) < gravity(other)
}

/// The place in the order of gravity.
fn gravity(error: &anyhow::Error) -> u8 {
    match of(error) {
        Exit::Database => 0,
        _ if matches!(provider::fault(error), Some(Fault::Interrupted)) => 1,
        Exit::Denied => 2,
        Exit::Settings => 3,
        Exit::Protocol => 4,
        Exit::TryAgain => 5,
        Exit::Done | Exit::Wrong | Exit::Usage | Exit::Data => 6,
    }
}

/// The last line of a failed command.
pub fn last_line(error: &anyhow::Error) -> String {
    format!("callsync: {}", message(error))
}

/// What happened, and what to do.
pub fn message(error: &anyhow::Error) -> String {
    let advice = advice(error).map_or(String::new(), |advice| format!("; {advice}"));
    format!("{}{advice}", text(error))
}

/// What to do about an error whose own text does not say it.
fn advice(error: &anyhow::Error) -> Option<&'static str> {
    match of(error) {
        _ if error.is::<Failure>() => None,
        Exit::TryAgain => Some("the next run tries again"),
        Exit::Protocol => Some(match provider::fault(error) {
            Some(Fault::Refused(..)) => "look at its settings, and whether the API has changed",
            _ => "look whether the API has changed",
        }),
        _ => None,
    }
}

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(failure) = cause.downcast_ref::<Failure>() {
        Some(failure.exit)
    } else if let Some(error) = cause.downcast_ref::<provider::Error>() {
        Some(of_fault(&error.fault))
    } else if let Some(error) = cause.downcast_ref::<rusqlite::Error>() {
        Some(of_database(error))
    } else {
        cause.downcast_ref::<io::Error>().map(of_io)
    }
}

pub fn of_fault(fault: &Fault) -> Exit {
    match fault {
        Fault::Denied(_) => Exit::Denied,
        Fault::Timeout | Fault::Unavailable(_) | Fault::RateLimited | Fault::Interrupted => {
            Exit::TryAgain
        }
        Fault::BadAnswer(_) | Fault::Refused(..) => Exit::Protocol,
        Fault::Lock(_) => Exit::Database,
    }
}

fn of_database(error: &rusqlite::Error) -> Exit {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OperationInterrupted,
        ) => Exit::TryAgain,
        _ => Exit::Database,
    }
}

fn of_io(error: &io::Error) -> Exit {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Exit::Done,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Exit::Database
        }
        _ if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => Exit::Database,
        _ => Exit::Wrong,
    }
}

/// Prints clap's message. Help and version are results, the rest is wrong usage.
pub fn of_usage(error: &clap::Error) -> Exit {
    let shown = error.print();
    match (shown, error.exit_code()) {
        (Ok(()), 0) => Exit::Done,
        (Err(error), 0) => of_io(&error),
        _ => Exit::Usage,
    }
}
