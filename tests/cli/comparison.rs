//! Closed days compared with Callyzer's own figures, number by number.

use chrono::TimeDelta;
use pretend_callyzer::path::{EMPLOYEE_SUMMARY, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::closed_days::{call, office, reread_days};
use crate::moment::{ago, at, day_before, midnight};
use crate::office::{KINDS, Office};

/// The differences as the status shows them.
fn shown_differences(office: &Office) -> Vec<String> {
    let run = office.callsync(&["status"]).fails(1);
    let screen = run.prints("callsync wymaga uwagi").run().stdout;
    let lines = screen.lines().filter(|line| line.contains("w Callyzerze "));
    lines.map(str::to_owned).collect()
}

/// The history gives calls with these ids no more, and counts without them.
fn hide_calls(office: &Office, ids: &'static str) {
    let hide = Misbehaviour::edit(move |answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        let before = rows.len();
        rows.retain(|row| {
            let id = row["id"].as_str();
            id.is_none_or(|id| !id.starts_with(ids))
        });
        let hidden = before - rows.len();
        let total = answer["total_records"].as_u64().unwrap();
        answer["total_records"] = json!(total - hidden as u64);
    });
    office.callyzer.always(HISTORY, hide);
}

#[test]
fn a_record_in_quarantine_counts_as_a_call_of_its_number_day_and_status() {
    for (field, value, difference) in [
        ("call_time", "25:00:00", None),
        ("call_type", "Conference", Some("+48600100201|1|2")),
        ("call_date", "soon", Some("+48600100201|1|2")),
        ("emp_number", "112", Some("+48600100201|1|2")),
    ] {
        let office = office();
        let odd = call("odd", 2).showing("duration", "long");
        let mut odd = odd.showing(field, value);
        odd.synced_at = ago(10);
        office.call(odd);
        office.sync_with_log().run();
        assert_eq!(office.count("quarantine"), "1", "{field}");
        assert_eq!(
            office.rows("SELECT number, ours, theirs FROM differences"),
            Vec::from_iter(difference),
            "{field}"
        );
        let expected = difference.map(|_| {
            let day = day_before(2);
            format!("- anna +48600100201 {day}: w pliku 1, w Callyzerze 2 (może to rekord w kwarantannie)")
        });
        assert_eq!(
            shown_differences(&office),
            Vec::from_iter(expected),
            "{field}"
        );
    }
}

#[test]
fn a_record_in_quarantine_hides_no_other_difference() {
    let office = office();
    let mut odd = call("odd", 2).showing("duration", "long");
    odd.synced_at = ago(10);
    office.call(odd);
    hide_calls(&office, "c-2");
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-2'");
    office.sync_with_log().run();
    assert_eq!(
        office.rows("SELECT number, ours, theirs FROM differences"),
        ["+48600100201|1|2"]
    );
    let day = day_before(2);
    assert_eq!(
        shown_differences(&office),
        [format!(
            "- anna +48600100201 {day}: w pliku 1, w Callyzerze 2"
        )]
    );
}

#[test]
fn a_late_call_of_a_day_that_was_compared_has_it_compared_again() {
    for days_ago in [1, 2, 3, 5] {
        let office = office();
        for _ in 0..4 {
            office.sync_with_log().run();
            office.a_day_passes();
        }
        office.sync_with_log().run();
        for id in ["late", "lost"] {
            let mut call = call(id, days_ago);
            call.synced_at = ago(1);
            office.call(call);
        }
        hide_calls(&office, "lost");
        office
            .sync_with_log()
            .says("has 2 calls here and 3 at Callyzer")
            .run();
        assert_eq!(
            office.rows("SELECT number, day, ours, theirs FROM differences"),
            [format!("+48600100201|{}|2|3", day_before(days_ago))]
        );
    }
}

#[test]
fn a_day_of_which_all_calls_are_missing_differs() {
    let office = office();
    hide_calls(&office, "c-2");
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-2'");
    office.sync_with_log().run();
    assert_eq!(
        office.rows("SELECT number, day, user_id, ours, theirs FROM differences"),
        [format!("+48600100201|{}|1|0|1", day_before(2))]
    );
}

#[test]
fn a_kind_of_which_all_calls_of_a_day_are_missing_differs() {
    let office = office();
    let mut whatsapp = call("w-2", 2);
    whatsapp.method = "WhatsAppCall".into();
    whatsapp.call_type = "Missed".into();
    office.call(whatsapp);
    hide_calls(&office, "w-2");
    office.sync_with_log().run();
    assert_eq!(
        office.rows("SELECT number, day, user_id, ours, theirs FROM differences"),
        [format!("+48600100201|{}|1|0|1", day_before(2))]
    );
}

#[test]
fn a_difference_that_is_known_costs_no_second_reading() {
    let office = office();
    hide_calls(&office, "c-2");
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-2'");
    let readings_of_the_day = || {
        let day = midnight(day_before(2)).timestamp();
        let requests = office.callyzer.requests_to(HISTORY);
        let of_day = requests.iter().filter(|one| one.body["call_from"] == day);
        of_day.count() / KINDS
    };
    office.sync_with_log().run();
    assert_eq!(readings_of_the_day(), 2);
    office.execute("UPDATE reread_days SET read_at = '2026-01-01T00:00:00Z'");
    office.sync_with_log().run();
    assert_eq!(readings_of_the_day(), 3);
    assert_eq!(office.count("differences"), "1");
}

#[test]
fn a_day_that_differs_is_read_again_remembered_and_compared_until_it_agrees() {
    let office = office();
    let counts_one_more = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            row["total_missed_calls"] = json!(row["total_missed_calls"].as_i64().unwrap() + 1);
        }
    });
    let differs = day_before(2);
    let from = midnight(differs).timestamp();
    office.callyzer.when(
        move |request| request.path == EMPLOYEE_SUMMARY && request.body["call_from"] == from,
        counts_one_more,
    );
    let before = office.callyzer.requests().len();
    office
        .sync_with_log()
        .says("has 0 calls here and 1 at Callyzer")
        .run();
    let asked = reread_days(&office, before);
    assert_eq!(
        asked.iter().filter(|day| **day == differs).count(),
        1,
        "{asked:?}: one after the other"
    );
    assert_eq!(
        office.rows("SELECT number, user_id, day, ours, theirs FROM differences"),
        [format!("+48600100201|1|{differs}|0|1")]
    );
    // Four days later it is out of the daily reading's reach, and compared all the same.
    office.execute(
        "UPDATE reread_days SET day = date(day, '-4 days'),
                                read_at = strftime('%Y-%m-%dT%H:%M:%SZ', read_at, '-4 days');
         INSERT INTO reread_days SELECT provider, date(day, '+2 days'), read_at, NULL FROM reread_days",
    );
    office.callyzer.behave();
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT count(*) FROM differences"), "0");
}

/// An office on the 20th of July at ten, with a call of anna's an hour before; phones are well.
fn office_in_july(initial_days: u32) -> Office {
    let office = Office::new().going_back(initial_days);
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(at("2026-07-30T05:00:00Z"));
        }
    });
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.call(made("c-20", "2026-07-20T09:00:00Z"));
    office
}

fn made(id: &str, made_at: &str) -> Call {
    Call::new(id, "600100201", "601200301", "Outgoing", at(made_at), 60)
}

/// Syncs on these days of July, at six.
fn sync_on(office: &Office, days: std::ops::RangeInclusive<u32>) {
    for day in days {
        office.it_is(at(&format!("2026-07-{day}T06:00:00Z")));
        office.sync_with_log().run();
    }
}

fn differences(office: &Office) -> Vec<String> {
    office.rows("SELECT number, day, ours, theirs FROM differences ORDER BY day")
}

#[test]
fn a_call_that_a_first_synchronisation_lacks_is_named() {
    let office = office_in_july(10);
    office.call(made("lost", "2026-07-12T09:00:00Z"));
    // The first day is read in part only.
    office.call(made("before", "2026-07-10T08:00:00Z"));
    office.call(made("after", "2026-07-10T12:00:00Z"));
    hide_calls(&office, "lost");
    office
        .sync_with_log()
        .says("2026-07-12: *****201 has 0 calls here and 1 at Callyzer")
        .run();
    assert_eq!(differences(&office), ["+48600100201|2026-07-12|0|1"]);
}

#[test]
fn a_day_on_which_callyzer_did_not_know_a_number_is_compared_when_it_does() {
    let office = office_in_july(3);
    office.sync();
    let anna = office.callyzer.world(|world| {
        let anna = world.employee_mut("600100201").clone();
        world.employees.retain(|one| one.number != "600100201");
        anna
    });
    sync_on(&office, 21..=25);
    office.callyzer.world(|world| world.employees.push(anna));
    office.call(made("lost", "2026-07-22T09:00:00Z"));
    hide_calls(&office, "lost");
    sync_on(&office, 26..=26);
    assert_eq!(differences(&office), ["+48600100201|2026-07-22|0|1"]);
}

#[test]
fn a_day_that_failed_before_any_other_was_read_is_not_forgotten() {
    let office = office_in_july(1);
    office.sync();
    office.call(made("lost", "2026-07-20T09:30:00Z"));
    let of_day = midnight("2026-07-20".parse().unwrap()).timestamp();
    office.callyzer.when(
        move |request| request.path == HISTORY && request.body["call_from"] == of_day,
        Misbehaviour::status(500, ""),
    );
    office.it_is(at("2026-07-21T06:00:00Z"));
    let failed = office.failing_sync(75).with("CALLSYNC_REREAD_DAYS", "1");
    failed.run();
    office.callyzer.behave();
    office.execute("DELETE FROM calls WHERE provider_call_id = 'lost'");
    office.it_is(at("2026-07-22T06:00:00Z"));
    let next = office.sync_with_log().with("CALLSYNC_REREAD_DAYS", "1");
    next.run();
    let marks = "SELECT day, read_at IS NULL FROM reread_days ORDER BY day";
    assert_eq!(office.rows(marks), ["2026-07-20|0", "2026-07-21|0"]);
    assert_eq!(office.count("calls"), "2");
}

#[test]
fn a_record_that_left_the_quarantine_or_changed_its_text_hides_no_lost_call() {
    for fixed in [true, false] {
        let office = office_in_july(1);
        let odd = made("odd", "2026-07-20T08:00:00Z");
        let odd = odd.showing("id", serde_json::Value::Null);
        office.call(odd.showing("duration", "long"));
        office.sync_with_log().run();
        assert_eq!(office.count("quarantine"), "1");
        office.callyzer.world(|world| {
            let odd = world.call_mut("odd");
            if fixed {
                odd.extra.clear();
            } else {
                odd.note = Some("another text".into());
            }
        });
        office.call(made("lost", "2026-07-20T09:30:00Z"));
        hide_calls(&office, "lost");
        sync_on(&office, 21..=21);
        assert_eq!(
            differences(&office),
            ["+48600100201|2026-07-20|2|3"],
            "{fixed}"
        );
    }
}

#[test]
fn a_kind_that_is_no_longer_configured_since_noon_makes_no_difference() {
    let office = office_in_july(1);
    let whatsapp = |id, made_at| Call {
        method: "WhatsAppCall".into(),
        ..made(id, made_at)
    };
    office.call(whatsapp("w-1", "2026-07-20T09:10:00Z"));
    office.sync();
    office.call(whatsapp("w-2", "2026-07-20T15:00:00Z"));
    for time in ["2026-07-20T16:00:00Z", "2026-07-21T06:00:00Z"] {
        office.it_is(at(time));
        let run = office.sync_with_log();
        run.with("CALLYZER_KINDS", "PhoneCall/Voice").run();
    }
    assert_eq!(differences(&office), [""; 0]);
    assert_eq!(office.count("calls"), "3");
}

#[test]
fn a_mark_of_a_clock_that_was_years_behind_costs_no_years_of_requests() {
    let office = office_in_july(5);
    office.sync();
    office.execute(
        "INSERT INTO reread_days VALUES ('callyzer', '2023-07-19', '2023-07-20T06:00:00Z', NULL)",
    );
    sync_on(&office, 21..=22);
    let oldest = office.value("SELECT min(day) FROM reread_days WHERE day > '2024'");
    assert_eq!(oldest, "2026-07-19");
}

#[test]
fn a_machine_that_is_behind_judges_no_day_before_callyzer_has_told_the_time() {
    for hides_clock in [false, true] {
        let office = office_in_july(1);
        office.sync();
        sync_on(&office, 21..=21);
        office.it_is(at("2026-07-21T08:00:00Z"));
        office.set_machine_clock(at("2023-07-21T08:00:00Z"));
        if hides_clock {
            office.callyzer.hide_clock();
        }
        // The network is not up yet.
        for _ in 0..3 {
            office.callyzer.next(HISTORY, Misbehaviour::status(500, ""));
        }
        office.failing_sync(75).run();
        let oldest = office.value("SELECT min(day) FROM reread_days");
        assert_eq!(oldest, "2026-07-19", "{hides_clock}");
    }
}

#[test]
fn a_total_that_is_wrong_for_good_is_read_again_once_a_day() {
    let office = office_in_july(1);
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["call_method"] == "PhoneCall",
        Misbehaviour::WrongTotal(1),
    );
    office.sync_with_log().run();
    let mut requests = Vec::new();
    for run in 1..=4 {
        office.it_is(at("2026-07-20T10:00:00Z") + TimeDelta::minutes(15) * run);
        let before = office.callyzer.requests().len();
        office.sync_with_log().run();
        requests.push(office.asked_since(before, HISTORY));
    }
    // Each new window is read again once, twice over, and then only the run's own is read.
    assert_eq!(requests, [KINDS + 3, KINDS + 3, KINDS + 1, KINDS + 1]);
}

#[test]
fn a_manual_reading_of_parts_of_days_makes_no_difference() {
    let office = office_in_july(1);
    office.sync();
    for (day, hour) in [(10, 8), (10, 14), (11, 9), (12, 8), (12, 14)] {
        let made_at = format!("2026-07-{day}T{hour:02}:00:00Z");
        office.call(made(&made_at, &made_at));
    }
    office
        .callsync(&[
            "-q",
            "sync",
            "--since",
            "2026-07-10T12:00",
            "--until",
            "2026-07-12T12:00",
        ])
        .run();
    assert_eq!(office.count("calls"), "4");
    assert_eq!(differences(&office), [""; 0]);
}
