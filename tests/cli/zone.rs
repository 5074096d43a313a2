//! The account's zone, after somebody changed it: no stored time moves by itself.

use pretend_callyzer::Call;

use crate::moment::{ago, text};
use crate::office::Office;

/// An office with so many calls in the last hour, all stored.
fn office(calls: usize) -> Office {
    let office = Office::new().going_back(1);
    for n in 0..calls {
        let id = format!("c-{n}");
        office.call(Call::new(
            &id,
            "600100201",
            "601200301",
            "Outgoing",
            ago(30),
            60,
        ));
    }
    office.sync();
    office
}

fn move_to_india(office: &Office) {
    office
        .callyzer
        .world(|world| world.zone = chrono_tz::Asia::Kolkata);
}

fn times(office: &Office) -> Vec<String> {
    office.rows("SELECT DISTINCT started_at FROM calls")
}

#[test]
fn calls_that_all_move_by_hours_are_refused_and_a_person_can_accept_them() {
    let office = office(5);
    let (before, dates) = (times(&office), office.sync_dates());
    move_to_india(&office);
    let failed = office.failing_sync(76).says("5 of 5 known calls").run();
    let last = failed.stderr.lines().last().unwrap();
    for words in [
        "Check CALLYZER_TIMEZONE",
        "callsync sync --provider callyzer --since",
    ] {
        assert!(last.contains(words), "{last}");
    }
    assert_eq!(times(&office), before);
    assert_eq!(office.sync_dates(), dates);
    // With the right zone nothing moves.
    let right = office.callsync(&["-q", "sync"]);
    right.with("CALLYZER_TIMEZONE", "Asia/Kolkata").run();
    assert_eq!(times(&office), before);
    let since = text(ago(600));
    office.callsync(&["-q", "sync", "--since", &since]).run();
    assert_ne!(times(&office), before);
}

#[test]
fn a_refresh_is_refused_too_and_leaves_the_register_as_it_was() {
    let office = office(5);
    let before = times(&office);
    move_to_india(&office);
    office
        .callsync(&["refresh-lead", "1"])
        .fails(76)
        .says("CALLYZER_TIMEZONE")
        .run();
    assert_eq!(times(&office), before);
}

#[test]
fn few_calls_and_calls_that_move_by_minutes_may_move() {
    let few = office(4);
    let before = times(&few);
    move_to_india(&few);
    few.sync();
    assert_ne!(times(&few), before);

    let corrected = office(6);
    let before = times(&corrected);
    corrected.callyzer.world(|world| {
        for call in &mut world.calls {
            call.at -= chrono::TimeDelta::minutes(7);
        }
    });
    corrected.sync();
    assert_ne!(times(&corrected), before);
}

#[test]
fn half_of_the_known_calls_may_move() {
    let office = office(10);
    office.callyzer.world(|world| {
        for call in &mut world.calls[..5] {
            call.at -= chrono::TimeDelta::hours(1);
        }
    });
    office.sync();
    assert_eq!(times(&office).len(), 2);
}

#[test]
fn a_refused_page_keeps_nobody_from_the_figures() {
    let office = office(5);
    move_to_india(&office);
    office.execute("DELETE FROM daily_stats");
    office.failing_sync(76).run();
    assert_ne!(office.count("daily_stats"), "0");
}
