//! A part of a pass that fails: the others go on, and nothing is lost.

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::{EMPLOYEE_SUMMARY, EMPLOYEES, HISTORY};

use crate::moment::{ago, text};
use crate::office::{Office, asks_for};

#[test]
fn a_failure_on_page_two_moves_no_date_and_loses_no_call() {
    let office = Office::with_calls_of_one_phone(150);
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["page_no"] == 2,
        Misbehaviour::status(500, "out of order"),
    );
    office.failing_sync(75).run();
    assert_eq!(office.sync_dates(), [""; 0]);
    assert_eq!(office.count("calls"), "100");
    office.callyzer.behave();
    office
        .callsync(&["sync"])
        .prints("Połączenia: 150 (nowe 50, zmienione 0)")
        .logs()
        .run();
    assert_eq!(office.count("calls"), "150");
    assert_eq!(office.sync_dates().len(), 4);
}

#[test]
fn a_group_that_fails_does_not_keep_the_others_waiting() {
    let office = Office::new().going_back(1);
    office.sync();
    let (fresh, old) = (text(ago(20)), text(ago(40)));
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = iif(number = '+48600100201', '{fresh}', '{old}')"
    ));
    office.callyzer.when(
        |request| asks_for(request, "48-600100201"),
        Misbehaviour::status(500, "out of order"),
    );
    office.failing_sync(75).run();
    let unmoved = format!("SELECT number FROM sync_dates WHERE last_synced_at <= '{fresh}'");
    assert_eq!(office.rows(&unmoved), ["+48600100201"]);
}

#[test]
fn after_two_failures_in_a_row_nothing_more_is_asked() {
    let office =
        Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]).going_back(1);
    office.sync();
    for (number, minutes) in [("201", 20), ("202", 30), ("203", 40)] {
        office.execute(&format!(
            "UPDATE sync_dates SET last_synced_at = '{}' WHERE number = '+48600100{number}'",
            text(ago(minutes))
        ));
    }
    // Closed days and phones would be due.
    office.a_day_passes();
    let before = office.callyzer.requests().len();
    office
        .callyzer
        .when(|_| true, Misbehaviour::status(500, "out of order"));
    office.failing_sync(75).run();
    assert_eq!(office.callyzer.requests().len(), before + 6);
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "2");
}

#[test]
fn after_two_failures_in_a_row_of_the_figures_the_phones_are_not_asked_for() {
    let office = Office::with_old_calls();
    office.sync();
    office.a_day_passes();
    office.callyzer.world(|world| {
        for id in ["c-1", "c-2"] {
            let call = world.call_mut(id);
            (call.duration_s, call.synced_at) = (99, ago(0));
        }
    });
    office.callyzer.when(
        |request| request.path == EMPLOYEE_SUMMARY,
        Misbehaviour::status(500, "out of order"),
    );
    office.failing_sync(75).run();
    assert_eq!(office.asked(EMPLOYEES), 0);
    office.callyzer.behave();
    office.sync_with_log().run();
    assert_eq!(office.asked(EMPLOYEES), 1);
}

#[test]
fn refusals_of_two_groups_keep_nobody_from_the_statistics() {
    let office = Office::with_calls_of_one_phone(1);
    for (login, number, day) in [
        ("x", "600100291", "2026-01-01"),
        ("y", "600100292", "2026-01-02"),
    ] {
        office.callyzer.world(|world| {
            world.employee(number, login);
        });
        office.import(
            "users",
            &format!("login,name,role,numbers\n{login},{login},advisor-bik,{number}\n"),
        );
        office.execute(&format!(
            "INSERT INTO sync_dates VALUES ('callyzer', '+48{number}', '{day}T00:00:00Z')"
        ));
    }
    let one_number = |request: &pretend_callyzer::Request| {
        request.path == HISTORY && request.body["emp_numbers"].as_array().unwrap().len() == 1
    };
    office
        .callyzer
        .when(one_number, Misbehaviour::Refuse("no".into()));
    office.callsync(&["-q", "sync"]).fails(76).logs().run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "1");
    assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
}
