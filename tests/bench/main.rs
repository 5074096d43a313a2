//! How fast a pass is, as a ratio to the least that the same work can cost: the
//! same pages fetched over loopback and inserted by one prepared statement, a
//! transaction a page. Run with: cargo bench --bench sync
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{PretendCallyzer, World};
use rusqlite::Connection;
use serde_json::{Value, json};

const CALLS: usize = 10_000;
const ROUNDS: usize = 5;
const USERS: &str =
    "login,name,role,numbers\na,A,advisor-bik,600100201\nb,B,advisor-bik,600100202\n";

fn main() {
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap();
    let mut world = World::new();
    world.employee("600100201", "A");
    world.employee("600100202", "B");
    world.generate(
        CALLS,
        now - TimeDelta::hours(20),
        now - TimeDelta::hours(1),
        1,
    );
    let server = PretendCallyzer::start(world);
    let (mut least, mut first, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        least.push(timed(|| fetch_and_insert(&server, folder.path(), now)));
        let users = folder.path().join("users.csv");
        std::fs::write(&users, USERS).unwrap();
        callsync(
            &server,
            folder.path(),
            &["import", "users", users.to_str().unwrap()],
        );
        first.push(timed(|| callsync(&server, folder.path(), &["sync"])));
        let since = (now - TimeDelta::hours(24)).to_rfc3339();
        again.push(timed(|| {
            callsync(&server, folder.path(), &["sync", "--since", &since])
        }));
    }
    let least = median(least);
    let ratio = |durations| median(durations).as_secs_f64() / least.as_secs_f64();
    println!(
        "{CALLS} calls fetched and inserted with nothing else: {} ms",
        least.as_millis()
    );
    println!("a first sync takes {:.2} times as long", ratio(first));
    println!(
        "reading them all again takes {:.2} times as long",
        ratio(again)
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort();
    durations[durations.len() / 2]
}

fn callsync(server: &PretendCallyzer, folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_callsync"))
        .arg("-q")
        .args(arguments)
        .env_clear()
        .env("CALLSYNC_ENV_FILE", "/dev/null")
        .env("CALLSYNC_DATABASE", folder.join("callsync.db"))
        .env("CALLSYNC_INITIAL_DAYS", "1")
        .env("CALLYZER_BASE_URL", server.base_url())
        .env("CALLYZER_TOKEN", PretendCallyzer::TOKEN)
        .env("CALLYZER_INTERVAL_MS", "0")
        .status()
        .unwrap();
    assert!(status.success());
}

/// The floor: no matching, no comparing, no statistics.
fn fetch_and_insert(server: &PretendCallyzer, folder: &Path, now: DateTime<Utc>) {
    let mut file = Connection::open(folder.join("least.db")).unwrap();
    file.execute_batch(
        "PRAGMA journal_mode = wal; CREATE TABLE calls (id TEXT PRIMARY KEY, row TEXT)",
    )
    .unwrap();
    for (method, mode) in [
        ("PhoneCall", "Voice"),
        ("WhatsAppCall", "Voice"),
        ("WhatsAppCall", "Video"),
    ] {
        for page in 1.. {
            let answer = page_of(server, method, mode, page, now);
            let rows = answer["result"].as_array().unwrap();
            let tx = file.transaction().unwrap();
            for row in rows {
                let mut insert = tx
                    .prepare_cached("INSERT INTO calls VALUES (?1, ?2)")
                    .unwrap();
                insert
                    .execute([row["id"].as_str().unwrap(), &row.to_string()])
                    .unwrap();
            }
            tx.commit().unwrap();
            if rows.len() < 100 {
                break;
            }
        }
    }
}

fn page_of(
    server: &PretendCallyzer,
    method: &str,
    mode: &str,
    page: u64,
    now: DateTime<Utc>,
) -> Value {
    let body = json!({
        "emp_numbers": ["48-600100201", "48-600100202"],
        "synced_from": (now - TimeDelta::hours(24)).timestamp(), "synced_to": now.timestamp(),
        "call_method": method, "call_mode": mode, "page_no": page, "page_size": 100,
    })
    .to_string();
    let url = server.base_url();
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let token = PretendCallyzer::TOKEN;
    write!(
        stream,
        "POST /{path}/call-log/history HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}
