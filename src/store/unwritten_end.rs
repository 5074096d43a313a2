//! How runs ended whose rows could not be completed: another program held the database, or
//! the disk was full. Each is a note in the lock file of `sync`, which has room for it, until
//! a command that can write completes the row.

use std::path::Path;

use anyhow::Result;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::Store;
use super::runs::{self, Run, RunStart};
use super::transaction::WriteTransaction;
use crate::exit;
use crate::lock::{self, LockFile};
use crate::moment::{self, Moment};
use crate::process;
use crate::text;

/// A longer error is cut.
const MAX_CHARS: usize = 500;

/// A line of JSON in the lock file. What is read there may be anything.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct UnwrittenEnd {
    /// None: its row could not be begun either.
    run: Option<i64>,
    /// Which process it was: after a restore, another run may have the number.
    process: String,
    command: String,
    provider: Option<String>,
    account: String,
    as_login: Option<String>,
    lead_id: Option<i64>,
    started_at: String,
    finished_at: String,
    exit_code: u8,
    requests: i64,
    error: String,
}

impl UnwrittenEnd {
    /// Of a run whose row could not be completed.
    pub fn of(start: &RunStart, run: &Run, failure: &anyhow::Error) -> Self {
        let error = runs::error_text(run, Some(failure)).unwrap_or_default();
        Self {
            run: Some(run.id),
            requests: run.requests,
            error: shortened(&error),
            ..Self::without_row(start, run.started_at, failure)
        }
    }

    /// Of a run whose row could not be begun.
    pub fn without_row(start: &RunStart, started_at: Moment, failure: &anyhow::Error) -> Self {
        Self {
            run: None,
            process: process::own(),
            command: start.command.into(),
            provider: start.provider.map(Into::into),
            account: start.account.into(),
            as_login: start.as_login.map(Into::into),
            lead_id: start.lead_id,
            started_at: moment::to_text(started_at),
            finished_at: moment::to_text(moment::now()),
            exit_code: exit::of(failure) as u8,
            requests: 0,
            error: shortened(&exit::text(failure)),
        }
    }

    fn keep(&self, database: &Path) -> Result<()> {
        let note = serde_json::to_string(self)?;
        Ok(LockFile::open(database, lock::OF_SYNC)?.add_note(&note)?)
    }

    /// None of a line that is no such note.
    fn parse(line: &str) -> Option<Self> {
        let end: Self = serde_json::from_str(line).ok()?;
        let has_moments = [&end.started_at, &end.finished_at]
            .iter()
            .all(|text| moment::from_text(text).is_ok());
        (end.exit_code != 0 && has_moments).then_some(end)
    }

    /// Completes the row, if it still says `running`, or writes it whole.
    fn write(&self, tx: &WriteTransaction) -> Result<()> {
        let written = match self.run {
            Some(_) => self.complete(tx)?,
            None => self.insert(tx)?,
        };
        if written > 0 {
            let (command, exit_code) = (text::quoted(&self.command), self.exit_code);
            let started_at = &self.started_at;
            log::info!(
                "the row of {command} of {started_at}, which ended with exit code {exit_code}, \
                 is written only now"
            );
        }
        Ok(())
    }

    fn complete(&self, tx: &WriteTransaction) -> rusqlite::Result<usize> {
        tx.execute(
            "UPDATE sync_runs SET finished_at = ?3, outcome = 'failed', exit_code = ?4, error = ?5,
                 requests = max(requests, ?6), process = NULL
             WHERE id = ?1 AND process = ?2 AND outcome = 'running'",
            params![
                self.run,
                self.process,
                self.finished_at,
                self.exit_code,
                self.error,
                self.requests
            ],
        )
    }

    fn insert(&self, tx: &WriteTransaction) -> rusqlite::Result<usize> {
        tx.execute(
            "INSERT INTO sync_runs (command, provider, account, as_login, lead_id, started_at,
                 finished_at, outcome, exit_code, error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'failed', ?8, ?9)",
            params![
                self.command,
                self.provider,
                self.account,
                self.as_login,
                self.lead_id,
                self.started_at,
                self.finished_at,
                self.exit_code,
                self.error
            ],
        )
    }
}

fn shortened(error: &str) -> String {
    error.chars().take(MAX_CHARS).collect()
}

impl Store {
    /// Completes the rows of earlier runs whose ends are kept, and has room kept for the end
    /// of this one, also where the disk fills during it.
    pub(super) fn write_kept_ends(&mut self) -> Result<()> {
        let Some(database) = self.path() else {
            return Ok(());
        };
        let ends = kept(&database);
        if !ends.is_empty() {
            let tx = self.transaction()?;
            ends.iter().try_for_each(|end| end.write(&tx))?;
            tx.commit()?;
            drop_kept(&database);
        }
        keep_room(&database);
        Ok(())
    }

    /// Keeps how a run ended, if the files of the database are in their places.
    pub(super) fn keep_end(&self, end: &UnwrittenEnd) {
        let Some(database) = self.path().filter(|_| !self.has_lost_its_files()) else {
            return;
        };
        if let Err(error) = end.keep(&database) {
            log::error!("could not keep how the run ended: {}", exit::text(&error));
        }
    }
}

/// The ends that are kept; none where the lock file cannot be read.
fn kept(database: &Path) -> Vec<UnwrittenEnd> {
    let notes = LockFile::open(database, lock::OF_SYNC).and_then(|file| Ok(file.notes()?));
    let notes = notes.unwrap_or_default();
    notes.lines().filter_map(UnwrittenEnd::parse).collect()
}

/// Drops the ends, once their rows are committed. One that another process adds at this
/// moment may be dropped too: its run counts as killed then.
fn drop_kept(database: &Path) {
    let dropped = LockFile::open(database, lock::OF_SYNC).and_then(|file| Ok(file.drop_notes()?));
    if let Err(error) = dropped {
        log::warn!(
            "could not drop the ends of earlier runs: {}",
            exit::text(&error)
        );
    }
}

fn keep_room(database: &Path) {
    let kept = LockFile::open(database, lock::OF_SYNC).and_then(|file| Ok(file.keep_room()?));
    if let Err(error) = kept {
        log::debug!("no room for the end of a run beside the database: {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_end_of_a_run_is_left_alone() {
        let line = r#"{"run":1,"process":"7 8","command":"sync","provider":"callyzer","account":"root","as_login":null,"lead_id":null,"started_at":"2026-11-24T09:00:00Z","finished_at":"2026-11-24T10:00:00Z","exit_code":74,"requests":3,"error":"disk full"}"#;
        let end = UnwrittenEnd::parse(line).unwrap();
        assert_eq!(serde_json::to_string(&end).unwrap(), line);
        for bad in [
            "",
            "2026-11-24T10:00:00Z",
            "{}",
            &line[1..],
            &line.replace("74", "0"),
            &line.replace("74", "7400"),
            &line.replace("2026", "soon"),
        ] {
            assert_eq!(UnwrittenEnd::parse(bad), None, "{bad}");
        }
    }
}
