//! `sync --dry-run`: what a `sync` would do, said and not done.

use std::fs;
use std::time::Duration;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;

use crate::office::{LEADS, Office};

/// What stands below the sums of a dry run.
const NOTHING_WRITTEN: &str = "Przebieg próbny: nic nie zapisano\n";

/// The sums that a run prints.
fn sums(office: &Office, arguments: &[&str]) -> String {
    office
        .callsync(arguments)
        .prints("Połączenia")
        .logs()
        .run()
        .stdout
}

/// All that the file holds.
pub fn content(office: &Office) -> Vec<Vec<String>> {
    let tables = office.rows("SELECT name FROM sqlite_schema WHERE type = 'table'");
    let rows = tables
        .iter()
        .map(|table| office.rows(&format!("SELECT * FROM {table}")));
    rows.collect()
}

#[test]
fn it_says_what_the_next_sync_does_and_leaves_the_file_as_it_is() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 300, 87),
        ("c-2", "600100202", "601300399", "Missed", 200, 0),
    ]);
    office.callyzer.world(|world| {
        let odd = world.calls[1].clone().showing("call_type", "Conference");
        world.call(odd).id = "odd".into();
    });
    let before = content(&office);
    let tried = sums(&office, &["sync", "--dry-run"]);
    assert_eq!(content(&office), before);
    assert_eq!(tried, sums(&office, &["sync"]) + NOTHING_WRITTEN);
    // A lead for the waiting call, a changed call, and one more.
    office.execute(
        "INSERT INTO leads (id, name, number, created_at) VALUES (9, 'X', '+48601300399', '')",
    );
    office.callyzer.world(|world| {
        world.call_mut("c-1").note = Some("oddzwonić".into());
        let more = world.calls[0].clone();
        world.call(more).id = "c-3".into();
    });
    let before = content(&office);
    let all = ["sync", "--dry-run", "--since", "2020-01-01"];
    assert!(sums(&office, &all).contains("(nowe 1, zmienione 1)"));
    let tried = sums(&office, &["sync", "--dry-run"]);
    assert_eq!(content(&office), before);
    assert!(tried.contains("Przypisane do leadów: 1"), "{tried}");
}

#[test]
fn a_call_that_comes_twice_counts_once() {
    let office = Office::with_calls_of_one_phone(150);
    // The first reading lacks a row: all pages are read again.
    office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
    let tried = sums(&office, &["sync", "--dry-run"]);
    office.callyzer.next(HISTORY, Misbehaviour::LosesRows(1));
    assert_eq!(tried, sums(&office, &["sync"]) + NOTHING_WRITTEN);
    assert!(tried.contains("(nowe 150, zmienione 0)"), "{tried}");
}

#[test]
fn closed_days_are_read_but_neither_compared_nor_marked() {
    let office = Office::with_old_calls();
    office.sync();
    office.a_day_passes();
    let before = content(&office);
    let run = office
        .callsync(&["-v", "sync", "--dry-run"])
        .prints("Połączenia")
        .logs()
        .run();
    assert!(
        run.stderr.contains("reading ") && run.stderr.contains(" again"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("statistics"), "{}", run.stderr);
    assert_eq!(content(&office), before);
}

#[test]
fn others_write_while_it_waits_for_an_answer() {
    let office = Office::with_old_calls();
    office
        .callyzer
        .next(HISTORY, Misbehaviour::Delay(Duration::from_secs(2)));
    let mut dry_run = office.callsync(&["-q", "sync", "--dry-run"]).start();
    office.wait_for_requests(1);
    office.import("leads", LEADS);
    assert_eq!(office.callyzer.requests().len(), 1, "it is still waiting");
    assert_eq!(dry_run.wait(), Some(0));
    assert_eq!(office.count("calls"), "0");
}

#[test]
fn the_file_of_an_earlier_version_is_not_brought_up_to_date() {
    let office = Office::unasked();
    office.execute("PRAGMA user_version = 4");
    let before = fs::read(office.database()).unwrap();
    office
        .callsync(&["sync", "--dry-run"])
        .fails(74)
        .says("it is an older version's: back it up, then `callsync retry-unmatched` brings it up to date")
        .run();
    assert_eq!(fs::read(office.database()).unwrap(), before);
}
