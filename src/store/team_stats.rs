//! Queries of team statistics: teams, advisors, managers, daily figures and their gaps.

pub(super) mod totals;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::Connection;

use super::Store;
use super::column::{optional_moment, required_day};
use super::differences::{Difference, differences_in};
use super::health::{SilentPhone, silent_phones_of};
use crate::moment::Moment;
use crate::period::Period;
use crate::provider::Provider;
pub use totals::{PeriodTotals, Total};

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
    /// The oldest date of the advisor's numbers and keys; `None` while one has none.
    pub last_synced_at: Option<Moment>,
    /// Whether the systems that are counted ought to have data.
    pub is_synchronised: bool,
}

#[derive(Clone, Debug)]
pub struct Manager {
    pub name: String,
    /// Team code.
    pub team: String,
}

/// Which figures are wanted.
#[derive(Clone, Copy, Debug)]
pub struct FiguresWanted<'a> {
    pub period: Period,
    /// The period to compare with.
    pub previous: Option<Period>,
    /// The system that is counted alone; None: all.
    pub provider: Option<Provider>,
    /// Team codes; empty: every advisor.
    pub teams: &'a [String],
    /// Whether those of each day are wanted too.
    pub by_day: bool,
}

/// All teams and advisors, the active managers by id, and the figures of a period.
#[derive(Clone, Debug)]
pub struct TeamData {
    pub teams: Vec<Team>,
    pub advisors: Vec<Advisor>,
    pub managers: Vec<Manager>,
    pub totals: PeriodTotals,
    /// Totals of the period to compare with.
    pub previous: Option<PeriodTotals>,
    /// The first day with figures of the advisors in the teams that are wanted.
    pub data_from: Option<NaiveDate>,
    pub silent_phones: Vec<SilentPhone>,
    pub differences: Vec<Difference>,
    /// Advisors and days with figures still to be fetched.
    pub due: Vec<(i64, NaiveDate)>,
}

impl Store {
    /// Reads a snapshot, consistent also while a sync run writes.
    pub fn team_data(&self, wanted: FiguresWanted) -> Result<TeamData> {
        let snapshot = self.connection.unchecked_transaction()?;
        let advisors = advisors(&snapshot, wanted.provider)?;
        let users: Vec<_> = users_in(wanted.teams, &advisors).collect();
        let totals = |period| PeriodTotals::read(&snapshot, wanted, period, &users);
        Ok(TeamData {
            teams: teams(&snapshot)?,
            managers: managers(&snapshot)?,
            totals: totals(wanted.period)?,
            previous: wanted.previous.map(totals).transpose()?,
            data_from: totals::first_day(&snapshot, wanted.provider, &users)?,
            silent_phones: silent_phones_of(&snapshot, wanted.provider)?,
            differences: differences_in(&snapshot, wanted.bounds(wanted.period))?,
            due: due(&snapshot, wanted)?,
            advisors,
        })
    }
}

impl FiguresWanted<'_> {
    /// The first day, the last, and the provider if it is one.
    fn bounds(&self, Period { from, to }: Period) -> [Option<String>; 3] {
        let provider = self.provider.map(|provider| provider.as_str().to_owned());
        [Some(from.to_string()), Some(to.to_string()), provider]
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

/// With one provider the dates are those of that system; who is not in it has none to miss.
fn advisors(connection: &Connection, provider: Option<Provider>) -> Result<Vec<Advisor>> {
    let mut query = connection.prepare(
        "SELECT a.id, a.name, a.team, a.active,
                iif(?1 IS NULL, a.last_synced_at, d.oldest), ?1 IS NULL OR d.user_id IS NOT NULL
         FROM advisors a
         LEFT JOIN (SELECT user_id, CASE WHEN count(*) = count(last_synced_at)
                                         THEN min(last_synced_at) END AS oldest
                    FROM advisor_dates WHERE provider = ?1 GROUP BY user_id) d
                ON d.user_id = a.id
         ORDER BY a.id",
    )?;
    let rows = query.query_map([provider.map(Provider::as_str)], |row| {
        Ok(Advisor {
            id: row.get(0)?,
            name: row.get(1)?,
            team: row.get(2)?,
            active: row.get(3)?,
            last_synced_at: optional_moment(row, 4)?,
            is_synchronised: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn managers(connection: &Connection) -> Result<Vec<Manager>> {
    let mut query = connection.prepare(
        "SELECT name, team FROM users WHERE role = 'manager' AND active AND team IS NOT NULL
         ORDER BY id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Manager {
            name: row.get(0)?,
            team: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn users_in(teams: &[String], advisors: &[Advisor]) -> impl Iterator<Item = i64> {
    let is_in = |advisor: &&Advisor| {
        let team = advisor.team.as_ref();
        teams.is_empty() || team.is_some_and(|team| teams.contains(team))
    };
    advisors.iter().filter(is_in).map(|advisor| advisor.id)
}

fn due(connection: &Connection, wanted: FiguresWanted) -> Result<Vec<(i64, NaiveDate)>> {
    let mut query = connection.prepare(
        "SELECT DISTINCT user_id, day FROM stats_due
         WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR provider = ?3) ORDER BY day, user_id",
    )?;
    let rows = query.query_map(wanted.bounds(wanted.period), |row| {
        Ok((row.get(0)?, required_day(row, 1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
