//! Two systems in one file: one register, and neither in the other's way.

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::path::{HISTORY, TELECUBE_CALLS};
use pretend_callyzer::{Call, Misbehaviour, TelecubeCall};

use super::call;
use crate::moment::{ago, at};
use crate::office::Office;
use crate::run::Run;

fn office() -> Office {
    Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)])
        .with_telecube()
        .going_back(1)
}

#[test]
fn calls_of_both_stand_in_one_register_in_the_order_of_their_time() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "48601200301", 40, 20));
    office.telecube_call(call("t-2", "OUT", "48601200301", 60, 20));
    let summary = office.sync_with_log().run().stdout;
    assert!(
        summary.starts_with("Callyzer:\nPołączenia: 1 "),
        "{summary}"
    );
    assert!(summary.contains("\nTeleCube:\nPołączenia: 2 "), "{summary}");
    let found = office.callsync(&["lead", "1", "--format", "json"]).json();
    let providers = found["calls"].as_array().unwrap().iter();
    let providers: Vec<_> = providers
        .map(|call| call["provider"].as_str().unwrap())
        .collect();
    assert_eq!(providers, ["telecube", "callyzer", "telecube"]);
    assert_eq!(
        office.rows(
            "SELECT command, provider, outcome, calls_new FROM sync_runs WHERE provider IS NOT NULL"
        ),
        ["sync|callyzer|ok|1", "sync|telecube|ok|2"]
    );
    assert_eq!(
        office.rows("SELECT provider, number FROM sync_dates WHERE number = ''"),
        ["telecube|"]
    );
}

#[test]
fn the_same_id_in_two_systems_is_two_calls() {
    let office = office();
    office.telecube_call(call("c-1", "IN", "48601200301", 40, 20));
    office.sync();
    office.sync();
    assert_eq!(office.count("calls"), "2");
    office.call(Call::new(
        "c-2",
        "600100201",
        "601200301",
        "Outgoing",
        ago(30),
        5,
    ));
    office.telecube_call(call("c-2", "IN", "48601200301", 30, 20));
    let run = office
        .callsync(&["sync", "--dry-run"])
        .prints("")
        .logs()
        .run();
    let read = |line: &&str| line.starts_with("Połączenia: ");
    let lines: Vec<_> = run.stdout.lines().filter(read).collect();
    assert_eq!(
        lines,
        [
            "Połączenia: 2 (nowe 1, zmienione 0)",
            "Połączenia: 2 (nowe 1, zmienione 0)"
        ]
    );
    assert_eq!(office.count("calls"), "2");
}

/// What the file says of Callyzer, whatever happens at TeleCube.
fn callyzers_share(office: &Office) -> Vec<Vec<String>> {
    [
        "SELECT provider_call_id, advisor_id, lead_id, status, started_at FROM calls
         WHERE provider = 'callyzer' ORDER BY 1",
        "SELECT user_id, day, incoming, outgoing, talk_time_s FROM daily_stats
         WHERE provider = 'callyzer' ORDER BY 1, 2",
        "SELECT number, substr(last_synced_at, 1, 15) FROM sync_dates
         WHERE provider = 'callyzer' ORDER BY 1",
        "SELECT outcome, exit_code FROM sync_runs WHERE provider = 'callyzer' AND command = 'sync'",
        "SELECT day FROM reread_days WHERE provider = 'callyzer' ORDER BY 1",
    ]
    .iter()
    .map(|sql| office.rows(sql))
    .collect()
}

/// It is ten in the morning of the first day, or so many days later.
fn day(office: &Office, days: i64) -> DateTime<Utc> {
    let now = at("2026-07-20T08:00:00Z") + TimeDelta::days(days);
    office.it_is(now);
    now
}

fn telecubes_date(office: &Office) -> String {
    office.value("SELECT last_synced_at FROM sync_dates WHERE provider = 'telecube'")
}

/// A first sync, and a week in which each day has a call of each system. TeleCube is down
/// on all of them, or on none.
fn a_week(is_down: bool) -> Office {
    let office = Office::new().with_telecube().going_back(1);
    day(&office, 0);
    office.sync();
    let date = telecubes_date(&office);
    if is_down {
        let gone = Misbehaviour::DropConnection;
        office.callyzer.always(TELECUBE_CALLS, gone);
    }
    for n in 1..=7 {
        let at = day(&office, n) - TimeDelta::hours(1);
        let (ours, theirs) = (format!("c-{n}"), format!("t-{n}"));
        office.call(Call::new(
            &ours,
            "600100201",
            "601200301",
            "Outgoing",
            at,
            30,
        ));
        let call = TelecubeCall::new(&theirs, "OUT", "48601200301", "u-anna", at, 30);
        office.telecube_call(call);
        if is_down {
            office.failing_sync(75).prints("Callyzer:\n").run();
            assert_eq!(telecubes_date(&office), date);
        } else {
            office.sync();
        }
    }
    office
}

fn problems(office: &Office) -> Vec<String> {
    let status = office.callsync(&["status", "--format", "json"]).fails(1);
    let problems = status.json()["problems"].take();
    serde_json::from_value(problems).unwrap()
}

#[test]
fn a_week_without_telecube_touches_nothing_of_callyzers_and_is_made_up_for() {
    let (undisturbed, office) = (a_week(false), a_week(true));
    assert_eq!(callyzers_share(&office), callyzers_share(&undisturbed));
    assert_eq!(office.count("calls WHERE provider = 'telecube'"), "0");

    // Each in its own lines, and no lead's date is younger than what was read.
    let (of_telecube, others): (Vec<_>, Vec<_>) = problems(&office)
        .into_iter()
        .partition(|problem| problem.starts_with("TeleCube: "));
    let [failure, stale] = &of_telecube[..] else {
        panic!("{of_telecube:?}");
    };
    assert!(failure.starts_with("TeleCube: Ostatnia synchronizacja nie powiodła się: "));
    assert_eq!(stale, "TeleCube: Dane starsze niż 30 min: anna, celina");
    assert_eq!(others, problems(&undisturbed));
    let lead = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(lead["lead"]["last_synced_at"], telecubes_date(&office));
    let refresh = office.callsync(&["refresh-lead", "1", "--format", "json"]);
    assert_eq!(refresh.json()["exit_code"], 0);

    office.callyzer.behave();
    office.sync();
    let telecubes = "SELECT provider_call_id, advisor_id, lead_id, started_at FROM calls
                     WHERE provider = 'telecube' ORDER BY 1";
    assert_eq!(office.rows(telecubes), undisturbed.rows(telecubes));
    let figures = "SELECT * FROM daily_stats WHERE provider = 'telecube' ORDER BY day";
    assert_eq!(office.rows(figures).len(), 7);
    assert_eq!(problems(&office), problems(&undisturbed));
}

#[test]
fn an_advisor_without_keys_has_callyzers_date_and_one_without_numbers_telecubes() {
    let office = office();
    office.import(
        "users",
        "login,name,role,numbers,telecube\ndesk,Dorota,advisor-bik,,u-desk\n",
    );
    office.sync();
    office.execute(
        "UPDATE sync_dates SET last_synced_at = '2026-01-0' || iif(provider = 'callyzer', 1, 2) || 'T10:00:00Z'",
    );
    assert_eq!(
        office.rows("SELECT login, last_synced_at FROM advisors ORDER BY 1"),
        [
            "anna|2026-01-01T10:00:00Z",
            "bartek|2026-01-01T10:00:00Z",
            "celina|2026-01-01T10:00:00Z",
            "desk|2026-01-02T10:00:00Z",
        ]
    );
}

#[test]
fn numbers_count_for_nothing_where_callyzer_is_not_asked() {
    let office = super::office();
    office.sync();
    let date = office.value("SELECT last_synced_at FROM sync_dates");
    let dates = office.rows("SELECT login, last_synced_at FROM advisors ORDER BY 1");
    assert_eq!(
        dates,
        [
            format!("anna|{date}"),
            "bartek|null".into(),
            format!("celina|{date}")
        ]
    );
    let lead = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(lead["lead"]["last_synced_at"], date);
    office
        .callsync(&["status"])
        .prints("callsync działa\n")
        .run();
    assert_eq!(office.asked(HISTORY), 0);
}

#[test]
fn where_callyzer_was_never_read_an_advisor_with_a_number_has_no_date() {
    let office = office();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::DropConnection);
    office.failing_sync(75).prints("TeleCube:\n").run();
    assert_eq!(
        office.value("SELECT last_synced_at FROM advisors WHERE login = 'anna'"),
        "null"
    );
    let lead = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(lead["lead"]["last_synced_at"], serde_json::Value::Null);
}

#[test]
fn unmatched_calls_are_tried_again_once_for_all_systems() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "48601200399", 40, 20));
    office.call(Call::new(
        "c-2",
        "600100201",
        "601200398",
        "Outgoing",
        ago(30),
        20,
    ));
    office.sync();
    office.sync();
    assert_eq!(
        office.rows("SELECT attempts FROM unmatched_calls"),
        ["2", "2"]
    );
    // One that is refused does not keep them waiting.
    office
        .callyzer
        .world(|world| world.telecube.token = "another".into());
    office.failing_sync(77).prints("Callyzer:\n").run();
    assert_eq!(
        office.rows("SELECT attempts FROM unmatched_calls"),
        ["3", "3"]
    );
}

#[test]
fn settings_that_vanish_are_missed() {
    let office = office();
    office.sync();
    office
        .callsync(&["status"])
        .prints("callsync działa\n")
        .run();
    for (setting, name) in [("CALLYZER", "Callyzer"), ("TELECUBE", "TeleCube")] {
        let without = |run: Run| {
            let run = run.without(&format!("{setting}_BASE_URL"));
            run.without(&format!("{setting}_TOKEN"))
        };
        let lost = format!("- Systemy bez ustawień, choć w pliku są ich dane: {name}\n");
        without(office.callsync(&["status"]))
            .fails(1)
            .prints(&lost)
            .run();
        let lost = format!("WRONG {name} was read before, but its settings are not there");
        without(office.callsync(&["check"]))
            .fails(1)
            .prints(&lost)
            .run();
    }
    // Who leaves a system for good says so.
    office.execute("DELETE FROM sync_dates WHERE provider = 'telecube'; DELETE FROM advisor_keys");
    let run = office.callsync(&["status"]).without("TELECUBE_BASE_URL");
    run.without("TELECUBE_TOKEN")
        .prints("callsync działa\n")
        .run();
}

#[test]
fn a_lock_file_of_one_system_that_cannot_be_used_stops_that_system_alone() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "48601200301", 40, 20));
    fs::create_dir(office.path("callsync.db-turn")).unwrap();
    office
        .failing_sync(74)
        .says("is no regular file; remove it")
        .prints("TeleCube:\n")
        .run();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["t-1"]);
}

#[test]
fn a_reader_that_has_left_hides_no_failure() {
    let office = office();
    office
        .callyzer
        .always(TELECUBE_CALLS, Misbehaviour::NotJson);
    let run = office.callsync(&["sync"]).into_closed_pipe();
    run.fails(76).logs().run();
}
