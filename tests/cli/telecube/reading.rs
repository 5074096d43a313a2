//! Windows, pages, closed days and the nights in which the clocks change.

use pretend_callyzer::path::TELECUBE_CALLS;
use pretend_callyzer::{Misbehaviour, TelecubeCall};

use super::{call, many, office};
use crate::moment::{ago, at, text};

const DAY: i64 = 24 * 60;

#[test]
fn every_page_is_asked_for_with_both_dates() {
    let office = many(1_001);
    office.sync();
    assert_eq!(office.count("calls"), "1001");
    let requests = office.callyzer.requests_to(TELECUBE_CALLS);
    let pages: Vec<_> = requests
        .iter()
        .map(|request| {
            assert_eq!(request.method, "GET");
            assert_eq!(request.body["dateFrom"].as_str().unwrap().len(), 19);
            assert_eq!(request.body["dateTo"], requests[0].body["dateTo"]);
            request.body["page"].as_str()
        })
        .collect();
    assert_eq!(pages, [None, Some("2")]);
}

#[test]
fn without_a_total_pages_are_read_until_one_is_not_full() {
    let office = many(1_001);
    office
        .callyzer
        .world(|world| world.telecube.gives_total = false);
    office.sync();
    assert_eq!(office.count("calls"), "1001");
    assert_eq!(office.count("doubtful_windows"), "0");
    let read = "SELECT calls_read FROM sync_runs WHERE command = 'sync'";
    assert_eq!(office.value(read), "1001", "read twice, counted once");
}

#[test]
fn rows_that_shift_between_two_pages_are_read_again() {
    let office = many(1_001);
    // The page brings a row fewer than it would, as after a row that went away.
    office
        .callyzer
        .next(TELECUBE_CALLS, Misbehaviour::LosesRows(2));
    office
        .sync_with_log()
        .says("rows missing; reading again")
        .run();
    assert_eq!(office.count("calls"), "1001");
    assert_eq!(office.count("doubtful_windows"), "0");
}

#[test]
fn a_call_that_is_listed_only_when_it_has_ended_is_within_the_overlap() {
    let office = office();
    office.sync();
    office.telecube_call(call("long", "OUT", "48601200301", 200, 12_000));
    office.sync();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["long"]);
}

#[test]
fn a_closed_day_is_read_again_daily_and_nothing_is_removed_for_being_absent() {
    let office = office().going_back(2);
    office.telecube_call(call("early", "OUT", "48601200301", DAY, 60));
    office.sync();
    office.a_day_passes();
    office.callyzer.world(|world| world.telecube.calls.clear());
    office.telecube_call(call("late", "IN", "48601200302", DAY, 60));
    let yesterday = crate::moment::day_before(1);
    office
        .sync_with_log()
        .says(&format!("reading {yesterday} again"))
        .run();
    let calls = "SELECT provider_call_id FROM calls ORDER BY 1";
    assert_eq!(office.rows(calls), ["early", "late"]);
    assert_eq!(
        office.rows("SELECT provider, count(*) FROM reread_days GROUP BY 1"),
        ["telecube|2"]
    );
    let asked = office.asked(TELECUBE_CALLS);
    office.sync();
    assert_eq!(office.asked(TELECUBE_CALLS), asked + 1);
}

#[test]
fn the_hour_that_occurs_twice_is_read_whole_and_each_call_once() {
    let office = office();
    // 02:30 in Warsaw, for the first and for the second time, and 20 minutes later.
    for (uuid, moment) in [
        ("first", "2026-10-25T00:30:00Z"),
        ("second", "2026-10-25T01:30:00Z"),
        ("after", "2026-10-25T01:50:00Z"),
    ] {
        let call = TelecubeCall::new(uuid, "OUT", "48601200301", "u-anna", at(moment), 60);
        office.telecube_call(call);
    }
    for now in [
        "2026-10-25T00:35:00Z",
        "2026-10-25T01:35:00Z",
        "2026-10-25T01:55:00Z",
        "2026-10-25T08:00:00Z",
    ] {
        office.it_is(at(now));
        office.sync();
    }
    assert_eq!(office.count("calls"), "3");
    let ambiguous =
        "SELECT started_at, details ->> 'ambiguous_time' FROM calls ORDER BY provider_call_id";
    assert_eq!(
        office.rows(ambiguous),
        [
            "2026-10-25T00:50:00Z|2026-10-25 02:50:00",
            "2026-10-25T00:30:00Z|2026-10-25 02:30:00",
            "2026-10-25T00:30:00Z|2026-10-25 02:30:00",
        ]
    );
    let requests = office.callyzer.requests_to(TELECUBE_CALLS);
    let bound = |n: usize, name: &str| requests[n].body[name].as_str().unwrap().to_owned();
    assert_eq!(bound(0, "dateTo"), "2026-10-25 02:59:59");
}

#[test]
fn no_call_of_the_spring_night_is_lost() {
    let office = office();
    let call = TelecubeCall::new(
        "night",
        "OUT",
        "48601200301",
        "u-anna",
        at("2026-03-29T01:10:00Z"),
        60,
    );
    office.telecube_call(call);
    for now in [
        "2026-03-29T00:30:00Z",
        "2026-03-29T01:30:00Z",
        "2026-03-29T09:00:00Z",
    ] {
        office.it_is(at(now));
        office.sync();
    }
    assert_eq!(
        office.rows("SELECT started_at FROM calls"),
        ["2026-03-29T01:10:00Z"]
    );
}

#[test]
fn the_zone_of_the_times_is_a_setting_and_a_change_of_it_moves_no_calls_by_itself() {
    let office = office();
    for n in 0..8 {
        office.telecube_call(call(&format!("t-{n}"), "OUT", "48601200301", 100 + n, 60));
    }
    office.sync();
    let before = office.rows("SELECT started_at FROM calls ORDER BY id");
    office
        .callsync(&["-q", "sync"])
        .with("TELECUBE_TIMEZONE", "UTC")
        .fails(76)
        .says("Check TELECUBE_TIMEZONE")
        .run();
    assert_eq!(
        office.rows("SELECT started_at FROM calls ORDER BY id"),
        before
    );
}

#[test]
fn a_window_can_be_read_by_hand_and_moves_no_date() {
    let office = office();
    office.sync();
    let date = office.sync_dates();
    office.telecube_call(call("old", "OUT", "48601200301", 3 * DAY, 60));
    let since = text(ago(4 * DAY));
    office
        .callsync(&["-q", "sync", "--provider", "telecube", "--since", &since])
        .run();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["old"]);
    assert_eq!(office.sync_dates(), date);
    assert_eq!(
        office.rows("SELECT provider, incoming, outgoing FROM daily_stats"),
        ["telecube|0|1"]
    );
}
