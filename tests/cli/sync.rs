//! The periodic pass, when all goes well.

use pretend_callyzer::Call;
use pretend_callyzer::path::HISTORY;
use serde_json::{Value, json};

use crate::moment::{ago, text};
use crate::office::Office;

#[test]
fn calls_arrive_in_the_registers_of_their_leads() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 87),
        ("c-2", "600100202", "601200302", "Incoming", 40, 60),
        ("c-3", "600100201", "601200399", "Missed", 30, 0),
        ("c-4", "600100203", "601200301", "Rejected", 20, 0),
    ]);
    office
        .callsync(&["sync"])
        .prints("Połączenia: 4 (nowe 4, zmienione 0)\n")
        .prints("Przypisane do leadów: 3\n")
        .prints("Nieprzetworzone: 1 (nowe 1)\n")
        .says("reading uploads of +48*****102, +48*****201, +48*****202, +48*****203")
        .run();
    assert_eq!(
        office.rows(
            "SELECT provider_call_id, advisor_id, advisor_number, lead_id, client_number, status, kind, duration_s
             FROM calls ORDER BY provider_call_id"
        ),
        [
            "c-1|1|+48600100201|1|+48601200301|Wychodzące|PhoneCall/Voice|87",
            "c-2|2|+48600100202|2|+48601200302|Przychodzące|PhoneCall/Voice|60",
            "c-3|1|+48600100201|null|+48601200399|Nieodebrane|PhoneCall/Voice|0",
            "c-4|3|+48600100203|1|+48601200301|Odrzucone|PhoneCall/Voice|0",
        ]
    );
    assert_eq!(
        office.rows("SELECT number, status, attempts FROM unmatched"),
        ["+48601200399|Nieodebrane|1"]
    );
    assert_eq!(
        office.rows("SELECT command, outcome, exit_code, calls_read, calls_new, calls_assigned FROM sync_runs WHERE command = 'sync'"),
        ["sync|ok|0|4|4|3"]
    );
}

#[test]
fn a_second_run_adds_nothing() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    office.sync();
    let calls = office.rows("SELECT * FROM calls");
    office
        .callsync(&["sync"])
        .prints("Połączenia: 1 (nowe 0, zmienione 0)\n")
        .logs()
        .run();
    assert_eq!(office.rows("SELECT * FROM calls"), calls);
}

#[test]
fn a_call_that_a_phone_uploads_three_days_late_is_not_lost() {
    let office = Office::new();
    office.sync();
    let mut late = Call::new(
        "late",
        "600100201",
        "601200301",
        "Outgoing",
        ago(3 * 24 * 60),
        30,
    );
    late.synced_at = ago(0);
    office.call(late);
    office.sync();
    assert_eq!(
        office.value("SELECT lead_id FROM calls WHERE provider_call_id = 'late'"),
        "1"
    );
}

#[test]
fn the_date_of_last_synchronisation_is_the_moment_the_run_began() {
    let office = Office::new();
    let before = text(ago(0));
    office.sync();
    let dates = office.rows("SELECT DISTINCT last_synced_at FROM sync_dates");
    assert_eq!(dates.len(), 1);
    assert!(
        before <= dates[0] && dates[0] <= text(ago(0)),
        "{before} {dates:?}"
    );
    assert_eq!(
        dates[0],
        office.value("SELECT started_at FROM sync_runs WHERE command = 'sync'")
    );
}

/// The requests for calls so far: kind, first and last second of the window, time filter.
fn windows(office: &Office) -> Vec<(String, i64, i64, &'static str)> {
    let requests = office.callyzer.requests_to(HISTORY);
    let window = |body: &Value| {
        let kind = format!("{}/{}", body["call_method"], body["call_mode"]).replace('"', "");
        let filter = if body["synced_from"].is_null() {
            "call"
        } else {
            "synced"
        };
        let bound = |end: &str| body[format!("{filter}_{end}")].as_i64().unwrap();
        (kind, bound("from"), bound("to"), filter)
    };
    requests
        .iter()
        .map(|request| window(&request.body))
        .collect()
}

#[test]
fn every_kind_is_asked_for_in_the_same_window_of_uploads() {
    let office = Office::new();
    office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "1")
        .run();
    let asked = windows(&office);
    let kinds: Vec<_> = asked.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "PhoneCall/Voice",
            "WhatsAppCall/Voice",
            "WhatsAppCall/Video"
        ]
    );
    for (_, from, to, filter) in &asked {
        assert_eq!((to - from, *filter), (24 * 60 * 60, "synced"));
    }
    let request = &office.callyzer.requests()[0];
    assert_eq!(
        request.body["emp_numbers"],
        json!([
            "48-225550102",
            "48-600100201",
            "48-600100202",
            "48-600100203"
        ])
    );
    assert!(request.body.get("is_exclude_numbers").is_none());
    assert!(request.body["synced_from"].is_i64());
}

#[test]
fn v2_1_is_asked_once_and_without_a_kind() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    let sync = office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "1");
    sync.with("CALLYZER_BASE_URL", office.callyzer.base_url_v2_1())
        .run();
    let requests = office.callyzer.requests();
    assert_eq!(requests.len(), 2, "history and summary");
    assert!(
        requests
            .iter()
            .all(|request| request.body.get("call_method").is_none())
    );
    assert_eq!(office.value("SELECT kind FROM calls"), "PhoneCall/Voice");
    assert_eq!(office.value("SELECT sum(outgoing) FROM daily_stats"), "1");
}

#[test]
fn nobody_to_ask_for_is_no_failure_and_no_request() {
    let office = Office::empty();
    office.import("users", "login,name,role\nszef,Szef,head\n");
    office
        .callsync(&["sync"])
        .prints("Połączenia: 0")
        .says("no active advisor has a phone number")
        .run();
    assert_eq!(office.callyzer.requests().len(), 0);
    office.callyzer.may_stay_unasked();
}

#[test]
fn inactive_users_and_managers_are_not_asked_for() {
    let office = Office::new();
    office.import("users", "login,active\nbartek,0\n");
    office.import("users", "login,numbers\nkierownik,600100277\n");
    office.sync();
    let asked = &office.callyzer.requests()[0].body["emp_numbers"];
    assert_eq!(asked, &json!(["48-600100201", "48-600100203"]));
}

#[test]
fn a_manual_reading_goes_by_call_time_and_moves_nothing_else() {
    let office = Office::with_calls(&[(
        "old",
        "600100201",
        "601200399",
        "Missed",
        50 * 24 * 60 + 5,
        0,
    )]);
    office.call(Call::new(
        "new",
        "600100201",
        "601200398",
        "Missed",
        ago(30),
        0,
    ));
    office.sync();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["new"]);
    let dates = office.rows("SELECT * FROM sync_dates");
    let before = office.asked(HISTORY);
    let (since, until) = (text(ago(51 * 24 * 60)), text(ago(49 * 24 * 60 + 7)));
    office
        .callsync(&["sync", "--since", &since, "--until", &until])
        .prints("Połączenia: 1 (nowe 1, zmienione 0)")
        .logs()
        .run();
    assert_eq!(office.rows("SELECT * FROM sync_dates"), dates);
    assert_eq!(office.rows("SELECT attempts FROM unmatched"), ["1", "1"]);
    assert!(
        windows(&office)[before..]
            .iter()
            .all(|(.., filter)| *filter == "call")
    );
}

#[test]
fn wrong_windows_are_wrong_usage() {
    let office = Office::unasked();
    let until = office.callsync(&["sync", "--until", "2026-01-01"]);
    until.fails(64).says("--since").run();
    for (arguments, reason) in [
        (
            &["--since", "gestern"][..],
            "'gestern' is not a time: write YYYY-MM-DD[THH:MM[:SS]] or RFC 3339",
        ),
        (
            &["--since", "2026-02-01", "--until", "2026-01-01"],
            "--since 2026-01-31T23:00:00Z is not before the end of the window",
        ),
        (
            &["--since", "2999-01-01"],
            "--since 2998-12-31T23:00:00Z is not before the end of the window",
        ),
    ] {
        let sync = office.callsync(&[&["sync"], arguments].concat());
        sync.fails(64)
            .says_only(&format!("ERROR sync ends: exit 64: {reason}\n"))
            .run();
    }
}
