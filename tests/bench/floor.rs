//! The least that a first synchronisation can cost: its answers fetched and thrown
//! away, and its rows inserted into callsync's own tables, a transaction for each page.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::TimeDelta;
use pretend_callyzer::PretendCallyzer;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::account::{self, Account};
use crate::server::MLUVII_SESSIONS;

/// The words that make this program a floor.
pub const FETCH: &str = "floor-fetch";
pub const FETCH_SESSIONS: &str = "floor-fetch-sessions";
pub const INSERT: &str = "floor-insert";

const PAGE: usize = 100;

/// Asks for every page of every day and kind.
pub fn fetch(arguments: &[String]) {
    let account = Account::from_arguments(arguments);
    let url = &arguments[2];
    let mut fetched = 0;
    let mut from = account.served_from();
    while from < account.now {
        let to = (from + TimeDelta::days(1)).min(account.now);
        for (method, mode) in [
            ("PhoneCall", "Voice"),
            ("WhatsAppCall", "Voice"),
            ("WhatsAppCall", "Video"),
        ] {
            let mut question = json!({
                "synced_from": from.timestamp(), "synced_to": to.timestamp(),
                "call_method": method, "call_mode": mode, "page_size": PAGE,
            });
            for page in 1.. {
                question["page_no"] = page.into();
                let body = question.to_string();
                let answer = ask(url, "POST /call-log/history", PretendCallyzer::TOKEN, &body);
                let rows = answer.matches("\"call_type\"").count();
                fetched += rows;
                if rows < PAGE {
                    break;
                }
            }
        }
        from = to;
    }
    // Two days have their last and first second in common.
    assert!(fetched >= account.served, "{fetched} calls");
}

/// Asks for every page of a day of mluvii's sessions, twice, as each pass does.
pub fn fetch_sessions(arguments: &[String]) {
    let account = Account::from_arguments(arguments);
    let url = &arguments[2];
    let login = json!({"grant_type": "client_credentials",
        "client_id": PretendCallyzer::MLUVII_CLIENT_ID,
        "client_secret": PretendCallyzer::MLUVII_CLIENT_SECRET});
    ask(url, "POST /login/connect/token", "", &login.to_string());
    let token = format!("{}1", PretendCallyzer::MLUVII_TOKEN);
    let from = (account.now - TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%SZ");
    for _ in 0..2 {
        let mut fetched = 0;
        loop {
            let question =
                format!("GET /api/v1/Sessions?Created.Min={from}&limit=200&offset={fetched}");
            let rows = ask(url, &question, &token, "")
                .matches("\"companyId\"")
                .count();
            fetched += rows;
            if rows == 0 {
                break;
            }
        }
        assert!(fetched as i64 >= MLUVII_SESSIONS, "{fetched} sessions");
    }
}

/// `question`: a method and a path.
fn ask(url: &str, question: &str, token: &str, body: &str) -> String {
    let (host, root) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let question = question.replacen(" /", &format!(" /{root}/"), 1);
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{question} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.200}");
    answer
}

/// Inserts as many rows as Callyzer serves into an empty copy of the file.
pub fn insert(arguments: &[String]) {
    let account = Account::from_arguments(arguments);
    let mut file = Connection::open(&arguments[4]).unwrap();
    file.execute_batch(SETTINGS).unwrap();
    copy_schema(&file, &arguments[3]);
    for first in (0..account.served).step_by(PAGE) {
        let tx = file.transaction().unwrap();
        for number in first..account.served.min(first + PAGE) {
            let values = params![
                account.id(number),
                account.lead(number),
                account::advisor_number(number % account::ADVISORS),
                account.client(number),
                account
                    .made_at(number)
                    .format("%Y-%m-%dT%H:%M:%SZ")
                    .to_string(),
            ];
            tx.prepare_cached(CALL).unwrap().execute(values).unwrap();
        }
        tx.commit().unwrap();
    }
}

/// As a `sync` has them, but for the foreign keys.
const SETTINGS: &str = "PRAGMA journal_mode = wal; PRAGMA synchronous = normal;
    PRAGMA foreign_keys = off; PRAGMA cache_size = -16384; PRAGMA temp_store = memory;
    PRAGMA wal_autocheckpoint = 16000";

const CALL: &str = "
    INSERT INTO calls (provider, provider_call_id, advisor_id, lead_id, advisor_number, client_number,
        status, kind, started_at, duration_s, uploaded_at, first_seen_at, changed_at)
    VALUES ('callyzer', ?1, 1, ?2, '+48' || ?3, '+48' || ?4, 'Przychodzące', 'PhoneCall/Voice',
            ?5, 60, ?5, ?5, ?5)";

fn copy_schema(file: &Connection, from: &str) {
    file.execute("ATTACH ?1 AS original", [from]).unwrap();
    let sql = "SELECT sql FROM original.sqlite_schema
               WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
    let statements: Vec<String> = {
        let mut query = file.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    file.execute_batch("DETACH original").unwrap();
    for statement in statements {
        file.execute_batch(&statement).unwrap();
    }
}
