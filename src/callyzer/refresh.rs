//! One lead's last six months, at once: everything is fetched before one
//! transaction makes the register what Callyzer has.
//!
//! The permit is reserved from the first request to the commit, so that a `sync`
//! can neither change what is compared nor undo what is written.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{Months, TimeDelta};
use chrono_tz::Tz;

use super::api::{NumberFilter, Question};
use super::{Api, PROVIDER, lookup};
use crate::call::{Call, Kind, LeftOut, Party, Records, TimeFilter, Unreadable};
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;
use crate::reading;
use crate::reason::Cause;
use crate::store::Store;
use crate::store::refresh::Refreshed;
use crate::store::runs::{Counts, Run, WriteContext};
use crate::terminal;

const MONTHS: Months = Months::new(6);
/// Callyzer refuses windows of 180 days.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(179);

/// What is to be refreshed.
#[derive(Clone, Copy, Debug)]
pub struct RefreshOptions<'a> {
    pub lead_id: i64,
    /// At least one; all of them are one question.
    pub numbers: &'a [PhoneNumber],
    /// The account's.
    pub zone: Tz,
}

/// Fetches and stores, and completes the run's row. After an error, and after a
/// kill, the register is as it was.
pub fn refresh(
    store: &mut Store,
    api: &Api,
    options: RefreshOptions,
    run: &mut Run,
) -> Result<Counts> {
    terminal::show_wait("waiting for the permit at Callyzer");
    let _reservation = api.reserve()?;
    let fetched = fetch(store, api, options, run.started_at);
    run.requests = api.requests();
    let context = WriteContext {
        provider: PROVIDER,
        run_id: run.id,
        requests: run.requests,
        now: run.started_at,
        zone: options.zone,
        region: api.region(),
        accepts_moved_times: false,
        rereads_notes: false,
        wants_phases: false,
    };
    let saved = store.replace_register(&fetched?, &context, run)?;
    if saved.suppressed.rows > 0 {
        log::debug!("left out: {} {}", saved.suppressed.rows, LeftOut::Forgotten);
    }
    Ok(saved.counts)
}

fn fetch(store: &Store, api: &Api, options: RefreshOptions, now: Moment) -> Result<Refreshed> {
    let window = six_months(now, options.zone);
    let kinds = kinds(store, api)?;
    let mut found = Found::of(options.numbers);
    for kind in &kinds {
        for part in reading::slices(window, LONGEST_WINDOW) {
            found.read(
                api,
                &Question {
                    numbers: NumberFilter::Clients(options.numbers),
                    kind,
                    time_filter: TimeFilter::Call,
                    window: part,
                },
            )?;
        }
    }
    let numbers = options.numbers.iter().map(|it| it.as_str().to_owned());
    let numbers: Vec<_> = numbers.collect();
    let mut absent = store.ids_of_calls(PROVIDER, &numbers, &kinds, window)?;
    absent.retain(|id| !found.has(id));
    let mut refreshed = Refreshed {
        lead_id: options.lead_id,
        numbers,
        records: found.into_records(),
        gone: Vec::new(),
    };
    look_up(store, api, &absent, &mut refreshed)?;
    Ok(refreshed)
}

/// Looks up the calls that the answers lack.
fn look_up(store: &Store, api: &Api, absent: &[String], refreshed: &mut Refreshed) -> Result<()> {
    if absent.is_empty() {
        return Ok(());
    }
    terminal::show_wait("looking for calls that the answer lacks");
    let newest = store.newest_ids(PROVIDER, absent.len() + 1)?;
    let found: Vec<_> = refreshed.records.ids().cloned().collect();
    let controls = found.into_iter().chain(newest);
    lookup::look_up(api, absent, controls, |mut looked_up| {
        refreshed.gone.append(&mut looked_up.gone);
        refreshed.records.append(looked_up.records);
        Ok(())
    })
}

/// Calendar months back from now, on the account's clock; from the last day of a
/// long month to the last of a short one.
fn six_months(now: Moment, zone: Tz) -> Window {
    let local = now.with_timezone(&zone).naive_local();
    let from = local.checked_sub_months(MONTHS).unwrap_or(local);
    Window {
        from: moment::from_local(from, zone),
        to: now,
    }
}

/// Of the configured kinds phone calls, and each other one that the file has seen.
fn kinds(store: &Store, api: &Api) -> Result<Vec<Kind>> {
    let seen = store.other_kinds_seen()?;
    let is_wanted =
        |kind: &Kind| kind.is_like(&Kind::phone_call()) || seen.iter().any(|one| one.is_like(kind));
    let (wanted, others): (Vec<_>, _) = api.kinds().into_iter().partition(is_wanted);
    Ok(if wanted.is_empty() { others } else { wanted })
}

/// What Callyzer gave of some numbers so far; of a call that came twice the last.
#[derive(Debug)]
struct Found {
    clients: Vec<Party>,
    calls: HashMap<String, Call>,
    unreadable: Vec<Unreadable>,
}

impl Found {
    fn of(numbers: &[PhoneNumber]) -> Self {
        Self {
            clients: numbers.iter().cloned().map(Party::Number).collect(),
            calls: HashMap::new(),
            unreadable: Vec::new(),
        }
    }

    /// Reads a question until it is whole. Rows that never came are an error, for
    /// the register would lack them.
    fn read(&mut self, api: &Api, question: &Question) -> Result<()> {
        let totals = reading::read_until_whole(
            || api.history(question),
            |page| {
                terminal::show_wait(&format!("{}, page {}", question.kind, page.number));
                self.add(page.content.body.records);
                Ok::<_, anyhow::Error>(())
            },
        )?;
        match totals.missing() {
            ..=0 => Ok(()),
            missing => Err(api.bad_answer(Cause::CallsNeverCame.of(&[&missing])).into()),
        }
    }

    /// Drops calls of other numbers.
    fn add(&mut self, mut records: Records) {
        let clients = &self.clients;
        let calls = records.calls.into_iter();
        let of_clients = calls.filter(|call| clients.contains(&call.client));
        self.calls
            .extend(of_clients.map(|call| (call.provider_call_id.clone(), call)));
        self.unreadable.append(&mut records.unreadable);
    }

    fn has(&self, id: &str) -> bool {
        let is_unreadable = |record: &Unreadable| record.provider_call_id.as_deref() == Some(id);
        self.calls.contains_key(id) || self.unreadable.iter().any(is_unreadable)
    }

    fn into_records(self) -> Records {
        Records {
            calls: self.calls.into_values().collect(),
            unreadable: self.unreadable,
            ..Records::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_months_are_calendar_months_of_the_account() {
        for (now, from) in [
            ("2026-11-21T10:00:00Z", "2026-05-21T09:00:00Z"),
            ("2026-08-31T10:00:00Z", "2026-02-28T11:00:00Z"),
            ("2028-08-31T10:00:00Z", "2028-02-29T11:00:00Z"),
            ("2026-03-29T01:30:00Z", "2025-09-29T01:30:00Z"),
            ("2026-09-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ] {
            let now = moment::from_text(now).unwrap();
            let window = six_months(now, chrono_tz::Europe::Warsaw);
            assert_eq!(
                (moment::to_text(window.from).as_str(), window.to),
                (from, now)
            );
        }
    }

    #[test]
    fn no_part_is_longer_than_callyzer_accepts_and_none_is_missing() {
        let now = moment::from_text("2026-08-31T10:00:00Z").unwrap();
        let window = six_months(now, chrono_tz::Europe::Warsaw);
        let parts: Vec<_> = reading::slices(window, LONGEST_WINDOW).collect();
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].from, parts[1].to), (window.from, window.to));
        assert_eq!(parts[0].to - parts[0].from, TimeDelta::days(179));
        assert!(parts[1].from < parts[0].to);
    }
}
