//! The ping at the end of each `sync`, for somebody who watches the runs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;

use crate::office::Office;

/// Somebody who watches the runs: gives the first line and the body of the pings that came.
pub fn watcher(pings: usize) -> (String, thread::JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a-secret-check", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let answer = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).unwrap();
                request.extend(&buffer[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
                let length = head.lines().find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                });
                if text.contains("\r\n\r\n") && body.len() >= length.unwrap_or(0) {
                    stream
                        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                        .unwrap();
                    return (head.lines().next().unwrap().to_owned(), body.to_owned());
                }
            }
        };
        (0..pings).map(answer).collect()
    });
    (url, thread)
}

#[test]
fn each_sync_pings_once_and_says_on_failure_how_it_ended() {
    let office = Office::new();
    let (url, watcher) = watcher(2);
    let run = || {
        office
            .callsync(&["sync"])
            .with("CALLSYNC_PING_URL", &url)
            .logs()
    };
    let fine = run().prints("Połączenia").run();
    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(401, r#"{"message":"no"}"#));
    let failed = run().fails(77).run();
    let end = failed.logged("ERROR").pop().unwrap();
    let (_, reason) = end.split_once(", exit 77: ").unwrap();
    let last_line = format!("callsync: {reason}");
    assert_eq!(
        watcher.join().unwrap(),
        [
            ("GET /a-secret-check HTTP/1.1".to_owned(), String::new()),
            ("POST /a-secret-check/fail HTTP/1.1".to_owned(), last_line),
        ]
    );
    assert!(!(fine.stderr + &failed.stderr).contains("a-secret-check"));
}

#[test]
fn a_sync_that_fails_on_a_setting_pings_once() {
    let office = Office::unasked();
    let (url, watcher) = watcher(4);
    let run = |setting: &str, value: &str| {
        let run = office.callsync(&["sync"]).with("CALLSYNC_PING_URL", &url);
        run.with(setting, value).fails(78).logs().run();
    };
    run("CALLYZER_TIMEZONE", "Warsaw");
    run("CALLSYNC_OVERLAP_MINUTES", "an hour");
    let without_token = office.callsync(&["sync"]).without("CALLYZER_TOKEN");
    without_token
        .with("CALLSYNC_PING_URL", &url)
        .fails(78)
        .logs()
        .run();
    // The URL is in an env file with a broken line.
    office.file(
        "callsync.env",
        format!("CALLYZER_TIMEZONE=Euro\\pe\nCALLSYNC_PING_URL={url}\n"),
    );
    office.callsync(&["sync"]).fails(78).logs().run();
    let pings = watcher.join().unwrap();
    for (ping, words) in pings.iter().zip([
        "callsync: CALLYZER_TIMEZONE",
        "callsync: CALLSYNC_OVERLAP_MINUTES",
        "callsync: CALLYZER_TOKEN or CALLYZER_TOKEN_FILE is not set",
        "not a KEY=VALUE line",
    ]) {
        assert_eq!(ping.0, "POST /a-secret-check/fail HTTP/1.1");
        assert!(ping.1.contains(words), "{ping:?}");
    }
}

#[test]
fn a_sync_that_another_one_keeps_out_and_one_that_writes_nothing_do_not_ping() {
    let office = Office::new();
    let (url, watcher) = watcher(1);
    let sync = |path: &str, arguments: &[&str]| {
        let run = office.callsync(arguments);
        run.with("CALLSYNC_PING_URL", format!("{url}/{path}"))
    };
    office.callyzer.next(HISTORY, Misbehaviour::Hang);
    let mut first = office.callsync(&["-q", "sync"]).start();
    office.wait_for_requests(1);
    sync("kept-out", &["sync"])
        .fails(75)
        .says("another sync has been at work")
        .run();
    first.kill();
    sync("dry", &["-q", "sync", "--dry-run"]).run();
    sync("wet", &["-q", "sync"]).run();
    assert_eq!(
        watcher.join().unwrap(),
        [("GET /a-secret-check/wet HTTP/1.1".to_owned(), String::new())]
    );
}

#[test]
fn numbers_in_what_callyzer_says_are_masked_in_log_row_and_ping() {
    let office = Office::new();
    let (url, watcher) = watcher(1);
    let refusal = "no rights for 48 (600) 100-201 and (600) 100.201";
    office
        .callyzer
        .always(HISTORY, Misbehaviour::Refuse(refusal.into()));
    let failed = office
        .callsync(&["-v", "sync"])
        .with("CALLSYNC_PING_URL", url)
        .fails(76)
        .logs()
        .run();
    let (_, body) = watcher.join().unwrap().remove(0);
    let row = office.value("SELECT error FROM sync_runs ORDER BY id DESC LIMIT 1");
    for text in [failed.stderr, body, row] {
        assert!(
            text.contains("no rights for *****201 and (*****201"),
            "{text}"
        );
        assert!(!text.contains("(600)"), "{text}");
    }
}

#[test]
fn a_ping_that_does_not_arrive_changes_nothing_and_its_url_is_in_no_log() {
    let office = Office::new();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}/a-secret-check");
    let output = office
        .callsync(&["-vv", "sync"])
        .with("CALLSYNC_PING_URL", url)
        .prints("Połączenia")
        .says("the ping did not arrive")
        .run();
    assert!(
        !output.stderr.contains("a-secret-check"),
        "{}",
        output.stderr
    );
}
