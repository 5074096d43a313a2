//! `callsync status`: is it working?

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use chrono::TimeDelta;

use super::Session;
use crate::cli::Format;
use crate::exit::{Exit, failure};
use crate::lock::LockFile;
use crate::permission::{self, Right};
use crate::status::{Status, Yardstick};
use crate::store::Store;
use crate::{moment, output};

/// Exit code 1, and with `quiet` a word on standard error, if a person is needed.
pub fn run(session: &Session, format: Format, quiet: bool, out: &mut dyn Write) -> Result<Exit> {
    refuse_others(session)?;
    let database = session.database();
    let settings = &session.settings;
    let by = Yardstick {
        now: moment::now(),
        zone: settings.zone,
        interval: TimeDelta::minutes(settings.interval_minutes),
        max_attempts: settings.max_attempts,
    };
    let status = Status::look(&Store::read(database)?, || is_at_work(database), by)?;
    let file_bytes = fs::metadata(database)?.len();
    match format {
        Format::Table => output::status::write_screen(out, &status, file_bytes, by.zone)?,
        Format::Json => output::json(out, &output::status::to_json(&status, file_bytes))?,
    }
    Ok(super::judged(&status.problems, quiet))
}

fn refuse_others(session: &Session) -> Result<()> {
    match session.asker(None)? {
        Some(asker) if permission::allows(&asker.who, Right::SeeStatus) => Ok(()),
        _ => Err(failure(
            Exit::Denied,
            "Brak uprawnień do przeglądania stanu synchronizacji",
        )),
    }
}

/// Whether a `sync` is at work now. Who may not look at its lock takes the run's row at its word.
fn is_at_work(database: &Path) -> bool {
    LockFile::is_held(database, "-sync").unwrap_or(true)
}
