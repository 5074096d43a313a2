//! Leads' call registers, as they are shown.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use super::advisors::IS_ADVISOR;
use super::column::{optional_moment, required_moment};
use super::notes::StoredNote;
use crate::moment::Moment;
use crate::phone::PhoneNumber;

#[derive(Clone, Debug)]
pub struct Lead {
    pub id: i64,
    pub name: String,
    /// As given.
    pub phone: Option<String>,
    /// The first valid number, E.164.
    pub number: Option<String>,
    /// All valid numbers, [`Self::number`] first.
    pub numbers: Vec<String>,
    pub advisor_id: Option<i64>,
    pub advisor: Option<String>,
    pub refreshed_at: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct RegisterCall {
    pub id: i64,
    pub status: String,
    pub started_at: Moment,
    pub duration_s: i64,
    /// The advisor's name.
    pub advisor: Option<String>,
    pub number: Option<String>,
    pub kind: String,
    pub note: Option<String>,
    pub recording_url: Option<String>,
    pub provider: String,
    /// Those that the system has apart from its calls, the oldest first.
    pub notes: Vec<StoredNote>,
}

/// Up to when the calls of a system are in the file.
#[derive(Clone, Debug)]
pub struct SystemDate {
    pub provider: String,
    /// None while some of them were never synchronised.
    pub last_synced_at: Option<Moment>,
}

/// Another lead with calls of a lead's numbers.
#[derive(Clone, Copy, Debug)]
pub struct OtherHolder {
    pub lead_id: i64,
    /// How many calls.
    pub calls: i64,
    pub advisor_id: Option<i64>,
}

/// Some of many rows.
#[derive(Clone, Debug)]
pub struct Part<T> {
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    pub fn lead(&self, id: i64) -> Result<Option<Lead>> {
        let lead = self.connection.query_row(LEAD, [id], lead);
        Ok(lead.optional()?)
    }

    /// The leads that have a number.
    pub fn leads_of(&self, number: &PhoneNumber) -> Result<Vec<Lead>> {
        let mut query = self.connection.prepare_cached(LEADS_OF_NUMBER)?;
        let rows = query.query_map([number.as_str()], lead)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// For each system the oldest date of last synchronisation among active advisors'
    /// numbers and keys.
    pub fn system_dates(&self) -> Result<Vec<SystemDate>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT d.provider,
                    CASE WHEN count(*) = count(d.last_synced_at) THEN min(d.last_synced_at) END
             FROM advisor_dates d JOIN users u ON u.id = d.user_id
             WHERE u.active AND {IS_ADVISOR}
             GROUP BY d.provider ORDER BY d.provider",
        ))?;
        let rows = query.query_map([], |row| {
            Ok(SystemDate {
                provider: row.get(0)?,
                last_synced_at: optional_moment(row, 1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A lead's calls, the newest first.
    pub fn register(&self, lead_id: i64, limit: i64, offset: i64) -> Result<Part<RegisterCall>> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.id, c.status, c.started_at, c.duration_s, u.name, c.client_number, c.kind,
                    c.note, c.recording_url, c.provider
             FROM calls c LEFT JOIN users u ON u.id = c.advisor_id
             WHERE c.lead_id = ?1 ORDER BY c.started_at DESC, c.id DESC LIMIT ?2 OFFSET ?3",
        )?;
        let rows = query.query_map(params![lead_id, limit, offset], |row| {
            Ok(RegisterCall {
                id: row.get(0)?,
                status: row.get(1)?,
                started_at: required_moment(row, 2)?,
                duration_s: row.get(3)?,
                advisor: row.get(4)?,
                number: row.get(5)?,
                kind: row.get(6)?,
                note: row.get(7)?,
                recording_url: row.get(8)?,
                provider: row.get(9)?,
                notes: Vec::new(),
            })
        })?;
        let mut rows: Vec<RegisterCall> = rows.collect::<rusqlite::Result<_>>()?;
        let mut notes = self.notes_of(rows.iter().map(|call| call.id))?;
        for call in &mut rows {
            call.notes = notes.remove(&call.id).unwrap_or_default();
        }
        let sql = "SELECT count(*) FROM calls WHERE lead_id = ?1";
        Ok(Part {
            rows,
            total: self
                .connection
                .query_row(sql, [lead_id], |row| row.get(0))?,
        })
    }

    /// Other leads that hold calls of a lead's numbers, with how many.
    pub fn other_holders(&self, lead_id: i64) -> Result<Vec<OtherHolder>> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.lead_id, count(*),
                    (SELECT l.advisor_id FROM leads l WHERE l.id = c.lead_id)
             FROM calls c
             WHERE c.client_number IN (SELECT number FROM lead_numbers WHERE lead_id = ?1)
               AND c.lead_id <> ?1 GROUP BY c.lead_id ORDER BY c.lead_id",
        )?;
        let rows = query.query_map([lead_id], |row| {
            Ok(OtherHolder {
                lead_id: row.get(0)?,
                calls: row.get(1)?,
                advisor_id: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

macro_rules! leads {
    ($condition:literal) => {
        concat!(
            "SELECT l.id, l.name, l.phone, l.number, l.advisor_id, u.name, l.refreshed_at,
                    (SELECT group_concat(n.number, ' ' ORDER BY n.number <> l.number, n.number)
                     FROM lead_numbers n WHERE n.lead_id = l.id)
             FROM leads l LEFT JOIN users u ON u.id = l.advisor_id WHERE ",
            $condition
        )
    };
}

pub(super) const LEAD: &str = leads!("l.id = ?1");
pub(super) const LEADS_OF_NUMBER: &str =
    leads!("l.id IN (SELECT lead_id FROM lead_numbers WHERE number = ?1) ORDER BY l.id");

fn lead(row: &Row) -> rusqlite::Result<Lead> {
    let numbers: Option<String> = row.get(7)?;
    let numbers = numbers.iter().flat_map(|numbers| numbers.split(' '));
    Ok(Lead {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        number: row.get(3)?,
        numbers: numbers.map(str::to_owned).collect(),
        advisor_id: row.get(4)?,
        advisor: row.get(5)?,
        refreshed_at: optional_moment(row, 6)?,
    })
}
