//! `callsync status`: the status of the synchronisation.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::Session;
use crate::cli::StatusFormat;
use crate::exit::{Exit, failure};
use crate::lock::{self, LockFile};
use crate::output;
use crate::permission::{self, Right};
use crate::status::SyncStatus;
use crate::store::Store;

/// Returns exit code 1 if there is a problem; with `quiet` standard error names it.
pub fn run(
    session: &Session,
    format: StatusFormat,
    quiet: bool,
    out: &mut dyn Write,
) -> Result<Exit> {
    refuse_others(session)?;
    let database = session.database();
    let settings = &session.settings;
    let (read, set_up) = (settings.providers_to_read(), settings.providers());
    let options = session.status_options(&read, &set_up);
    let store = Store::read(database)?;
    let status = SyncStatus::read(&store, || is_running(&store, database), options)?;
    let file_bytes = fs::metadata(database)?.len();
    match format {
        StatusFormat::Table => {
            output::status::write_screen(out, &status, file_bytes, options.zone)?;
        }
        StatusFormat::Json => output::json(out, &output::status::to_json(&status, file_bytes))?,
        StatusFormat::Prometheus => {
            output::status::write_gauges(out, &status, file_bytes, options.now)?;
        }
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

/// Tells whether a sync run is under way: by the lock, which needs the right to read it, else
/// by the processes of the runs without an end.
fn is_running(store: &Store, database: &Path) -> bool {
    let is_held = LockFile::is_held(database, lock::OF_SYNC);
    is_held.or_else(|_| store.has_living_sync()).unwrap_or(true)
}
