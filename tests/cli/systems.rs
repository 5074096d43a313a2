//! What every telephony system must do, over a table of them: a new one joins by a row.

mod clocks;
mod faults;
mod reading;
mod secrets;
mod side_by_side;
mod windows;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Europe::Warsaw;
use pretend_callyzer::path::{HISTORY, TELECUBE_CALLS};
use pretend_callyzer::{Call, PretendCallyzer, Request, TelecubeCall};

use crate::office::Office;

/// A telephony system, as far as its promises are those of all.
struct SystemUnderTest {
    /// As the database names it.
    provider: &'static str,
    /// As people write it.
    name: &'static str,
    /// Before the names of its settings.
    prefix: &'static str,
    overlap_setting: &'static str,
    /// Where it is asked for calls.
    path: &'static str,
    token: &'static str,
    /// How many rows a full page has.
    page_size: usize,
    /// How many dates of last synchronisation the office's advisors have.
    dates: usize,
    /// An office where its settings alone are there.
    alone: fn() -> Office,
    /// Adds an answered call of anna's: its id, the client's national number, its time.
    call: fn(&Office, &str, &str, DateTime<Utc>),
    /// How far its clock is ahead, in seconds.
    set_clock: fn(&PretendCallyzer, i64),
    hide_clock: fn(&PretendCallyzer),
    /// The window of new calls that a request asks for.
    window: fn(&Request) -> Option<(i64, i64)>,
}

const SYSTEMS: [SystemUnderTest; 2] = [
    SystemUnderTest {
        provider: "callyzer",
        name: "Callyzer",
        prefix: "CALLYZER",
        overlap_setting: "CALLSYNC_OVERLAP_MINUTES",
        path: HISTORY,
        token: PretendCallyzer::TOKEN,
        page_size: 100,
        dates: 4,
        alone: Office::new,
        call: |office, id, client, at| {
            office.call(Call::new(id, "600100201", client, "Outgoing", at, 60));
        },
        set_clock: PretendCallyzer::set_clock_offset,
        hide_clock: PretendCallyzer::hide_clock,
        window: |request| {
            let second = |name: &str| request.body[name].as_i64();
            Some((second("synced_from")?, second("synced_to")?))
        },
    },
    SystemUnderTest {
        provider: "telecube",
        name: "TeleCube",
        prefix: "TELECUBE",
        overlap_setting: "TELECUBE_OVERLAP_MINUTES",
        path: TELECUBE_CALLS,
        token: PretendCallyzer::TELECUBE_TOKEN,
        page_size: 1000,
        dates: 1,
        alone: Office::of_telecube,
        call: |office, id, client, at| {
            let number = format!("48{client}");
            office.telecube_call(TelecubeCall::new(id, "OUT", &number, "u-anna", at, 60));
        },
        set_clock: PretendCallyzer::set_telecube_clock_offset,
        hide_clock: PretendCallyzer::hide_telecube_clock,
        window: |request| {
            let second = |name: &str| Some(second_in_warsaw(request.body[name].as_str()?));
            Some((second("dateFrom")?, second("dateTo")?))
        },
    },
];

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

    /// The ids of its stored calls.
    fn calls(&self, office: &Office) -> Vec<String> {
        let provider = self.provider;
        office.rows(&format!(
            "SELECT provider_call_id FROM calls WHERE provider = '{provider}' ORDER BY 1"
        ))
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
    Office::new().with_telecube().going_back(1)
}

fn second_in_warsaw(text: &str) -> i64 {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    local.and_local_timezone(Warsaw).unwrap().timestamp()
}
