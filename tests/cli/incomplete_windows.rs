//! Windows that Callyzer counts more calls in than it gives: read again until they are whole.

use pretend_callyzer::path::HISTORY;
use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::moment::{ago, timestamp};
use crate::office::{KINDS, Office, is_of_kind};

#[test]
fn rows_that_come_on_the_second_reading_leave_no_incomplete_window() {
    let loses_first = || {
        Misbehaviour::edit(|answer| {
            answer["result"].as_array_mut().unwrap().remove(0);
        })
    };
    for second in [None, Some(loses_first())] {
        let office = Office::with_old_calls();
        office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
        if let Some(second) = second {
            office.callyzer.next(HISTORY, second);
        }
        office.sync_with_log().run();
        assert_eq!(office.asked(HISTORY), KINDS + 1);
        assert_eq!(office.count("calls"), "3");
        assert_eq!(office.count("doubtful_windows"), "0");
        let noted = "SELECT error FROM sync_runs WHERE command = 'sync'";
        assert_eq!(office.value(noted), "null");
    }
}

#[test]
fn rows_that_do_not_come_on_the_second_reading_are_asked_for_by_the_next_run() {
    let office = Office::with_old_calls();
    for _ in 0..2 {
        office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
    }
    let output = office.sync_with_log().run();
    let warnings = output.logged("WARN");
    assert_eq!(warnings.len(), 1, "{}", output.stderr);
    assert!(warnings[0].contains("1 row of PhoneCall/Voice"));
    assert_eq!(office.asked(HISTORY), KINDS + 1);
    assert_eq!(office.count("calls"), "2");
    assert_eq!(
        office.value("SELECT kind, missing FROM doubtful_windows"),
        "PhoneCall/Voice|1"
    );
    let noted = office.value("SELECT outcome, error FROM sync_runs WHERE command = 'sync'");
    assert!(noted.starts_with("ok|1 row of PhoneCall/Voice"), "{noted}");

    let window = |column: &str| {
        let sql = format!("SELECT {column} FROM doubtful_windows");
        timestamp(&office.value(&sql))
    };
    let incomplete = (window("from_at"), window("to_at"));
    let before = office.callyzer.requests().len();
    office.sync();
    let again = office.upload_windows(before).into_iter();
    assert_eq!(again.filter(|window| *window == incomplete).count(), 1);
    assert_eq!(office.count("doubtful_windows"), "0");
    assert_eq!(office.count("calls"), "3");
}

#[test]
fn a_total_that_is_wrong_for_good_does_not_make_a_window_of_every_run() {
    let office = Office::with_old_calls();
    office.callyzer.when(
        |request| is_of_kind(request, "PhoneCall"),
        Misbehaviour::WrongTotal(3),
    );
    for _ in 0..4 {
        office.sync_with_log().run();
    }
    // The first reading's day and what came after it, unless that began in the same second.
    let windows = office.count("doubtful_windows");
    assert!(["1", "2"].contains(&windows.as_str()), "{windows}");
}

#[test]
fn a_total_that_is_never_reached_makes_an_incomplete_window_of_its_kind_alone() {
    let office = Office::with_old_calls();
    office.callyzer.when(
        |request| is_of_kind(request, "PhoneCall"),
        Misbehaviour::WrongTotal(3),
    );
    office
        .sync_with_log()
        .says("3 rows of PhoneCall/Voice")
        .run();
    assert_eq!(office.asked(HISTORY), KINDS + 1);
    assert_eq!(
        office.rows("SELECT kind, missing FROM doubtful_windows"),
        ["PhoneCall/Voice|3"]
    );
    assert_eq!(office.count("calls"), "3");
}

#[test]
fn an_incomplete_window_without_numbers_is_kept() {
    let office = Office::with_old_calls();
    office.execute(
        "INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
         VALUES ('callyzer', 'PhoneCall/Voice', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 3,
                 '2026-01-02T00:00:00Z')",
    );
    office.sync();
    assert_eq!(office.value("SELECT missing FROM doubtful_windows"), "3");
}

#[test]
fn an_absurd_total_is_never_whole_and_can_be_shown() {
    let office = Office::with_old_calls();
    let absurd = Misbehaviour::edit(|answer| answer["total_records"] = json!(u64::MAX));
    office
        .callyzer
        .when(|request| is_of_kind(request, "PhoneCall"), absurd);
    office.sync_with_log().says("rows of PhoneCall/Voice").run();
    assert_eq!(office.count("calls"), "3");
    assert_eq!(
        office.value("SELECT missing > 1000000 FROM doubtful_windows"),
        "1"
    );
    office
        .callsync(&["status"])
        .fails(1)
        .prints("Niekompletne okresy: 1 (brakujące połączenia: ")
        .run();
}

#[test]
fn a_second_reading_that_counts_nothing_completes_no_window() {
    let office = Office::with_calls_of_one_phone(90);
    let nothing = json!({"result": [], "total_records": 0}).to_string();
    let nothing = Misbehaviour::status(200, &nothing);
    office.callyzer.next(HISTORY, Misbehaviour::LosesRows(5));
    office.callyzer.next(HISTORY, nothing);
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT missing FROM doubtful_windows"), "5");
    office.sync();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "90");
}

#[test]
fn an_incomplete_window_waits_for_the_number_that_it_was_found_for() {
    let office = Office::with_calls_of_one_phone(5);
    let loses = || {
        Misbehaviour::edit(|answer| {
            answer["result"]
                .as_array_mut()
                .unwrap()
                .retain(|row| row["id"] != "c-0003");
        })
    };
    office.callyzer.next(HISTORY, loses());
    office.callyzer.next(HISTORY, loses());
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    // Callyzer does not know the number for the length of a run.
    let employees = office.callyzer.world(|world| {
        let all = world.employees.clone();
        world
            .employees
            .retain(|employee| employee.number != "600100201");
        all
    });
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    office.callyzer.world(|world| world.employees = employees);
    office.execute("UPDATE doubtful_windows SET read_at = '2026-01-01T00:00:00Z'");
    office.sync();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "5");
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "0");
}

#[test]
fn an_incomplete_window_of_a_kind_that_is_not_asked_for_waits() {
    let office = Office::new().going_back(1);
    office.call(Call {
        method: "WhatsAppCall".into(),
        ..Call::new("w", "600100201", "601200301", "Missed", ago(600), 0)
    });
    let whatsapp = |request: &pretend_callyzer::Request| {
        request.body["call_method"] == "WhatsAppCall" && request.body["call_mode"] == "Voice"
    };
    office.callyzer.when(whatsapp, Misbehaviour::LosesRows(1));
    office.sync_with_log().run();
    office.callyzer.behave();
    office
        .sync_with_log()
        .with("CALLYZER_BASE_URL", office.callyzer.base_url_v2_1())
        .run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, kind FROM calls"),
        ["w|WhatsAppCall/Voice"]
    );
}
