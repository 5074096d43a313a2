//! `callsync status`: is it working, and who is told of it how.

mod problems;
mod prometheus;
mod screen;

use std::collections::BTreeSet;
use std::fs;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use serde_json::{Value, json};

use crate::moment::{ago, text};
use crate::office::Office;

const FINE: &str = "callsync działa\n";
const NOT_FINE: &str = "callsync wymaga uwagi:\n- ";

/// An office whose first pass has just ended: of two calls one has a lead.
fn office() -> Office {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 87),
        ("c-2", "600100202", "601200399", "Incoming", 40, 12),
    ]);
    office.sync();
    office
}

fn json(office: &Office, code: i32) -> Value {
    let run = office.callsync(&["status", "--format", "json"]).fails(code);
    run.json()
}

fn problems(office: &Office) -> Value {
    let answer = json(office, 1);
    assert_eq!(answer["ok"], false);
    answer["problems"].clone()
}

fn is_fine(office: &Office) {
    office.callsync(&["status"]).prints(FINE).run();
}

#[test]
fn after_a_good_pass_nobody_is_needed() {
    let office = office();
    let screen = office.callsync(&["status"]).prints(FINE).run().stdout;
    for line in [
        "Ostatnia nieudana synchronizacja: brak\n",
        "Nieprzetworzone rozmowy: 1 (oczekujące: 1, po wyczerpaniu prób: 0)\n",
        "Powody kwarantanny: brak\n",
        "Niekompletne okresy: brak\n",
        "Dni niezgodne z Callyzerem: brak\n",
        "Telefony bez kontaktu: brak\n",
        "Rozmiar pliku: ",
        "Dane aktualne: 3 doradców (najstarsze: ",
    ] {
        assert!(screen.contains(line), "no {line:?} in {screen}");
    }
    for login in ["anna", "Doradca", "kierownik"] {
        assert!(!screen.contains(login), "{screen}");
    }
    assert!(screen.ends_with(&format!("\n\n{FINE}")), "{screen}");
    office.callsync(&["-q", "status"]).run();
}

#[test]
fn json_has_the_shape_that_monitors_rely_on() {
    let office = office();
    let date = |number: &str| {
        let sql = format!("SELECT last_synced_at FROM sync_dates WHERE number = '{number}'");
        office.value(&sql)
    };
    office.execute("UPDATE unmatched_calls SET attempts = 96");
    let advisor = |login: &str, number: &str| json!({"login": login, "last_synced_at": date(number), "stale": false});
    let expected = json!({
        "ok": true,
        "problems": [],
        "last_success": office.value("SELECT finished_at FROM sync_runs WHERE command = 'sync'"),
        "last_failure": null,
        "advisors": [
            advisor("anna", "+48600100201"),
            advisor("bartek", "+48600100202"),
            advisor("celina", "+48600100203"),
        ],
        "unmatched": {"waiting": 0, "exhausted": 1},
        "quarantine": [],
        "differences": [],
        "doubtful_windows": 0,
        "silent_phones": [],
        "file_bytes": fs::metadata(office.database()).unwrap().len(),
        "systems": [{
            "provider": "callyzer",
            "last_success": office.value("SELECT finished_at FROM sync_runs WHERE command = 'sync'"),
            "last_failure": null,
            "advisors": [
                advisor("anna", "+48600100201"),
                advisor("bartek", "+48600100202"),
                advisor("celina", "+48600100203"),
            ],
            "doubtful_windows": 0,
            "notes_due": 0,
        }],
    });
    assert_eq!(json(&office, 0), expected);
    let now = text(ago(1));
    let days = |ago: i64| crate::moment::ago(ago * 1440).date_naive().to_string();
    office.execute(&format!(
        "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
         VALUES ('callyzer', 'no id', '{{}}', '{now}', '{now}'), ('callyzer', 'no id', '[]', '{now}', '{now}'),
                ('callyzer', 'odd', '1', '{now}', '{now}');
         INSERT INTO differences VALUES ('callyzer', '+48600100201', '{}', 1, 5, 6, '{now}', '{now}');
         INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
         VALUES ('callyzer', 'PhoneCall/Voice', '{now}', '{now}', 3, '{now}');
         INSERT INTO phones VALUES ('callyzer', '+48600100201', '{now}', 'uninstalled', '{now}');
         UPDATE sync_runs SET outcome = 'failed', error = 'no luck' WHERE command = 'sync'",
        days(3),
    ));
    let found = json(&office, 1);
    for (key, expected) in [
        ("ok", json!(false)),
        ("last_success", json!(null)),
        (
            "last_failure",
            json!({"at": expected["last_success"], "error": "no luck"}),
        ),
        (
            "quarantine",
            json!([{"reason": "no id", "count": 2}, {"reason": "odd", "count": 1}]),
        ),
        (
            "differences",
            json!([{"login": "anna", "day": days(3), "ours": 5, "theirs": 6}]),
        ),
        ("doubtful_windows", json!(1)),
        (
            "silent_phones",
            json!([{
                "login": "anna", "number": "+48600100201", "last_contact_at": now, "reason": "uninstalled",
            }]),
        ),
    ] {
        assert_eq!(found[key], expected, "{key}");
    }
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&found), keys(&expected));
    assert_eq!(found["problems"].as_array().unwrap().len(), 5);
}

#[test]
fn status_before_and_after_a_failure() {
    let office = office();
    is_fine(&office);
    let success = json(&office, 0)["last_success"].clone();
    office
        .callyzer
        .world(|world| world.token = "another".into());
    office.callsync(&["-q", "sync"]).fails(77).says(", exit 77: Callyzer refused the token (401: Invalid access token); renew CALLYZER_TOKEN\n").run();
    let failed = json(&office, 1);
    let error = failed["last_failure"]["error"].as_str().unwrap();
    assert!(error.contains("Callyzer refused the token (401"), "{error}");
    assert_eq!(failed["last_success"], success);
    let polish = "Callyzer odrzucił token (401: Invalid access token); odnów CALLYZER_TOKEN";
    let problem = format!("Ostatnia synchronizacja nie powiodła się: {polish}");
    assert_eq!(failed["problems"], json!([problem]));
    let screen = office
        .callsync(&["status"])
        .fails(1)
        .prints(&problem)
        .run()
        .stdout;
    let shown = format!(" ({polish})\n");
    assert!(screen.contains(&shown), "{screen}");

    let token = pretend_callyzer::PretendCallyzer::TOKEN;
    office.callyzer.world(|world| world.token = token.into());
    office.sync();
    let healed = json(&office, 0);
    assert_eq!(healed["last_failure"], failed["last_failure"]);
    let screen = office.callsync(&["status"]).prints(FINE).run().stdout;
    assert!(screen.contains(&shown), "{screen}");
}

#[test]
fn a_manual_reading_that_fails_is_no_failed_pass() {
    let office = office();
    office
        .callyzer
        .world(|world| world.subscription_expired = true);
    let since = [
        "-q",
        "sync",
        "--since",
        "2026-01-01",
        "--until",
        "2026-01-02",
    ];
    office.callsync(&since).fails(77).says(", exit 77: Callyzer's subscription has expired (403: Your subscription has expired); renew it\n").run();
    is_fine(&office);
}

#[test]
fn a_pass_at_work_is_no_failure_and_one_that_died_is() {
    let office = office();
    office.callyzer.next(HISTORY, Misbehaviour::Hang);
    let asked = office.callyzer.requests().len();
    let mut child = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests(asked + 1);
    let screen = office.callsync(&["status"]).prints(FINE).run().stdout;
    assert!(screen.contains("\nSynchronizacja trwa od: "), "{screen}");
    child.kill();
    let problem = "Ostatnia synchronizacja nie powiodła się: proces przerwano przed końcem";
    let died = json(&office, 1);
    assert_eq!(died["problems"], json!([problem]));
    let started = office.value("SELECT max(started_at) FROM sync_runs WHERE outcome = 'running'");
    let failure = json!({"at": started, "error": "proces przerwano przed końcem"});
    assert_eq!(died["last_failure"], failure);
    office.callsync(&["-q", "sync"]).run();
    assert_eq!(json(&office, 0)["last_failure"], failure);
}

#[test]
fn quarantined_records_are_shown_with_their_reasons_and_without_the_numbers_in_them() {
    let office = office();
    for n in 1..=7 {
        let note = "ł".repeat(300);
        office.execute(&format!(
            "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
             VALUES ('callyzer', 'reason {n} of 600100200', '{{\"n\": {n},\n\u{1b}[2J\"number\": \"600100200\", \"note\": \"{note}\"}}',
                     '2026-01-0{n}T00:00:00Z', '2026-01-0{n}T00:00:00Z')"
        ));
    }
    let screen = office
        .callsync(&["status"])
        .prints("- i jeszcze 2\n")
        .run()
        .stdout;
    assert!(
        !screen.contains("600100200") && !screen.contains('\u{1b}'),
        "{screen}"
    );
    for n in 3..=7 {
        let shown = format!(
            "- 2026-01-0{n} 01:00:00: reason {n} of *****200\n  {{\"n\": {n}, [2J\"number\": \"*****200\""
        );
        assert_eq!(screen.matches(&shown).count(), 1, "{shown} in {screen}");
    }
    assert!(!screen.contains("2026-01-02"), "{screen}");
    assert!(
        screen.lines().all(|line| line.chars().count() < 230),
        "{screen}"
    );
}

#[test]
fn looking_changes_nothing_and_a_missing_database_is_said() {
    let office = office();
    let modified = || fs::metadata(office.database()).unwrap().modified().unwrap();
    let before = modified();
    is_fine(&office);
    json(&office, 0);
    assert_eq!(modified(), before);
    let empty = Office::empty();
    empty.callyzer.may_stay_unasked();
    let database = empty.database();
    let file = database.display();
    empty
        .callsync(&["status"])
        .fails(74)
        .says_only(&format!(
            "callsync: the database {file} does not exist; \
             begin with: callsync --database {file} import users FILE\n"
        ))
        .run();
    assert!(!empty.database().exists());
}
