//! Dialog: what the rows of its reports become, and what is asked for them.

mod ids;
mod login;
mod settings;
mod windows;

use pretend_callyzer::path::DIALOG_REPORT;
use pretend_callyzer::{DialogCall, RowShape};
use serde_json::{Value, json};

use crate::moment::ago;
use crate::office::{DIALOG_CAMPAIGN, DIALOG_COLUMNS, Office};

/// A call of the campaign to a number, so many minutes ago.
fn call(id: &str, number: &str, minutes: i64, duration_s: u32) -> DialogCall {
    DialogCall::new(DIALOG_CAMPAIGN, id, number, ago(minutes), duration_s)
}

/// An office of Dialog alone, whose first sync goes one day back.
fn office() -> Office {
    Office::of_dialog().going_back(1)
}

#[test]
fn a_row_with_a_time_is_a_call_of_the_campaign_to_a_lead_and_of_no_advisor() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 40, 41));
    office.dialog_call(call("d-2", "48601200399", 30, 0));
    office
        .callsync(&["sync"])
        .prints("Połączenia: 2 (nowe 2, zmienione 0)")
        .logs()
        .run();
    let calls =
        "SELECT provider, provider_call_id, status, kind, client_number, duration_s, lead_id,
                        advisor_id, advisor_number, details ->> 'result' FROM calls ORDER BY 2";
    assert_eq!(
        office.rows(calls),
        [
            "dialog|7001-d-1|Wychodzące|Campaign/Voice|+48601200301|41|1|null|null|Дозвон",
            "dialog|7001-d-2|Wychodzące|Campaign/Voice|+48601200399|0|null|null|null|Недозвон",
        ]
    );
    assert_eq!(office.count("unmatched_calls"), "1");
    assert_eq!(office.count("daily_stats"), "0");
    let register = office.callsync(&["lead", "1", "--format", "json"]).json();
    let shown = &register["calls"][0];
    let shown = ["provider", "direction", "kind", "advisor"].map(|name| shown[name].clone());
    let expected = ["dialog", "out", "Campaign/Voice"].map(Value::from);
    assert_eq!(shown[..3], expected);
    assert_eq!(shown[3], Value::Null);
}

#[test]
fn a_row_without_a_time_waits_among_the_results_and_is_in_no_figure() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 40, 41).showing("call_time", Value::Null));
    office.dialog_call(call("d-2", "48601200302", 30, 12).showing("call_time", ""));
    let run = || office.callsync(&["sync"]).logs();
    run()
        .prints("Połączenia: 0 (nowe 0, zmienione 0)")
        .prints("Poza rejestrem: wyniki bez czasu 2\n")
        .run();
    run().prints("Połączenia: 0 ").run();
    let results = "SELECT campaign_id, row ->> 'call_id', row ->> 'call_result'
                   FROM campaign_results ORDER BY 2";
    assert_eq!(office.rows(results), ["7001|d-1|Дозвон", "7001|d-2|Дозвон"]);
    for table in ["calls", "unmatched_calls", "daily_stats", "quarantine"] {
        assert_eq!(office.count(table), "0", "{table}");
    }
    // The platform learns of the time later.
    office
        .callyzer
        .world(|world| world.dialog.calls[0].extra.clear());
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id FROM calls"),
        ["7001-d-1"]
    );
    assert_eq!(office.rows(results), ["7001|d-2|Дозвон"]);
}

#[test]
fn calls_that_all_lack_a_time_are_told_of_and_numbers_not_yet_called_are_not() {
    let office = office();
    let timeless = |id, length| call(id, "48601200301", 40, length).showing("call_time", "");
    office.dialog_call(timeless("d-1", 0));
    office.callsync(&["-q", "sync"]).says_only("").run();
    office.dialog_call(timeless("d-2", 41));
    let told = "calls of campaign 7001 without a time: 1";
    let run = office.callsync(&["sync"]).logs();
    run.prints("Połączenia: 0 ").says(told).run();
    let error = "SELECT error FROM sync_runs ORDER BY id DESC LIMIT 1";
    assert!(office.value(error).contains(told));
    office.dialog_call(call("d-3", "48601200301", 30, 41));
    office.sync();
    assert_eq!(office.value(error), "null");
}

#[test]
fn rows_are_understood_as_objects_and_as_arrays() {
    let calls = "SELECT provider_call_id, started_at, duration_s, client_number, details
                 FROM calls ORDER BY 1";
    let read = |shape| {
        let office = office();
        office
            .callyzer
            .world(|world| world.dialog.row_shape = shape);
        // The same moments in each office.
        for (id, at) in [
            ("d-1", "08:00:00"),
            ("d-2", "08:30:15"),
            ("d-3", "09:00:00"),
        ] {
            let at = format!("2026-07-20T{at}Z").parse().unwrap();
            let number = "48601200301";
            office.dialog_call(DialogCall::new(DIALOG_CAMPAIGN, id, number, at, 30));
        }
        office.it_is("2026-07-20T10:00:00Z".parse().unwrap());
        office.sync();
        office.rows(calls)
    };
    let objects = read(RowShape::Objects);
    assert_eq!(objects.len(), 3);
    assert!(objects[1].starts_with("7001-d-2|2026-07-20T08:30:15Z|30|+48601200301|"));
    assert_eq!(read(RowShape::Arrays), objects);
    assert_eq!(read(RowShape::Mixed), objects);
}

#[test]
fn numbers_are_told_by_their_digits() {
    let office = office();
    for (id, number) in [
        ("d-1", json!("48601200301")),
        ("d-2", json!("+48 601-200-301")),
        ("d-3", json!(48_601_200_301_u64)),
        ("d-4", json!("79161234567")),
        ("d-5", json!("112")),
        ("d-6", Value::Null),
    ] {
        office.dialog_call(call(id, "", 40, 30).showing("phone_number", number));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT client_number, lead_id FROM calls ORDER BY provider_call_id"),
        [
            "+48601200301|1",
            "+48601200301|1",
            "+48601200301|1",
            "+79161234567|null",
            "112|null",
        ]
    );
    let kept = office.rows("SELECT provider_call_id, reason FROM quarantine");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].starts_with("7001-d-6|"), "{kept:?}");
}

#[test]
fn times_and_lengths_are_read_as_they_are_written_and_what_cannot_be_read_is_kept_apart() {
    let office = office();
    office.it_is("2026-07-20T10:00:00Z".parse().unwrap());
    let at = "2026-07-20T09:30:00Z".parse().unwrap();
    for (id, column, value) in [
        ("d-1", "call_time", json!("2026-07-20T09:30:00.250Z")),
        ("d-2", "call_time", json!("2026-07-20T12:30:00+03:00")),
        // On the clock of Warsaw.
        ("d-3", "call_time", json!("2026-07-20 11:30:00")),
        ("d-4", "call_time", json!("yesterday")),
        ("d-5", "call_duration", json!("41")),
        ("d-6", "call_duration", json!("long")),
    ] {
        let call = DialogCall::new(DIALOG_CAMPAIGN, id, "48601200301", at, 30);
        office.dialog_call(call.showing(column, value));
    }
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, started_at, duration_s FROM calls ORDER BY 1"),
        [
            "7001-d-1|2026-07-20T09:30:00Z|30",
            "7001-d-2|2026-07-20T09:30:00Z|30",
            "7001-d-3|2026-07-20T09:30:00Z|30",
            "7001-d-5|2026-07-20T09:30:00Z|41",
        ]
    );
    let kept = office.rows("SELECT provider, provider_call_id, reason FROM quarantine ORDER BY 2");
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept[0].starts_with("dialog|7001-d-4|") && kept[0].contains("yesterday"));
    assert!(kept[1].starts_with("dialog|7001-d-6|") && kept[1].contains("long"));
    office.callyzer.world(|world| {
        for call in &mut world.dialog.calls {
            call.extra.clear();
        }
        let timeless = &mut world.dialog.calls[3].extra;
        timeless.insert("call_time".into(), Value::Null);
    });
    office.sync();
    assert_eq!(office.count("quarantine"), "0");
    assert_eq!(office.count("calls"), "5");
    assert_eq!(office.count("campaign_results"), "1");
}

#[test]
fn a_question_names_the_columns_of_the_settings_and_a_refusal_says_why() {
    let office = office();
    office.sync();
    let asked = &office.callyzer.requests_to(DIALOG_REPORT)[0].body;
    let filter = ["scenario_id", "start_block_id", "outgoing_campaign_id"];
    let filter = filter.map(|name| asked["analytics_filter"][name].as_i64());
    assert_eq!(filter, [Some(951), Some(10), Some(7001)]);
    let columns = asked["columns"].as_array().unwrap().iter();
    let mut names: Vec<_> = columns.map(|it| it["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    let mut expected: Vec<_> = DIALOG_COLUMNS
        .split(',')
        .map(|pair| pair.split_once('=').unwrap().1)
        .collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let columns = DIALOG_COLUMNS.replace("call_result", "unheard_of");
    office
        .failing_sync(76)
        .with("DIALOG_COLUMNS", columns)
        .says("no column unheard_of")
        .run();
}
