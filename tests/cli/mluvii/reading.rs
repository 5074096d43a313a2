//! Pages that the server cuts, and rows that move between them.

use std::cell::Cell;

use chrono::TimeDelta;
use pretend_callyzer::path::MLUVII_SESSIONS;

use super::{office, session};
use crate::moment::at;
use crate::office::Office;

/// As [`office`], with so many sessions, and so many rows on each page.
fn many(count: i64, page_cap: usize) -> Office {
    let office = office();
    for id in 1..=count {
        office.mluvii_session(session(id, "OutgoingCall", "41", 300 + id, 9));
    }
    office
        .callyzer
        .world(|world| world.mluvii.page_cap = page_cap);
    office
}

#[test]
fn a_silent_cap_hides_no_page() {
    let office = many(10, 4);
    office.sync();
    assert_eq!(office.count("calls"), "10");
    assert_eq!(office.count("doubtful_windows"), "0");
    let requests = office.callyzer.requests_to(MLUVII_SESSIONS);
    for request in &requests {
        let asked = |name: &str| request.body[name].as_str().unwrap();
        assert_eq!(request.method, "GET");
        assert_eq!((asked("Channel"), asked("limit")), ("Phone", "200"));
        for time in ["Created.Min", "Created.Max"] {
            assert!(asked(time).ends_with('Z'), "{}", asked(time));
        }
    }
    let offsets = requests
        .iter()
        .map(|it| it.body["offset"].as_str().unwrap());
    let offsets: Vec<_> = offsets.take(4).collect();
    assert_eq!(offsets, ["0", "4", "8", "10"]);
}

#[test]
fn a_row_that_moves_between_two_pages_is_not_lost() {
    for oldest_first in [false, true] {
        let office = many(5, 2);
        // The first page's first session goes away: those behind it move up by one.
        let is_done = Cell::new(false);
        office.callyzer.world(|world| {
            if oldest_first {
                world.mluvii.order = |a, b| (a.created, a.id).cmp(&(b.created, b.id));
            }
            let gone = if oldest_first { 5 } else { 1 };
            world.mluvii.after_page(move |sessions| {
                if !is_done.replace(true) {
                    sessions.retain(|session| session.id != gone);
                }
            });
        });
        office.sync();
        let ids = office.rows("SELECT provider_call_id FROM calls ORDER BY 1");
        assert_eq!(ids, ["1", "2", "3", "4", "5"], "{oldest_first}");
        assert_eq!(office.count("doubtful_windows"), "0");
    }
}

#[test]
fn a_second_sync_adds_nothing_and_a_session_that_changed_is_replaced() {
    let office = many(3, 200);
    office.sync();
    office.sync_with_log().prints("(nowe 0, zmienione 0)").run();
    office.callyzer.world(|world| {
        let session = world.mluvii.session_mut(2);
        session.length_s = Some(90);
        session.tags = vec!["VIP".into()];
    });
    office.sync_with_log().prints("(nowe 0, zmienione 1)").run();
    let calls =
        "SELECT provider_call_id, duration_s, details ->> '$.tags[0]' FROM calls ORDER BY 1";
    assert_eq!(office.rows(calls), ["1|9|null", "2|90|VIP", "3|9|null"]);
}

#[test]
fn a_recording_whose_address_changes_with_each_answer_is_no_change() {
    let office = many(1, 200);
    office.callyzer.world(|world| {
        let recording = pretend_callyzer::MluviiFile::new("8001", "sound");
        world.mluvii.session_mut(1).recordings = vec![recording];
    });
    office.sync();
    let kept = "SELECT recording_url, details ->> 'recordings', changed_at FROM calls";
    let first = office.value(kept);
    assert!(first.contains("/Storage/Get?id=8001&key="), "{first}");
    office.sync_with_log().prints("(nowe 0, zmienione 0)").run();
    assert_eq!(office.value(kept), first);
}

#[test]
fn a_window_that_is_read_twice_counts_each_row_once() {
    let office = many(3, 1);
    let unfinished = session(4, "IncomingCall", "41", 304, 9).unfinished();
    let chat = session(5, "OutgoingCall", "41", 305, 9).showing("channel", "Chat");
    let odd = session(6, "OutgoingCall", "41", 306, 9).showing("status", "PAUSED");
    for session in [unfinished, chat, odd] {
        office.mluvii_session(session);
    }
    for arguments in [&["sync", "--dry-run"][..], &["sync"]] {
        office
            .callsync(arguments)
            .prints("Połączenia: 4 (nowe 3, zmienione 0)")
            .prints("Poza rejestrem: czaty 1, niezakończone 1\n")
            .says("reading again")
            .run();
    }
    let counts = "SELECT calls_read, calls_new, calls_changed, quarantined FROM sync_runs
                  WHERE command = 'sync'";
    assert_eq!(office.value(counts), "4|3|0|1");
}

#[test]
fn a_session_that_changes_between_two_readings_counts_once_and_is_stored_as_it_is() {
    let office = many(2, 1);
    let pages = Cell::new(0);
    office.callyzer.world(|world| {
        world.mluvii.after_page(move |sessions| {
            pages.set(pages.get() + 1);
            // After the two pages and the empty one of the first reading.
            if pages.get() == 3 {
                sessions[0].length_s = Some(90);
            }
        });
    });
    office
        .sync_with_log()
        .prints("Połączenia: 2 (nowe 2, zmienione 1)")
        .run();
    let durations = "SELECT duration_s FROM calls ORDER BY provider_call_id";
    assert_eq!(office.rows(durations), ["90", "9"]);
}

#[test]
fn the_last_fraction_of_a_closed_day_is_read_again_too() {
    let office = office();
    let mut late = session(1, "OutgoingCall", "41", 60, 9);
    late.created = at("2026-07-20T21:59:59Z") + TimeDelta::milliseconds(500);
    office.mluvii_session(late.clone());
    for now in ["2026-07-21T08:00:00Z", "2026-07-22T19:00:00Z"] {
        office.it_is(at(now));
        office.sync();
    }
    late.tags = vec!["VIP".into()];
    office.mluvii_session(late);
    office.execute("DELETE FROM reread_days");
    office.it_is(at("2026-07-22T20:30:00Z"));
    office.sync();
    let tag = "SELECT started_at, details ->> '$.tags[0]' FROM calls";
    assert_eq!(office.value(tag), "2026-07-20T21:59:59Z|VIP");
}
