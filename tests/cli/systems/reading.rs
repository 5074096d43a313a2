//! Calls come in once: however often they are read, and wherever a run is killed. A dry
//! run keeps nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{Misbehaviour, Request};

use super::{KNOWN, SYSTEMS, SystemUnderTest, UNKNOWN};
use crate::moment::{ago, text};
use crate::office::Office;
use crate::{dry_run, interruption};

/// How many days the killed runs have to read, a request for each at least.
const DAYS: u32 = 12;

/// Two calls with a lead and one without, all of the last half hour.
fn office_with_calls(system: &SystemUnderTest) -> Office {
    let office = system.office();
    for (id, client, minutes) in [(1, KNOWN, 30), (2, UNKNOWN, 20), (3, KNOWN, 10)] {
        (system.call)(&office, id, client, ago(minutes));
    }
    office
}

/// Two calls of each day, one of them without a lead.
fn office_with_days(system: &SystemUnderTest, now: DateTime<Utc>) -> Office {
    let office = (system.alone)().going_back(DAYS);
    for day in 0..DAYS {
        let day = i64::from(day);
        let at = now - TimeDelta::days(day) - TimeDelta::hours(1);
        (system.call)(&office, 2 * day, KNOWN, at);
        (system.call)(&office, 2 * day + 1, UNKNOWN, at);
    }
    office
}

/// Starts a sync and kills it once so many requests have begun. Those after them stay
/// without an answer, so that it cannot have ended before.
fn kill_after(system: &SystemUnderTest, office: &Office, requests: usize) {
    let asked = office.asked(system.path);
    let (path, begun) = (system.path, AtomicUsize::new(0));
    let is_late = move |request: &Request| {
        request.path == path && begun.fetch_add(1, Ordering::SeqCst) >= requests
    };
    office.callyzer.when(is_late, Misbehaviour::Hang);
    let mut sync = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests_to(system.path, asked + requests);
    sync.kill();
    office.callyzer.behave();
}

#[test]
fn calls_come_in_once_however_often_they_are_read() {
    for system in &SYSTEMS {
        let office = office_with_calls(system);
        let sync = || office.callsync(&["sync"]).logs();
        sync().prints("Połączenia: 3 (nowe 3, zmienione 0)").run();
        let stored = office.rows("SELECT * FROM calls ORDER BY id");
        assert_eq!(stored.len(), 3, "{}", system.name);
        sync().prints("Połączenia: 3 (nowe 0, zmienione 0)").run();
        let since = text(ago(120));
        office.callsync(&["-q", "sync", "--since", &since]).run();
        let again = office.rows("SELECT * FROM calls ORDER BY id");
        assert_eq!(again, stored, "{}", system.name);
        let counts = office.rows(
            "SELECT calls_read, calls_new, calls_changed, calls_removed, calls_assigned, calls_unmatched
             FROM sync_runs WHERE command LIKE 'sync%' ORDER BY id",
        );
        let expected = ["3|3|0|0|2|1", "3|0|0|0|0|0", "3|0|0|0|0|0"];
        assert_eq!(counts, expected, "{}", system.name);
    }
}

#[test]
fn days_read_through_five_kills_are_the_same_as_read_at_once() {
    let now = ago(0);
    for system in &SYSTEMS {
        let name = system.name;
        let undisturbed = office_with_days(system, now);
        undisturbed.sync();
        let expected = interruption::content(&undisturbed);
        assert_eq!(expected[0].len(), 2 * DAYS as usize, "{name}");
        assert_eq!(expected[1].len(), DAYS as usize, "{name}");

        let office = office_with_days(system, now);
        for requests in [1, 4, 2, 3, 1] {
            kill_after(system, &office, requests);
        }
        let last = office.sync_with_log();
        last.says("the last sync was killed").run();
        assert_eq!(interruption::content(&office), expected, "{name}");
        let killed = "killed|null";
        let runs = [killed, killed, killed, killed, killed, "ok|0"];
        assert_eq!(system.runs(&office), runs, "{name}");
        assert_eq!(office.sync_dates().len(), system.dates, "{name}");
        let dates = system.dates(&office);
        assert!(dates.iter().all(|date| *date >= text(now)), "{dates:?}");
    }
}

#[test]
fn a_dry_run_asks_and_writes_nothing() {
    for system in &SYSTEMS {
        let office = office_with_calls(system);
        let before = dry_run::content(&office);
        let tried = office.callsync(&["sync", "--dry-run"]).logs();
        tried.prints("Połączenia: 3 (nowe 3, zmienione 0)").run();
        assert!(office.asked(system.path) > 0, "{}", system.name);
        assert_eq!(dry_run::content(&office), before, "{}", system.name);
    }
}
