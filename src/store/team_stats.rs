//! Queries of team statistics: teams, advisors, managers, daily figures and their gaps.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::column::{optional_moment, required_day, required_moment};
use super::differences::{Difference, differences_in};
use super::figures::figures;
use super::{Store, json_array};
use crate::call::Figures;
use crate::moment::Moment;
use crate::period::Period;
use crate::provider::Provider;

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

/// The providers' figures of several days, or of several advisors.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    pub figures: Figures,
    /// Days with answered calls, counted for each advisor.
    pub days: i64,
    /// When the oldest and the newest figures were fetched.
    pub fetched: (Moment, Moment),
}

/// Which figures are wanted.
#[derive(Clone, Copy, Debug)]
pub struct FiguresWanted<'a> {
    pub period: Period,
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
    /// By user id.
    pub by_advisor: HashMap<i64, Total>,
    /// Of the advisors in the teams that are wanted; empty unless days are.
    pub by_day: BTreeMap<NaiveDate, Total>,
    pub differences: Vec<Difference>,
    /// Advisors and days with figures still to be fetched.
    pub due: Vec<(i64, NaiveDate)>,
}

impl Store {
    /// Reads a snapshot, consistent also while a sync run writes.
    pub fn team_data(&self, wanted: FiguresWanted) -> Result<TeamData> {
        let snapshot = self.connection.unchecked_transaction()?;
        let advisors = advisors(&snapshot, wanted.provider)?;
        let by_day = if wanted.by_day {
            by_day(&snapshot, wanted, users_in(wanted.teams, &advisors))?
        } else {
            BTreeMap::new()
        };
        Ok(TeamData {
            teams: teams(&snapshot)?,
            managers: managers(&snapshot)?,
            by_advisor: by_advisor(&snapshot, wanted)?,
            by_day,
            advisors,
            differences: differences_in(&snapshot, wanted.bounds())?,
            due: due(&snapshot, wanted)?,
        })
    }
}

impl FiguresWanted<'_> {
    /// The first day, the last, and the provider if it is one.
    fn bounds(&self) -> [Option<String>; 3] {
        let provider = self.provider.map(|provider| provider.as_str().to_owned());
        let Period { from, to } = self.period;
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

/// The figures of a period: for each user and provider those from one day to another,
/// so that other years cost nothing.
macro_rules! totals {
    ($group:literal, $counted:literal, $users:literal) => {
        concat!(
            "WITH RECURSIVE providers (provider) AS (
                 SELECT min(provider) FROM daily_stats
                 UNION ALL
                 SELECT (SELECT min(provider) FROM daily_stats WHERE provider > providers.provider)
                 FROM providers WHERE providers.provider IS NOT NULL)
             SELECT ",
            $group,
            ", count(DISTINCT iif(d.incoming + d.outgoing > 0, ",
            $counted,
            ", NULL)), min(d.fetched_at), max(d.fetched_at),
                    sum(d.incoming), sum(d.outgoing), sum(d.missed), sum(d.rejected),
                    sum(d.connected), sum(d.talk_time_s), sum(d.incoming_time_s),
                    sum(d.outgoing_time_s)
             FROM users u CROSS JOIN providers p
             CROSS JOIN daily_stats d
                 ON d.provider = p.provider AND d.user_id = u.id AND d.day BETWEEN ?1 AND ?2
                    AND (?3 IS NULL OR p.provider = ?3) ",
            $users,
            " GROUP BY ",
            $group
        )
    };
}

pub(super) const BY_ADVISOR: &str = totals!("u.id", "d.day", "");
pub(super) const BY_DAY: &str = totals!(
    "d.day",
    "u.id",
    "WHERE u.id IN (SELECT value FROM json_each(?4))"
);

fn by_advisor(connection: &Connection, wanted: FiguresWanted) -> Result<HashMap<i64, Total>> {
    let mut query = connection.prepare(BY_ADVISOR)?;
    let rows = query.query_map(wanted.bounds(), |row| Ok((row.get(0)?, total(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn by_day(
    connection: &Connection,
    wanted: FiguresWanted,
    users: impl Iterator<Item = i64>,
) -> Result<BTreeMap<NaiveDate, Total>> {
    let mut query = connection.prepare(BY_DAY)?;
    let [from, to, provider] = wanted.bounds();
    let rows = query.query_map(params![from, to, provider, json_array(users)?], |row| {
        Ok((required_day(row, 0)?, total(row)?))
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

/// From the columns behind the first one.
fn total(row: &Row) -> rusqlite::Result<Total> {
    Ok(Total {
        days: row.get(1)?,
        fetched: (required_moment(row, 2)?, required_moment(row, 3)?),
        figures: figures(row, 4)?,
    })
}

fn due(connection: &Connection, wanted: FiguresWanted) -> Result<Vec<(i64, NaiveDate)>> {
    let mut query = connection.prepare(
        "SELECT DISTINCT user_id, day FROM stats_due
         WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR provider = ?3) ORDER BY day, user_id",
    )?;
    let rows = query.query_map(wanted.bounds(), |row| {
        Ok((row.get(0)?, required_day(row, 1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
