//! The rate limit: the pace that processes keep between them, and the waits that Callyzer asks for.

use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use rustix::process::Signal;

use crate::moment::ago;
use crate::office::{KINDS, Office, TIMEOUT};

/// The moments at which the requests began.
fn moments(office: &Office) -> Vec<DateTime<Utc>> {
    let (instant, moment) = (Instant::now(), Utc::now());
    let requests = office.callyzer.requests().into_iter();
    requests
        .map(|request| moment - (instant - request.started))
        .collect()
}

#[test]
fn a_rate_limit_is_waited_for_as_long_as_it_says() {
    thread::scope(|scope| {
        scope.spawn(|| {
            let office = Office::new().going_back(1);
            office
                .callyzer
                .next(HISTORY, Misbehaviour::RetryAfter("2".into()));
            office.sync_with_log().says("waiting 2.0 s").run();
            let began = moments(&office);
            assert!(began[1] - began[0] >= TimeDelta::seconds(2), "{began:?}");
            assert_eq!(began.len(), KINDS + 1);
        });
        scope.spawn(|| {
            let office = Office::new().going_back(1);
            let date = ago(0) + TimeDelta::seconds(3);
            let http_date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            office
                .callyzer
                .next(HISTORY, Misbehaviour::RetryAfter(http_date));
            office.sync_with_log().run();
            let began = moments(&office);
            assert!(began[1] >= date, "{date} {began:?}");
            assert_eq!(began.len(), KINDS + 1);
        });
    });
}

#[test]
fn a_wait_for_the_rate_limit_is_no_attempt() {
    let office = Office::new().going_back(1);
    let broken = || Misbehaviour::status(500, "out of order");
    office.callyzer.next(HISTORY, broken());
    office
        .callyzer
        .next(HISTORY, Misbehaviour::RetryAfter("1".into()));
    office.callyzer.next(HISTORY, broken());
    office.sync_with_log().says("attempt 3 succeeded").run();
    assert_eq!(office.asked(HISTORY), KINDS + 3);
}

#[test]
fn a_signal_ends_the_wait_for_a_rate_limit_of_an_hour_which_is_a_minute() {
    let office = Office::new().going_back(1);
    office
        .callyzer
        .always(HISTORY, Misbehaviour::RetryAfter("3600".into()));
    let mut child = office.callsync(&["sync"]).start_talking();
    let mut lines = child.messages();
    let waits = lines.find(|line| line.contains("rate limit")).unwrap();
    assert!(waits.contains("waiting 60.0 s"), "{waits}");
    let start = Instant::now();
    child.signal(Signal::TERM);
    assert_eq!(child.wait(), Some(75));
    assert!(start.elapsed() < TIMEOUT, "{:?}", start.elapsed());
    assert_eq!(office.last_run(), "failed|75|1");
}

#[test]
fn two_processes_keep_the_pace_between_them() {
    let office = Office::new();
    let interval = Duration::from_millis(150);
    let mut children = [(); 3].map(|()| {
        office
            .callsync(&["-q", "sync", "--dry-run"])
            .with("CALLYZER_INTERVAL_MS", "150")
            .with("CALLSYNC_INITIAL_DAYS", "1")
            .start()
    });
    for child in &mut children {
        assert_eq!(child.wait(), Some(0));
    }
    let requests = office.callyzer.requests();
    assert_eq!(requests.len(), 9);
    // A start is noted a little before its request arrives.
    let took = requests[8].started - requests[0].started;
    assert!(took + Duration::from_millis(100) > interval * 8, "{took:?}");
    assert_eq!(office.callyzer.overlaps(), 0);
}

#[test]
fn a_last_start_that_cannot_be_true_costs_one_interval_at_most() {
    let office = Office::new().going_back(1);
    for start in [
        &b"18446744073709551615"[..],
        b"99999999999999",
        b"-1\xff\xfe",
    ] {
        office.file("callsync.db-turn", start);
        let begun = Instant::now();
        let run = office.callsync(&["-q", "sync", "--dry-run"]);
        run.with("CALLYZER_INTERVAL_MS", "20").run();
        assert!(begun.elapsed() < TIMEOUT / 2, "{start:?}");
    }
}
