//! What no document promises: totals of a page, rows of a leg, answers that cannot be read.

use pretend_callyzer::path::TELECUBE_CALLS;
use pretend_callyzer::{Misbehaviour, Request, TelecubeCall};
use serde_json::{Value, json};

use super::{call, many, office, receiver};
use crate::moment::at;

fn rows_of(answer: &mut Value) -> &mut Vec<Value> {
    answer["data"].as_array_mut().unwrap()
}

#[test]
fn a_total_that_counts_a_page_alone_hides_no_later_page() {
    let office = many(1_500);
    let of_page = Misbehaviour::edit(|answer| {
        answer["otherData"]["totalCount"] = rows_of(answer).len().into();
    });
    office.callyzer.always(TELECUBE_CALLS, of_page);
    office.sync();
    assert_eq!(office.count("calls"), "1500");
}

#[test]
fn a_page_after_the_last_may_be_an_error() {
    let none = r#"{"success":false,"message":"no such page"}"#;
    for misbehaviour in [
        Misbehaviour::status(404, none),
        Misbehaviour::status(200, none),
        Misbehaviour::status(500, none),
    ] {
        // A full page that has all, and a short one that lacks two rows for good.
        for (calls, more, windows) in [(1_000, 0, "0"), (3, 2, "1")] {
            let office = many(calls);
            office
                .callyzer
                .always(TELECUBE_CALLS, Misbehaviour::WrongTotal(more));
            let is_second =
                |request: &Request| request.path == TELECUBE_CALLS && request.body["page"] == "2";
            office.callyzer.when(is_second, misbehaviour.clone());
            office
                .callsync(&["-q", "sync"])
                .with("CALLSYNC_REREAD_DAYS", "0")
                .run();
            assert_eq!(office.count("calls"), calls.to_string());
            assert_eq!(office.sync_dates().len(), 1, "{misbehaviour:?}");
            assert_eq!(
                office.count("doubtful_windows"),
                windows,
                "{misbehaviour:?}"
            );
        }
    }
}

#[test]
fn a_full_page_with_more_to_come_is_never_the_last() {
    let office = many(1_500);
    let is_second =
        |request: &Request| request.path == TELECUBE_CALLS && request.body["page"] == "2";
    let broken = Misbehaviour::status(500, "out of order");
    office.callyzer.when(is_second, broken);
    office.failing_sync(75).run();
    assert_eq!(office.sync_dates(), [""; 0]);
    office.callyzer.behave();
    office.sync();
    assert_eq!(office.count("calls"), "1500");
}

#[test]
fn pages_that_are_smaller_than_documented_are_read_to_the_end() {
    for gives_total in [true, false] {
        let office = many(1_200);
        office.callyzer.world(|world| {
            world.telecube.page_size = 500;
            world.telecube.gives_total = gives_total;
        });
        office.sync();
        assert_eq!(office.count("calls"), "1200", "{gives_total}");
        assert_eq!(office.count("doubtful_windows"), "0", "{gives_total}");
    }
}

#[test]
fn without_a_total_several_pages_are_read_twice() {
    let office = many(1_500);
    office
        .callyzer
        .world(|world| world.telecube.gives_total = false);
    // A row slips from the second page to the first while the first is read.
    office
        .callyzer
        .nth(TELECUBE_CALLS, 2, Misbehaviour::LosesRows(1));
    office.sync();
    assert_eq!(office.count("calls"), "1500");
}

#[test]
fn several_rows_of_one_call_are_one_call_of_whom_it_was_answered_by() {
    let office = office();
    for (receiver_key, outcome) in [
        ("u-celina", "NOANSWER"),
        ("u-anna", "ANSWERED"),
        ("u-celina", "NOANSWER"),
    ] {
        let mut leg = call("t-1", "IN", "48601200301", 5, 30);
        leg.status = outcome.into();
        leg.receivers = vec![receiver(None, Some(receiver_key))];
        leg.duration_s = if outcome == "ANSWERED" { 30 } else { 0 };
        office.telecube_call(leg);
    }
    office.sync();
    let whose =
        "SELECT c.status, u.login, c.duration_s FROM calls c JOIN users u ON u.id = c.advisor_id";
    assert_eq!(office.rows(whose), ["Przychodzące|anna|30"]);
    assert_eq!(office.count("doubtful_windows"), "0");
    assert_eq!(office.asked(TELECUBE_CALLS), 1);
}

/// An outgoing leg of a call, which rang or was answered for so long.
fn leg(key: &str, outcome: &str, minutes: i64, duration_s: u32) -> TelecubeCall {
    let mut leg = call("t-1", "OUT", "48601200301", minutes, duration_s);
    leg.status = outcome.into();
    leg.receivers = vec![receiver(None, Some(key))];
    leg
}

#[test]
fn the_leg_that_was_answered_counts_whatever_the_order_and_on_whatever_page() {
    for fill in [0, 999] {
        for is_first in [true, false] {
            let office = many(fill);
            // The rows come the newest first: one page ends between both.
            let (first, second) = if is_first { (299, 301) } else { (301, 299) };
            office.telecube_call(leg("u-celina", "ANSWERED", first, 300));
            office.telecube_call(leg("u-anna", "NOANSWER", second, 0));
            office.callsync(&["-q", "sync"]).run();
            office.callsync(&["-q", "sync"]).run();
            let leg = "SELECT duration_s, details ->> 'status' FROM calls
                       WHERE provider_call_id = 't-1'";
            assert_eq!(office.value(leg), "300|answered", "{fill} {is_first}");
        }
    }
}

#[test]
fn a_record_that_cannot_be_read_is_kept_beside_another_row_with_its_id() {
    let office = office();
    office.telecube_call(call("t-1", "IN", "48601200301", 60, 30).showing("status", "WEIRD"));
    office.telecube_call(call("t-1", "IN", "48601200301", 60, 30).showing("service", "SMS"));
    office.sync();
    let records = "SELECT provider_call_id, reason FROM quarantine";
    assert_eq!(office.rows(records), ["t-1|unknown status 'WEIRD'"]);
}

#[test]
fn an_answer_that_cannot_be_read_keeps_no_later_day_waiting_and_holds_the_date() {
    let office = office();
    office.it_is(at("2026-07-20T10:00:00Z"));
    office.sync();
    let date = office.sync_dates();
    office.it_is(at("2026-07-23T10:00:00Z"));
    for (uuid, moment) in [
        ("t-1", "2026-07-21T12:00:00Z"),
        ("t-2", "2026-07-23T09:00:00Z"),
    ] {
        let call = TelecubeCall::new(uuid, "OUT", "48601200301", "u-anna", at(moment), 9);
        office.telecube_call(call);
    }
    office.callyzer.when(
        |request| {
            let to = request.body["dateTo"].as_str().unwrap_or_default();
            request.path == TELECUBE_CALLS && to.starts_with("2026-07-22")
        },
        Misbehaviour::NotJson,
    );
    office
        .failing_sync(76)
        .with("CALLSYNC_REREAD_DAYS", "0")
        .run();
    let calls = "SELECT provider_call_id FROM calls ORDER BY 1";
    assert_eq!(office.rows(calls), ["t-2"]);
    // The slices before it are read.
    let minute = "SELECT substr(last_synced_at, 1, 16) FROM sync_dates";
    assert_eq!(office.rows(minute), ["2026-07-21T06:00"]);
    assert_ne!(office.sync_dates(), date);
    office.callyzer.behave();
    office.sync();
    assert_eq!(office.rows(calls), ["t-1", "t-2"]);
}

#[test]
fn a_record_is_released_by_its_id_also_if_it_could_not_be_parsed() {
    let office = office();
    office.telecube_call(call("t-1", "OUT", "48601200301", 60, 30));
    office.telecube_call(call("t-2", "OUT", "48601200301", 50, 30).showing("service", "?"));
    office.callyzer.next(
        TELECUBE_CALLS,
        Misbehaviour::replace_bytes(r#""duration":30"#, r#""duration":1e400"#),
    );
    office.sync();
    let records = "SELECT provider_call_id FROM quarantine ORDER BY 1";
    assert_eq!(office.rows(records), ["t-1", "t-2"]);
    office.callyzer.world(|world| {
        let call = &mut world.telecube.calls[1];
        call.extra.insert("service".into(), json!("SMS"));
    });
    office.sync();
    assert_eq!(office.rows(records), [""; 0]);
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["t-1"]);
}
