//! Queries of team statistics: teams, advisors, managers, daily figures and their gaps.

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::Connection;

use super::Store;
use super::column::{optional_moment, required_day, required_moment};
use super::differences::{Difference, differences_in};
use super::figures::figures;
use crate::call::Figures;
use crate::moment::Moment;
use crate::period::Period;

#[derive(Clone, Debug)]
pub struct Team {
    pub code: String,
    pub name: String,
}

/// A user with an advisor's role.
#[derive(Clone, Debug)]
pub struct Advisor {
    pub id: i64,
    pub name: String,
    /// Team code.
    pub team: Option<String>,
    pub active: bool,
    /// The oldest date of the advisor's numbers; `None` while a number has none.
    pub last_synced_at: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct Manager {
    pub name: String,
    /// Team code.
    pub team: String,
}

/// The provider's figures of an advisor's day.
#[derive(Clone, Copy, Debug)]
pub struct DayFigures {
    pub user_id: i64,
    pub day: NaiveDate,
    pub figures: Figures,
    pub fetched_at: Moment,
}

/// All teams and advisors, the active managers, and the figures of a period.
#[derive(Clone, Debug)]
pub struct TeamData {
    pub teams: Vec<Team>,
    pub advisors: Vec<Advisor>,
    pub managers: Vec<Manager>,
    pub days: Vec<DayFigures>,
    pub differences: Vec<Difference>,
    /// Advisors and days with figures still to be fetched.
    pub due: Vec<(i64, NaiveDate)>,
}

impl Store {
    /// Reads a snapshot, consistent also while a sync run writes.
    pub fn team_data(&self, period: Period) -> Result<TeamData> {
        let snapshot = self.connection.unchecked_transaction()?;
        Ok(TeamData {
            teams: teams(&snapshot)?,
            advisors: advisors(&snapshot)?,
            managers: managers(&snapshot)?,
            days: days(&snapshot, period)?,
            differences: differences_in(&snapshot, period)?,
            due: due(&snapshot, period)?,
        })
    }
}

fn teams(connection: &Connection) -> Result<Vec<Team>> {
    let mut query = connection.prepare("SELECT code, name FROM teams ORDER BY code")?;
    let rows = query.query_map([], |row| {
        Ok(Team {
            code: row.get(0)?,
            name: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn advisors(connection: &Connection) -> Result<Vec<Advisor>> {
    let mut query = connection
        .prepare("SELECT id, name, team, active, last_synced_at FROM advisors ORDER BY id")?;
    let rows = query.query_map([], |row| {
        Ok(Advisor {
            id: row.get(0)?,
            name: row.get(1)?,
            team: row.get(2)?,
            active: row.get(3)?,
            last_synced_at: optional_moment(row, 4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn managers(connection: &Connection) -> Result<Vec<Manager>> {
    let mut query = connection.prepare(
        "SELECT name, team FROM users WHERE role = 'manager' AND active AND team IS NOT NULL",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Manager {
            name: row.get(0)?,
            team: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn days(connection: &Connection, period: Period) -> Result<Vec<DayFigures>> {
    let mut query = connection.prepare(
        "SELECT user_id, day, fetched_at, incoming, outgoing, missed, rejected, connected,
                talk_time_s, incoming_time_s, outgoing_time_s
         FROM daily_stats WHERE day BETWEEN ?1 AND ?2",
    )?;
    let rows = query.query_map(bounds(period), |row| {
        Ok(DayFigures {
            user_id: row.get(0)?,
            day: required_day(row, 1)?,
            fetched_at: required_moment(row, 2)?,
            figures: figures(row)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn due(connection: &Connection, period: Period) -> Result<Vec<(i64, NaiveDate)>> {
    let mut query = connection.prepare(
        "SELECT user_id, day FROM stats_due WHERE day BETWEEN ?1 AND ?2 ORDER BY day, user_id",
    )?;
    let rows = query.query_map(bounds(period), |row| {
        Ok((row.get(0)?, required_day(row, 1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn bounds(period: Period) -> [String; 2] {
    [period.from.to_string(), period.to.to_string()]
}
