//! The ping at the end of each `sync`, for somebody who watches the runs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;

use crate::office::Office;

/// Somebody who watches the runs: gives the first line and the body of the pings that came.
fn watcher(pings: usize) -> (String, thread::JoinHandle<Vec<(String, String)>>) {
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
    let last_line = failed.stderr.lines().last().unwrap().to_owned();
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
