//! Calls that are removed for good, because somebody is forgotten or the calls are purged:
//! they are counted, so that no figure falls and no day differs because of it.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono_tz::Tz;
use rusqlite::{CachedStatement, OptionalExtension, Row, Transaction};

use super::column::required_moment;
use super::forgotten_figures::{self, Place};
use crate::call::{Figures, Status};
use crate::moment;
use crate::provider::Provider;

/// Removes calls for good, and keeps their counts, within one transaction.
pub struct Removal<'a> {
    tx: &'a Transaction<'a>,
    delete: CachedStatement<'a>,
    settle: CachedStatement<'a>,
    /// In which the days of every system begin.
    zone: Tz,
    calls: i64,
    counts: BTreeMap<Place, Figures>,
}

struct RemovedCall {
    place: Place,
    provider_call_id: String,
    figures: Figures,
}

impl<'a> Removal<'a> {
    /// `zone`: the account's, in which the days of every system begin.
    pub fn new(tx: &'a Transaction<'a>, zone: Tz) -> Result<Self> {
        Ok(Self {
            delete: tx.prepare_cached(
                "DELETE FROM calls WHERE id = ?1
                 RETURNING provider, started_at, advisor_number, advisor_id, kind, status,
                           duration_s, ifnull(details ->> 'status', '') = 'answered',
                           provider_call_id",
            )?,
            settle: tx.prepare_cached(
                "DELETE FROM unfinished_calls WHERE provider = ?1 AND provider_call_id = ?2",
            )?,
            tx,
            zone,
            calls: 0,
            counts: BTreeMap::new(),
        })
    }

    /// Removes a call and all that belongs to it. Gives whether it was there.
    pub fn remove(&mut self, call_id: i64) -> Result<bool> {
        let zone = self.zone;
        let removed = self
            .delete
            .query_row([call_id], |row| RemovedCall::read(row, zone));
        let Some(call) = removed.optional()? else {
            return Ok(false);
        };
        self.settle
            .execute([&call.place.provider, &call.provider_call_id])?;
        *self.counts.entry(call.place).or_default() += call.figures;
        self.calls += 1;
        Ok(true)
    }

    /// Writes the counts. Gives how many calls were removed.
    pub fn finish(self) -> Result<i64> {
        forgotten_figures::add(self.tx, &self.counts)?;
        Ok(self.calls)
    }
}

impl RemovedCall {
    fn read(row: &Row, zone: Tz) -> rusqlite::Result<Self> {
        let provider: String = row.get(0)?;
        let (status, duration_s): (String, i64) = (row.get(5)?, row.get(6)?);
        // As the stored days and the figures of systems without their own count.
        let is_connected = match provider == Provider::Callyzer.as_str() {
            true => duration_s > 0,
            false => row.get(7)?,
        };
        Ok(Self {
            figures: figures(&status, is_connected.then_some(duration_s)),
            provider_call_id: row.get(8)?,
            place: Place {
                day: moment::day_of(required_moment(row, 1)?, zone),
                advisor_number: row.get(2)?,
                user_id: row.get(3)?,
                kind: row.get(4)?,
                provider,
            },
        })
    }
}

/// The figures of one call. `talk_s`: None if it was not answered.
pub(super) fn figures(status: &str, talk_s: Option<i64>) -> Figures {
    let is = |other: Status| i64::from(status == other.as_str());
    let talk_time_s = talk_s.unwrap_or(0);
    Figures {
        incoming: is(Status::Incoming),
        outgoing: is(Status::Outgoing),
        missed: is(Status::Missed),
        rejected: is(Status::Rejected),
        connected: i64::from(talk_s.is_some()),
        talk_time_s,
        incoming_time_s: is(Status::Incoming) * talk_time_s,
        outgoing_time_s: is(Status::Outgoing) * talk_time_s,
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Warsaw;

    use super::*;
    use crate::store::Store;

    const CALLS: &str = "
        INSERT INTO users (id, login, name, role) VALUES (7, 'a', 'A', 'advisor-bik');
        INSERT INTO calls (id, provider, provider_call_id, advisor_id, advisor_number, status,
            kind, started_at, duration_s, details, first_seen_at, changed_at)
        VALUES
            (1, 'callyzer', '1', 7, '+48600100201', 'Przychodzące', 'PhoneCall/Voice',
             '2026-11-19T23:00:00Z', 60, NULL, '', ''),
            (2, 'callyzer', '2', 7, '+48600100201', 'Wychodzące', 'PhoneCall/Voice',
             '2026-11-20T10:00:00Z', 0, NULL, '', ''),
            (3, 'callyzer', '3', NULL, '+48600100201', 'Nieodebrane', 'PhoneCall/Voice',
             '2026-11-20T22:59:59Z', 0, NULL, '', ''),
            (4, 'telecube', '4', 7, NULL, 'Wychodzące', 'PhoneCall/Voice',
             '2026-11-20T10:00:00Z', 30, '{\"status\": \"answered\"}', '', ''),
            (5, 'telecube', '5', 7, NULL, 'Odrzucone', 'PhoneCall/Voice',
             '2026-11-20T10:00:00Z', 9, '{\"status\": \"busy\"}', '', ''),
            (6, 'mluvii', '6', 7, NULL, 'Wychodzące', 'PhoneCall/Voice',
             '2026-11-20T10:00:00Z', 9, '{\"status\": \"answered\"}', '', '');
        INSERT INTO unfinished_calls VALUES ('callyzer', '1', '', NULL), ('telecube', '1', '', NULL);
        INSERT INTO unmatched_calls SELECT id, 1, '' FROM calls;";

    fn rows(tx: &Transaction, sql: &str) -> Vec<String> {
        let mut query = tx.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn removed_calls_are_counted_by_day_number_advisor_and_kind() {
        let mut store = Store::empty().unwrap();
        store.connection.execute_batch(CALLS).unwrap();
        let tx = store.connection.transaction().unwrap();
        let mut removal = Removal::new(&tx, Warsaw).unwrap();
        for id in 1..=5 {
            assert!(removal.remove(id).unwrap(), "{id}");
        }
        assert!(!removal.remove(1).unwrap());
        assert_eq!(removal.finish().unwrap(), 5);
        let figures = "SELECT concat_ws('|', provider, day, ifnull(advisor_number, '-'),
                ifnull(user_id, '-'), incoming, outgoing, missed, rejected, connected,
                talk_time_s, incoming_time_s, outgoing_time_s)
            FROM forgotten_figures ORDER BY 1";
        assert_eq!(
            rows(&tx, figures),
            [
                "callyzer|2026-11-20|+48600100201|-|0|0|1|0|0|0|0|0",
                "callyzer|2026-11-20|+48600100201|7|1|1|0|0|1|60|60|0",
                "telecube|2026-11-20|-|7|0|1|0|1|1|30|0|30",
            ]
        );
        assert_eq!(rows(&tx, "SELECT provider FROM calls"), ["mluvii"]);
        let left = "SELECT provider FROM unfinished_calls";
        assert_eq!(rows(&tx, left), ["telecube"]);
        let waiting = "SELECT CAST(value AS TEXT) FROM counters WHERE name = 'unmatched_calls'";
        assert_eq!(rows(&tx, waiting), ["1"]);
    }
}
