//! Leaves nothing of removed rows: neither in free pages nor beside other rows nor in the log.
//!
//! `secure_delete` overwrites rows where they are removed, but not the copies of them that
//! SQLite left when it moved rows between pages. So the file is written anew, by VACUUM, and
//! the log is emptied. `has_remains` says that this is still to be done.

mod disk;

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::Store;
use super::runs::{self, Run, RunStart, RunningRow};
use crate::exit::{Exit, failure};

/// The commands that remove people's rows for good.
pub const FORGET: &str = "forget";
pub const PURGE: &str = "purge";

/// Completes what either left undone, and removes nothing more: no call is as old.
pub const COMPLETE: &str = "callsync purge --before 2000-01-01 --yes";

impl Store {
    /// Removes rows by `work`, as a run with a row of its own, and makes the file clean. If
    /// `work` fails the file is not made clean; what it committed stays committed. Its
    /// first transaction calls [`mark_remains`].
    pub fn remove_for_good<T>(
        &mut self,
        start: RunStart,
        work: impl FnOnce(&mut Self, &mut Run) -> Result<T>,
    ) -> Result<T> {
        self.record_run(start, |store, run| {
            store.refuse_another_removal(run)?;
            let removed = work(store, run)?;
            store.make_clean()?;
            store.finish_run(run, None)?;
            Ok(removed)
        })
    }

    /// Whether something of removed rows may be left in the file or its log, and nobody is at
    /// work on it.
    pub fn has_remains(&self) -> Result<bool> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let sql = "SELECT has_remains FROM forgetting";
        let has_remains = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(has_remains && self.removal_at_work()?.is_none())
    }

    /// Leaves nothing of removed rows in the file and its log. A failure leaves the mark in
    /// the file that this is still to be done. Waits for writers, and a few seconds for readers.
    pub fn make_clean(&mut self) -> Result<()> {
        self.check_placement()?;
        // A reader that stays is found before the long work.
        self.empty_log_whole()?;
        self.drop_samples()?;
        self.refuse_full_disk()?;
        self.rewrite().with_context(|| {
            let file = self.path().unwrap_or_default();
            let file = file.display();
            format!("could not write the database {file} anew, without what was removed")
        })?;
        self.check_placement()?;
        self.empty_log_whole()?;
        let tx = self.transaction()?;
        tx.execute("UPDATE forgetting SET has_remains = 0", [])?;
        tx.commit()
    }

    /// Drops the values of indexes that `ANALYZE` kept. Its counts stay.
    fn drop_samples(&mut self) -> Result<()> {
        let tx = self.transaction()?;
        tx.execute_batch("DROP TABLE IF EXISTS sqlite_stat4; DROP TABLE IF EXISTS sqlite_stat3")?;
        tx.commit()
    }

    /// In a temporary file, and not in memory, where a large database has no room.
    fn rewrite(&self) -> Result<()> {
        self.connection.pragma_update(None, "temp_store", "file")?;
        let done = self.connection.execute_batch("VACUUM");
        self.connection
            .pragma_update(None, "temp_store", "memory")?;
        Ok(done?)
    }

    /// Of two at a time, one would call the file clean while the other is still removing.
    fn refuse_another_removal(&self, run: &Run) -> Result<()> {
        match self.removal_at_work()? {
            Some(other) if other.id < run.id => Err(failure(
                Exit::TryAgain,
                format!(
                    "another {} is at work on the database (run {}); try again when it has ended",
                    other.command, other.id
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The first run of a living process that removes rows for good.
    fn removal_at_work(&self) -> Result<Option<RunningRow>> {
        let mut running = runs::running(&self.connection)?.into_iter();
        let removes = |run: &RunningRow| [FORGET, PURGE].contains(&run.command.as_str());
        Ok(running.find(|run| removes(run) && !run.is_gone()))
    }
}

/// Notes that something of removed rows is left, until the file was made clean. In the
/// transaction that removes them.
pub(super) fn mark_remains(tx: &Connection) -> rusqlite::Result<()> {
    let sql = "UPDATE forgetting SET has_remains = 1 WHERE has_remains = 0";
    tx.execute(sql, []).map(drop)
}
