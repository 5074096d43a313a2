//! Faults that may pass: a request is tried three times, and each failed attempt is logged.

use std::net::TcpListener;
use std::{mem, thread};

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Misbehaviour, PretendCallyzer};

use crate::office::{KINDS, Office};
use crate::run::Run;

/// Faults that are gone a moment later, with the exit code if they are not.
fn passing_faults() -> Vec<(Misbehaviour, i32, &'static str)> {
    let status = |code| Misbehaviour::status(code, "out of order");
    vec![
        (Misbehaviour::DropConnection, 75, "no connection"),
        (Misbehaviour::CutOff, 75, "the answer was cut off"),
        (status(500), 75, "out of order"),
        (status(502), 75, "out of order"),
        (status(503), 75, "out of order"),
        (Misbehaviour::DatabaseError, 75, "database error"),
        (Misbehaviour::NotJson, 76, "not what its API documents"),
        (Misbehaviour::OtherShape, 76, "not what its API documents"),
    ]
}

/// Of these, those that take the whole time limit.
fn slow_faults() -> [Misbehaviour; 2] {
    [Misbehaviour::Hang, Misbehaviour::Drip]
}

/// A sync in which the first request failed and the second one did not.
fn heals(office: &Office, run: Run, words: &str) {
    let before = office.asked(HISTORY);
    let output = run.run();
    assert_eq!(office.asked(HISTORY), before + KINDS + 1, "{words}");
    let errors = output.logged("ERROR");
    assert_eq!(errors.len(), 1, "{words}: {}", output.stderr);
    assert!(errors[0].contains("attempt 1 of 3 failed"), "{}", errors[0]);
    assert!(errors[0].contains(words), "{}", errors[0]);
    let healed = |line: &&str| line.contains("attempt 2 succeeded");
    let healed: Vec<_> = output.logged("INFO").into_iter().filter(healed).collect();
    assert_eq!(healed.len(), 1, "{words}: {}", output.stderr);
    assert_eq!(office.last_run(), format!("ok|0|{}", KINDS + 1), "{words}");
    assert_eq!(office.count("sync_dates"), "4", "{words}");
    office.execute("DELETE FROM sync_dates");
}

/// A sync in which each request to the history failed.
fn lasts(office: &Office, run: Run, words: &str, code: i32) {
    let output = run.run();
    let errors = output.logged("ERROR");
    assert_eq!(errors.len(), 4, "{words}: {}", output.stderr);
    for (n, error) in (1..=3).zip(&errors) {
        assert!(error.contains(&format!("attempt {n} ")), "{error}");
        assert!(error.contains(words), "{error}");
    }
    let last = output.stderr.lines().last().unwrap();
    assert_eq!(last, errors[3], "{words}");
    assert!(
        last.contains(&format!(", exit {code}: ")) && last.contains(words),
        "{last}"
    );
    assert_eq!(office.last_run(), format!("failed|{code}|3"), "{words}");
    assert_eq!(office.count("sync_dates"), "0", "{words}");
}

#[test]
fn a_passing_fault_costs_one_more_request() {
    let office = Office::new().going_back(1);
    for (fault, _, words) in passing_faults() {
        office.callyzer.next(HISTORY, fault);
        heals(&office, office.sync_with_log(), words);
    }
}

#[test]
fn an_answer_that_is_not_there_in_time_costs_one_more_request() {
    thread::scope(|scope| {
        for fault in slow_faults() {
            scope.spawn(|| {
                let office = Office::new().going_back(1);
                office.callyzer.next(HISTORY, fault);
                let run = office.sync_with_log().with("CALLYZER_TIMEOUT_S", "1");
                heals(&office, run, "did not answer in time");
            });
        }
    });
}

/// A port that nobody else is given: the system gives those above 32768.
fn free_port() -> u16 {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    (first..).find(is_free).unwrap()
}

#[test]
fn a_server_that_comes_back_costs_one_more_request() {
    let mut office = Office::new().going_back(1);
    let port = free_port();
    let mut child = office
        .callsync(&["sync"])
        .with(
            "CALLYZER_BASE_URL",
            format!("http://127.0.0.1:{port}/api/v2.2"),
        )
        .with("CALLYZER_KINDS", "PhoneCall/Voice")
        .with("CALLYZER_INTERVAL_MS", "500")
        .start_talking();
    let mut lines = child.messages();
    let failed = lines
        .find(|line| line.contains("attempt 1 of 3 failed"))
        .unwrap();
    assert!(failed.contains("no connection"), "{failed}");
    office.callyzer.may_stay_unasked();
    let world = office.callyzer.world(mem::take);
    office.callyzer = PretendCallyzer::start_on(port, world);
    let rest: Vec<_> = lines.collect();
    assert_eq!(child.wait(), Some(0), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.contains("attempt 2 succeeded")),
        "{rest:?}"
    );
    assert_eq!(office.last_run(), "ok|0|2");
}

#[test]
fn a_fault_that_stays_ends_the_run_after_three_attempts() {
    let office = Office::new().going_back(1);
    for (fault, code, words) in passing_faults() {
        let before = office.asked(HISTORY);
        office.callyzer.always(HISTORY, fault);
        lasts(&office, office.failing_sync(code), words, code);
        assert_eq!(office.asked(HISTORY), before + 3, "{words}");
    }
}

#[test]
fn a_server_that_never_answers_in_time_ends_the_run_after_three_attempts() {
    thread::scope(|scope| {
        for fault in slow_faults() {
            scope.spawn(|| {
                let office = Office::new().going_back(1);
                office.callyzer.always(HISTORY, fault);
                let run = office.failing_sync(75).with("CALLYZER_TIMEOUT_S", "1");
                lasts(&office, run, "did not answer in time", 75);
                assert_eq!(office.asked(HISTORY), 3);
            });
        }
    });
}

#[test]
fn a_server_that_is_not_there_ends_the_run_after_three_attempts() {
    let office = Office::new().going_back(1);
    office.callyzer.may_stay_unasked();
    // Its port, at an address where it does not listen.
    let url = office.callyzer.base_url().replace("127.0.0.1", "127.0.0.2");
    let run = office.failing_sync(75).with("CALLYZER_BASE_URL", url);
    lasts(&office, run, "no connection", 75);
}

#[test]
fn a_quiet_run_says_nothing_of_a_fault_that_healed() {
    let office = Office::new().going_back(1);
    office.callyzer.next(HISTORY, Misbehaviour::NotJson);
    office.callsync(&["-q", "sync"]).run();
    assert_eq!(office.asked(HISTORY), KINDS + 1);
}

#[test]
fn a_quiet_run_that_fails_says_each_attempt_and_the_end() {
    let office = Office::new().going_back(1);
    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(500, "out of order"));
    let output = office.callsync(&["-q", "sync"]).fails(75).logs().run();
    assert_eq!(output.logged("ERROR").len(), 4, "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 4, "{}", output.stderr);
    let last = output.stderr.lines().last().unwrap();
    assert!(
        last.contains(" sync ends: run ") && last.contains("exit 75: Callyzer is unavailable"),
        "{last}"
    );
}
