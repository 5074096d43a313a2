//! Calls that have recordings, and which of them were fetched or are gone.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::{Row, ToSql, params};

use super::column::{optional_moment, required_moment};
use super::{Store, json_array};
use crate::moment::{self, Moment};

/// Which calls' recordings are wanted.
#[derive(Clone, Copy, Debug)]
pub struct RecordingsWanted {
    /// None: of all calls.
    pub lead_id: Option<i64>,
    /// None: from the beginning.
    pub since: Option<Moment>,
    /// Also the files that were shared in a call.
    pub with_files: bool,
}

/// A call with recordings.
#[derive(Clone, Debug)]
pub struct RecordedCall {
    pub id: i64,
    pub provider: String,
    pub provider_call_id: String,
    pub started_at: Moment,
    /// The client's.
    pub number: Option<String>,
    pub changed_at: Moment,
    pub recording_url: Option<String>,
    /// How many recordings and files its system last told of.
    pub recordings: u32,
    pub files: u32,
    /// Whether its system was still processing them.
    pub is_processing: bool,
    /// What earlier runs found.
    pub known: Vec<KnownRecording>,
}

/// A recording, or a shared file, of which an earlier run knew.
#[derive(Clone, Debug)]
pub struct KnownRecording {
    pub id: String,
    pub fetched_at: Option<Moment>,
    pub gone_at: Option<Moment>,
}

/// What a run found of a recording.
#[derive(Clone, Copy, Debug)]
pub enum RecordingFound<'a> {
    /// It was fetched, and has this name now.
    Fetched(&'a str),
    /// Its system has it no more.
    Gone,
    /// Of the call itself: its system was asked, and nothing that it told is left to do.
    Asked,
}

/// Behind every moment.
const AFTER_ALL: &str = "~";

/// Calls of a condition, the newest first: what cannot be had for ever stands in nobody's way
/// who comes later.
macro_rules! recorded_calls {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.provider, c.provider_call_id, c.started_at, c.client_number,
                    c.changed_at, c.recording_url, ifnull(c.details ->> 'recordings', 0),
                    ifnull(c.details ->> 'files', 0),
                    c.details ->> 'recordings_state' IS NOT NULL
             FROM calls c WHERE ",
            $condition,
            " AND (+c.provider = 'callyzer' AND c.recording_url IS NOT NULL
                   OR +c.provider = 'mluvii'
                      AND (c.details ->> 'recordings' > 0
                           OR c.details ->> 'recordings_state' IS NOT NULL
                           OR ?3 AND c.details ->> 'files' > 0))
             ORDER BY c.started_at DESC, c.id DESC LIMIT ?4"
        )
    };
}

pub(super) const ALL: &str =
    recorded_calls!("(c.started_at, c.id) < (?1, ?2) AND c.started_at >= ?5");
pub(super) const OF_LEAD: &str =
    recorded_calls!("c.lead_id = ?6 AND (c.started_at, c.id) < (?1, ?2) AND c.started_at >= ?5");

impl Store {
    /// Calls with recordings, the newest first, at most `limit` of them, behind `last`.
    pub fn recorded_calls(
        &self,
        wanted: RecordingsWanted,
        last: Option<&RecordedCall>,
        limit: usize,
    ) -> Result<Vec<RecordedCall>> {
        let (started_at, id) = match last {
            Some(call) => (moment::to_text(call.started_at), call.id),
            None => (AFTER_ALL.to_owned(), 0),
        };
        let since = wanted.since.map_or(String::new(), moment::to_text);
        let limit = i64::try_from(limit)?;
        let values: [&dyn ToSql; 5] = [&started_at, &id, &wanted.with_files, &limit, &since];
        let mut calls = match &wanted.lead_id {
            None => self.calls_by(ALL, &values)?,
            Some(lead_id) => self.calls_by(OF_LEAD, &[&values[..], &[lead_id]].concat())?,
        };
        let mut known = self.known_recordings(&calls)?;
        for call in &mut calls {
            call.known = known.remove(&call.id).unwrap_or_default();
        }
        Ok(calls)
    }

    fn calls_by(&self, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<RecordedCall>> {
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map(values, recorded_call)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn known_recordings(
        &self,
        calls: &[RecordedCall],
    ) -> Result<HashMap<i64, Vec<KnownRecording>>> {
        let mut query = self.connection.prepare_cached(
            "SELECT call_id, recording_id, fetched_at, gone_at FROM recordings
             WHERE call_id IN (SELECT value FROM json_each(?1))",
        )?;
        let rows = query.query_map([json_array(calls.iter().map(|call| call.id))?], |row| {
            let recording = KnownRecording {
                id: row.get(1)?,
                fetched_at: optional_moment(row, 2)?,
                gone_at: optional_moment(row, 3)?,
            };
            Ok((row.get(0)?, recording))
        })?;
        let mut known: HashMap<i64, Vec<KnownRecording>> = HashMap::new();
        for row in rows {
            let (call_id, recording) = row?;
            known.entry(call_id).or_default().push(recording);
        }
        Ok(known)
    }

    /// Keeps what a run found of a call's recording. A call that is gone by now is nothing to
    /// keep it for.
    pub fn save_recording(
        &mut self,
        call_id: i64,
        recording_id: &str,
        found: RecordingFound,
        now: Moment,
    ) -> Result<()> {
        let now = moment::to_text(now);
        let (file, fetched_at, gone_at) = match found {
            RecordingFound::Fetched(file) => (Some(file), Some(&now), None),
            RecordingFound::Gone => (None, None, Some(&now)),
            RecordingFound::Asked => (None, Some(&now), None),
        };
        let tx = self.transaction()?;
        tx.execute(
            "INSERT INTO recordings (call_id, recording_id, file, fetched_at, gone_at)
             SELECT id, ?2, ?3, ?4, ?5 FROM calls WHERE id = ?1
             ON CONFLICT DO UPDATE SET file = ifnull(excluded.file, file),
                 fetched_at = ifnull(excluded.fetched_at, fetched_at), gone_at = excluded.gone_at",
            params![call_id, recording_id, file, fetched_at, gone_at],
        )?;
        tx.commit()
    }
}

fn recorded_call(row: &Row) -> rusqlite::Result<RecordedCall> {
    Ok(RecordedCall {
        id: row.get(0)?,
        provider: row.get(1)?,
        provider_call_id: row.get(2)?,
        started_at: required_moment(row, 3)?,
        number: row.get(4)?,
        changed_at: required_moment(row, 5)?,
        recording_url: row.get(6)?,
        recordings: row.get(7)?,
        files: row.get(8)?,
        is_processing: row.get(9)?,
        known: Vec::new(),
    })
}
