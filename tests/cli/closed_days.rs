//! Proof that nothing is missing: closed days read again and compared, phones that fell silent, pings.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Warsaw;
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::office::{Office, Run, ago};

const HISTORY: &str = "/call-log/history";
const SUMMARY: &str = "/call-log/employee-summary";
const GET: &str = "/call-log/get";
const EMPLOYEES: &str = "/employee/get";

fn day(days_ago: u64) -> NaiveDate {
    Utc::now().with_timezone(&Warsaw).date_naive() - Days::new(days_ago)
}

/// A call at noon of a day.
fn call(id: &str, days_ago: u64) -> Call {
    let noon = day(days_ago).and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap());
    let at = Warsaw.from_local_datetime(&noon).unwrap().to_utc();
    Call::new(id, "600100201", "601200301", "Outgoing", at, 60)
}

/// An office with a call on each of six closed days, whose last pass was on an earlier day.
fn office() -> Office {
    let office = Office::new();
    for n in 1..=6 {
        office.call(call(&format!("c-{n}"), n));
    }
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(ago(1));
        }
    });
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=8\n");
    office.sync();
    yesterday(&office);
    office
}

/// Makes what happened today have happened a day ago.
fn yesterday(office: &Office) {
    office.execute(
        "UPDATE sync_runs SET started_at = strftime('%Y-%m-%dT%H:%M:%SZ', started_at, '-1 day');
         UPDATE reread_days SET day = date(day, '-1 day');
         UPDATE phones SET checked_at = strftime('%Y-%m-%dT%H:%M:%SZ', checked_at, '-1 day')",
    );
}

fn sync(office: &Office) -> Run {
    office.callsync(&["sync"]).prints("Połączenia").logs()
}

/// The days that were asked for by call time since so many requests.
fn reread_days(office: &Office, since: usize) -> Vec<NaiveDate> {
    let requests = office.callyzer.requests();
    let starts = requests[since..]
        .iter()
        .filter(|request| request.path == HISTORY);
    let mut days: Vec<_> = starts
        .filter_map(|request| request.body["call_from"].as_i64())
        .map(|from| Warsaw.timestamp_opt(from, 0).unwrap().date_naive())
        .collect();
    days.dedup();
    days
}

#[test]
fn a_files_first_day_has_no_closed_day_to_read_again() {
    let office = Office::new();
    office.sync();
    office.sync();
    assert_eq!(reread_days(&office, 0), []);
    assert_eq!(office.callyzer.requests_to(EMPLOYEES).len(), 0);
}

#[test]
fn the_first_sync_of_a_day_reads_closed_days_again_and_the_second_does_not() {
    let office = office();
    let before = office.callyzer.requests().len();
    sync(&office).run();
    assert_eq!(reread_days(&office, before), [day(3), day(2), day(1)]);
    assert_eq!(
        office.rows("SELECT day FROM reread_days"),
        [day(3), day(2), day(1)].map(|day| day.to_string())
    );
    let before = office.callyzer.requests().len();
    sync(&office).run();
    assert_eq!(reread_days(&office, before), []);
    // After three days without a sync the gap is read too.
    for _ in 0..3 {
        yesterday(&office);
    }
    let before = office.callyzer.requests().len();
    sync(&office).run();
    assert_eq!(
        reread_days(&office, before),
        (1..=5).rev().map(day).collect::<Vec<_>>()
    );
}

#[test]
fn the_daily_reading_can_be_switched_off() {
    let office = office();
    let before = office.callyzer.requests().len();
    sync(&office).with("CALLSYNC_REREAD_DAYS", "0").run();
    assert_eq!(reread_days(&office, before), []);
}

#[test]
fn a_call_deleted_by_hand_is_found_and_restored() {
    let office = office();
    office.execute("DELETE FROM calls WHERE provider_call_id = 'c-2'");
    sync(&office).run();
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
    sync(&office).run();
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
            day(2)
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
    sync(&office).run();
    assert_eq!(
        office.value("SELECT count(*) FROM calls WHERE provider_call_id = 'c-2'"),
        "1"
    );
    assert!(!office.callyzer.requests_to(GET).is_empty());
}

#[test]
fn a_day_that_differs_is_read_again_remembered_and_compared_until_it_agrees() {
    let office = office();
    let counts_one_more = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            row["total_missed_calls"] = json!(row["total_missed_calls"].as_i64().unwrap() + 1);
        }
    });
    let differs = day(2);
    let from = Warsaw
        .from_local_datetime(&differs.and_time(NaiveTime::MIN))
        .unwrap()
        .timestamp();
    office.callyzer.when(
        move |request| request.path == SUMMARY && request.body["call_from"] == from,
        counts_one_more,
    );
    let before = office.callyzer.requests().len();
    sync(&office)
        .says("has 0 calls here and 1 at Callyzer")
        .run();
    let asked = reread_days(&office, before);
    assert_eq!(
        asked.iter().filter(|day| **day == differs).count(),
        1,
        "{asked:?}: one after the other"
    );
    assert_eq!(
        office.rows("SELECT user_id, day, ours, theirs FROM differences"),
        [format!("1|{differs}|0|1")]
    );
    // Four days later it is out of the daily reading's reach, and compared all the same.
    for _ in 0..4 {
        office.execute("UPDATE reread_days SET day = date(day, '-1 day')");
        office.execute("UPDATE sync_runs SET started_at = strftime('%Y-%m-%dT%H:%M:%SZ', started_at, '-1 day')");
    }
    office.callyzer.behave();
    sync(&office).run();
    assert_eq!(office.value("SELECT count(*) FROM differences"), "0");
}

#[test]
fn a_record_in_quarantine_is_no_difference() {
    let office = office();
    let mut odd = call("odd", 2).showing("call_type", "Conference");
    odd.synced_at = ago(10);
    office.call(odd);
    sync(&office).run();
    assert_eq!(office.value("SELECT count(*) FROM quarantine"), "1");
    assert_eq!(office.value("SELECT count(*) FROM differences"), "0");
}

#[test]
fn a_manual_reading_compares_the_days_that_it_covers_whole() {
    let office = office();
    let counts_one_more = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            row["total_outgoing_calls"] = json!(2);
        }
    });
    office.callyzer.always(SUMMARY, counts_one_more);
    let (since, until) = (format!("{}T12:30", day(5)), format!("{}T12:30", day(4)));
    office
        .callsync(&["sync", "--since", &since, "--until", &until])
        .prints("Połączenia")
        .logs()
        .run();
    assert_eq!(
        office.rows("SELECT day, ours, theirs FROM differences"),
        [] as [String; 0]
    );
    let (since, until) = (day(5).to_string(), day(3).to_string());
    office
        .callsync(&["sync", "--since", &since, "--until", &until])
        .prints("Połączenia")
        .logs()
        .run();
    assert_eq!(
        office.rows("SELECT day, ours, theirs FROM differences ORDER BY day"),
        [format!("{}|1|2", day(5)), format!("{}|1|2", day(4))]
    );
    assert_eq!(office.value("SELECT count(*) FROM reread_days"), "0");
}

#[test]
fn a_failure_in_a_closed_day_leaves_it_for_the_next_run() {
    let office = office();
    let second = Warsaw
        .from_local_datetime(&day(2).and_time(NaiveTime::MIN))
        .unwrap()
        .timestamp();
    office.callyzer.when(
        move |request| request.path == HISTORY && request.body["call_from"] == second,
        Misbehaviour::status(500, ""),
    );
    office.callsync(&["sync"]).fails(75).logs().run();
    assert_eq!(
        office.rows("SELECT day FROM reread_days"),
        [day(3).to_string(), day(1).to_string()]
    );
    office.callyzer.behave();
    sync(&office).run();
}

#[test]
fn phones_that_fell_silent_are_remembered_and_a_failure_to_look_fails_nothing() {
    let office = office();
    office.callyzer.world(|world| {
        for (number, days) in [("600100201", 0), ("600100202", 9), ("225550102", 0)] {
            let employee = world
                .employees
                .iter_mut()
                .find(|one| one.number == number)
                .unwrap();
            employee.last_sync_req_at = Some(ago(1) - TimeDelta::days(days));
            employee.is_app_uninstalled = number == "225550102";
        }
        world.employees.retain(|one| one.number != "600100203");
    });
    office.callyzer.always(EMPLOYEES, Misbehaviour::NotJson);
    sync(&office).says("could not look at the phones").run();
    assert_eq!(office.value("SELECT count(*) FROM phones"), "0");
    office.callyzer.behave();
    let output = sync(&office).says("the phone +48*****202 is silent").run();
    assert!(!output.stderr.contains("+48*****201 is silent"));
    assert_eq!(
        office.rows("SELECT number, reason FROM phones ORDER BY number"),
        [
            "+48225550102|uninstalled",
            "+48600100201|null",
            "+48600100202|no_contact",
            "+48600100203|unknown",
        ]
    );
    let asked = office.callyzer.requests_to(EMPLOYEES).len();
    sync(&office).run();
    // Once a day; the number that Callyzer refuses is named in its message.
    assert_eq!(office.callyzer.requests_to(EMPLOYEES).len(), asked);
}

/// Somebody who watches the runs: gives the first line and the body of the pings that came.
fn watcher(pings: usize) -> (String, thread::JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a-secret-check", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let answer = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).unwrap();
                request.extend(&buffer[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
                let length = head.lines().find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                });
                if text.contains("\r\n\r\n") && body.len() >= length.unwrap_or(0) {
                    stream
                        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                        .unwrap();
                    return (head.lines().next().unwrap().to_owned(), body.to_owned());
                }
            }
        };
        (0..pings).map(answer).collect()
    });
    (url, thread)
}

#[test]
fn each_sync_pings_once_and_says_on_failure_how_it_ended() {
    let office = Office::new();
    let (url, watcher) = watcher(2);
    let run = || {
        office
            .callsync(&["sync"])
            .with("CALLSYNC_PING_URL", &url)
            .logs()
    };
    let fine = run().prints("Połączenia").run();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(401, r#"{"message":"no"}"#));
    let failed = run().fails(77).run();
    let last_line = failed.stderr.lines().last().unwrap().to_owned();
    assert_eq!(
        watcher.join().unwrap(),
        [
            ("GET /a-secret-check HTTP/1.1".to_owned(), String::new()),
            ("POST /a-secret-check/fail HTTP/1.1".to_owned(), last_line),
        ]
    );
    assert!(!(fine.stderr + &failed.stderr).contains("a-secret-check"));
}

#[test]
fn a_ping_that_does_not_arrive_changes_nothing_and_its_url_is_in_no_log() {
    let office = Office::new();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}/a-secret-check");
    let output = office
        .callsync(&["-vv", "sync"])
        .with("CALLSYNC_PING_URL", url)
        .prints("Połączenia")
        .says("the ping did not arrive")
        .run();
    assert!(
        !output.stderr.contains("a-secret-check"),
        "{}",
        output.stderr
    );
}
