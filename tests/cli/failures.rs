//! What goes wrong on the way to Callyzer, and what each run makes of it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, mem, thread};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{Call, Misbehaviour, PretendCallyzer, Request};
use serde_json::{Value, json};

use crate::office::{Office, Output, Run, ago, text};

const HISTORY: &str = "/call-log/history";
const SUMMARY: &str = "/call-log/employee-summary";
const EMPLOYEES: &str = "/employee/get";
const PATIENCE: Duration = Duration::from_secs(20);

/// The requests of a sync of [`office`] when all goes well and there are no calls: one a kind.
const REQUESTS: usize = 3;

/// An office whose first sync goes one day back.
fn office() -> Office {
    going_back(1, &[])
}

fn going_back(days: u32, calls: &[(&str, &str, &str, &str, i64, u32)]) -> Office {
    let office = Office::with_calls(calls);
    office.file("callsync.env", format!("CALLSYNC_INITIAL_DAYS={days}\n"));
    office
}

/// Three calls that only the first sync asks for.
fn office_with_old_calls() -> Office {
    going_back(
        1,
        &[
            ("c-1", "600100201", "601200301", "Outgoing", 300, 87),
            ("c-2", "600100202", "601200302", "Incoming", 290, 60),
            ("c-3", "600100203", "601200303", "Outgoing", 280, 30),
        ],
    )
}

/// So many calls of one phone, a hundred of them a page.
fn office_with_pages(calls: u32) -> Office {
    let office = office();
    for n in 0..calls {
        let (id, at) = (format!("c-{n:04}"), ago(300));
        office.call(Call::new(&id, "600100201", "601200301", "Outgoing", at, n));
    }
    office
}

/// A sync that succeeds and may log what it likes.
fn sync(office: &Office) -> Run {
    office.callsync(&["sync"]).prints("Połączenia: ").logs()
}

fn failing_sync(office: &Office, code: i32) -> Run {
    office.callsync(&["sync"]).fails(code).logs()
}

fn asked(office: &Office, path: &str) -> usize {
    office.callyzer.requests_to(path).len()
}

/// Outcome, exit code and number of requests of the last sync.
fn last_run(office: &Office) -> String {
    office.value(
        "SELECT outcome, exit_code, requests FROM sync_runs
         WHERE command = 'sync' ORDER BY id DESC LIMIT 1",
    )
}

fn dates(office: &Office) -> Vec<String> {
    office.rows("SELECT number, last_synced_at FROM sync_dates ORDER BY number")
}

fn count(office: &Office, table: &str) -> String {
    office.value(&format!("SELECT count(*) FROM {table}"))
}

/// The lines of the log that have that level.
fn logged<'a>(output: &'a Output, level: &str) -> Vec<&'a str> {
    let level = format!("Z {level:<5} ");
    let lines = output.stderr.lines();
    lines.filter(|line| line.contains(&level)).collect()
}

fn asks_for(request: &Request, number: &str) -> bool {
    let numbers = request.body["emp_numbers"].as_array();
    numbers.is_some_and(|numbers| numbers.contains(&number.into()))
}

fn is_of_kind(request: &Request, method: &str) -> bool {
    request.path == HISTORY && request.body["call_method"] == method
}

/// The windows of upload that were asked for since so many requests.
fn windows(office: &Office, since: usize) -> Vec<(i64, i64)> {
    let seconds = |request: &Request, name: &str| request.body[name].as_i64().unwrap();
    let requests = office.callyzer.requests().into_iter().skip(since);
    requests
        .filter(|request| request.path == HISTORY)
        .map(|request| {
            (
                seconds(&request, "synced_from"),
                seconds(&request, "synced_to"),
            )
        })
        .collect()
}

fn timestamp(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().unwrap().timestamp()
}

#[test]
fn a_refused_token_and_an_expired_subscription_end_the_run_at_its_first_request() {
    for (message, expire) in [("refused the token (401", false), ("subscription", true)] {
        let office = going_back(1, &[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
        office.sync();
        let dates_before = dates(&office);
        let before = office.callyzer.requests().len();
        office.callyzer.world(|world| {
            world.subscription_expired = expire;
            if !expire {
                world.token = "another".into();
            }
        });
        failing_sync(&office, 77).says(message).run();
        assert_eq!(office.callyzer.requests().len(), before + 1, "{message}");
        assert_eq!(last_run(&office), "failed|77|1");
        assert_eq!(dates(&office), dates_before);
        assert_eq!(office.value("SELECT attempts FROM unmatched"), "1");
    }
}

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
    let before = asked(office, HISTORY);
    let output = run.run();
    assert_eq!(asked(office, HISTORY), before + REQUESTS + 1, "{words}");
    let errors = logged(&output, "ERROR");
    assert_eq!(errors.len(), 1, "{words}: {}", output.stderr);
    assert!(errors[0].contains("attempt 1 of 3 failed"), "{}", errors[0]);
    assert!(errors[0].contains(words), "{}", errors[0]);
    let healed = |line: &&str| line.contains("attempt 2 succeeded");
    let healed: Vec<_> = logged(&output, "INFO").into_iter().filter(healed).collect();
    assert_eq!(healed.len(), 1, "{words}: {}", output.stderr);
    assert_eq!(
        last_run(office),
        format!("ok|0|{}", REQUESTS + 1),
        "{words}"
    );
    assert_eq!(count(office, "sync_dates"), "4", "{words}");
    office.execute("DELETE FROM sync_dates");
}

/// A sync in which each request to the history failed.
fn lasts(office: &Office, run: Run, words: &str, code: i32) {
    let output = run.run();
    let errors = logged(&output, "ERROR");
    assert_eq!(errors.len(), 3, "{words}: {}", output.stderr);
    for (n, error) in (1..).zip(errors) {
        assert!(error.contains(&format!("attempt {n} ")), "{error}");
        assert!(error.contains(words), "{error}");
    }
    let last = output.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("callsync: ") && last.contains(words),
        "{last}"
    );
    assert_eq!(last_run(office), format!("failed|{code}|3"), "{words}");
    assert_eq!(count(office, "sync_dates"), "0", "{words}");
}

#[test]
fn a_passing_fault_costs_one_more_request() {
    let office = office();
    for (fault, _, words) in passing_faults() {
        office.callyzer.next(HISTORY, fault);
        heals(&office, sync(&office), words);
    }
}

#[test]
fn an_answer_that_is_not_there_in_time_costs_one_more_request() {
    thread::scope(|scope| {
        for fault in slow_faults() {
            scope.spawn(|| {
                let office = office();
                office.callyzer.next(HISTORY, fault);
                let run = sync(&office).with("CALLYZER_TIMEOUT_S", "1");
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
    let mut office = office();
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
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let failed = lines
        .find(|line| line.as_ref().unwrap().contains("attempt 1 of 3 failed"))
        .unwrap()
        .unwrap();
    assert!(failed.contains("no connection"), "{failed}");
    office.callyzer.may_stay_unasked();
    let world = office.callyzer.world(mem::take);
    office.callyzer = PretendCallyzer::start_on(port, world);
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.contains("attempt 2 succeeded")),
        "{rest:?}"
    );
    assert_eq!(last_run(&office), "ok|0|2");
}

#[test]
fn a_fault_that_stays_ends_the_run_after_three_attempts() {
    let office = office();
    for (fault, code, words) in passing_faults() {
        let before = asked(&office, HISTORY);
        office.callyzer.always(HISTORY, fault);
        lasts(&office, failing_sync(&office, code), words, code);
        assert_eq!(asked(&office, HISTORY), before + 3, "{words}");
    }
}

#[test]
fn a_server_that_never_answers_in_time_ends_the_run_after_three_attempts() {
    thread::scope(|scope| {
        for fault in slow_faults() {
            scope.spawn(|| {
                let office = office();
                office.callyzer.always(HISTORY, fault);
                let run = failing_sync(&office, 75).with("CALLYZER_TIMEOUT_S", "1");
                lasts(&office, run, "did not answer in time", 75);
                assert_eq!(asked(&office, HISTORY), 3);
            });
        }
    });
}

#[test]
fn a_server_that_is_not_there_ends_the_run_after_three_attempts() {
    let office = office();
    office.callyzer.may_stay_unasked();
    // Its port, at an address where it does not listen.
    let url = office.callyzer.base_url().replace("127.0.0.1", "127.0.0.2");
    let run = failing_sync(&office, 75).with("CALLYZER_BASE_URL", url);
    lasts(&office, run, "no connection", 75);
}

#[test]
fn an_answer_that_asking_again_would_not_change_is_not_asked_for_again() {
    let office = office();
    let bytes = (32 << 20) + 1;
    for (answer, words) in [
        (
            Misbehaviour::Refuse("page_size is too big".into()),
            "400: page_size is too big",
        ),
        (Misbehaviour::status(404, "nothing here"), "404"),
        (Misbehaviour::Huge { bytes }, "more than 32 MiB"),
        (Misbehaviour::GzipBomb { bytes }, "more than 32 MiB"),
    ] {
        office.callyzer.always(HISTORY, answer);
        let output = failing_sync(&office, 76).says(words).run();
        assert!(!output.stderr.contains("attempt"), "{}", output.stderr);
        assert_eq!(last_run(&office), "failed|76|1", "{words}");
        assert_eq!(count(&office, "sync_dates"), "0", "{words}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let office = office();
    let elsewhere = PretendCallyzer::start(office.callyzer.world(mem::take));
    elsewhere.may_stay_unasked();
    let target = format!("{}{HISTORY}", elsewhere.base_url());
    office
        .callyzer
        .always(HISTORY, Misbehaviour::Redirect(target));
    failing_sync(&office, 76).says("redirect").run();
    assert_eq!(elsewhere.requests().len(), 0);
    assert_eq!(last_run(&office), "failed|76|1");
}

/// The moments at which the requests began.
fn moments(office: &Office) -> Vec<DateTime<Utc>> {
    let (instant, moment) = (Instant::now(), Utc::now());
    let requests = office.callyzer.requests().into_iter();
    requests
        .map(|request| moment - (instant - request.started))
        .collect()
}

#[test]
fn a_rate_limit_is_waited_for_as_long_as_it_says() {
    thread::scope(|scope| {
        scope.spawn(|| {
            let office = office();
            office
                .callyzer
                .next(HISTORY, Misbehaviour::RetryAfter("2".into()));
            sync(&office).says("waiting 2.0 s").run();
            let began = moments(&office);
            assert!(began[1] - began[0] >= TimeDelta::seconds(2), "{began:?}");
            assert_eq!(began.len(), REQUESTS + 1);
        });
        scope.spawn(|| {
            let office = office();
            let date = ago(0) + TimeDelta::seconds(3);
            let http_date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            office
                .callyzer
                .next(HISTORY, Misbehaviour::RetryAfter(http_date));
            sync(&office).run();
            let began = moments(&office);
            assert!(began[1] >= date, "{date} {began:?}");
            assert_eq!(began.len(), REQUESTS + 1);
        });
    });
}

#[test]
fn a_wait_for_the_rate_limit_is_no_attempt() {
    let office = office();
    let broken = || Misbehaviour::status(500, "out of order");
    office.callyzer.next(HISTORY, broken());
    office
        .callyzer
        .next(HISTORY, Misbehaviour::RetryAfter("1".into()));
    office.callyzer.next(HISTORY, broken());
    sync(&office).says("attempt 3 succeeded").run();
    assert_eq!(asked(&office, HISTORY), REQUESTS + 3);
}

#[test]
fn a_signal_ends_the_wait_for_a_rate_limit_of_an_hour_which_is_a_minute() {
    let office = office();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::RetryAfter("3600".into()));
    let mut child = office.callsync(&["sync"]).start_talking();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let waits = lines
        .find(|line| line.as_ref().unwrap().contains("rate limit"))
        .unwrap()
        .unwrap();
    assert!(waits.contains("waiting 60.0 s"), "{waits}");
    let start = Instant::now();
    let kill = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(75));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert_eq!(last_run(&office), "failed|75|1");
}

#[test]
fn a_failure_on_page_two_moves_no_date_and_loses_no_call() {
    let office = office_with_pages(150);
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["page_no"] == 2,
        Misbehaviour::status(500, "out of order"),
    );
    failing_sync(&office, 75).run();
    assert_eq!(dates(&office), [""; 0]);
    assert_eq!(count(&office, "calls"), "100");
    office.callyzer.behave();
    office
        .callsync(&["sync"])
        .prints("Połączenia: 150 (nowe 50, zmienione 0)")
        .logs()
        .run();
    assert_eq!(count(&office, "calls"), "150");
    assert_eq!(dates(&office).len(), 4);
}

#[test]
fn a_group_that_fails_does_not_keep_the_others_waiting() {
    let office = office();
    office.sync();
    let (fresh, old) = (text(ago(20)), text(ago(40)));
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = iif(number = '+48600100201', '{fresh}', '{old}')"
    ));
    office.callyzer.when(
        |request| asks_for(request, "48-600100201"),
        Misbehaviour::status(500, "out of order"),
    );
    failing_sync(&office, 75).run();
    let unmoved = format!("SELECT number FROM sync_dates WHERE last_synced_at <= '{fresh}'");
    assert_eq!(office.rows(&unmoved), ["+48600100201"]);
}

#[test]
fn after_two_failures_in_a_row_nothing_more_is_asked() {
    let office = going_back(1, &[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    for (number, minutes) in [("201", 20), ("202", 30), ("203", 40)] {
        office.execute(&format!(
            "UPDATE sync_dates SET last_synced_at = '{}' WHERE number = '+48600100{number}'",
            text(ago(minutes))
        ));
    }
    let before = office.callyzer.requests().len();
    office
        .callyzer
        .when(|_| true, Misbehaviour::status(500, "out of order"));
    failing_sync(&office, 75).run();
    assert_eq!(office.callyzer.requests().len(), before + 6);
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "2");
}

/// An office that has been at work for a while when Dorota comes.
fn office_with_a_new_advisor() -> Office {
    let office = going_back(5, &[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    office.execute("UPDATE daily_stats SET fetched_at = '2000-01-01T00:00:00Z'");
    office.callyzer.world(|world| {
        world.employee("600100204", "Dorota Lis");
    });
    office.import(
        "users",
        "login,name,role,numbers\ndorota,Dorota Lis,advisor-bik,600 100 204\n",
    );
    office
}

#[test]
fn a_backfill_that_fails_does_not_keep_the_rest_of_the_pass_waiting() {
    let office = office_with_a_new_advisor();
    office.callyzer.when(
        |request| asks_for(request, "48-600100204") && request.path == HISTORY,
        Misbehaviour::status(500, "out of order"),
    );
    failing_sync(&office, 75).run();
    let begun = "(SELECT max(started_at) FROM sync_runs WHERE command = 'sync')";
    let moved = format!("SELECT number FROM sync_dates WHERE last_synced_at = {begun} ORDER BY 1");
    assert_eq!(
        office.rows(&moved),
        [
            "+48225550102",
            "+48600100201",
            "+48600100202",
            "+48600100203"
        ]
    );
    assert_eq!(dates(&office).len(), 4);
    let fetched = "SELECT DISTINCT login FROM daily_stats JOIN users ON users.id = user_id
                   WHERE fetched_at > '2000-01-02' ORDER BY 1";
    assert_eq!(office.rows(fetched), ["anna", "bartek", "celina", "dorota"]);
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "2");
}

#[test]
fn a_backfill_goes_on_with_the_slice_where_it_stopped() {
    let office = office_with_a_new_advisor();
    let third_slice = ago(3 * 24 * 60 + 1).timestamp();
    office.callyzer.when(
        move |request| {
            asks_for(request, "48-600100204")
                && request.body["synced_from"].as_i64() > Some(third_slice)
        },
        Misbehaviour::status(500, "out of order"),
    );
    failing_sync(&office, 75).run();
    let started_at = office.value("SELECT max(started_at) FROM sync_runs WHERE command = 'sync'");
    let date = "SELECT last_synced_at FROM sync_dates WHERE number = '+48600100204'";
    let reached = timestamp(&office.value(date));
    assert_eq!(reached, timestamp(&started_at) - 3 * 86_400);

    office.callyzer.behave();
    let before = office.callyzer.requests().len();
    office.sync();
    let backfill = windows(&office, before + REQUESTS);
    assert_eq!(backfill[0].0, reached - 3600);
    assert!(backfill.iter().all(|window| *window >= backfill[0]));
    assert!(office.value(date) >= started_at);
}

/// What a call shows that no call may show: the field, its JSON, the reason that is given.
const UNREADABLE: [(&str, &str, &str); 4] = [
    ("id", "null", "no id"),
    (
        "call_type",
        r#""Conference""#,
        "unknown call type 'Conference'",
    ),
    (
        "call_date",
        r#""2026-02-30""#,
        "impossible date '2026-02-30'",
    ),
    ("duration", "-5", "impossible duration '-5'"),
];

/// One call that can be read, and those that cannot be, named after their field.
fn office_with_unreadable_calls() -> Office {
    let office = going_back(1, &[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    for (field, json, _) in UNREADABLE {
        let call = Call::new(field, "600100201", "601200301", "Outgoing", ago(50), 87);
        let value: Value = serde_json::from_str(json).unwrap();
        let odd = json!({"deep": [1, "ł"]});
        office.call(call.showing(field, value).showing("unheard_of", odd));
    }
    office
}

#[test]
fn a_record_that_cannot_be_read_is_kept_as_received_with_its_reason() {
    let office = office_with_unreadable_calls();
    office
        .callsync(&["sync"])
        .prints("Połączenia: 5 (nowe 1, zmienione 0)\n")
        .prints("W kwarantannie: 4\n")
        .says("1 calls, 1 new, 0 changed, 4 unreadable")
        .run();
    for (field, json, reason) in UNREADABLE {
        let id = if field == "id" { "null" } else { field };
        let kept = format!(
            "SELECT provider, provider_call_id, reason FROM quarantine
             WHERE record LIKE '%\"{field}\":{json}%'
               AND record LIKE '%\"unheard_of\":{{\"deep\":[1,\"ł\"]}}%'"
        );
        assert_eq!(office.value(&kept), format!("callyzer|{id}|{reason}"));
    }
    assert_eq!(count(&office, "quarantine"), "4");
    assert_eq!(count(&office, "doubtful_windows"), "0");
    assert_eq!(
        office.value("SELECT exit_code, quarantined FROM sync_runs WHERE command = 'sync'"),
        "0|4"
    );
}

#[test]
fn a_record_that_comes_again_unreadable_is_kept_once() {
    let office = office_with_unreadable_calls();
    office.sync();
    let kept = "SELECT id, provider_call_id, reason, record, first_seen_at FROM quarantine";
    let before = office.rows(kept);
    office.sync();
    assert_eq!(before.len(), 4);
    assert_eq!(office.rows(kept), before);
}

#[test]
fn records_without_ids_are_kept_from_every_page() {
    for misbehaviour in [None, Some(Misbehaviour::WithoutTotal)] {
        let office = office_with_pages(150);
        office.callyzer.world(|world| {
            for call in &mut world.calls {
                call.extra.insert("id".into(), Value::Null);
            }
        });
        if let Some(misbehaviour) = misbehaviour {
            office.callyzer.always(HISTORY, misbehaviour);
        }
        sync(&office).run();
        assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
        assert_eq!(count(&office, "quarantine"), "150");
        assert_eq!(count(&office, "doubtful_windows"), "0");
    }
}

#[test]
fn a_record_that_can_be_read_later_leaves_the_quarantine() {
    let office = office_with_unreadable_calls();
    office.sync();
    office.callyzer.world(|world| {
        for (field, ..) in &UNREADABLE[1..] {
            world.call_mut(field).extra.clear();
        }
    });
    office.sync();
    assert_eq!(office.rows("SELECT reason FROM quarantine"), ["no id"]);
    assert_eq!(
        office.rows("SELECT provider_call_id FROM calls ORDER BY 1"),
        ["c-1", "call_date", "call_type", "duration"]
    );
}

#[test]
fn rows_that_come_on_the_second_reading_leave_no_doubt() {
    let loses_first = || {
        Misbehaviour::edit(|answer| {
            answer["result"].as_array_mut().unwrap().remove(0);
        })
    };
    for second in [None, Some(loses_first())] {
        let office = office_with_old_calls();
        office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
        if let Some(second) = second {
            office.callyzer.next(HISTORY, second);
        }
        sync(&office).run();
        assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
        assert_eq!(count(&office, "calls"), "3");
        assert_eq!(count(&office, "doubtful_windows"), "0");
        let noted = "SELECT error FROM sync_runs WHERE command = 'sync'";
        assert_eq!(office.value(noted), "null");
    }
}

#[test]
fn rows_that_do_not_come_on_the_second_reading_are_asked_for_by_the_next_run() {
    let office = office_with_old_calls();
    for _ in 0..2 {
        office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
    }
    let output = sync(&office).run();
    let warnings = logged(&output, "WARN");
    assert_eq!(warnings.len(), 1, "{}", output.stderr);
    assert!(warnings[0].contains("1 rows of PhoneCall/Voice"));
    assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
    assert_eq!(count(&office, "calls"), "2");
    assert_eq!(
        office.value("SELECT kind, missing FROM doubtful_windows"),
        "PhoneCall/Voice|1"
    );
    let noted = office.value("SELECT outcome, error FROM sync_runs WHERE command = 'sync'");
    assert!(noted.starts_with("ok|1 rows of PhoneCall/Voice"), "{noted}");

    let window = |column: &str| {
        let sql = format!("SELECT {column} FROM doubtful_windows");
        timestamp(&office.value(&sql))
    };
    let doubted = (window("from_at"), window("to_at"));
    let before = office.callyzer.requests().len();
    office.sync();
    let again = windows(&office, before).into_iter();
    assert_eq!(again.filter(|window| *window == doubted).count(), 1);
    assert_eq!(count(&office, "doubtful_windows"), "0");
    assert_eq!(count(&office, "calls"), "3");
}

#[test]
fn a_total_that_is_wrong_for_good_does_not_make_a_window_of_every_run() {
    let office = office_with_old_calls();
    office.callyzer.when(
        |request| is_of_kind(request, "PhoneCall"),
        Misbehaviour::WrongTotal(3),
    );
    for _ in 0..4 {
        sync(&office).run();
    }
    // The first reading's day and what came after it, unless that began in the same second.
    let windows = count(&office, "doubtful_windows");
    assert!(["1", "2"].contains(&windows.as_str()), "{windows}");
}

#[test]
fn a_total_that_is_never_reached_is_doubted_for_its_kind_alone() {
    let office = office_with_old_calls();
    office.callyzer.when(
        |request| is_of_kind(request, "PhoneCall"),
        Misbehaviour::WrongTotal(3),
    );
    sync(&office).says("3 rows of PhoneCall/Voice").run();
    assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
    assert_eq!(
        office.rows("SELECT kind, missing FROM doubtful_windows"),
        ["PhoneCall/Voice|3"]
    );
    assert_eq!(count(&office, "calls"), "3");
}

#[test]
fn without_a_total_pages_are_read_until_a_short_one() {
    let office = office_with_pages(150);
    office.callyzer.always(HISTORY, Misbehaviour::WithoutTotal);
    sync(&office).run();
    assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
    assert_eq!(count(&office, "calls"), "150");
    assert_eq!(count(&office, "doubtful_windows"), "0");
}

#[test]
fn a_server_that_repeats_its_first_page_is_not_paged_for_ever() {
    let office = office_with_pages(1050);
    office.callyzer.always(HISTORY, Misbehaviour::RepeatsPage);
    sync(&office).says("950 rows of PhoneCall/Voice").run();
    // Both readings of the phone calls end with their second page.
    assert_eq!(asked(&office, HISTORY), REQUESTS + 3);
    assert_eq!(count(&office, "calls"), "100");
    assert_eq!(office.value("SELECT missing FROM doubtful_windows"), "950");
}

#[test]
fn a_server_that_repeats_rows_without_ids_is_not_paged_for_ever() {
    const ENOUGH: usize = 20;
    let office = office();
    let pages = AtomicUsize::new(0);
    let nameless = Misbehaviour::edit(move |answer| {
        let rows = if pages.fetch_add(1, Ordering::SeqCst) < ENOUGH {
            100
        } else {
            0
        };
        *answer = json!({"result": vec![json!({"call_type": "Missed"}); rows]});
    });
    office
        .callyzer
        .when(|request| is_of_kind(request, "PhoneCall"), nameless);
    sync(&office).run();
    let asked = asked(&office, HISTORY);
    assert!(asked < ENOUGH, "{asked} requests");
    assert_eq!(count(&office, "quarantine"), "1");
}

#[test]
fn more_rows_than_the_total_are_told_and_not_doubted() {
    let office = office_with_old_calls();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::WrongTotal(-1));
    let output = sync(&office).run();
    let told = output.stderr.matches("more than its total").count();
    assert_eq!(told, 1, "{}", output.stderr);
    assert_eq!(asked(&office, HISTORY), REQUESTS);
    assert_eq!(count(&office, "calls"), "3");
    assert_eq!(count(&office, "doubtful_windows"), "0");
}

#[test]
fn a_number_that_callyzer_does_not_know_is_left_out() {
    for (named, refuses_post, employees_asked) in
        [(true, false, 0), (false, false, 1), (false, true, 2)]
    {
        let office = office_with_old_calls();
        office.callyzer.world(|world| {
            world
                .employees
                .retain(|employee| employee.number != "600100203");
            world.names_unknown_numbers = named;
            world.refuses_employee_post = refuses_post;
        });
        let output = sync(&office).run();
        let warnings = logged(&output, "WARN");
        assert_eq!(warnings.len(), 1, "{}", output.stderr);
        assert!(warnings[0].contains("+48*****203"), "{}", warnings[0]);
        assert!(!output.stderr.contains("600100203"), "{}", output.stderr);
        assert_eq!(
            office.rows("SELECT number FROM sync_dates ORDER BY 1"),
            ["+48225550102", "+48600100201", "+48600100202"]
        );
        assert_eq!(
            office.rows("SELECT provider_call_id FROM calls ORDER BY 1"),
            ["c-1", "c-2"]
        );
        assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
        assert_eq!(asked(&office, EMPLOYEES), employees_asked);
    }
}

#[test]
fn when_callyzer_knows_no_number_at_all_there_is_nothing_to_do() {
    for (named, requests) in [(true, 4), (false, 2)] {
        let office = office_with_old_calls();
        office.callyzer.world(|world| {
            world.employees.clear();
            world.names_unknown_numbers = named;
        });
        let output = office
            .callsync(&["sync"])
            .prints("Połączenia: 0 ")
            .logs()
            .run();
        assert_eq!(logged(&output, "WARN").len(), 4, "{}", output.stderr);
        assert_eq!(last_run(&office), format!("ok|0|{requests}"));
        assert_eq!(dates(&office), [""; 0]);
    }
}

#[test]
fn a_refusal_of_numbers_that_callyzer_does_know_ends_the_run() {
    let office = office();
    let refusal = Misbehaviour::Refuse("Employee number doesn't exist".into());
    office.callyzer.always(HISTORY, refusal);
    failing_sync(&office, 76).says("refused the request").run();
    assert_eq!(last_run(&office), "failed|76|2");
}

/// Enough of the token, and no digits, which are masked wherever they are many.
const TOKEN: &str = PretendCallyzer::TOKEN.split_at(13).0;

const PRIVATE: [&str; 6] = [
    TOKEN,
    "600100201",
    "600 100 201",
    "601200301",
    "601 200 301",
    "601-200-301",
];

fn assert_private(text: &str, what: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} in {what}: {text}");
    }
}

#[test]
fn the_token_and_whole_numbers_are_in_no_log() {
    let office = going_back(
        2,
        &[
            ("c-1", "600100201", "601200301", "Outgoing", 60, 87),
            ("c-2", "600100203", "601200399", "Missed", 50, 0),
        ],
    );
    office.call(
        Call::new("odd", "600100201", "601200301", "Outgoing", ago(40), 1)
            .showing("call_type", "601200301"),
    );
    office.callyzer.next(SUMMARY, Misbehaviour::NotJson);
    let output = office
        .callsync(&["-vv", "sync"])
        .prints("Połączenia: 3 ")
        .says("attempt 2 succeeded")
        .run();
    assert_private(&output.stdout, "stdout");
    assert_private(&output.stderr, "stderr");
}

/// Answers that repeat the token and numbers to whoever asks.
fn echoes() -> Vec<(Misbehaviour, i32)> {
    let echo = format!(
        "{} of 48-600100201, +48 601 200 301",
        PretendCallyzer::TOKEN
    );
    let message = json!({"message": echo}).to_string();
    let status = |code, body: &str| Misbehaviour::status(code, body);
    vec![
        (Misbehaviour::Refuse(echo.clone()), 76),
        (status(401, &message), 77),
        (status(403, &message), 77),
        (status(500, &message), 75),
        (status(500, &echo), 75),
        (status(400, &echo), 75),
        (status(404, &echo), 76),
        (status(200, &echo), 76),
        (status(200, &json!({"result": echo}).to_string()), 76),
        (
            Misbehaviour::Redirect(format!("http://127.0.0.1/?{echo}")),
            76,
        ),
    ]
}

#[test]
fn an_answer_that_repeats_the_token_and_numbers_is_shown_without_them() {
    let office = office();
    for (echo, code) in echoes() {
        let what = format!("{echo:?}");
        office.callyzer.always(HISTORY, echo);
        let output = office.callsync(&["-vv", "sync"]).fails(code).logs().run();
        assert_private(&output.stderr, &what);
    }
    for error in office.rows("SELECT error FROM sync_runs WHERE command = 'sync'") {
        assert_private(&error, "sync_runs");
    }
}

#[test]
fn a_row_of_an_employee_that_cannot_be_read_is_shown_without_token_and_number() {
    let office = going_back(1, &[("c-1", "600100201", "601200301", "Outgoing", 60, 87)]);
    for row in [
        json!("601200301"),
        json!({"emp_code": PretendCallyzer::TOKEN, "emp_number": "600100201"}),
    ] {
        let what = row.to_string();
        let summary = Misbehaviour::edit(move |answer| answer["result"][0] = row.clone());
        office.callyzer.always(SUMMARY, summary);
        let output = failing_sync(&office, 76).run();
        assert_private(&output.stderr, &what);
    }
}

#[test]
fn the_token_is_in_no_file() {
    let office = office();
    let echo = Misbehaviour::Refuse(PretendCallyzer::TOKEN.into());
    office.callyzer.always(HISTORY, echo);
    failing_sync(&office, 76).run();
    office.callyzer.behave();
    office.sync();
    let token = TOKEN.as_bytes();
    for file in fs::read_dir(office.path("")).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(token.len()).any(|bytes| bytes == token);
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn a_quiet_run_says_nothing_of_a_fault_that_healed() {
    let office = office();
    office.callyzer.next(HISTORY, Misbehaviour::NotJson);
    office.callsync(&["-q", "sync"]).run();
    assert_eq!(asked(&office, HISTORY), REQUESTS + 1);
}

#[test]
fn a_quiet_run_that_fails_says_each_attempt_and_the_end() {
    let office = office();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(500, "out of order"));
    let output = office.callsync(&["-q", "sync"]).fails(75).logs().run();
    assert_eq!(logged(&output, "ERROR").len(), 3, "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 4, "{}", output.stderr);
    let last = output.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("callsync: Callyzer is unavailable"),
        "{last}"
    );
}

#[test]
fn no_date_passes_a_clock_of_callyzers_that_is_behind() {
    let office = office();
    office.callyzer.set_clock_offset(-7200);
    let before = text(ago(120));
    for _ in 0..2 {
        office.sync();
        let dates = office.rows("SELECT DISTINCT last_synced_at FROM sync_dates");
        assert_eq!(dates.len(), 1);
        assert!(
            before <= dates[0] && dates[0] <= text(ago(120)),
            "{before} {dates:?}"
        );
    }
}

#[test]
fn a_date_after_callyzers_clock_goes_back_to_the_last_successful_run_before_it() {
    let office = office();
    office.sync();
    let (success, late) = (text(ago(180)), text(ago(-180)));
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{success}' WHERE command = 'sync';
         UPDATE sync_dates SET last_synced_at = '{late}' WHERE number = '+48600100203'"
    ));
    let before = office.callyzer.requests().len();
    let output = sync(&office).run();
    let warnings = logged(&output, "WARN");
    assert_eq!(warnings.len(), 1, "{}", output.stderr);
    assert!(warnings[0].contains("+48*****203"), "{}", warnings[0]);
    assert!(warnings[0].contains(&success), "{}", warnings[0]);
    let reaches_back = windows(&office, before)
        .into_iter()
        .filter(|window| window.0 == timestamp(&success) - 3600);
    assert_eq!(reaches_back.count(), REQUESTS);
    assert!(office.value("SELECT max(last_synced_at) FROM sync_dates") <= text(ago(0)));
}

#[test]
fn a_date_goes_back_past_the_reading_of_a_single_window() {
    let office = office();
    office.sync();
    let (success, late) = (text(ago(180)), text(ago(-180)));
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{success}' WHERE command = 'sync'"
    ));
    let since = text(ago(60));
    office.callsync(&["-q", "sync", "--since", &since]).run();
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{}' WHERE started_at > '{success}';
         UPDATE sync_dates SET last_synced_at = '{late}'",
        text(ago(30))
    ));
    let before = office.callyzer.requests().len();
    sync(&office).run();
    let earliest = windows(&office, before).into_iter().min().unwrap();
    assert_eq!(earliest.0, timestamp(&success) - 3600);
}
