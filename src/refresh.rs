//! One lead's last six months, at once: everything is fetched before one
//! transaction makes the register what Callyzer has.
//!
//! The turn at Callyzer is held from the first request to the commit, so that a
//! pass can neither change what is compared nor undo what is written.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use chrono::{Months, TimeDelta};
use chrono_tz::Tz;

use crate::call::{Axis, Call, Kind, Party, Unreadable};
use crate::lookup::{self, LookedUp};
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;
use crate::provider::callyzer::Callyzer;
use crate::provider::{Error, Question, Records, Whose};
use crate::store::Store;
use crate::store::runs::{Counts, Starter};
use crate::terminal;

const MONTHS: Months = Months::new(6);
/// Callyzer refuses windows of 180 days.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(179);

/// What is to be refreshed.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub number: &'a PhoneNumber,
    pub now: Moment,
    pub zone: Tz,
}

/// Fetches and stores. On an error, and when it is killed, the file is as it was.
pub fn refresh(
    store: &mut Store,
    callyzer: &Callyzer,
    order: Order,
    starter: Starter,
) -> Result<Counts> {
    terminal::show_wait("waiting for the turn at Callyzer");
    let _hold = callyzer.http().hold()?;
    let window = six_months(order.now, order.zone);
    let mut fetch = Fetch {
        callyzer,
        number: order.number,
        found: Found::default(),
    };
    for kind in kinds(store, callyzer)? {
        for part in parts(window) {
            fetch.read(&kind, part)?;
        }
    }
    let held = store.ids_of_calls(order.number.as_str(), window)?;
    let absent: Vec<_> = held.into_iter().filter(|id| !fetch.found.has(id)).collect();
    let newest = store.newest_ids(absent.len() + 1)?;
    terminal::show_wait("looking for calls that the answer lacks");
    let looked_up = lookup::look_up(callyzer, &absent, fetch.found.ids.iter().chain(&newest))?;
    let Found {
        calls,
        mut unreadable,
        ..
    } = fetch.found;
    unreadable.extend(looked_up.unreadable);
    let calls = calls.into_values().chain(looked_up.calls).collect();
    let refreshed = LookedUp {
        calls,
        unreadable,
        gone: looked_up.gone,
    };
    let (number, requests) = (order.number.as_str(), callyzer.http().requests());
    store.replace_register(
        starter,
        &refreshed,
        number,
        requests,
        (order.now, order.zone),
    )
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

/// Windows that Callyzer accepts, without a gap: each begins a second before the
/// end of the one before it, since bounds may be exclusive.
fn parts(window: Window) -> Vec<Window> {
    let mut parts = vec![window];
    while let Some(last) = parts
        .last_mut()
        .filter(|last| last.to - last.from > LONGEST_WINDOW)
    {
        let rest = Window {
            from: last.from + LONGEST_WINDOW - TimeDelta::seconds(1),
            to: last.to,
        };
        last.to = last.from + LONGEST_WINDOW;
        parts.push(rest);
    }
    parts
}

/// Phone calls, and each other kind that the file has ever seen.
fn kinds(store: &Store, callyzer: &Callyzer) -> Result<Vec<Kind>> {
    let mut kinds = vec![Kind::phone_call()];
    if !callyzer.knows_one_kind() {
        kinds.extend(
            store
                .kinds_seen()?
                .into_iter()
                .filter(|kind| *kind != Kind::phone_call()),
        );
    }
    Ok(kinds)
}

/// What Callyzer gave so far.
#[derive(Debug, Default)]
struct Found {
    calls: HashMap<String, Call>,
    unreadable: Vec<Unreadable>,
    /// The ids of both.
    ids: HashSet<String>,
}

impl Found {
    fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    fn add(&mut self, records: Records, keep: impl Fn(&Call) -> bool) {
        for call in records.calls.into_iter().filter(keep) {
            self.ids.insert(call.provider_call_id.clone());
            self.calls.insert(call.provider_call_id.clone(), call);
        }
        for record in records.unreadable {
            self.ids.extend(record.provider_call_id.clone());
            self.unreadable.push(record);
        }
    }
}

struct Fetch<'a> {
    callyzer: &'a Callyzer,
    number: &'a PhoneNumber,
    found: Found,
}

impl Fetch<'_> {
    /// Reads a window, once more if it came incomplete; still incomplete is an error.
    fn read(&mut self, kind: &Kind, window: Window) -> Result<()> {
        let question = Question {
            whose: Whose::Client(self.number),
            kind,
            axis: Axis::Call,
            window,
        };
        let missing = match self.sweep(&question)? {
            0 => 0,
            _ => self.sweep(&question)?,
        };
        if missing > 0 {
            let reason = format!("{missing} of the number's calls never came");
            return Err(Error::BadAnswer(reason).into());
        }
        Ok(())
    }

    /// Gives how many rows are missing. Rows of other numbers are dropped.
    fn sweep(&mut self, question: &Question) -> Result<i64> {
        let of_number = Party::Number(self.number.clone());
        let mut pages = self.callyzer.pages(question);
        for page in pages.by_ref() {
            let page = page?;
            terminal::show_wait(&format!("{}, page {}", question.kind, page.number));
            self.found
                .add(page.into_records(), |call| call.client == of_number);
        }
        Ok(pages.tally().missing())
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
        let parts = parts(window);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].from, parts[1].to), (window.from, window.to));
        assert_eq!(parts[0].to - parts[0].from, TimeDelta::days(179));
        assert!(parts[1].from < parts[0].to);
    }
}
