//! Killed, started twice, told to stop: nothing is lost and nothing is stored twice.

use std::process::{Child, Command};
use std::time::Duration;

use chrono::{DateTime, Utc};
use pretend_callyzer::Misbehaviour;

use crate::office::{Office, ago};

const HISTORY: &str = "/call-log/history";
const PATIENCE: Duration = Duration::from_secs(20);

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// What the file says in the end, apart from when things happened.
fn content(office: &Office) -> Vec<Vec<String>> {
    [
        "SELECT provider_call_id, advisor_id, lead_id, client_number, status, kind, started_at, duration_s
         FROM calls ORDER BY 1",
        "SELECT c.provider_call_id FROM unmatched_calls u JOIN calls c ON c.id = u.call_id ORDER BY 1",
        "SELECT user_id, day, incoming, outgoing, missed, rejected, talk_time_s FROM daily_stats ORDER BY 1, 2",
        "SELECT * FROM stats_due",
    ]
    .iter()
    .map(|sql| office.rows(sql))
    .collect()
}

fn busy_office(from: DateTime<Utc>, to: DateTime<Utc>) -> Office {
    let office = Office::new();
    office
        .callyzer
        .world(|world| world.generate(10_000, from, to, 7));
    office
}

#[test]
fn ten_thousand_calls_read_through_five_kills_are_the_same_as_read_at_once() {
    let (from, to) = (ago(9 * 24 * 60), ago(60));
    let undisturbed = busy_office(from, to);
    undisturbed.sync();
    let expected = content(&undisturbed);
    assert_eq!(expected[0].len(), 10_000);

    let office = busy_office(from, to);
    for _ in 0..5 {
        let asked = office.callyzer.requests().len();
        let mut child = office.callsync(&["-q", "sync"]).start();
        assert!(office.callyzer.wait_for_requests(asked + 20, PATIENCE));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    office
        .callsync(&["sync"])
        .prints("Połączenia")
        .says("the last sync was killed")
        .run();
    for (found, expected) in content(&office).iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(
        office.rows("SELECT outcome, count(*) FROM sync_runs WHERE command = 'sync' GROUP BY 1"),
        ["killed|5", "ok|1"]
    );
}

#[test]
fn a_second_sync_ends_at_once_and_says_since_when_the_other_is_at_work() {
    let office = Office::new();
    office
        .callyzer
        .next(HISTORY, Misbehaviour::Delay(Duration::from_secs(2)));
    let mut first = office.callsync(&["-q", "sync"]).start();
    assert!(office.callyzer.wait_for_requests(1, PATIENCE));
    office
        .callsync(&["-q", "sync"])
        .fails(75)
        .says("another sync has been at work since 20")
        .run();
    assert!(first.wait().unwrap().success());
    assert_eq!(
        office.value("SELECT count(*) FROM sync_runs WHERE command = 'sync'"),
        "1"
    );
    assert_eq!(office.callyzer.overlaps(), 0);
}

#[test]
fn a_signal_ends_the_run_after_the_page_in_hand() {
    for name in ["-TERM", "-INT"] {
        let office = Office::new();
        office
            .callyzer
            .world(|world| world.generate(300, ago(180), ago(60), 3));
        office
            .callyzer
            .next(HISTORY, Misbehaviour::Delay(Duration::from_millis(500)));
        let mut child = office
            .callsync(&["-q", "sync"])
            .with("CALLSYNC_INITIAL_DAYS", "1")
            .start();
        assert!(office.callyzer.wait_for_requests(1, PATIENCE));
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(75));
        assert_eq!(office.callyzer.requests().len(), 1);
        assert_eq!(office.value("SELECT count(*) FROM calls"), "100");
        assert_eq!(
            office
                .rows("SELECT outcome, exit_code, calls_new FROM sync_runs WHERE command = 'sync'"),
            ["failed|75|100"]
        );
        office.sync();
        assert_eq!(office.value("SELECT count(*) FROM calls"), "300");
    }
}

#[test]
fn a_signal_ends_the_wait_for_the_pace_at_once() {
    let office = Office::new();
    let mut child = office
        .callsync(&["-q", "sync"])
        .with("CALLYZER_INTERVAL_MS", "600000")
        .start();
    assert!(office.callyzer.wait_for_requests(1, PATIENCE));
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(75));
    assert_eq!(office.callyzer.requests().len(), 1);
}

#[test]
fn two_processes_keep_the_pace_between_them() {
    let office = Office::new();
    let interval = Duration::from_millis(150);
    let mut children = [(); 3].map(|()| {
        office
            .callsync(&["-q", "sync", "--dry-run"])
            .with("CALLYZER_INTERVAL_MS", "150")
            .with("CALLSYNC_INITIAL_DAYS", "1")
            .start()
    });
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let requests = office.callyzer.requests();
    assert_eq!(requests.len(), 9);
    // A start is noted a little before its request arrives.
    let took = requests[8].started - requests[0].started;
    assert!(took + Duration::from_millis(100) > interval * 8, "{took:?}");
    assert_eq!(office.callyzer.overlaps(), 0);
}
