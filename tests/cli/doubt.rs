//! Answers that count wrongly, and days of numbers that move: nothing is lost behind them.

use pretend_callyzer::{Call, Misbehaviour};
use serde_json::json;

use crate::office::{Office, Run, ago};

const HISTORY: &str = "/call-log/history";

/// An office whose first sync goes one day back, with so many calls of one phone.
fn office(calls: u32) -> Office {
    let office = Office::new();
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=1\n");
    for n in 0..calls {
        office.call(Call::new(
            &format!("c-{n:03}"),
            "600100201",
            "601200301",
            "Outgoing",
            ago(300),
            n,
        ));
    }
    office
}

fn sync(office: &Office) -> Run {
    office.callsync(&["sync"]).prints("Połączenia: ").logs()
}

fn answers(answer: serde_json::Value) -> Misbehaviour {
    Misbehaviour::edit(move |whole| *whole = answer.clone())
}

#[test]
fn a_later_page_that_counts_less_hides_no_calls() {
    for nothing in [
        json!({"result": [], "total_records": 0}),
        json!({"result": []}),
    ] {
        let office = office(250);
        office.callyzer.when(
            |request| request.path == HISTORY && request.body["page_no"] == 2,
            answers(nothing),
        );
        sync(&office).says("never came").run();
        assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
        office.callyzer.behave();
        office.sync();
        assert_eq!(office.value("SELECT count(*) FROM calls"), "250");
        assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "0");
    }
}

#[test]
fn a_second_reading_that_counts_nothing_takes_no_doubt_away() {
    let office = office(90);
    office.callyzer.next(HISTORY, Misbehaviour::LosesRows(5));
    office
        .callyzer
        .next(HISTORY, answers(json!({"result": [], "total_records": 0})));
    sync(&office).run();
    assert_eq!(office.value("SELECT missing FROM doubtful_windows"), "5");
    office.sync();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "90");
}

#[test]
fn a_doubt_waits_for_the_number_that_it_was_found_for() {
    let office = office(5);
    let loses = || {
        Misbehaviour::edit(|answer| {
            answer["result"]
                .as_array_mut()
                .unwrap()
                .retain(|row| row["id"] != "c-003");
        })
    };
    office.callyzer.next(HISTORY, loses());
    office.callyzer.next(HISTORY, loses());
    sync(&office).run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    // Callyzer does not know the number for the length of a run.
    let employees = office.callyzer.world(|world| {
        let all = world.employees.clone();
        world
            .employees
            .retain(|employee| employee.number != "600100201");
        all
    });
    sync(&office).run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    office.callyzer.world(|world| world.employees = employees);
    office.execute("UPDATE doubtful_windows SET read_at = '2026-01-01T00:00:00Z'");
    office.sync();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "5");
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "0");
}

#[test]
fn a_doubt_of_a_kind_that_is_not_asked_for_waits() {
    let office = office(0);
    office.call(Call {
        method: "WhatsAppCall".into(),
        ..Call::new("w", "600100201", "601200301", "Missed", ago(600), 0)
    });
    let whatsapp = |request: &pretend_callyzer::Request| {
        request.body["call_method"] == "WhatsAppCall" && request.body["call_mode"] == "Voice"
    };
    office.callyzer.when(whatsapp, Misbehaviour::LosesRows(1));
    sync(&office).run();
    office.callyzer.behave();
    sync(&office)
        .with("CALLYZER_BASE_URL", office.callyzer.base_url_v2_1())
        .run();
    assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, kind FROM calls"),
        ["w|WhatsAppCall/Voice"]
    );
}

#[test]
fn a_server_with_smaller_pages_is_read_to_the_end() {
    let office = office(250);
    let halves = Misbehaviour::edit(|answer| {
        let page = usize::try_from(answer["page_no"].as_u64().unwrap()).unwrap();
        let rows = (0..250).map(|n| {
            json!({
                "id": format!("c-{n:03}"), "emp_country_code": "48", "emp_number": "600100201",
                "client_country_code": "48", "client_number": "601200301", "duration": n,
                "call_type": "Outgoing", "call_date": "2026-01-02", "call_time": "10:00:00",
            })
        });
        let part: Vec<_> = rows.skip((page - 1) * 50).take(50).collect();
        *answer = json!({"result": part, "total_records": 250, "page_no": page, "page_size": 50});
    });
    office.callyzer.when(
        |request| request.path == HISTORY && request.body["call_method"] == "PhoneCall",
        halves,
    );
    sync(&office).run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "250");
}

#[test]
fn a_row_that_spells_its_kind_otherwise_blocks_nobodys_figures() {
    let office = office(1);
    office.call(
        Call::new("odd", "600100202", "601200302", "Incoming", ago(310), 5)
            .showing("call_mode", "VOICE"),
    );
    sync(&office).run();
    assert_eq!(
        office.value("SELECT sum(incoming + outgoing) FROM daily_stats"),
        "2"
    );
}

#[test]
fn a_byte_that_is_no_text_spoils_one_name_and_no_run() {
    let office = office(1);
    office
        .callyzer
        .world(|world| world.call_mut("c-000").client_name = Some("Jan \u{fffd}".into()));
    sync(&office).run();
    assert_eq!(
        office.value("SELECT client_name FROM calls"),
        "Jan \u{fffd}"
    );
}

#[test]
fn refusals_of_two_groups_keep_nobody_from_the_statistics() {
    let office = office(1);
    for (login, number, day) in [
        ("x", "600100291", "2026-01-01"),
        ("y", "600100292", "2026-01-02"),
    ] {
        office.callyzer.world(|world| {
            world.employee(number, login);
        });
        office.import(
            "users",
            &format!("login,name,role,numbers\n{login},{login},advisor-bik,{number}\n"),
        );
        office.execute(&format!(
            "INSERT INTO sync_dates VALUES ('callyzer', '+48{number}', '{day}T00:00:00Z')"
        ));
    }
    let one_number = |request: &pretend_callyzer::Request| {
        request.path == HISTORY && request.body["emp_numbers"].as_array().unwrap().len() == 1
    };
    office
        .callyzer
        .when(one_number, Misbehaviour::Refuse("no".into()));
    office.callsync(&["-q", "sync"]).fails(76).logs().run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "1");
    assert_eq!(office.value("SELECT count(*) FROM stats_due"), "0");
}

#[test]
fn a_lock_file_that_cannot_be_used_is_the_files_fault() {
    let office = office(0);
    office.callyzer.may_stay_unasked();
    std::fs::create_dir(office.path("callsync.db-sync")).unwrap();
    office
        .callsync(&["-q", "sync"])
        .fails(74)
        .says("callsync.db-sync")
        .run();
}
