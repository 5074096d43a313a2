//! Callyzer's own daily figures, brought home and kept true.

mod due;
mod kinds;
mod odd_answers;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use pretend_callyzer::path::{EMPLOYEE_SUMMARY, EMPLOYEES};
use pretend_callyzer::{Call, Misbehaviour, Request};

use crate::moment::{ago, day_before, day_of, midnight, noon};
use crate::office::Office;

/// One call, of a minute and an hour ago, and the day on which it was made.
fn office_with_a_call() -> (Office, NaiveDate) {
    let (office, at) = (Office::new().going_back(1), ago(60));
    office.call(phone_call("c-1", "600100201", "Outgoing", at, 60));
    (office, day_of(at))
}

fn phone_call(
    id: &str,
    advisor: &str,
    call_type: &str,
    at: DateTime<Utc>,
    duration_s: u32,
) -> Call {
    Call::new(id, advisor, "601200301", call_type, at, duration_s)
}

/// The same call by `WhatsApp`.
fn by_whatsapp(call: Call, mode: &str) -> Call {
    Call {
        method: "WhatsAppCall".into(),
        mode: mode.into(),
        ..call
    }
}

/// The seconds of a day, the first and the last.
fn seconds_of(day: NaiveDate) -> (i64, i64) {
    let next = midnight(day + Days::new(1));
    (midnight(day).timestamp(), next.timestamp() - 1)
}

/// The day that a request for figures asks for, whole, and the kind of call.
fn asked_day(request: &Request) -> (NaiveDate, String) {
    let second = |name: &str| request.body[name].as_i64().unwrap();
    let day = day_of(DateTime::from_timestamp(second("call_from"), 0).unwrap());
    assert_eq!((second("call_from"), second("call_to")), seconds_of(day));
    let word = |name: &str| request.body[name].as_str().unwrap_or("-").to_owned();
    (
        day,
        format!("{}/{}", word("call_method"), word("call_mode")),
    )
}

/// What was asked for since so many requests for figures, in order of the days.
fn asked_days(office: &Office, since: usize) -> Vec<(NaiveDate, String)> {
    let requests = office.callyzer.requests_to(EMPLOYEE_SUMMARY).into_iter();
    let mut days: Vec<_> = requests
        .skip(since)
        .map(|request| asked_day(&request))
        .collect();
    days.sort();
    days
}

/// Questions for a day, one for each configured kind.
fn on(day: NaiveDate) -> [(NaiveDate, String); 3] {
    [
        "PhoneCall/Voice",
        "WhatsAppCall/Video",
        "WhatsAppCall/Voice",
    ]
    .map(|kind| (day, kind.to_owned()))
}

/// Calls in, out, missed, rejected, connected; seconds of talk, in and out.
fn figures(office: &Office, login: &str, day: NaiveDate) -> String {
    office.value(&format!(
        "SELECT incoming, outgoing, missed, rejected, connected,
                talk_time_s, incoming_time_s, outgoing_time_s
         FROM daily_stats JOIN users ON users.id = user_id
         WHERE provider = 'callyzer' AND login = '{login}' AND day = '{day}'"
    ))
}

#[test]
fn figures_are_summed_over_an_advisors_numbers_and_kinds_and_replaced_by_the_next_run() {
    let (office, at) = (Office::new().going_back(1), ago(60));
    let (mobile, desk) = ("600100202", "225550102");
    office.call(phone_call("b-1", mobile, "Incoming", at, 100));
    office.call(phone_call("b-2", mobile, "Missed", at, 0));
    office.call(phone_call("b-3", desk, "Outgoing", at, 50));
    office.call(phone_call("b-4", desk, "Rejected", at, 0));
    let (out, incoming) = (
        phone_call("b-5", mobile, "Outgoing", at, 30),
        phone_call("b-6", desk, "Incoming", at, 20),
    );
    office.call(by_whatsapp(out, "Voice"));
    office.call(by_whatsapp(incoming, "Video"));
    office.call(phone_call("a-1", "600100201", "Outgoing", at, 7));
    office.sync();
    let day = day_of(at);
    assert_eq!(figures(&office, "bartek", day), "2|2|1|1|4|200|120|80");
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|7|0|7");

    office.call(phone_call("b-7", mobile, "Outgoing", at, 1000));
    office.sync();
    assert_eq!(figures(&office, "bartek", day), "2|3|1|1|5|1200|120|1080");
    assert_eq!(figures(&office, "anna", day), "0|1|0|0|1|7|0|7");
}

#[test]
fn an_advisor_without_calls_has_zeros_today_and_callyzer_is_not_asked_for_them() {
    let office = Office::new().going_back(1);
    office.sync();
    let started_at = office.value("SELECT started_at FROM sync_runs WHERE command = 'sync'");
    let today = day_of(started_at.parse().unwrap());
    for login in ["anna", "bartek", "celina"] {
        assert_eq!(figures(&office, login, today), "0|0|0|0|0|0|0|0");
    }
    assert_eq!(asked_days(&office, 0), []);
    assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
}

#[test]
fn each_day_of_a_backfill_is_asked_once_from_midnight_to_the_second_before_the_next() {
    let office = Office::new().going_back(7);
    let days = [4, 3, 2, 1].map(day_before);
    for day in days {
        for (n, advisor) in ["600100201", "600100202", "600100203"].iter().enumerate() {
            let id = format!("{day}-{n}");
            office.call(phone_call(&id, advisor, "Outgoing", noon(day), 60));
        }
    }
    office.sync();
    // Those older than the daily reading reaches also where no call came.
    let asked = [6, 5, 4, 3, 2, 1].map(day_before);
    assert_eq!(asked_days(&office, 0), asked.map(on).concat());
    for day in days {
        for login in ["anna", "bartek", "celina"] {
            assert_eq!(figures(&office, login, day), "0|1|0|0|1|60|0|60");
        }
    }
}

#[test]
fn a_day_on_which_clocks_change_is_asked_from_midnight_to_midnight() {
    for (day, hours) in [("2025-03-30", 23), ("2025-10-26", 25)] {
        let office = Office::new().going_back(1);
        let day: NaiveDate = day.parse().unwrap();
        let next = day + Days::new(1);
        let last = midnight(next) - TimeDelta::seconds(1);
        assert_eq!((midnight(next) - midnight(day)).num_hours(), hours);
        office.call(phone_call(
            "first",
            "600100201",
            "Outgoing",
            midnight(day),
            60,
        ));
        office.call(phone_call("last", "600100201", "Outgoing", last, 7));
        let (since, until) = (day.to_string(), next.to_string());
        office
            .callsync(&["-q", "sync", "--since", &since, "--until", &until])
            .run();
        assert_eq!(asked_days(&office, 0), on(day));
        assert_eq!(figures(&office, "anna", day), "0|2|0|0|2|67|0|67");
    }
}

#[test]
fn version_2_1_is_asked_once_a_day_for_all_kinds() {
    let office = Office::new().going_back(4);
    let day = day_before(1);
    let call = |id| phone_call(id, "600100201", "Outgoing", noon(day), 60);
    office.call(call("c-1"));
    office.call(by_whatsapp(call("c-2"), "Voice"));
    office.sync();
    let before = asked_days(&office, 0).len();
    office.callyzer.world(|world| {
        let call = world.call_mut("c-1");
        (call.duration_s, call.synced_at) = (90, ago(0));
    });
    office
        .callsync(&["-q", "sync"])
        .with("CALLYZER_BASE_URL", office.callyzer.base_url_v2_1())
        .run();
    assert_eq!(asked_days(&office, before), [(day, "-/-".into())]);
}

#[test]
fn a_row_that_spells_its_kind_otherwise_blocks_nobodys_figures() {
    let office = Office::with_calls_of_one_phone(1);
    office.call(
        Call::new("odd", "600100202", "601200302", "Incoming", ago(310), 5)
            .showing("call_mode", "VOICE"),
    );
    office.sync_with_log().run();
    assert_eq!(
        office.value("SELECT sum(incoming + outgoing) FROM daily_stats"),
        "2"
    );
}

#[test]
fn a_number_that_two_employees_have_counts_for_both() {
    let (office, day) = office_with_a_call();
    let twice = Misbehaviour::edit(|answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        let Some(mut other) = rows.first().cloned() else {
            return;
        };
        other["emp_code"] = "earlier registration".into();
        rows.push(other);
        answer["total_records"] = rows.len().into();
    });
    office.callyzer.always(EMPLOYEE_SUMMARY, twice.clone());
    office.callyzer.always(EMPLOYEES, twice);
    office.sync();
    assert_eq!(
        office.value(&format!(
            "SELECT outgoing, talk_time_s FROM daily_stats WHERE day = '{day}' AND user_id = 1"
        )),
        "2|120"
    );
    let checked = office
        .callsync(&["check"])
        .prints("Callyzer knows all 4")
        .run();
    assert!(!checked.stdout.contains("WRONG"), "{}", checked.stdout);
}
