//! Closed days: read again once a day, and compared with Callyzer's own figures.

use chrono::DateTime;
use chrono::NaiveDate;
use pretend_callyzer::path::{CALLS_BY_ID, EMPLOYEE_SUMMARY, EMPLOYEES, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::moment::{ago, day_before, day_of, midnight, noon};
use crate::office::{KINDS, Office};

/// A call at noon of a day.
pub fn call(id: &str, days_ago: u64) -> Call {
    let at = noon(day_before(days_ago));
    Call::new(id, "600100201", "601200301", "Outgoing", at, 60)
}

/// An office with a call on each of six closed days, whose last pass was on an earlier day.
pub fn office() -> Office {
    let office = Office::new().going_back(8);
    for n in 1..=6 {
        office.call(call(&format!("c-{n}"), n));
    }
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(ago(1));
        }
    });
    office.sync();
    office.a_day_passes();
    office
}

/// The days that were asked for by call time since so many requests.
pub fn reread_days(office: &Office, since: usize) -> Vec<NaiveDate> {
    let requests = office.callyzer.requests();
    let starts = requests[since..]
        .iter()
        .filter(|request| request.path == HISTORY);
    let mut days: Vec<_> = starts
        .filter_map(|request| request.body["call_from"].as_i64())
        .map(|from| day_of(DateTime::from_timestamp(from, 0).unwrap()))
        .collect();
    days.dedup();
    days
}

/// A day that failed is tried again an hour later.
fn an_hour_passes_since_the_failure(office: &Office) {
    office.execute(
        "UPDATE reread_days
         SET failed_at = strftime('%Y-%m-%dT%H:%M:%SZ', failed_at, '-1 hour')",
    );
}

#[test]
fn a_files_first_day_has_no_closed_day_to_read_again() {
    let office = Office::new();
    office.sync();
    office.sync();
    assert_eq!(reread_days(&office, 0), []);
    assert_eq!(office.asked(EMPLOYEES), 0);
}

#[test]
fn the_first_sync_of_a_day_reads_closed_days_again_and_the_second_does_not() {
    let office = office();
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    assert_eq!(reread_days(&office, before), [day_before(1), day_before(2)]);
    assert_eq!(
        office.rows("SELECT day FROM reread_days"),
        [day_before(2), day_before(1)].map(|day| day.to_string())
    );
    let (before, phones_asked) = (office.callyzer.requests().len(), office.asked(EMPLOYEES));
    assert_eq!(phones_asked, 1);
    office.sync_with_log().run();
    assert_eq!(reread_days(&office, before), []);
    let again = office.callyzer.requests().split_off(before);
    assert_eq!(again.len(), KINDS, "uploads, and nothing of closed days");
    assert!(
        again
            .iter()
            .all(|request| request.body["synced_from"].is_i64())
    );
    assert_eq!(office.asked(EMPLOYEES), phones_asked);
    assert_eq!(office.count("reread_days"), "2");
}

#[test]
fn each_of_the_days_of_the_setting_is_read_once_a_day() {
    for (setting, days) in [("1", 1), ("3", 3)] {
        let office = office();
        for _ in 0..2 {
            let before = office.callyzer.requests().len();
            for _ in 0..2 {
                office
                    .sync_with_log()
                    .with("CALLSYNC_REREAD_DAYS", setting)
                    .run();
            }
            let expected: Vec<_> = (1..=days).map(day_before).collect();
            assert_eq!(reread_days(&office, before), expected, "{setting}");
            office.a_day_passes();
        }
    }
}

#[test]
fn after_days_without_a_sync_three_closed_days_a_run_are_read_until_none_is_left() {
    let office = office();
    office.sync_with_log().run();
    for _ in 0..4 {
        office.a_day_passes();
    }
    let mut runs = Vec::new();
    for _ in 0..3 {
        let before = office.callyzer.requests().len();
        office.sync_with_log().run();
        runs.push(reread_days(&office, before));
    }
    // Those before the last reading of all were read.
    let [first, second, third] = [vec![1, 2, 3], vec![4], vec![]];
    let days = |days: Vec<u64>| days.into_iter().map(day_before).collect::<Vec<_>>();
    assert_eq!(runs, [days(first), days(second), days(third)]);
}

#[test]
fn a_day_that_fails_during_a_catch_up_is_read_after_the_others() {
    let office = office();
    office.sync_with_log().run();
    for _ in 0..4 {
        office.a_day_passes();
    }
    let fails = midnight(day_before(2)).timestamp();
    office.callyzer.when(
        move |request| request.path == HISTORY && request.body["call_from"] == fails,
        Misbehaviour::status(500, ""),
    );
    office.failing_sync(75).run();
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    assert_eq!(reread_days(&office, before), [day_before(4)]);
    an_hour_passes_since_the_failure(&office);
    let before = office.callyzer.requests().len();
    office.failing_sync(75).run();
    assert_eq!(reread_days(&office, before), [day_before(2)]);
    // A day later all others are marked.
    office.a_day_passes();
    office.callyzer.behave();
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    assert_eq!(
        reread_days(&office, before),
        [day_before(1), day_before(2), day_before(3)]
    );
    assert_eq!(
        office.value("SELECT count(*) FROM reread_days WHERE read_at IS NULL"),
        "0"
    );
}

#[test]
fn the_daily_reading_can_be_switched_off() {
    let office = office();
    let before = office.callyzer.requests().len();
    office
        .sync_with_log()
        .with("CALLSYNC_REREAD_DAYS", "0")
        .run();
    assert_eq!(reread_days(&office, before), []);
}

#[test]
fn a_call_deleted_by_hand_is_found_and_restored() {
    let office = office();
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-2'");
    office.sync_with_log().run();
    assert_eq!(
        office.value("SELECT lead_id FROM calls WHERE provider_call_id = 'c-2'"),
        "1"
    );
    assert_eq!(office.value("SELECT count(*) FROM differences"), "0");
}

#[test]
fn a_late_note_arrives_and_a_call_that_callyzer_no_longer_knows_goes() {
    let office = office();
    office.callyzer.world(|world| {
        world.call_mut("c-1").note = Some("późna notatka".into());
        world.calls.retain(|call| call.id != "c-2");
    });
    office.sync_with_log().run();
    assert_eq!(
        office.value("SELECT note FROM calls WHERE provider_call_id = 'c-1'"),
        "późna notatka"
    );
    assert_eq!(
        office.value("SELECT count(*) FROM calls WHERE provider_call_id = 'c-2'"),
        "0"
    );
    assert_eq!(
        office.value(&format!(
            "SELECT outgoing FROM daily_stats WHERE user_id = 1 AND day = '{}'",
            day_before(2)
        )),
        "0"
    );
    assert_eq!(
        office.value("SELECT calls_removed FROM sync_runs ORDER BY id DESC LIMIT 1"),
        "1"
    );
}

#[test]
fn a_call_that_a_day_lacks_and_callyzer_still_knows_stays() {
    let office = office();
    let hides = Misbehaviour::edit(|answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        rows.retain(|row| row["id"] != "c-2");
        answer["total_records"] = json!(answer["result"].as_array().unwrap().len());
    });
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["call_from"].is_i64(),
        hides,
    );
    office.sync_with_log().run();
    assert_eq!(
        office.value("SELECT count(*) FROM calls WHERE provider_call_id = 'c-2'"),
        "1"
    );
    assert!(!office.callyzer.requests_to(CALLS_BY_ID).is_empty());
}

#[test]
fn a_manual_reading_compares_the_days_that_it_covers_whole() {
    let office = office();
    let counts_one_more = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            row["total_outgoing_calls"] = json!(2);
        }
    });
    office.callyzer.always(EMPLOYEE_SUMMARY, counts_one_more);
    let (since, until) = (
        format!("{}T12:30", day_before(5)),
        format!("{}T12:30", day_before(4)),
    );
    office
        .callsync(&["sync", "--since", &since, "--until", &until])
        .prints("Połączenia")
        .logs()
        .run();
    assert_eq!(
        office.rows("SELECT day, ours, theirs FROM differences"),
        [] as [String; 0]
    );
    let (since, until) = (day_before(5).to_string(), day_before(3).to_string());
    office
        .callsync(&["sync", "--since", &since, "--until", &until])
        .prints("Połączenia")
        .logs()
        .run();
    assert_eq!(
        office.rows("SELECT day, ours, theirs FROM differences ORDER BY day"),
        [
            format!("{}|1|2", day_before(5)),
            format!("{}|1|2", day_before(4))
        ]
    );
    assert_eq!(office.value("SELECT count(*) FROM reread_days"), "0");
}

#[test]
fn a_failure_in_a_closed_day_leaves_it_for_the_next_run() {
    let office = office();
    let second = midnight(day_before(2)).timestamp();
    office.callyzer.when(
        move |request| request.path == HISTORY && request.body["call_from"] == second,
        Misbehaviour::status(500, ""),
    );
    office.callsync(&["sync"]).fails(75).logs().run();
    assert_eq!(
        office.rows("SELECT day, read_at IS NULL, failed_at IS NULL FROM reread_days"),
        [
            format!("{}|1|0", day_before(2)),
            format!("{}|0|1", day_before(1))
        ]
    );
    office.callyzer.behave();
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    assert_eq!(reread_days(&office, before), []);
    an_hour_passes_since_the_failure(&office);
    office.sync_with_log().run();
    assert_eq!(reread_days(&office, before), [day_before(2)]);
    assert_eq!(
        office.rows("SELECT read_at IS NULL, failed_at IS NULL FROM reread_days"),
        ["0|1", "0|1"]
    );
}
