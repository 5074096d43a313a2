//! What the file holds of one number: queries of the `explain` command. Nothing here writes.

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Params, Row, params};

use super::Store;
use super::advisors::IS_ADVISOR;
use super::column::{optional_moment, required_day, required_moment};
use crate::moment::{Moment, Window};

/// The user who has the number.
#[derive(Clone, Debug)]
pub struct NumberOwner {
    pub name: String,
    pub is_active: bool,
    pub is_advisor: bool,
}

/// Calls with the number as the client's: in a lead's register, or without a lead.
#[derive(Clone, Copy, Debug)]
pub struct ClientCalls {
    pub lead_id: Option<i64>,
    pub count: i64,
    pub last_at: Moment,
    pub waiting: i64,
    pub exhausted: i64,
    /// The most attempts of one call.
    pub attempts: i64,
}

/// Calls from or to the number as an advisor's.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdvisorCalls {
    pub count: i64,
    pub last_at: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct QuarantinedCall {
    pub provider_call_id: Option<String>,
    pub reason: String,
    pub first_seen_at: Moment,
    /// None: it cannot be read.
    pub day: Option<NaiveDate>,
}

impl Store {
    pub fn number_owner(&self, number: &str) -> Result<Option<NumberOwner>> {
        let sql = format!(
            "SELECT u.name, u.active, {IS_ADVISOR}
             FROM advisor_numbers n JOIN users u ON u.id = n.user_id WHERE n.number = ?1",
        );
        let owner = self.connection.query_row(&sql, [number], |row| {
            Ok(NumberOwner {
                name: row.get(0)?,
                is_active: row.get(1)?,
                is_advisor: row.get(2)?,
            })
        });
        Ok(owner.optional()?)
    }

    /// Those without a lead come first.
    pub fn client_calls(&self, number: &str, max_attempts: i64) -> Result<Vec<ClientCalls>> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.lead_id, count(*), max(c.started_at),
                    count(*) FILTER (WHERE n.attempts < ?2),
                    count(*) FILTER (WHERE n.attempts >= ?2), ifnull(max(n.attempts), 0)
             FROM calls c LEFT JOIN unmatched_calls n ON n.call_id = c.id
             WHERE c.client_number = ?1 GROUP BY c.lead_id ORDER BY c.lead_id",
        )?;
        let rows = query.query_map(params![number, max_attempts], |row| {
            Ok(ClientCalls {
                lead_id: row.get(0)?,
                count: row.get(1)?,
                last_at: required_moment(row, 2)?,
                waiting: row.get(3)?,
                exhausted: row.get(4)?,
                attempts: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Reads all calls, which takes a second for five million.
    pub fn advisor_calls(&self, number: &str) -> Result<AdvisorCalls> {
        let sql = "SELECT count(*), max(started_at) FROM calls
                   WHERE advisor_number = ?1 AND client_number IS NOT ?1";
        Ok(self.connection.query_row(sql, [number], |row| {
            Ok(AdvisorCalls {
                count: row.get(0)?,
                last_at: optional_moment(row, 1)?,
            })
        })?)
    }

    /// The quarantined records that hold a number: as the advisor's, or its `digits` in
    /// their text, the newest first.
    pub fn quarantined(&self, number: &str, digits: Option<&str>) -> Result<Vec<QuarantinedCall>> {
        let mut query = self.connection.prepare_cached(
            "SELECT provider_call_id, reason, first_seen_at, day FROM quarantine
             WHERE number = ?1 OR instr(replace(replace(record, ' ', ''), '-', ''), ?2)
             ORDER BY first_seen_at DESC, id DESC",
        )?;
        let rows = query.query_map(params![number, digits], |row| {
            let day: Option<String> = row.get(3)?;
            Ok(QuarantinedCall {
                provider_call_id: row.get(0)?,
                reason: row.get(1)?,
                first_seen_at: required_moment(row, 2)?,
                day: day.map(|_| required_day(row, 3)).transpose()?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The date of last synchronisation of one number.
    pub fn number_date(&self, provider: &str, number: &str) -> Result<Option<Moment>> {
        let sql = "SELECT last_synced_at FROM sync_dates WHERE provider = ?1 AND number = ?2";
        self.moment(sql, [provider, number])
    }

    /// When a phone was last in touch, as the provider last reported it.
    pub fn last_contact(&self, provider: &str, number: &str) -> Result<Option<Moment>> {
        let sql = "SELECT last_contact_at FROM phones WHERE provider = ?1 AND number = ?2";
        self.moment(sql, [provider, number])
    }

    /// When the oldest call began.
    pub fn first_call_at(&self) -> Result<Option<Moment>> {
        self.moment("SELECT min(started_at) FROM calls", [])
    }

    fn moment(&self, sql: &str, values: impl Params) -> Result<Option<Moment>> {
        let mut query = self.connection.prepare_cached(sql)?;
        let moment = query.query_row(values, |row| optional_moment(row, 0));
        Ok(moment.optional()?.flatten())
    }

    /// The incomplete windows for which the number was asked, the oldest first: by time of
    /// upload or of the call.
    pub fn windows_with_number(&self, number: &str) -> Result<Vec<Window>> {
        let mut query = self.connection.prepare_cached(
            "SELECT from_at, to_at FROM doubtful_windows
             WHERE EXISTS (SELECT 1 FROM json_each(numbers) WHERE value = ?1)
             ORDER BY from_at, kind",
        )?;
        let rows = query.query_map([number], window)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The days on which the number's calls differ from the provider's count.
    pub fn differing_days_of(&self, number: &str) -> Result<Vec<NaiveDate>> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT day FROM differences WHERE number = ?1 ORDER BY day",
        )?;
        let rows = query.query_map([number], |row| required_day(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn window(row: &Row) -> rusqlite::Result<Window> {
    Ok(Window {
        from: required_moment(row, 0)?,
        to: required_moment(row, 1)?,
    })
}
