//! Answers in pages: all are read, and none for ever.

use std::sync::atomic::{AtomicUsize, Ordering};

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use serde_json::json;

use crate::moment::ago;
use crate::office::{KINDS, Office, is_of_kind};

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
        .requests_to(HISTORY)
        .iter()
        .map(|request| format!("{} {}", request.body["page_no"], request.body["page_size"]))
        .collect();
    assert!(
        pages.starts_with(&["1 100".into(), "2 100".into()]),
        "{pages:?}"
    );
}

#[test]
fn without_a_total_pages_are_read_until_a_short_one() {
    let office = Office::with_calls_of_one_phone(150);
    office.callyzer.always(HISTORY, Misbehaviour::WithoutTotal);
    office.sync_with_log().run();
    assert_eq!(office.asked(HISTORY), KINDS + 1);
    assert_eq!(office.count("calls"), "150");
    assert_eq!(office.count("doubtful_windows"), "0");
}

#[test]
fn a_server_that_repeats_its_first_page_is_not_paged_for_ever() {
    let office = Office::with_calls_of_one_phone(1050);
    office.callyzer.always(HISTORY, Misbehaviour::RepeatsPage);
    office
        .sync_with_log()
        .says("950 rows of PhoneCall/Voice")
        .run();
    // Both readings of the phone calls end with their second page.
    assert_eq!(office.asked(HISTORY), KINDS + 3);
    assert_eq!(office.count("calls"), "100");
    assert_eq!(office.value("SELECT missing FROM doubtful_windows"), "950");
}

#[test]
fn a_server_that_repeats_rows_without_ids_is_not_paged_for_ever() {
    const ENOUGH: usize = 20;
    let office = Office::new().going_back(1);
    let pages = AtomicUsize::new(0);
    let without_ids = Misbehaviour::edit(move |answer| {
        let rows = if pages.fetch_add(1, Ordering::SeqCst) < ENOUGH {
            100
        } else {
            0
        };
        *answer = json!({"result": vec![json!({"call_type": "Missed"}); rows]});
    });
    office
        .callyzer
        .when(|request| is_of_kind(request, "PhoneCall"), without_ids);
    office.sync_with_log().run();
    let asked = office.asked(HISTORY);
    assert!(asked < ENOUGH, "{asked} requests");
    assert_eq!(office.count("quarantine"), "1");
}

#[test]
fn more_rows_than_the_total_are_told_and_make_no_incomplete_window() {
    let office = Office::with_old_calls();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::WrongTotal(-1));
    let output = office.sync_with_log().run();
    let told = output.stderr.matches("more than its total").count();
    assert_eq!(told, 1, "{}", output.stderr);
    assert_eq!(office.asked(HISTORY), KINDS);
    assert_eq!(office.count("calls"), "3");
    assert_eq!(office.count("doubtful_windows"), "0");
}

#[test]
fn a_later_page_that_counts_less_hides_no_calls() {
    for nothing in [
        json!({"result": [], "total_records": 0}),
        json!({"result": []}),
    ] {
        let office = Office::with_calls_of_one_phone(250);
        office.callyzer.when(
            |request| request.path == HISTORY && request.body["page_no"] == 2,
            Misbehaviour::status(200, &nothing.to_string()),
        );
        office.sync_with_log().says("never came").run();
        assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "1");
        office.callyzer.behave();
        office.sync();
        assert_eq!(office.value("SELECT count(*) FROM calls"), "250");
        assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "0");
    }
}

#[test]
fn a_server_with_smaller_pages_is_read_to_the_end() {
    let office = Office::with_calls_of_one_phone(250);
    let halves = Misbehaviour::edit(|answer| {
        let page = usize::try_from(answer["page_no"].as_u64().unwrap()).unwrap();
        let rows = (0..250).map(|n| {
            json!({
                "id": format!("c-{n:04}"), "emp_country_code": "48", "emp_number": "600100201",
                "client_country_code": "48", "client_number": "601200301", "duration": n,
                "call_type": "Outgoing", "call_date": "2026-01-02", "call_time": "10:00:00",
            })
        });
        let part: Vec<_> = rows.skip((page - 1) * 50).take(50).collect();
        *answer = json!({"result": part, "total_records": 250, "page_no": page, "page_size": 50});
    });
    office
        .callyzer
        .when(|request| is_of_kind(request, "PhoneCall"), halves);
    office.sync_with_log().run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "250");
}
