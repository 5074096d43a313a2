//! The first synchronisation of a number that is new.

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;

use crate::moment::{ago, timestamp};
use crate::office::{KINDS, Office, asks_for};

/// An office that has been at work for a while when Dorota comes.
fn office_with_a_new_advisor() -> Office {
    let office =
        Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]).going_back(5);
    office.sync();
    office.execute("UPDATE daily_stats SET fetched_at = '2000-01-01T00:00:00Z'");
    office.callyzer.world(|world| {
        world.employee("600100204", "Dorota Lis");
    });
    office.import(
        "users",
        "login,name,role,numbers\ndorota,Dorota Lis,advisor-bik,600 100 204\n",
    );
    office
}

#[test]
fn a_backfill_that_fails_does_not_keep_the_rest_of_the_pass_waiting() {
    let office = office_with_a_new_advisor();
    office.callyzer.when(
        |request| asks_for(request, "48-600100204") && request.path == HISTORY,
        Misbehaviour::status(500, "out of order"),
    );
    office.failing_sync(75).run();
    let begun = "(SELECT max(started_at) FROM sync_runs WHERE command = 'sync')";
    let moved = format!("SELECT number FROM sync_dates WHERE last_synced_at = {begun} ORDER BY 1");
    assert_eq!(
        office.rows(&moved),
        [
            "+48225550102",
            "+48600100201",
            "+48600100202",
            "+48600100203"
        ]
    );
    assert_eq!(office.sync_dates().len(), 4);
    let fetched = "SELECT DISTINCT login FROM daily_stats JOIN users ON users.id = user_id
                   WHERE fetched_at > '2000-01-02' ORDER BY 1";
    assert_eq!(office.rows(fetched), ["anna", "bartek", "celina", "dorota"]);
    assert_eq!(office.value("SELECT attempts FROM unmatched"), "2");
}

#[test]
fn a_backfill_goes_on_with_the_slice_where_it_stopped() {
    let office = office_with_a_new_advisor();
    let third_slice = ago(3 * 24 * 60 + 1).timestamp();
    office.callyzer.when(
        move |request| {
            asks_for(request, "48-600100204")
                && request.body["synced_from"].as_i64() > Some(third_slice)
        },
        Misbehaviour::status(500, "out of order"),
    );
    office.failing_sync(75).run();
    let started_at = office.value("SELECT max(started_at) FROM sync_runs WHERE command = 'sync'");
    let date = "SELECT last_synced_at FROM sync_dates WHERE number = '+48600100204'";
    let reached = timestamp(&office.value(date));
    assert_eq!(reached, timestamp(&started_at) - 3 * 86_400);

    office.callyzer.behave();
    let before = office.callyzer.requests().len();
    office.sync();
    let backfill = office.upload_windows(before + KINDS);
    assert_eq!(backfill[0].0, reached - 3600);
    assert!(backfill.iter().all(|window| *window >= backfill[0]));
    assert!(office.value(date) >= started_at);
}

#[test]
fn a_new_number_does_not_pull_everybodys_window_back() {
    let office = Office::new();
    office.sync();
    office.callyzer.world(|world| {
        world.employee("600100299", "Nowa Osoba");
    });
    office.import(
        "users",
        "login,name,role,team,numbers\nnowa,Nowa Osoba,advisor-bik,bik,600100299\n",
    );
    let before = office.callyzer.requests().len();
    office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "3")
        .run();
    let asked: Vec<_> = office.callyzer.requests()[before..]
        .iter()
        .filter(|request| request.path == HISTORY)
        .map(|request| {
            let hours = (request.body["synced_to"].as_i64().unwrap()
                - request.body["synced_from"].as_i64().unwrap())
                / 3600;
            (request.body["emp_numbers"].as_array().unwrap().len(), hours)
        })
        .collect();
    let fresh = [(4, 1); 3];
    let backfill = [(1, 24); 9];
    assert_eq!(asked, [&fresh[..], &backfill[..]].concat());
    assert_eq!(
        office.value("SELECT count(DISTINCT last_synced_at) FROM sync_dates"),
        "1"
    );
}
