//! Killed, started twice, told to stop: nothing is lost and nothing is stored twice.

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use rustix::process::Signal;

use crate::moment::ago;
use crate::office::{Office, TIMEOUT};

/// What the file says in the end, apart from when things happened.
pub fn content(office: &Office) -> Vec<Vec<String>> {
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
        office.wait_for_requests(asked + 20);
        child.kill();
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
    office.wait_for_requests(1);
    office
        .callsync(&["-q", "sync"])
        .fails(75)
        .says("another sync has been at work since 20")
        .run();
    assert_eq!(first.wait(), Some(0));
    assert_eq!(
        office.value("SELECT count(*) FROM sync_runs WHERE command = 'sync'"),
        "1"
    );
    assert_eq!(office.callyzer.overlaps(), 0);
}

#[test]
fn a_signal_ends_the_run_after_the_page_in_hand() {
    for signal in [Signal::TERM, Signal::INT] {
        let office = Office::new();
        office
            .callyzer
            .world(|world| world.generate(300, ago(180), ago(60), 3));
        office
            .callyzer
            .next(HISTORY, Misbehaviour::Delay(Duration::from_millis(250)));
        let mut child = office
            .callsync(&["-q", "sync"])
            .with("CALLSYNC_INITIAL_DAYS", "1")
            .start();
        office.wait_for_requests(1);
        child.signal(signal);
        assert_eq!(child.wait(), Some(75));
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
    office.wait_for_requests(1);
    child.signal(Signal::TERM);
    assert_eq!(child.wait(), Some(75));
    assert_eq!(office.callyzer.requests().len(), 1);
}

#[test]
fn a_signal_ends_a_long_statement_and_undoes_what_it_did() {
    let office =
        Office::with_calls(&[("c-1", "600100201", "699", "Outgoing", 50, 87)]).going_back(1);
    office.sync();
    office.execute(
        "CREATE TRIGGER endless AFTER UPDATE ON unmatched_calls BEGIN
             SELECT (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                     SELECT max(i) FROM n);
         END",
    );
    let run = "SELECT outcome, exit_code, error FROM sync_runs ORDER BY id DESC LIMIT 1";
    let mut retry = office.callsync(&["-q", "retry-unmatched"]).start();
    office.wait_for(run, "running|null|null");
    retry.signal(Signal::TERM);
    assert_eq!(retry.wait(), Some(75));
    assert_eq!(office.value(run), "failed|75|ended by a signal");
    assert_eq!(office.value("SELECT attempts FROM unmatched_calls"), "1");
}

#[test]
fn nobody_asks_while_a_request_of_a_run_that_was_told_to_end_may_be_under_way() {
    let office = Office::with_old_calls();
    let (url, pinged) = late_watcher(Duration::from_secs(2));
    office.callyzer.next(HISTORY, Misbehaviour::Hang);
    let mut sync = office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_PING_URL", url)
        .start();
    office.wait_for_requests(1);
    sync.signal(Signal::TERM);
    let signalled = Instant::now();
    // The sync has given up its request, and waits for its ping.
    pinged.recv_timeout(TIMEOUT).unwrap();
    let mut refresh = office.callsync(&["-q", "refresh-lead", "1"]).start();
    assert_eq!(sync.wait(), Some(75));
    let ended = Instant::now();
    // A second, and what a busy machine adds.
    assert!(ended - signalled < Duration::from_millis(1800));
    assert_eq!(refresh.wait(), Some(0));
    let requests = office.callyzer.requests();
    assert!(requests.len() > 1);
    // The process is gone a little before its end is seen here.
    assert!(requests[1].started + Duration::from_secs(1) > ended);
}

/// A server that answers one ping late; the receiver learns that it came.
fn late_watcher(late: Duration) -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ping", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        sender.send(()).unwrap();
        thread::sleep(late);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .ok();
    });
    (url, receiver)
}
