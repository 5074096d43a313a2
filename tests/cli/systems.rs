//! What every telephony system must do, over a table of them: a new one joins by a row.

mod clocks;
mod faults;
mod forgotten;
mod reading;
mod secrets;
mod side_by_side;
mod table;
mod windows;

use chrono::{DateTime, Utc};
use pretend_callyzer::{Misbehaviour, PretendCallyzer, Request};

use crate::office::Office;
use crate::run::Run;
use table::SYSTEMS;

/// A telephony system, as far as its promises are those of all.
struct SystemUnderTest {
    /// As the database names it.
    provider: &'static str,
    /// As people write it.
    name: &'static str,
    /// Before the names of its settings.
    prefix: &'static str,
    /// Says how far a window goes back before the date; None: it always goes back a day.
    overlap_setting: Option<&'static str>,
    /// Settings that no other system has, each with a value that cannot be used.
    bad_settings: &'static [(&'static str, &'static str)],
    /// Where it is asked for calls.
    path: &'static str,
    /// What its settings hold and nobody may see.
    secret: &'static str,
    /// How the tokens begin that it gives for the secret; None: the secret is the token.
    given_token: Option<&'static str>,
    /// How many rows a full page has; None: its answers have no pages.
    page_size: Option<usize>,
    /// Whether its answers say how many rows there are.
    counts_rows: bool,
    /// How many dates of last synchronisation the office has of it.
    dates: usize,
    /// The kind of its calls.
    kind: &'static str,
    /// Before the system's own ids, in the database.
    id_prefix: &'static str,
    /// JSON that it never answers when all is well.
    other_shape: fn() -> Misbehaviour,
    /// The exit code after an answer that is meant for a browser.
    code_of_page: i32,
    /// An office where its settings alone are there.
    alone: fn() -> Office,
    /// Adds an answered call with a client, anna's if the system knows advisors: its id, the
    /// client's national number, its time.
    call: fn(&Office, i64, &str, DateTime<Utc>),
    /// How far its clock is ahead, in seconds.
    set_clock: fn(&PretendCallyzer, i64),
    hide_clock: fn(&PretendCallyzer),
    /// The window of new calls that a request asks for.
    window: fn(&Request) -> Option<(i64, i64)>,
}

/// The clients of a call that has a lead, and of one that has none.
const KNOWN: &str = "601200301";
const UNKNOWN: &str = "601200399";

impl SystemUnderTest {
    fn others(&self) -> impl Iterator<Item = &'static Self> {
        SYSTEMS
            .iter()
            .filter(|other| other.provider != self.provider)
    }

    /// An office where its settings alone are there; the first sync goes one day back.
    fn office(&self) -> Office {
        (self.alone)().going_back(1)
    }

    /// A setting's name, of which the system has one of its own.
    fn setting(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    /// The run with windows that go back by so many minutes before the date; those of a
    /// system that does not let that be set go back by a day all the same.
    fn with_overlap(&self, run: Run, minutes: i64) -> Run {
        match self.overlap_setting {
            Some(setting) => run.with(setting, minutes.to_string()),
            None => run,
        }
    }

    /// The system's own ids of its stored calls, in the order in which they came.
    fn calls(&self, office: &Office) -> Vec<String> {
        let provider = self.provider;
        let ids = office.rows(&format!(
            "SELECT provider_call_id FROM calls WHERE provider = '{provider}' ORDER BY id"
        ));
        let own = |id: &String| id.strip_prefix(self.id_prefix).unwrap().to_owned();
        ids.iter().map(own).collect()
    }

    /// Its dates of last synchronisation, each once.
    fn dates(&self, office: &Office) -> Vec<String> {
        let provider = self.provider;
        office.rows(&format!(
            "SELECT DISTINCT last_synced_at FROM sync_dates WHERE provider = '{provider}'"
        ))
    }

    /// Makes its dates this one.
    fn set_dates(&self, office: &Office, date: &str) {
        let provider = self.provider;
        office.execute(&format!(
            "UPDATE sync_dates SET last_synced_at = '{date}' WHERE provider = '{provider}'"
        ));
    }

    /// Outcome and exit code of each of its syncs.
    fn runs(&self, office: &Office) -> Vec<String> {
        let provider = self.provider;
        office.rows(&format!(
            "SELECT outcome, exit_code FROM sync_runs
             WHERE command = 'sync' AND provider = '{provider}' ORDER BY id"
        ))
    }

    /// The windows of new calls that were asked for since so many requests, each once.
    fn windows(&self, office: &Office, since: usize) -> Vec<(i64, i64)> {
        let requests = office.callyzer.requests().into_iter().skip(since);
        let of_calls = requests.filter(|request| request.path == self.path);
        let mut windows: Vec<_> = of_calls.filter_map(|it| (self.window)(&it)).collect();
        windows.dedup();
        windows
    }
}

/// An office where the settings of all systems are there; the first sync goes one day back.
fn office_of_all() -> Office {
    Office::with_all().going_back(1)
}
