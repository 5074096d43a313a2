//! Numbers that move from one advisor to another, and numbers that leave: days are
//! compared number by number.

use chrono::{DateTime, Utc};
use pretend_callyzer::path::{EMPLOYEE_SUMMARY, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::moment::{ago, at, day_before, noon};
use crate::office::{Office, asks_for};

fn call(id: &str, number: &str, at: DateTime<Utc>, duration_s: u32) -> Call {
    Call::new(id, number, "601200301", "Outgoing", at, duration_s)
}

/// On the 28th of July anna's number becomes celina's at noon; both phoned with it.
fn office_in_which_a_number_moved() -> Office {
    let office = Office::new().going_back(1);
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(at("2026-07-29T05:00:00Z"));
        }
    });
    office.it_is(at("2026-07-28T10:00:00Z"));
    office.call(call("a-1", "600100201", at("2026-07-28T08:00:00Z"), 100));
    office.call(call("a-2", "600100201", at("2026-07-28T09:00:00Z"), 50));
    office.sync();
    office.import(
        "users",
        "login,numbers\nanna,\ncelina,600100203|600100201\n",
    );
    office.it_is(at("2026-07-28T13:00:00Z"));
    office.call(call("c-1", "600100201", at("2026-07-28T12:00:00Z"), 7));
    office.call(call("c-2", "600100203", at("2026-07-28T12:30:00Z"), 30));
    office.sync();
    office
}

fn figures(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT login, outgoing, talk_time_s FROM daily_stats JOIN users ON users.id = user_id
         WHERE day = '2026-07-28' AND outgoing > 0 ORDER BY login",
    )
}

#[test]
fn a_number_that_moves_at_noon_counts_for_both_and_makes_no_difference() {
    let office = office_in_which_a_number_moved();
    assert_eq!(figures(&office), ["anna|2|150", "celina|2|37"]);
    office.it_is(at("2026-07-29T06:00:00Z"));
    office.sync();
    assert_eq!(figures(&office), ["anna|2|150", "celina|2|37"]);
    assert_eq!(office.count("differences"), "0");
    let stats = ["stats", "--month", "2026-07", "--format", "json"];
    let report = office.callsync(&stats).json().to_string();
    assert!(
        report.contains(r#""advisor":"Anna Wójcik","calls":2"#),
        "{report}"
    );
}

#[test]
fn a_shared_number_whose_sums_disagree_counts_for_the_one_who_phoned_last() {
    let office = office_in_which_a_number_moved();
    let counts_one_more = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            if row["emp_number"] == "600100201" {
                row["total_missed_calls"] = json!(1);
            }
        }
    });
    office.callyzer.always(EMPLOYEE_SUMMARY, counts_one_more);
    office.it_is(at("2026-07-29T06:00:00Z"));
    office.sync_with_log().run();
    assert_eq!(figures(&office), ["celina|4|187"]);
    assert_eq!(
        office.rows("SELECT number, day, login, ours, theirs FROM differences JOIN users u ON u.id = user_id"),
        ["+48600100201|2026-07-28|celina|0|1"]
    );
    let status = office
        .callsync(&["status", "--format", "json"])
        .fails(1)
        .json();
    assert_eq!(
        status["differences"],
        json!([{"login": "celina", "day": "2026-07-28", "ours": 0, "theirs": 1}])
    );
}

/// An office in which anna's last day differs by a call that the history hides; since
/// then she has left.
fn office_with_a_difference_of_one_who_left() -> Office {
    let office = Office::new().going_back(1);
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(at("2026-07-31T05:00:00Z"));
        }
    });
    office.it_is(at("2026-07-28T10:00:00Z"));
    office.call(call("a-1", "600100201", at("2026-07-28T08:00:00Z"), 100));
    office.sync();
    office.call(call("hidden", "600100201", at("2026-07-28T09:00:00Z"), 50));
    let hide = Misbehaviour::edit(|answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        rows.retain(|row| row["id"] != "hidden");
        answer["total_records"] = rows.len().into();
    });
    office.callyzer.always(HISTORY, hide);
    office.it_is(at("2026-07-29T06:00:00Z"));
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT ours, theirs FROM differences"), "1|2");
    office.import("users", "login,active\nanna,0\n");
    office
}

#[test]
fn a_number_that_has_left_is_compared_as_long_as_callyzer_answers_for_it() {
    let office = office_with_a_difference_of_one_who_left();
    office.it_is(at("2026-07-30T06:00:00Z"));
    office.sync_with_log().run();
    let compared_at = office.value("SELECT compared_at FROM differences");
    assert!(
        compared_at.starts_with("2026-07-30T06:00:"),
        "{compared_at}"
    );
    office.callyzer.behave();
    office.it_is(at("2026-07-31T06:00:00Z"));
    office.sync_with_log().run();
    assert_eq!(office.count("differences"), "0");
    assert_eq!(
        office.value("SELECT advisor_id FROM calls WHERE provider_call_id = 'hidden'"),
        "1"
    );
    assert_eq!(figures(&office), ["anna|2|150"]);
}

#[test]
fn a_number_that_has_left_and_that_callyzer_no_longer_knows_is_closed_with_a_word() {
    let office = office_with_a_difference_of_one_who_left();
    let before = figures(&office);
    office
        .callyzer
        .world(|world| world.employees.retain(|one| one.number != "600100201"));
    office.it_is(at("2026-07-30T06:00:00Z"));
    office
        .sync_with_log()
        .says("2026-07-28: Callyzer no longer answers for *****201")
        .says("its difference is closed")
        .run();
    assert_eq!(office.count("differences"), "0");
    assert_eq!(office.count("stats_due"), "0");
    assert_eq!(before, ["anna|2|150"]);
    assert_eq!(figures(&office), before);
}

#[test]
fn the_difference_of_an_active_number_waits_until_callyzer_knows_it_again() {
    let office = office_with_a_difference_of_one_who_left();
    office.import("users", "login,active\nanna,1\n");
    office
        .callyzer
        .world(|world| world.employees.retain(|one| one.number != "600100201"));
    office.it_is(at("2026-07-30T06:00:00Z"));
    office.sync_with_log().run();
    assert_eq!(office.count("differences"), "1");
}

#[test]
fn an_incomplete_window_of_numbers_that_have_left_is_closed_with_a_word() {
    let office = Office::with_calls_of_one_phone(3);
    office.call(call("other", "600100202", ago(300), 5));
    let loses = || {
        Misbehaviour::edit(|answer| {
            let rows = answer["result"].as_array_mut().unwrap();
            rows.retain(|row| row["id"] != "c-0001");
        })
    };
    office.callyzer.next(HISTORY, loses());
    office.callyzer.next(HISTORY, loses());
    office.sync_with_log().run();
    assert_eq!(office.count("doubtful_windows"), "1");
    office.import("users", "login,active\nanna,0\n");
    office
        .callyzer
        .world(|world| world.employees.retain(|one| one.number != "600100201"));
    let before = office.callyzer.requests().len();
    office
        .sync_with_log()
        .says("Callyzer no longer answers for +48*****201, which is no active advisor's: its incomplete window is closed")
        .run();
    assert_eq!(office.count("doubtful_windows"), "0");
    // It was asked for all that can still be asked for.
    let requests = office.callyzer.requests();
    let again: Vec<_> = requests[before..]
        .iter()
        .filter(|request| request.path == HISTORY && asks_for(request, "48-600100202"))
        .filter(|request| !asks_for(request, "48-600100201"))
        .collect();
    assert!(!again.is_empty());
}

#[test]
fn no_closed_day_is_read_for_numbers_that_are_no_advisors() {
    let office = Office::new().going_back(3);
    let yesterday = noon(day_before(1));
    office.callyzer.world(|world| {
        world.employee("600100888", "Karol Maj");
        world.employee("600100999", "Nobody");
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(ago(1));
        }
    });
    office.import("users", "login,numbers\nkierownik,600100888\n");
    for (n, number) in ["600100888", "600100999"].into_iter().enumerate() {
        office.call(call(&format!("lead-{n}"), number, yesterday, 5));
        office.call(Call {
            client_number: "601200309".into(),
            ..call(&format!("other-{n}"), number, yesterday, 5)
        });
    }
    office.sync();
    // A refresh brings the lead's calls, whoever made them.
    office.callsync(&["-q", "refresh-lead", "1"]).run();
    assert_eq!(office.count("calls"), "2");
    office.a_day_passes();
    office.sync_with_log().run();
    assert_eq!(office.count("calls"), "2");
    assert_eq!(office.count("differences"), "0");
}
