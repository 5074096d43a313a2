//! The periodic pass, when all goes well.

use pretend_callyzer::Call;
use serde_json::{Value, json};

use crate::office::{Office, ago, text};

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

/// The requests for calls so far: kind, first and last second of the window, axis.
fn windows(office: &Office) -> Vec<(String, i64, i64, &'static str)> {
    let requests = office.callyzer.requests_to("/call-log/history");
    let window = |body: &Value| {
        let kind = format!("{}/{}", body["call_method"], body["call_mode"]).replace('"', "");
        let axis = if body["synced_from"].is_null() {
            "call"
        } else {
            "synced"
        };
        let bound = |end: &str| body[format!("{axis}_{end}")].as_i64().unwrap();
        (kind, bound("from"), bound("to"), axis)
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
    for (_, from, to, axis) in &asked {
        assert_eq!((to - from, *axis), (24 * 60 * 60, "synced"));
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
fn a_new_number_does_not_pull_everybodys_window_back() {
    let office = Office::new();
    office.sync();
    office.callyzer.world(|world| {
        world.employee("600100299", "Nowa Osoba");
    });
    office.import(
        "users",
        "login,name,role,team,numbers\nnowa,Nowa Osoba,advisor-bik,bik,600100299\n",
    );
    let before = office.callyzer.requests().len();
    office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "3")
        .run();
    let asked: Vec<_> = office.callyzer.requests()[before..]
        .iter()
        .map(|request| {
            let hours = (request.body["synced_to"].as_i64().unwrap()
                - request.body["synced_from"].as_i64().unwrap())
                / 3600;
            (request.body["emp_numbers"].as_array().unwrap().len(), hours)
        })
        .collect();
    let fresh = [(4, 1); 3];
    let backfill = [(1, 24); 9];
    assert_eq!(asked, [&fresh[..], &backfill[..]].concat());
    assert_eq!(
        office.value("SELECT count(DISTINCT last_synced_at) FROM sync_dates"),
        "1"
    );
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
fn what_changed_is_updated_and_nothing_known_is_blanked() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    office
        .callyzer
        .world(|world| world.call_mut("c-1").client_name = Some("Jan".into()));
    office.sync();
    let sync = |change: &dyn Fn(&mut Call), summary: &str| {
        office.callyzer.world(|world| change(world.call_mut("c-1")));
        office.callsync(&["sync"]).prints(summary).logs().run();
        office
            .value("SELECT note, recording_url, duration_s, status, lead_id, advisor_id FROM calls")
    };
    let changed = "Połączenia: 1 (nowe 0, zmienione 1)";
    let unchanged = "Połączenia: 1 (nowe 0, zmienione 0)";
    let with_note = sync(
        &|call| {
            call.note = Some("oddzwonić".into());
            call.recording_url = Some("https://media.example/1.mp3".into());
            call.duration_s = 90;
        },
        changed,
    );
    assert_eq!(
        with_note,
        "oddzwonić|https://media.example/1.mp3|90|Wychodzące|1|1"
    );
    let blanked = sync(
        &|call| {
            call.note = None;
            call.recording_url = Some(String::new());
        },
        unchanged,
    );
    assert_eq!(blanked, with_note);
    let uploaded_again = sync(&|call| call.synced_at = ago(0), unchanged);
    assert_eq!(uploaded_again, with_note);
}

#[test]
fn a_call_goes_to_the_lead_of_its_advisor_else_to_the_newest() {
    let office = Office::empty();
    office.import("users", crate::office::USERS);
    office.import(
        "leads",
        "id,name,phone,advisor,created_at
1,Najstarszy,601200301,,2026-01-01
2,Anny,601200301,anna,2026-01-02
3,Nowszy,601200301,,2026-01-03
4,Nowszy też,601200301,,2026-01-03
5,Bartka,601200301,bartek,2025-12-31
",
    );
    for (id, advisor) in [("a", "600100201"), ("b", "600100202"), ("c", "600100203")] {
        office.call(Call::new(id, advisor, "601200301", "Outgoing", ago(30), 10));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["a|2", "b|5", "c|4"]
    );
    office.import(
        "leads",
        "id,name,phone,advisor,created_at\n9,Jeszcze nowszy,601200301,celina,2026-02-01\n",
    );
    office.sync();
    assert_eq!(
        office.value("SELECT lead_id FROM calls WHERE provider_call_id = 'c'"),
        "4",
        "a call keeps its lead"
    );
}

#[test]
fn a_call_between_advisors_is_nobodys_lead() {
    let office = Office::new();
    office.import("leads", "id,name,phone\n7,Bartek prywatnie,600100202\n");
    office.call(Call::new(
        "c-1",
        "600100201",
        "600100202",
        "Outgoing",
        ago(30),
        10,
    ));
    office.sync();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "null");
    office
        .callsync(&["retry-unmatched", "--all"])
        .prints("Ponowione próby: 1, przypisane do leadów: 0")
        .run();
}

#[test]
fn numbers_meet_however_they_are_written() {
    let office = Office::new();
    for (id, code, number) in [
        ("a", "48", "601200301"),
        ("b", "+48", "601200301"),
        ("c", "", "+48 601 200 301"),
        ("d", "", "0048601200301"),
        ("e", "48", "48601200301"),
        ("f", "48", "112"),
        ("g", "", "*100#"),
        ("h", "", ""),
        ("i", "49", "15123456789"),
    ] {
        let mut call = Call::new(id, "600100201", number, "Incoming", ago(30), 5);
        call.client_country_code = code.into();
        office.call(call);
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, client_number, lead_id FROM calls ORDER BY 1"),
        [
            "a|+48601200301|1",
            "b|+48601200301|1",
            "c|+48601200301|1",
            "d|+48601200301|1",
            "e|+48601200301|1",
            "f|112|null",
            "g|*100#|null",
            "h|null|null",
            "i|+4915123456789|null",
        ]
    );
}

#[test]
fn an_unmatched_call_is_tried_until_its_attempts_are_used_up() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    let sync = |attempts: &str| {
        office
            .callsync(&["-q", "sync"])
            .with("CALLSYNC_MAX_ATTEMPTS", "3")
            .run();
        assert_eq!(office.value("SELECT attempts FROM unmatched"), attempts);
    };
    sync("1");
    sync("2");
    sync("3");
    sync("3");
    office
        .callsync(&["retry-unmatched"])
        .with("CALLSYNC_MAX_ATTEMPTS", "3")
        .prints("Ponowione próby: 0, przypisane do leadów: 0")
        .run();
    office
        .callsync(&["retry-unmatched", "--all"])
        .prints("Ponowione próby: 1, przypisane do leadów: 0")
        .run();
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "4");
    // As the CRM would insert it, so that nothing but a new try can assign the call.
    office.execute(
        "INSERT INTO leads (id, name, phone, number, created_at)
         VALUES (50, 'Nowy', '601200399', '+48601200399', '2026-11-01T00:00:00Z')",
    );
    office
        .callsync(&["retry-unmatched"])
        .prints("Ponowione próby: 1, przypisane do leadów: 1")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "50");
    assert_eq!(office.value("SELECT count(*) FROM unmatched_calls"), "0");
}

#[test]
fn importing_a_lead_assigns_the_calls_that_wait_for_its_number() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    let file = office.file("leads.csv", "id,name,phone\n50,Nowy Lead,601 200 399\n");
    office
        .callsync(&["import", "leads", file.to_str().unwrap()])
        .prints("Przypisane połączenia: 1")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "50");
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
    let before = office.callyzer.requests_to("/call-log/history").len();
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
            .all(|(.., axis)| *axis == "call")
    );
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]);
    let dump = |office: &Office| {
        [
            "calls",
            "sync_dates",
            "sync_runs",
            "daily_stats",
            "stats_due",
            "unmatched_calls",
        ]
        .map(|table| office.rows(&format!("SELECT * FROM {table}")))
    };
    let before = dump(&office);
    office
        .callsync(&["sync", "--dry-run"])
        .prints("Połączenia: 1 (nowe 1, zmienione 0)")
        .logs()
        .run();
    assert_eq!(dump(&office), before);
}

#[test]
fn wrong_windows_are_wrong_usage() {
    let office = Office::new();
    office.callyzer.may_stay_unasked();
    for (arguments, reason) in [
        (vec!["sync", "--until", "2026-01-01"], "--since"),
        (
            vec!["sync", "--since", "gestern"],
            "'gestern' is not a time",
        ),
        (
            vec!["sync", "--since", "2026-02-01", "--until", "2026-01-01"],
            "is not before the end",
        ),
        (
            vec!["sync", "--since", "2999-01-01"],
            "is not before the end",
        ),
    ] {
        office.callsync(&arguments).fails(64).says(reason).run();
    }
}

#[test]
fn a_time_of_upload_in_another_zone_is_left_out_with_one_warning() {
    let office = Office::new();
    for id in ["c-1", "c-2"] {
        let call = Call::new(id, "600100201", "601200301", "Outgoing", ago(30), 5);
        office.call(call.showing("synced_at", "2026-07-28 10:44:41 IST"));
    }
    let output = office
        .callsync(&["sync"])
        .prints("nowe 2")
        .says("end in 'IST'")
        .run();
    assert_eq!(output.stderr.matches("IST").count(), 1);
    assert_eq!(
        office.rows("SELECT uploaded_at FROM calls"),
        ["null", "null"]
    );
}

#[test]
fn a_long_register_is_read_page_by_page() {
    let office = Office::new();
    office
        .callyzer
        .world(|world| world.generate(250, ago(600), ago(60), 1));
    office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "1")
        .run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "250");
    let pages: Vec<_> = office
        .callyzer
        .requests_to("/call-log/history")
        .iter()
        .map(|request| format!("{} {}", request.body["page_no"], request.body["page_size"]))
        .collect();
    assert!(
        pages.starts_with(&["1 100".into(), "2 100".into()]),
        "{pages:?}"
    );
}
