//! Several dates of last synchronisation beside each other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Instant;

use chrono::TimeDelta;
use chrono_tz::Europe::Warsaw;

use super::*;
use crate::clock::ClockReading;
use crate::moment::{self, Moment};
use crate::provider::{Error, Fault};
use crate::reason::Cause;

/// Answers without calls, but for the keys that fail.
#[derive(Debug)]
struct Source {
    fault: fn(&str) -> Option<Fault>,
    /// Of each window that a key was asked for.
    missing: i64,
    clock: HeardClock,
    asked: RefCell<Vec<String>>,
}

impl CallSource for Source {
    const PROVIDER: Provider = Provider::Dialog;

    fn kind() -> Kind {
        Kind::campaign_call()
    }

    fn region(&self) -> Region {
        "PL".parse().unwrap()
    }

    fn requests(&self) -> i64 {
        self.asked.borrow().len() as i64
    }

    fn interval(&self) -> Duration {
        Duration::ZERO
    }

    fn clock(&self) -> Option<HeardClock> {
        Some(self.clock)
    }

    fn read(&self, key: &str, window: Window, _: &mut TakePage) -> Result<Vec<(Window, i64)>> {
        self.asked.borrow_mut().push(key.to_owned());
        match (self.fault)(key) {
            Some(fault) => Err(Error::new("Dialog", fault).into()),
            None if self.missing > 0 => Ok(vec![(window, self.missing)]),
            None => Ok(Vec::new()),
        }
    }
}

struct Passed {
    /// The keys, as they were asked for.
    asked: String,
    failed: bool,
    notes: usize,
}

/// Makes a pass over three keys that never were read; a window is two slices.
fn pass(store: &mut Store, fault: fn(&str) -> Option<Fault>, missing: i64) -> Passed {
    let now = moment::now();
    let reading = ClockReading {
        theirs: Some(now),
        ours: now,
    };
    let source = Source {
        fault,
        missing,
        clock: HeardClock {
            reading,
            at: Instant::now(),
        },
        asked: RefCell::default(),
    };
    let options = PassOptions {
        scope: Scope::SinceLastSync,
        zone: Warsaw,
        overlap: TimeDelta::hours(1),
        initial: TimeDelta::hours(30),
        reread_days: 0,
        not_before: None,
    };
    let mut run = Run {
        id: 1,
        started_at: now,
        requests: 0,
        notes: Vec::new(),
        has_read: false,
        left_out: BTreeMap::new(),
    };
    let keys = ["7001", "7002", "7003"].map(String::from).to_vec();
    let mut pass = WindowPass::new(store, &source, &options, &mut run).with_keys(keys);
    pass.read_calls();
    let failed = pass.finish().is_err();
    Passed {
        asked: source.asked.into_inner().join(" "),
        failed,
        notes: run.notes.len(),
    }
}

fn has_date(store: &Store, key: &str) -> bool {
    store.date_of("dialog", key).unwrap().is_some()
}

fn odd(key: &str) -> Option<Fault> {
    (key == "7002").then(|| Fault::BadAnswer(Cause::NoTime.into()))
}

#[test]
fn a_key_with_an_odd_answer_holds_its_own_date_alone() {
    let mut store = Store::empty().unwrap();
    let passed = pass(&mut store, odd, 0);
    // The newest day of the one that failed is read all the same.
    assert_eq!(passed.asked, "7001 7001 7002 7002 7003 7003");
    assert!(passed.failed);
    let dates = ["7001", "7002", "7003"].map(|key| has_date(&store, key));
    assert_eq!(dates, [true, false, true]);
}

#[test]
fn after_two_outages_in_a_row_no_other_key_is_asked_for() {
    let mut store = Store::empty().unwrap();
    let passed = pass(&mut store, |_| Some(Fault::Timeout), 0);
    assert_eq!(passed.asked, "7001 7002");
    let first = |key: &str| (key == "7001").then_some(Fault::Timeout);
    let passed = pass(&mut store, first, 0);
    assert_eq!(passed.asked, "7001 7002 7002 7003 7003");
}

#[test]
fn late_dates_are_set_back_and_read_from_there_each() {
    let mut store = Store::empty().unwrap();
    pass(&mut store, |_| None, 0);
    let late: Moment = moment::now() + TimeDelta::days(2);
    let keys = ["7001", "7003"].into_iter();
    store.move_dates("dialog", keys, late).unwrap();
    let passed = pass(&mut store, |_| None, 0);
    assert_eq!(passed.asked, "7001 7002 7003 7001 7001 7003 7003");
    assert!(!passed.failed);
    assert!(store.date_of("dialog", "7003").unwrap() < Some(late - TimeDelta::days(1)));
}

fn incomplete_windows(store: &Store) -> i64 {
    let windows = store.incomplete_windows("dialog", moment::now());
    windows.unwrap().count
}

#[test]
fn a_window_that_lacked_rows_is_read_again_until_all_keys_brought_it_whole() {
    let mut store = Store::empty().unwrap();
    let passed = pass(&mut store, |_| None, 2);
    assert_eq!((passed.failed, passed.notes), (false, 6));
    assert_eq!(incomplete_windows(&store), 2);
    let last = |key: &str| (key == "7003").then_some(Fault::Timeout);
    pass(&mut store, last, 0);
    assert_eq!(incomplete_windows(&store), 2);
    let passed = pass(&mut store, |_| None, 0);
    let (new_calls, again) = ("7001 7002 7003", " 7001 7002 7003");
    assert_eq!(passed.asked, format!("{new_calls}{again}{again}"));
    assert_eq!(incomplete_windows(&store), 0);
}

#[test]
fn a_window_that_a_key_answers_oddly_is_read_again_another_day() {
    let mut store = Store::empty().unwrap();
    pass(&mut store, |_| None, 2);
    pass(&mut store, odd, 0);
    let passed = pass(&mut store, |_| None, 0);
    assert_eq!(passed.asked, "7001 7002 7003");
    assert_eq!(incomplete_windows(&store), 2);
}
