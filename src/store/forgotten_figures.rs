//! The counts of the calls that were forgotten or purged: added to those of the stored
//! calls, so that no figure falls and no day differs. Of a day that is read whole they become
//! what the provider still has of such calls.

mod settling;

use std::collections::HashMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, params};

use super::advisors::IS_ADVISOR;
use super::figures::{StoredFigures, figures};
use crate::call::{Figures, Kind};

/// Adds a day's counts to those of its stored calls, which are in the order of their last
/// calls. Who has none stored comes before them, but behind them if the number is theirs
/// now.
pub(super) fn add_to(
    stored: &mut Vec<StoredFigures>,
    connection: &Connection,
    (provider, day): (&str, NaiveDate),
) -> Result<()> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT advisor_number,
                (SELECT u.id FROM users u WHERE u.id = f.user_id AND {IS_ADVISOR}),
                kind, incoming, outgoing, missed, rejected, connected, talk_time_s,
                incoming_time_s, outgoing_time_s,
                EXISTS (SELECT 1 FROM advisor_numbers n
                        WHERE n.number = f.advisor_number AND n.user_id = f.user_id)
         FROM forgotten_figures f
         WHERE provider = ?1 AND day = ?2 AND advisor_number IS NOT NULL ORDER BY rowid",
    ))?;
    let mut rows = query.query(params![provider, day.to_string()])?;
    let mut earlier: Vec<StoredFigures> = Vec::new();
    while let Some(row) = rows.next()? {
        let forgotten = StoredFigures {
            number: row.get(0)?,
            user_id: row.get(1)?,
            kind: kind(row.get(2)?)?,
            figures: figures(row, 3)?,
        };
        let is_same = |one: &&mut StoredFigures| {
            one.number == forgotten.number
                && one.user_id == forgotten.user_id
                && one.kind == forgotten.kind
        };
        match stored.iter_mut().chain(&mut earlier).find(is_same) {
            Some(one) => one.figures += forgotten.figures,
            None if row.get(11)? => stored.push(forgotten),
            None => earlier.push(forgotten),
        }
    }
    stored.splice(..0, earlier);
    Ok(())
}

/// Adds a day's counts to those of each advisor's stored calls.
pub(super) fn add_to_users(
    stored: &mut HashMap<i64, Figures>,
    connection: &Connection,
    (provider, day): (&str, NaiveDate),
) -> Result<()> {
    let mut query = connection.prepare_cached(
        "SELECT user_id, incoming, outgoing, missed, rejected, connected, talk_time_s,
                incoming_time_s, outgoing_time_s
         FROM forgotten_figures WHERE provider = ?1 AND day = ?2 AND user_id IS NOT NULL",
    )?;
    let mut rows = query.query(params![provider, day.to_string()])?;
    while let Some(row) = rows.next()? {
        *stored.entry(row.get(0)?).or_default() += figures(row, 1)?;
    }
    Ok(())
}

fn kind(text: String) -> Result<Kind> {
    text.parse().map_err(anyhow::Error::msg)
}

/// Where calls count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub provider: String,
    pub day: NaiveDate,
    pub advisor_number: Option<String>,
    pub user_id: Option<i64>,
    pub kind: String,
}

/// Counts calls, beside what is counted there already.
pub(super) fn add<'p>(
    tx: &Transaction,
    counts: impl IntoIterator<Item = (&'p Place, &'p Figures)>,
) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO forgotten_figures (provider, day, advisor_number, user_id, kind, incoming,
             outgoing, missed, rejected, connected, talk_time_s, incoming_time_s,
             outgoing_time_s)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for (place, figures) in counts {
        insert.execute(params![
            place.provider,
            place.day.to_string(),
            place.advisor_number,
            place.user_id,
            place.kind,
            figures.incoming,
            figures.outgoing,
            figures.missed,
            figures.rejected,
            figures.connected,
            figures.talk_time_s,
            figures.incoming_time_s,
            figures.outgoing_time_s,
        ])?;
    }
    Ok(())
}
