//! The rows of `sync_runs`: what each run was and how it ended, whatever ended it.

use std::time::Duration;

use pretend_callyzer::path::{CALLS_BY_ID, HISTORY};
use pretend_callyzer::{Call, Misbehaviour};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::moment::ago;
use crate::office::{LEADS, Office, USERS};

const RUNS: &str = "SELECT command, provider, outcome, exit_code FROM sync_runs ORDER BY id";

/// An office with a call, and without the rows of its imports.
fn office() -> Office {
    let office =
        Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)]).going_back(1);
    office.execute("DELETE FROM sync_runs");
    office
}

fn delays(milliseconds: u64) -> Misbehaviour {
    Misbehaviour::Delay(Duration::from_millis(milliseconds))
}

#[test]
fn each_writing_command_has_a_row_with_the_system_that_it_asked() {
    let office = office();
    office.import("users", USERS);
    office.import("leads", LEADS);
    office.sync();
    let since = [
        "-q",
        "sync",
        "--since",
        "2026-01-01",
        "--until",
        "2026-01-02",
    ];
    office.callsync(&since).run();
    office.callsync(&["-q", "refresh-lead", "1"]).run();
    office.callsync(&["-q", "retry-unmatched"]).run();
    office.callsync(&["-q", "lead", "1"]).run();
    office.callsync(&["-q", "sync", "--dry-run"]).run();
    assert_eq!(
        office.rows(RUNS),
        [
            "import users|null|ok|0",
            "import leads|null|ok|0",
            "sync|callyzer|ok|0",
            "sync --since|callyzer|ok|0",
            "refresh-lead|callyzer|ok|0",
            "retry-unmatched|null|ok|0",
        ]
    );
}

#[test]
fn a_row_is_there_while_the_run_is_under_way() {
    let office = office();
    for (command, row) in [
        (&["-q", "sync"][..], "sync|callyzer|running|null"),
        (
            &["-q", "refresh-lead", "1"],
            "refresh-lead|callyzer|running|null",
        ),
    ] {
        office.execute("DELETE FROM sync_runs");
        office.callyzer.next(HISTORY, delays(1500));
        let before = office.callyzer.requests().len();
        let mut run = office.callsync(command).start();
        office.wait_for_requests(before + 1);
        assert_eq!(office.rows(RUNS), [row]);
        assert_eq!(run.wait(), Some(0));
        let ended = row.replace("running|null", "ok|0");
        assert_eq!(office.rows(RUNS), [ended]);
    }
}

#[test]
fn a_killed_run_is_marked_by_the_next_command_that_writes() {
    let office = office();
    office.callyzer.next(HISTORY, delays(5000));
    let mut run = office.callsync(&["-q", "refresh-lead", "1"]).start();
    office.wait_for_requests(1);
    run.kill();
    office.callsync(&["-q", "unmatched"]).run();
    assert_eq!(office.rows(RUNS), ["refresh-lead|callyzer|running|null"]);
    office.callsync(&["-q", "retry-unmatched"]).run();
    assert_eq!(
        office.rows(RUNS),
        [
            "refresh-lead|callyzer|killed|null",
            "retry-unmatched|null|ok|0"
        ]
    );
}

#[test]
fn a_run_at_work_is_not_taken_for_killed() {
    let office = office();
    office.callyzer.next(HISTORY, delays(2000));
    let mut run = office.callsync(&["-q", "refresh-lead", "1"]).start();
    office.wait_for_requests(1);
    office.callsync(&["-q", "retry-unmatched"]).run();
    assert_eq!(
        office.rows(RUNS),
        [
            "refresh-lead|callyzer|running|null",
            "retry-unmatched|null|ok|0"
        ]
    );
    assert_eq!(run.wait(), Some(0));
    assert_eq!(office.rows(RUNS)[0], "refresh-lead|callyzer|ok|0");
}

#[test]
fn a_runs_own_end_overwrites_what_others_took_it_for() {
    let office = office();
    office.callyzer.next(HISTORY, delays(2000));
    let mut run = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests(1);
    office.execute("UPDATE sync_runs SET outcome = 'killed'");
    assert_eq!(run.wait(), Some(0));
    assert_eq!(office.rows(RUNS), ["sync|callyzer|ok|0"]);
}

#[test]
fn a_signal_leaves_a_row_and_the_refresh_says_how_it_ended() {
    let office = office();
    let sentence = "Wystąpił błąd podczas aktualizacji historii połączeń";
    for signal in [Signal::TERM, Signal::INT] {
        office.execute("DELETE FROM sync_runs");
        office.callyzer.next(HISTORY, Misbehaviour::Hang);
        let before = office.callyzer.requests().len();
        let arguments = ["refresh-lead", "1", "--format", "json"];
        let mut run = office.callsync(&arguments).start_printing();
        office.wait_for_requests(before + 1);
        run.signal(signal);
        let (code, printed) = run.finish();
        assert_eq!(code, Some(75));
        assert_eq!(
            office.rows("SELECT outcome, exit_code, requests, error FROM sync_runs"),
            ["failed|75|1|ended by a signal"]
        );
        let printed: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(
            printed,
            json!({"status": sentence, "message": "przerwano sygnałem", "exit_code": 75,
                   "new": 0, "changed": 0, "removed": 0})
        );
    }
}

#[test]
fn the_end_of_a_run_that_another_program_kept_from_writing_it_is_written_later() {
    let office = office();
    office.callyzer.next(HISTORY, Misbehaviour::Hang);
    let mut sync = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests(1);
    let other = rusqlite::Connection::open(office.database()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    sync.signal(Signal::TERM);
    assert_eq!(sync.wait(), Some(75));
    // This one cannot even begin.
    let mut retry = office.callsync(&["-v", "retry-unmatched"]).start_talking();
    let mut messages = retry.messages();
    assert!(messages.any(|line| line.contains("waiting for it")));
    retry.signal(Signal::TERM);
    assert_eq!(retry.wait(), Some(75));
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(office.rows(RUNS), ["sync|callyzer|running|null"]);

    let late = "which ended with exit code 75, is written only now";
    let logged = office.sync_with_log().says(late).run();
    assert_eq!(logged.stderr.matches(late).count(), 2);
    office.callsync(&["-q", "retry-unmatched"]).run();
    assert_eq!(
        office
            .rows("SELECT command, outcome, exit_code, requests, error FROM sync_runs ORDER BY id"),
        [
            "sync|failed|75|1|ended by a signal",
            "retry-unmatched|failed|75|0|ended by a signal",
            "sync|ok|0|6|null",
            "retry-unmatched|ok|0|0|null",
        ]
    );
}

#[test]
fn a_failure_of_the_database_after_one_of_callyzer_is_the_result_and_both_are_said() {
    let office =
        Office::with_calls(&[("c-1", "600100201", "699", "Outgoing", 50, 87)]).going_back(1);
    office.sync();
    office.execute(
        "CREATE TRIGGER broken BEFORE UPDATE ON unmatched_calls
         BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END",
    );
    office
        .callyzer
        .next(HISTORY, Misbehaviour::Refuse("no such thing".into()));
    office
        .callsync(&["-q", "sync"])
        .fails(74)
        .says("no such thing")
        .says("the disk is on fire")
        .run();
    let last = "SELECT outcome, exit_code, error FROM sync_runs ORDER BY id DESC LIMIT 1";
    let database = office.database();
    let reason = format!(
        "could not use the database {}: the disk is on fire",
        database.display()
    );
    assert_eq!(office.value(last), format!("failed|74|{reason}"));
}

#[test]
fn a_number_that_moves_during_a_run_counts_for_its_new_owner() {
    let office = Office::with_calls_of_one_phone(150).going_back(1);
    office.callyzer.nth(HISTORY, 2, delays(2000));
    let mut run = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests(2);
    office.import(
        "users",
        "login,numbers\nanna,\ncelina,600 100 203|600 100 201\n",
    );
    assert_eq!(run.wait(), Some(0));
    assert_eq!(
        office
            .rows("SELECT login, count(*) FROM calls JOIN users u ON u.id = advisor_id GROUP BY 1"),
        ["anna|100", "celina|50"]
    );
}

#[test]
fn nobody_asks_between_a_look_up_and_its_commit() {
    let office = Office::new().going_back(3);
    office.call(Call::new(
        "kept",
        "600100201",
        "601200301",
        "Outgoing",
        ago(26 * 60),
        60,
    ));
    office.call(Call::new(
        "gone",
        "600100201",
        "601200301",
        "Outgoing",
        ago(25 * 60),
        60,
    ));
    office.sync();
    office.a_day_passes();
    office
        .callyzer
        .world(|world| world.calls.retain(|call| call.id != "gone"));
    office.callyzer.next(CALLS_BY_ID, delays(1500));
    let mut sync = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests_to(CALLS_BY_ID, 1);
    // The sync gets its answer late, and cannot commit what it brings.
    let writer = rusqlite::Connection::open(office.database()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut check = office.callsync(&["-q", "check"]).start();
    let asked = office.callyzer.requests().len();
    // A process that could ask would have done so by then.
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(office.callyzer.requests().len(), asked);
    assert_eq!(office.callyzer.overlaps(), 0);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(sync.wait(), Some(0));
    check.wait();
    assert_eq!(office.rows("SELECT provider_call_id FROM calls"), ["kept"]);
}
