//! Days whose figures are due: again after a failure, and after a change.

use chrono::NaiveDate;
use pretend_callyzer::path::EMPLOYEE_SUMMARY;
use pretend_callyzer::{Call, Misbehaviour};

use super::{asked_days, figures, office_with_a_call, on, phone_call};
use crate::moment::{ago, day_before, noon};
use crate::office::{Office, is_of_kind};

fn is_due(office: &Office, login: &str, day: NaiveDate) -> bool {
    let due = office.rows(&format!(
        "SELECT day FROM stats_due JOIN users ON users.id = user_id
         WHERE login = '{login}' AND day = '{day}'"
    ));
    !due.is_empty()
}

#[test]
fn figures_that_cannot_be_had_are_made_good_by_the_next_run() {
    let (office, day) = office_with_a_call();
    let broken = Misbehaviour::status(500, "out of order");
    office.callyzer.always(EMPLOYEE_SUMMARY, broken);
    office
        .callsync(&["sync"])
        .fails(75)
        .says("employee-summary: attempt 3 failed")
        .run();
    assert_eq!(office.asked(EMPLOYEE_SUMMARY), 3);
    assert_eq!(office.value("SELECT count(*) FROM calls"), "1");
    let moved = "SELECT count(*) FROM sync_dates
                 JOIN sync_runs ON started_at = last_synced_at AND command = 'sync'";
    assert_eq!(office.value(moved), "4");
    assert!(is_due(&office, "anna", day));

    office.callyzer.behave();
    office.sync();
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|60|0|60");
    assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
}

#[test]
fn an_incomplete_answer_stores_nothing_and_the_day_stays_due() {
    let loses_a_figure = Misbehaviour::edit(|answer| {
        let row = answer["result"][0].as_object_mut().unwrap();
        row.remove("total_missed_calls");
    });
    for (broken, words) in [
        (Misbehaviour::LosesRows(1), "kept back 1 of its rows"),
        (loses_a_figure, "no total_missed_calls"),
    ] {
        let (office, day) = office_with_a_call();
        office.callyzer.always(EMPLOYEE_SUMMARY, broken);
        office.callsync(&["sync"]).fails(76).says(words).run();
        let stored = format!("SELECT count(*) FROM daily_stats WHERE day = '{day}'");
        assert_eq!(office.value(&stored), "0");
        assert!(is_due(&office, "anna", day));

        office.callyzer.behave();
        office.sync();
        assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|60|0|60");
        assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
    }
}

#[test]
fn a_call_that_changed_makes_its_day_due_again() {
    let office = Office::new().going_back(4);
    let day = day_before(2);
    office.call(phone_call("c-1", "600100201", "Outgoing", noon(day), 60));
    office.sync();
    let before = asked_days(&office, 0).len();
    office.callyzer.world(|world| {
        let call = world.call_mut("c-1");
        (call.duration_s, call.synced_at) = (90, ago(0));
    });
    office.sync();
    assert_eq!(asked_days(&office, before), on(day));
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|90|0|90");
}

#[test]
fn a_call_that_is_uploaded_again_unchanged_costs_no_request_for_its_day() {
    let office = Office::new().going_back(4);
    let at = noon(day_before(2));
    office.call(phone_call("c-1", "600100201", "Outgoing", at, 60));
    office.sync();
    let before = asked_days(&office, 0).len();
    office
        .callyzer
        .world(|world| world.call_mut("c-1").synced_at = ago(0));
    office
        .callsync(&["sync"])
        .prints("Połączenia: 1 (nowe 0, zmienione 0)\n")
        .logs()
        .run();
    assert_eq!(asked_days(&office, before), []);
}

#[test]
fn figures_are_asked_for_when_reading_the_calls_has_failed() {
    let (office, day) = office_with_a_call();
    office.callyzer.when(
        |request| is_of_kind(request, "WhatsAppCall"),
        Misbehaviour::status(500, "out of order"),
    );
    office.callsync(&["sync"]).fails(75).logs().run();
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|60|0|60");
    assert_eq!(office.value("SELECT count(*) FROM sync_dates"), "0");
}

#[test]
fn when_a_number_moves_its_calls_are_counted_once() {
    for late_at in [200, 400] {
        let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 300, 100)]);
        office.sync();
        office.import(
            "users",
            "login,numbers\nanna,\ncelina,600100203|600100201\n",
        );
        let mut late = Call::new(
            "late",
            "600100201",
            "601200301",
            "Outgoing",
            ago(late_at),
            7,
        );
        late.synced_at = ago(0);
        office.call(late);
        office.sync();
        assert_eq!(
            office.value("SELECT sum(talk_time_s) FROM daily_stats"),
            "107",
            "{late_at}"
        );
        assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
    }
}

#[test]
fn a_day_that_no_call_can_have_is_told_of_and_stops_nothing() {
    let (office, day) = office_with_a_call();
    for impossible in ["9999-12-31", "0001-01-01", "nonsense", "+262142-12-31"] {
        office.execute(&format!(
            "INSERT INTO stats_due (provider, user_id, day) VALUES ('callyzer', 1, '{impossible}')"
        ));
    }
    let note = "days in stats_due that no call can have: 4 (*****231, 0001-01-01, \
                9999-12-31); their figures are not fetched";
    office.sync_with_log().says(note).run();
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|60|0|60");
    assert_eq!(office.count("stats_due"), "4");
    assert_eq!(office.last_run()[..4], *"ok|0");
    office.callsync(&["-q", "stats", "--team", "bik"]).run();
}
