//! The version of the file's schema: looked at, refused, brought up to date.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::{Store, lead_phones, runs, team_codes, unusable};
use crate::exit::{Exit, failure};

/// The schema of a new file.
pub(super) const SCHEMA: &str = include_str!("../../schema.sql");
/// The migrations from version 1, 2, … to the next one. Append only.
const MIGRATIONS: [&str; 9] = [
    include_str!("migrations/v2.sql"),
    include_str!("migrations/v3.sql"),
    include_str!("migrations/v4.sql"),
    include_str!("migrations/v5.sql"),
    include_str!("migrations/v6.sql"),
    include_str!("migrations/v7.sql"),
    include_str!("migrations/v8.sql"),
    include_str!("migrations/v9.sql"),
    include_str!("migrations/v10.sql"),
];
const VERSION: usize = 1 + MIGRATIONS.len();

/// From this version on the codes of teams are in small letters, and a lead may have several
/// numbers.
const FIRST_WITH_LEAD_NUMBERS: usize = 7;

/// From this version on a run's row says which process it is.
const FIRST_WITH_PROCESSES: usize = 3;

impl Store {
    pub(super) fn version(&self) -> Result<usize> {
        version_of(&self.connection)
    }

    /// Refuses a file of another program, or of a newer callsync.
    pub(super) fn refuse_foreign(&self) -> Result<()> {
        let tables: i64 =
            self.connection
                .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match self.version()? {
            0 if tables > 0 => Err(failure(Exit::Database, "it is not a database of callsync")),
            version if version > VERSION => Err(failure(
                Exit::Database,
                format!(
                    "its version {version} is newer than this program's {VERSION}; upgrade callsync"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Refuses a file of another version too.
    pub(super) fn of_this_version(self, path: &Path) -> Result<Self> {
        let context = || unusable(path);
        self.refuse_foreign().with_context(context)?;
        if self.version()? < VERSION {
            let reason = "it is an older version's: back it up, then `callsync retry-unmatched` brings it up to date";
            return Err(failure(Exit::Database, reason)).with_context(context);
        }
        self.enlarge_cache()?;
        Ok(self)
    }

    /// Brings the file to this program's version; on an error it stays as it was.
    pub(super) fn migrate(&mut self) -> Result<()> {
        if self.version()? == VERSION {
            return Ok(());
        }
        let tx = self.transaction()?;
        let version = version_of(&tx)?;
        if version >= FIRST_WITH_PROCESSES {
            refuse_while_at_work(&tx)?;
        }
        match version {
            0 => tx.execute_batch(SCHEMA)?,
            version => {
                for (next, migration) in (2..).zip(MIGRATIONS).skip(version - 1) {
                    tx.execute_batch(migration)?;
                    if next == FIRST_WITH_LEAD_NUMBERS {
                        team_codes::put_into_small_letters(&tx)?;
                        lead_phones::read_lists(&tx)?;
                    }
                }
            }
        }
        tx.pragma_update(None, "user_version", VERSION as i64)?;
        tx.commit()
    }
}

fn version_of(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(version as usize)
}

/// An older callsync that is at work knows nothing of a new version: what it wrote after
/// the migration would be neither one's.
fn refuse_while_at_work(tx: &Connection) -> Result<()> {
    let mut running = runs::running(tx)?.into_iter();
    match running.find(|run| !run.is_gone()) {
        None => Ok(()),
        Some(run) => Err(failure(
            Exit::TryAgain,
            format!(
                "{} of an older callsync is still at work on it (run {}); try again when it has ended",
                run.command, run.id
            ),
        )),
    }
}
