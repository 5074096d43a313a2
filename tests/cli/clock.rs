//! Clocks that disagree: no date of last synchronisation passes Callyzer's clock.

use chrono::{TimeDelta, Utc};
use pretend_callyzer::path::{EMPLOYEES, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};

use crate::machine_clock;
use crate::moment::{at, timestamp};
use crate::office::{KINDS, Office};

/// An office that was synchronised on the 20th of July and again on the 21st, with
/// a call of each day.
fn office() -> Office {
    let office = Office::new().going_back(2);
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(at("2026-07-22T05:00:00Z"));
        }
    });
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.call(call("c-20", "2026-07-20T08:00:00Z"));
    office.sync();
    office.it_is(at("2026-07-21T10:00:00Z"));
    office.call(call("c-21", "2026-07-21T08:00:00Z"));
    office.sync();
    office
}

fn call(id: &str, made_at: &str) -> Call {
    Call::new(id, "600100201", "601200301", "Outgoing", at(made_at), 60)
}

/// The latest moment in any table that a run goes by.
fn latest_mark(office: &Office) -> String {
    office.value(
        "SELECT max(at) FROM (SELECT read_at AS at FROM reread_days
             UNION ALL SELECT checked_at FROM phones
             UNION ALL SELECT last_synced_at FROM sync_dates
             UNION ALL SELECT fetched_at FROM daily_stats
             UNION ALL SELECT compared_at FROM differences)",
    )
}

/// An office that was synchronised this day at ten.
fn office_of_one_day() -> Office {
    let office = Office::new().going_back(1);
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.sync();
    office
}

#[test]
fn no_date_passes_a_clock_of_callyzers_that_is_behind() {
    let office = office_of_one_day();
    office.execute("DELETE FROM sync_dates");
    office.it_is(at("2026-07-20T12:00:00Z"));
    office.set_machine_clock(at("2026-07-20T14:00:00Z"));
    for _ in 0..2 {
        office.sync();
        let dates = office.rows("SELECT DISTINCT substr(last_synced_at, 1, 16) FROM sync_dates");
        assert_eq!(dates, ["2026-07-20T12:00"]);
    }
}

#[test]
fn a_date_after_callyzers_clock_goes_back_to_the_last_successful_run_before_it() {
    let office = office_of_one_day();
    let success = office.value("SELECT started_at FROM sync_runs WHERE command = 'sync'");
    office.it_is(at("2026-07-20T13:00:00Z"));
    office.execute(
        "UPDATE sync_dates SET last_synced_at = '2026-07-20T16:00:00Z'
         WHERE number = '+48600100203'",
    );
    let before = office.callyzer.requests().len();
    let output = office.sync_with_log().run();
    let warnings = output.logged("WARN");
    assert_eq!(warnings.len(), 1, "{}", output.stderr);
    assert!(warnings[0].contains("+48*****203"), "{}", warnings[0]);
    assert!(warnings[0].contains(&success), "{}", warnings[0]);
    let reaches_back = office
        .upload_windows(before)
        .into_iter()
        .filter(|window| window.0 == timestamp(&success) - 3600);
    // Once for the numbers with that date, once for the one that went back to it.
    assert_eq!(reaches_back.count(), 2 * KINDS);
    assert!(latest_mark(&office).as_str() < "2026-07-20T13:01");
}

#[test]
fn a_date_goes_back_past_the_reading_of_a_single_window() {
    let office = office_of_one_day();
    let success = office.value("SELECT started_at FROM sync_runs WHERE command = 'sync'");
    office.it_is(at("2026-07-20T12:30:00Z"));
    let since = ["-q", "sync", "--since", "2026-07-20T11:00:00Z"];
    office.callsync(&since).run();
    office.execute("UPDATE sync_dates SET last_synced_at = '2026-07-20T16:00:00Z'");
    office.it_is(at("2026-07-20T13:00:00Z"));
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    let earliest = office.upload_windows(before).into_iter().min().unwrap();
    assert_eq!(earliest.0, timestamp(&success) - 3600);
}

#[test]
fn a_clock_that_was_ahead_once_marks_nothing_in_the_future() {
    for days in [3, 30] {
        let office = office();
        let asked = office.asked(EMPLOYEES);
        office.it_is(at("2026-07-21T20:00:00Z"));
        office.set_machine_clock(at("2026-07-21T20:00:00Z") + TimeDelta::days(days));
        office.sync_with_log().says("s ahead of Callyzer's").run();
        assert!(latest_mark(&office).as_str() < "2026-07-21T20:01");
        // The next day all is as ever: closed days are read, phones looked at.
        office.it_is(at("2026-07-22T06:00:00Z"));
        office.execute("DELETE FROM calls WHERE provider_call_id = 'c-21'");
        office.sync_with_log().run();
        assert_eq!(office.count("calls"), "2");
        assert_eq!(office.asked(EMPLOYEES), asked + 1);
        let read = "SELECT day FROM reread_days WHERE read_at > '2026-07-22' ORDER BY day";
        assert_eq!(office.rows(read), ["2026-07-20", "2026-07-21"]);
        let healthy = office.callsync(&["status"]);
        healthy.prints("callsync działa\n").run();
    }
}

#[test]
fn a_mark_in_the_future_counts_for_nothing() {
    let office = office();
    office.execute(
        "UPDATE reread_days SET read_at = '2026-08-20T10:00:00Z';
         INSERT INTO reread_days VALUES ('callyzer', '2026-08-19', '2026-08-20T10:00:00Z', NULL);
         UPDATE phones SET checked_at = '2026-08-20T10:00:00Z';
         UPDATE daily_stats SET fetched_at = '2026-08-20T10:00:00Z';
         INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at, read_at, numbers)
         VALUES ('callyzer', 'PhoneCall/Voice', '2026-07-20T00:00:00Z', '2026-07-20T10:00:00Z', 1,
                 '2026-07-20T10:00:00Z', '2026-08-20T10:00:00Z', '[\"+48600100201\"]')",
    );
    let asked = office.asked(EMPLOYEES);
    office.it_is(at("2026-07-21T12:00:00Z"));
    office.sync_with_log().run();
    assert_eq!(office.asked(EMPLOYEES), asked + 1);
    assert_eq!(office.count("doubtful_windows"), "0");
    let marks = "SELECT day FROM reread_days WHERE read_at BETWEEN '2026-07-21' AND '2026-07-22'";
    assert_eq!(office.rows(marks), ["2026-07-19", "2026-07-20"]);
    let fetched = "SELECT max(fetched_at) FROM daily_stats WHERE day = '2026-07-21'";
    assert!(office.value(fetched).as_str() < "2026-07-22");
}

#[test]
fn an_error_page_tells_no_time() {
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 20 Jul 2026 22:00:00 GMT",
    ] {
        let office = office();
        let dates = office.sync_dates();
        let page = Misbehaviour::Status {
            code: 502,
            body: "<html>bad gateway</html>".into(),
            headers: vec![("Date".into(), date.into())],
        };
        office.callyzer.next(HISTORY, page);
        office.it_is(at("2026-07-21T10:15:00Z"));
        let before = office.callyzer.requests().len();
        let output = office.sync_with_log().run();
        assert_eq!(output.logged("WARN"), [""; 0], "{date}");
        assert!(office.sync_dates() > dates, "{date}");
        assert_eq!(office.asked_since(before, HISTORY), KINDS + 1, "{date}");
    }
}

#[test]
fn a_time_long_past_in_a_good_answer_is_none() {
    // Before 2020, and a year before both the machine's clock and the newest upload.
    for past in ["2019-12-31T23:00:00Z", "2025-07-21T10:15:00Z"] {
        let office = office();
        let dates = office.sync_dates();
        office.it_is(at("2026-07-21T10:15:00Z"));
        let offset = at(past) - Utc::now();
        office.callyzer.set_clock_offset(offset.num_seconds());
        let before = office.callyzer.requests().len();
        office.sync_with_log().says("Callyzer sends no time").run();
        assert_eq!(office.sync_dates(), dates, "{past}");
        assert_eq!(office.asked_since(before, HISTORY), KINDS, "{past}");
    }
}

#[test]
fn without_a_time_dates_move_to_the_newest_upload_and_the_status_says_why_data_is_stale() {
    let office = office();
    office.it_is(at("2026-07-21T12:00:00Z"));
    office.callyzer.hide_clock();
    office.call(call("late", "2026-07-21T11:30:00Z"));
    office.sync_with_log().run();
    let dates = "SELECT DISTINCT last_synced_at FROM sync_dates";
    assert_eq!(office.rows(dates), ["2026-07-21T11:31:00Z"]);
    office.callsync(&["status"]).prints("callsync działa").run();
    // Nothing comes for an hour.
    office.it_is(at("2026-07-21T13:00:00Z"));
    office.callyzer.hide_clock();
    office.sync_with_log().run();
    assert_eq!(office.rows(dates), ["2026-07-21T11:31:00Z"]);
    office
        .callsync(&["status"])
        .fails(1)
        .prints("- Dane starsze niż 30 min: anna, bartek, celina\n")
        .prints(
            "- Callyzer nie podaje czasu: daty synchronizacji zatrzymują się na ostatnim przesłanym połączeniu\n",
        )
        .run();
    // A call that was uploaded meanwhile is read all the same.
    office.it_is(at("2026-07-21T13:15:00Z"));
    office.call(call("later", "2026-07-21T12:10:00Z"));
    office.sync();
    assert_eq!(office.count("calls"), "4");
    office.callsync(&["status"]).prints("callsync działa").run();
}

#[test]
fn a_machine_that_was_three_years_ahead_once_reads_on_without_loss() {
    let office = office();
    office.it_is(at("2026-07-21T12:00:00Z"));
    office.set_machine_clock(at("2029-07-21T12:00:00Z"));
    office.call(call("during", "2026-07-21T11:30:00Z"));
    let before = office.callyzer.requests().len();
    office
        .sync_with_log()
        .says("this machine's clock is 946")
        .says("planning anew by Callyzer's clock")
        .run();
    assert_eq!(office.count("calls"), "3");
    let requests = office.callyzer.requests().len() - before;
    assert!(requests < 15, "{requests} requests");
    office.it_is(at("2026-07-21T12:15:00Z"));
    office.call(call("after", "2026-07-21T12:05:00Z"));
    let before = office.callyzer.requests().len();
    office.sync();
    assert_eq!(office.count("calls"), "4");
    assert_eq!(office.asked_since(before, HISTORY), KINDS);
    office.callsync(&["status"]).prints("callsync działa").run();
}

#[test]
fn a_first_sync_by_a_wrong_clock_goes_back_from_callyzers_time() {
    for machine in ["2029-07-20T10:00:00Z", "2026-07-29T10:00:00Z"] {
        let office = Office::new().going_back(10);
        office.it_is(at("2026-07-20T10:00:00Z"));
        office.set_machine_clock(at(machine));
        office.call(call("old", "2026-07-10T12:00:00Z"));
        office.call(call("new", "2026-07-20T09:00:00Z"));
        office.sync_with_log().says("ahead of Callyzer's").run();
        assert_eq!(office.count("calls"), "2", "{machine}");
        let asked = office.asked(HISTORY);
        assert!(asked <= 11 * KINDS + 1, "{machine}: {asked}");
        let dates = office.rows("SELECT DISTINCT substr(last_synced_at, 1, 16) FROM sync_dates");
        assert_eq!(dates, ["2026-07-20T10:00"]);
    }
}

#[test]
fn a_machine_that_is_behind_says_so_moves_no_date_and_loses_nothing() {
    let office = office();
    let dates = office.sync_dates();
    office.it_is(at("2026-07-21T12:00:00Z"));
    office.set_machine_clock(at("2023-07-21T12:00:00Z"));
    office.call(call("during", "2026-07-21T11:30:00Z"));
    let before = office.callyzer.requests().len();
    office.sync_with_log().says("s behind Callyzer's").run();
    assert_eq!(office.sync_dates(), dates);
    let requests = office.callyzer.requests().len() - before;
    assert!(requests < 15, "{requests} requests");
    let status = office.callsync(&["status"]).fails(1);
    status.prints("- Zegar tego komputera spóźnia się o ").run();
    office.it_is(at("2026-07-21T12:15:00Z"));
    office.sync();
    assert_eq!(office.count("calls"), "3");
}

#[test]
fn a_date_in_the_future_without_an_earlier_success_goes_back_the_initial_days() {
    let office = Office::new().going_back(5);
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.call(call("old", "2026-07-16T12:00:00Z"));
    office.execute(
        "INSERT INTO sync_dates VALUES ('callyzer', '+48600100201', '2029-07-20T10:00:00Z')",
    );
    office
        .sync_with_log()
        .says("reading again from 2026-07-15T10:0")
        .run();
    assert_eq!(office.count("calls"), "1");
    let latest = office.value("SELECT max(last_synced_at) FROM sync_dates");
    assert!(latest.as_str() < "2026-07-21", "{latest}");
}

#[test]
fn clocks_that_differ_by_less_than_a_minute_cost_no_word_and_no_request() {
    let office = Office::new().going_back(1);
    for offset in [-50, 50] {
        office.callyzer.set_clock_offset(offset);
        let before = office.callyzer.requests().len();
        let output = office.sync_with_log().run();
        assert_eq!(output.logged("WARN"), [""; 0]);
        assert_eq!(office.asked_since(before, HISTORY), KINDS);
    }
}

#[test]
fn a_time_of_callyzers_that_is_ahead_once_moves_no_date_past_the_machines_clock() {
    let office = office();
    office.it_is(at("2026-07-21T12:00:00Z"));
    office
        .callyzer
        .set_clock_offset((at("2029-07-21T12:00:00Z") - Utc::now()).num_seconds());
    office.sync_with_log().says("s behind Callyzer's").run();
    let dates = "SELECT max(last_synced_at) FROM sync_dates";
    assert!(office.value(dates).as_str() < "2026-07-21T12:01");
    // Then all is as ever.
    office.it_is(at("2026-07-22T06:00:00Z"));
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-21'");
    office.sync_with_log().run();
    assert_eq!(office.count("calls"), "2");
    office.callsync(&["status"]).prints("callsync działa").run();
}

#[test]
fn a_clock_that_is_set_during_the_run_misleads_nothing() {
    for wrong in ["2023-07-22T06:00:00Z", "2028-07-22T06:00:00Z"] {
        let office = office();
        let right = at("2026-07-22T06:00:00Z");
        office.it_is(right);
        office.set_machine_clock(at(wrong));
        let late = Misbehaviour::Delay(std::time::Duration::from_secs(1));
        office.callyzer.next(HISTORY, late);
        let before = office.callyzer.requests().len();
        let run = office.sync_with_log().says("this machine's clock is ");
        machine_clock::then_ahead(run, right - Utc::now()).run();
        let requests = office.callyzer.requests().len() - before;
        assert!(requests < 25, "{wrong}: {requests}");
        assert_eq!(
            office.rows("SELECT day FROM reread_days ORDER BY day"),
            ["2026-07-19", "2026-07-20", "2026-07-21"],
            "{wrong}"
        );
        assert!(
            latest_mark(&office).as_str() < "2026-07-22T06:01",
            "{wrong}"
        );
    }
}

#[test]
fn a_slice_that_a_wrong_clock_planned_moves_no_date() {
    let office = Office::new().going_back(10);
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.set_machine_clock(at("2026-07-29T10:00:00Z"));
    let earlier = timestamp("2026-07-15T00:00:00Z");
    office.callyzer.when(
        move |request| {
            request.body["synced_from"]
                .as_i64()
                .is_some_and(|from| from < earlier)
        },
        Misbehaviour::status(500, ""),
    );
    office.failing_sync(75).run();
    assert_eq!(office.count("sync_dates"), "0");
}

#[test]
fn a_date_of_last_synchronisation_that_is_none_counts_as_missing() {
    let office = Office::with_old_calls();
    let dates = ["nonsense", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
    for (number, date) in ["+48600100201", "+48600100202", "+48600100203"]
        .iter()
        .zip(dates)
    {
        office.execute(&format!(
            "INSERT INTO sync_dates (provider, number, last_synced_at)
             VALUES ('callyzer', '{number}', '{date}')"
        ));
    }
    let warning = "last_synced_at is 'nonsense' in the database: it counts as missing";
    office.sync_with_log().says(warning).run();
    assert_eq!(office.count("calls"), "3");
    let healed = "SELECT DISTINCT substr(last_synced_at, 1, 2) FROM sync_dates";
    assert_eq!(office.rows(healed), ["20"]);
}
