//! What a purge removes beside calls.

use anyhow::Result;
use rusqlite::{CachedStatement, Connection, Transaction, params_from_iter};

use super::{Before, Purged};

/// Rows of a table that are older than the day ?1, or the moment ?2 at which it begins.
struct OldRows {
    count: &'static str,
    remove: &'static str,
    /// Where their number is kept.
    place: fn(&mut Purged) -> &mut i64,
}

/// Of each system's `sync` the last success and the last failure stay: `status` tells by
/// them whether it works.
const ALL: [OldRows; 8] = [
    OldRows {
        count: "SELECT count(*) FROM quarantine WHERE ifnull(day < ?1, last_seen_at < ?2)",
        remove: "DELETE FROM quarantine WHERE ifnull(day < ?1, last_seen_at < ?2)",
        place: |purged| &mut purged.quarantined,
    },
    OldRows {
        count: "SELECT count(*) FROM sync_runs
                WHERE started_at < ?2 AND outcome <> 'running' AND id NOT IN (
                    SELECT max(id) FROM sync_runs WHERE command = 'sync' AND outcome <> 'running'
                    GROUP BY provider, outcome = 'ok')",
        remove: "DELETE FROM sync_runs
                 WHERE started_at < ?2 AND outcome <> 'running' AND id NOT IN (
                     SELECT max(id) FROM sync_runs WHERE command = 'sync' AND outcome <> 'running'
                     GROUP BY provider, outcome = 'ok')",
        place: |purged| &mut purged.runs,
    },
    OldRows {
        count: "SELECT count(*) FROM campaign_results WHERE read_at < ?2",
        remove: "DELETE FROM campaign_results WHERE read_at < ?2",
        place: |purged| &mut purged.campaign_results,
    },
    OldRows {
        count: "SELECT count(*) FROM campaigns WHERE sent_at < ?2 AND numbers <> '[]'",
        remove: "UPDATE campaigns SET numbers = '[]' WHERE sent_at < ?2 AND numbers <> '[]'",
        place: |purged| &mut purged.campaigns,
    },
    OldRows {
        count: "SELECT count(*) FROM unfinished_calls WHERE started_at < ?2",
        remove: "DELETE FROM unfinished_calls WHERE started_at < ?2",
        place: |purged| &mut purged.unfinished_calls,
    },
    OldRows {
        count: "SELECT count(*) FROM differences WHERE day < ?1",
        remove: "DELETE FROM differences WHERE day < ?1",
        place: |purged| &mut purged.differences,
    },
    OldRows {
        count: "SELECT count(*) FROM reread_days WHERE day < ?1",
        remove: "DELETE FROM reread_days WHERE day < ?1",
        place: |purged| &mut purged.reread_days,
    },
    OldRows {
        count: "SELECT count(*) FROM doubtful_windows WHERE to_at < ?2",
        remove: "DELETE FROM doubtful_windows WHERE to_at < ?2",
        place: |purged| &mut purged.incomplete_windows,
    },
];

pub(super) fn count(connection: &Connection, before: Before) -> Result<Purged> {
    each(before, |rows, bounds| {
        let mut query = connection.prepare_cached(rows.count)?;
        let values = params_from_iter(taken(bounds, &query));
        Ok(query.query_row(values, |row| row.get(0))?)
    })
}

pub(super) fn remove(tx: &Transaction, before: Before) -> Result<Purged> {
    each(before, |rows, bounds| {
        let mut delete = tx.prepare_cached(rows.remove)?;
        let values = params_from_iter(taken(bounds, &delete));
        Ok(delete.execute(values)? as i64)
    })
}

fn each(
    before: Before,
    mut number_of: impl FnMut(&OldRows, &[String; 2]) -> Result<i64>,
) -> Result<Purged> {
    let bounds = [before.day.to_string(), before.moment()];
    let mut purged = Purged::default();
    for rows in &ALL {
        *(rows.place)(&mut purged) = number_of(rows, &bounds)?;
    }
    Ok(purged)
}

/// The bounds up to the last one that a statement takes.
fn taken<'b>(
    bounds: &'b [String; 2],
    statement: &CachedStatement,
) -> impl Iterator<Item = &'b String> + use<'b> {
    bounds.iter().take(statement.parameter_count())
}
