//! The windows that are asked for: each campaign's own, and smaller ones where rows are missing.

use pretend_callyzer::path::DIALOG_REPORT;
use pretend_callyzer::{DialogCall, Misbehaviour, Request};

use super::{call, office};
use crate::moment::{ago, text};
use crate::office::Office;

/// So many calls, an hour between two of them.
fn hourly(office: &Office, count: i64) {
    for n in 0..count {
        let id = format!("d-{n:02}");
        office.dialog_call(call(&id, "48601200301", 60 * n + 30, 9));
    }
}

fn missing(office: &Office) -> Vec<String> {
    office.rows("SELECT provider, kind, missing FROM doubtful_windows")
}

#[test]
fn each_campaign_has_a_date_that_its_own_failure_holds_back_and_no_other() {
    let office = office();
    office.dialog_call(call("d-1", "48601200301", 40, 41));
    office.dialog_call(DialogCall::new(7002, "d-2", "48601200302", ago(40), 41));
    let is_of = |campaign: i64| {
        move |request: &Request| {
            request.body["analytics_filter"]["outgoing_campaign_id"] == campaign
        }
    };
    let broken = Misbehaviour::status(500, "out of order");
    let both = ("DIALOG_CAMPAIGNS", "7001,7002");
    office.callyzer.when(is_of(7001), broken);
    let begun = text(ago(0));
    office.failing_sync(75).with(both.0, both.1).run();
    let dates = "SELECT number FROM sync_dates WHERE provider = 'dialog'
                 AND last_synced_at >= '";
    let dates = |since: &str| office.rows(&format!("{dates}{since}' ORDER BY 1"));
    assert_eq!(dates(&begun), ["7002"]);
    assert_eq!(
        office.rows("SELECT provider_call_id FROM calls"),
        ["7002-d-2"]
    );
    office.callyzer.behave();
    office.callsync(&["-q", "sync"]).with(both.0, both.1).run();
    assert_eq!(dates(&begun), ["7001", "7002"]);
    assert_eq!(office.count("calls"), "2");
}

#[test]
fn a_window_with_more_rows_than_an_answer_has_is_halved_until_all_came() {
    let office = office();
    hourly(&office, 20);
    office.callyzer.world(|world| world.dialog.row_limit = 4);
    office.callsync(&["sync"]).prints("nowe 20, ").logs().run();
    assert_eq!(office.count("calls"), "20");
    assert_eq!(missing(&office), [""; 0]);
    let asked = office.asked(DIALOG_REPORT);
    assert!(asked < 40, "{asked} requests");
}

#[test]
fn rows_that_fit_into_no_window_of_an_hour_leave_a_window_and_the_date_moves() {
    let office = office();
    office.it_is("2026-07-20T10:00:00Z".parse().unwrap());
    let at = "2026-07-20T08:00:00Z".parse().unwrap();
    for n in 0..5 {
        let id = format!("d-{n}");
        office.dialog_call(DialogCall::new(7001, &id, "48601200301", at, 9));
    }
    office.callyzer.world(|world| world.dialog.row_limit = 3);
    office.callsync(&["sync"]).prints("nowe 3, ").logs().run();
    assert_eq!(missing(&office).len(), 1, "{:?}", missing(&office));
    let kept = "SELECT missing, from_at <= '2026-07-20T08:00:00Z', to_at >= '2026-07-20T08:00:00Z',
                       unixepoch(to_at) - unixepoch(from_at) <= 3601 FROM doubtful_windows";
    assert_eq!(office.rows(kept), ["2|1|1|1"]);
    assert_eq!(
        office.value("SELECT count(*) FROM sync_dates WHERE number = '7001'"),
        "1"
    );

    office
        .callyzer
        .world(|world| world.dialog.row_limit = usize::MAX);
    office.a_day_passes();
    office.sync();
    assert_eq!(missing(&office), [""; 0]);
    assert_eq!(office.count("calls"), "5");
}

#[test]
fn a_count_that_is_always_too_high_costs_few_requests_and_no_call() {
    let office = office();
    hourly(&office, 20);
    office.callyzer.world(|world| world.dialog.count_excess = 7);
    office.callsync(&["sync"]).prints("nowe 20, ").logs().run();
    let first = office.asked(DIALOG_REPORT);
    assert!(first < 20, "{first} requests");
    assert_eq!(missing(&office).len(), 1, "{:?}", missing(&office));
    for _ in 0..3 {
        office.sync_with_log().run();
    }
    let more = office.asked(DIALOG_REPORT) - first;
    assert!(more < 30, "{more} requests");
    assert_eq!(office.count("calls"), "20");
    // The first day, and perhaps another window for all runs since.
    assert!(missing(&office).len() <= 2, "{:?}", missing(&office));
}

#[test]
fn a_campaign_whose_count_lies_keeps_no_other_from_being_halved() {
    let office = office().going_back(10);
    let odd = r#"{"columns": [], "data": [], "count": 5000}"#;
    let is_first =
        |request: &Request| request.body["analytics_filter"]["outgoing_campaign_id"] == 7001;
    office
        .callyzer
        .when(is_first, Misbehaviour::status(200, odd));
    for n in 0..12 {
        let id = format!("d-{n:02}");
        let at = ago(60 * n + 30);
        office.dialog_call(DialogCall::new(7002, &id, "48601200301", at, 9));
    }
    office.callyzer.world(|world| world.dialog.row_limit = 4);
    let run = office
        .callsync(&["sync"])
        .with("DIALOG_CAMPAIGNS", "7001,7002");
    run.prints("nowe 12, ").logs().run();
    assert!(
        office.asked(DIALOG_REPORT) < 80,
        "{}",
        office.asked(DIALOG_REPORT)
    );
}

#[test]
fn a_window_is_told_in_utc_with_milliseconds() {
    let office = office();
    office.sync();
    let asked = &office.callyzer.requests_to(DIALOG_REPORT)[0].body["analytics_filter"];
    let start = asked["date_start"].as_str().unwrap();
    assert!(start.ends_with(".000Z"), "{start}");
    let start: chrono::DateTime<chrono::Utc> = start.parse().unwrap();
    let back = (ago(0) - start).num_minutes();
    // A day, and the buffer before a date.
    assert!((24 * 60..26 * 60).contains(&back), "{back} minutes");
}
