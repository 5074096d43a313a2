//! What may go wrong with an answer: each fault has its exit code, moves no date and loses
//! nothing, and the next sync makes up for it.

use std::thread;

use chrono::TimeDelta;
use pretend_callyzer::{Misbehaviour, Request};

use super::{KNOWN, SYSTEMS, SystemUnderTest};
use crate::moment::{ago, at, text};
use crate::office::Office;
use crate::run::Run;

/// Faults that are there at once, with the exit code of each.
fn faults(system: &SystemUnderTest) -> [(Misbehaviour, i32); 7] {
    let status = |code| Misbehaviour::status(code, r#"{"message":"out of order"}"#);
    let elsewhere = "http://127.0.0.1:1/";
    [
        (status(500), 75),
        (Misbehaviour::DropConnection, 75),
        (Misbehaviour::CutOff, 75),
        (Misbehaviour::NotJson, system.code_of_page),
        ((system.other_shape)(), 76),
        (
            Misbehaviour::Redirect(elsewhere.into()),
            system.code_of_page,
        ),
        (status(401), 77),
    ]
}

/// An office that was synchronised ten minutes ago, and has had a call since.
fn office(system: &SystemUnderTest) -> Office {
    let office = system.office();
    (system.call)(&office, 0, KNOWN, ago(20));
    office.sync();
    office
}

/// A sync that meets the fault in each answer, then one that does not. A call came before.
fn fails_and_heals(
    system: &SystemUnderTest,
    office: &Office,
    (fault, code): (Misbehaviour, i32),
    describe: impl Fn(Run) -> Run,
) {
    let what = format!("{}: {fault:?}", system.name);
    let date = text(ago(10));
    system.set_dates(office, &date);
    let before = office.rows("SELECT * FROM calls");
    (system.call)(office, before.len() as i64, KNOWN, ago(5));
    office.callyzer.always(system.path, fault);
    describe(office.failing_sync(code)).run();
    let failed = format!("failed|{code}");
    assert_eq!(system.runs(office).last(), Some(&failed), "{what}");
    assert_eq!(system.dates(office), [date.as_str()], "{what}");
    assert_eq!(office.rows("SELECT * FROM calls"), before, "{what}");

    office.callyzer.behave();
    office.sync();
    assert_eq!(system.calls(office).len(), before.len() + 1, "{what}");
    let dates = system.dates(office);
    assert!(dates.iter().all(|healed| *healed > date), "{what}");
}

#[test]
fn each_fault_has_its_exit_code_loses_nothing_and_is_made_up_for() {
    for system in &SYSTEMS {
        let office = office(system);
        for fault in faults(system) {
            fails_and_heals(system, &office, fault, |run| run);
        }
    }
}

#[test]
fn a_fault_between_two_slices_lets_the_date_move_to_the_end_of_the_first() {
    for system in &SYSTEMS {
        let office = system.office();
        office.it_is(at("2026-07-20T10:00:00Z"));
        office.sync();
        system.set_dates(&office, "2026-07-17T10:00:00Z");
        let first_end = at("2026-07-18T10:00:00Z");
        (system.call)(&office, 1, KNOWN, at("2026-07-18T08:00:00Z"));
        (system.call)(&office, 2, KNOWN, at("2026-07-19T08:00:00Z"));
        let (path, window) = (system.path, system.window);
        let is_later = move |request: &Request| {
            let window = window(request).filter(|_| request.path == path);
            window.is_some_and(|(_, to)| to > first_end.timestamp())
        };
        let fault = Misbehaviour::status(500, "out of order");
        office.callyzer.when(is_later, fault);
        system.with_overlap(office.failing_sync(75), 0).run();
        assert_eq!(system.calls(&office), ["1"], "{}", system.name);
        // A window goes back by a second at least: a bound may be exclusive.
        let overlap = i64::from(system.overlap_setting.is_some());
        let moved = text(first_end - TimeDelta::seconds(overlap));
        assert_eq!(system.dates(&office), [moved], "{}", system.name);
        office.callyzer.behave();
        office.sync();
        assert_eq!(system.calls(&office), ["1", "2"], "{}", system.name);
    }
}

#[test]
fn a_system_that_does_not_answer_in_time_loses_nothing_and_is_made_up_for() {
    thread::scope(|scope| {
        for system in &SYSTEMS {
            scope.spawn(|| {
                let limit = system.setting("TIMEOUT_S");
                let describe = |run: Run| run.with(&limit, "1").says("did not answer in time");
                fails_and_heals(system, &office(system), (Misbehaviour::Hang, 75), describe);
            });
        }
    });
}

#[test]
fn a_failure_that_heals_on_the_second_attempt_costs_nothing() {
    for system in &SYSTEMS {
        let office = system.office();
        (system.call)(&office, 1, KNOWN, ago(20));
        let failure = Misbehaviour::status(500, "out of order");
        office.callyzer.next(system.path, failure);
        let output = office.sync_with_log().says("attempt 2 succeeded").run();
        let errors = output.logged("ERROR");
        assert_eq!(errors.len(), 1, "{}: {errors:?}", system.name);
        assert!(errors[0].contains("attempt 1 of 3 failed"), "{}", errors[0]);
        assert_eq!(system.calls(&office), ["1"], "{}", system.name);
        assert_eq!(system.runs(&office), ["ok|0"], "{}", system.name);
        assert_eq!(office.sync_dates().len(), system.dates, "{}", system.name);
    }
}
