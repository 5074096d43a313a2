//! Totals of a period by advisor and by day, and the day on which the figures begin.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::FiguresWanted;
use crate::call::Figures;
use crate::moment::Moment;
use crate::period::Period;
use crate::provider::Provider;
use crate::store::column::{optional_day, required_day, required_moment};
use crate::store::figures::figures;
use crate::store::json_array;

/// The providers' figures of several days, or of several advisors.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    pub figures: Figures,
    /// Days with answered calls, counted for each advisor.
    pub days: i64,
    /// When the oldest and the newest figures were fetched.
    pub fetched: (Moment, Moment),
}

/// The figures of a period.
#[derive(Clone, Debug)]
pub struct PeriodTotals {
    /// By user id.
    pub by_advisor: HashMap<i64, Total>,
    /// Of the advisors in the teams that are wanted; empty unless days are.
    pub by_day: BTreeMap<NaiveDate, Total>,
}

impl PeriodTotals {
    /// `users`: those whose days are added up.
    pub(super) fn read(
        connection: &Connection,
        wanted: FiguresWanted,
        period: Period,
        users: &[i64],
    ) -> Result<Self> {
        let bounds = wanted.bounds(period);
        Ok(Self {
            by_advisor: by_advisor(connection, &bounds)?,
            by_day: match wanted.by_day {
                true => by_day(connection, &bounds, users)?,
                false => BTreeMap::new(),
            },
        })
    }
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

pub(in crate::store) const BY_ADVISOR: &str = totals!("u.id", "d.day", "");
pub(in crate::store) const BY_DAY: &str = totals!(
    "d.day",
    "u.id",
    "WHERE u.id IN (SELECT value FROM json_each(?4))"
);

fn by_advisor(
    connection: &Connection,
    bounds: &[Option<String>; 3],
) -> Result<HashMap<i64, Total>> {
    let mut query = connection.prepare(BY_ADVISOR)?;
    let rows = query.query_map(bounds.each_ref(), |row| Ok((row.get(0)?, total(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn by_day(
    connection: &Connection,
    [from, to, provider]: &[Option<String>; 3],
    users: &[i64],
) -> Result<BTreeMap<NaiveDate, Total>> {
    let mut query = connection.prepare(BY_DAY)?;
    let values = params![from, to, provider, json_array(users)?];
    let rows = query.query_map(values, |row| Ok((required_day(row, 0)?, total(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// From the columns behind the first one.
fn total(row: &Row) -> rusqlite::Result<Total> {
    Ok(Total {
        days: row.get(1)?,
        fetched: (required_moment(row, 2)?, required_moment(row, 3)?),
        figures: figures(row, 4)?,
    })
}

/// The first day with figures of these users; of one provider or all. Looks up one row of
/// each user.
pub(super) fn first_day(
    connection: &Connection,
    provider: Option<Provider>,
    users: &[i64],
) -> Result<Option<NaiveDate>> {
    let mut query = connection.prepare(
        "SELECT min((SELECT min(day) FROM daily_stats
                     WHERE provider = ?1 AND user_id = users.value)) AS first
         FROM json_each(?2) users",
    )?;
    let users = json_array(users)?;
    let counted = |one: &Provider| provider.is_none_or(|only| only == *one);
    let mut first: Option<NaiveDate> = None;
    for provider in Provider::ALL.into_iter().filter(counted) {
        let values = params![provider.as_str(), users];
        let day = query.query_row(values, |row| optional_day(row, 0))?;
        first = first.into_iter().chain(day).min();
    }
    Ok(first)
}
