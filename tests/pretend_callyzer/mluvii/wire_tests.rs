//! mluvii and the host of recordings, as a client meets them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{HostedFile, Misbehaviour, MluviiFile, MluviiSession, PretendCallyzer, World, path};

const SESSIONS: &str = path::MLUVII_SESSIONS;
const DAY: &str = "Created.Min=2026-10-20T08%3A00%3A00Z&created.max=2026-10-20T08:00:02Z";

/// Four sessions a second apart: a chat that goes on, and three that ended.
fn start() -> PretendCallyzer {
    let mut world = World::new();
    let at = |second| start_of_day() + TimeDelta::seconds(second);
    let number = "+48601200301";
    let chat = MluviiSession::new(1, "IncomingCall", number, "41", at(0), 60).unfinished();
    world.mluvii_session(chat).channel = "Chat".into();
    world.mluvii_session(MluviiSession::new(
        2,
        "IncomingCall",
        number,
        "41",
        at(1),
        3661,
    ));
    world.mluvii_session(MluviiSession::new(3, "OutgoingCall", "", "42", at(2), 0));
    world.mluvii_session(MluviiSession::new(4, "IncomingCall", number, "", at(3), 0));
    PretendCallyzer::start(world)
}

fn start_of_day() -> DateTime<Utc> {
    "2026-10-20T08:00:00Z".parse().unwrap()
}

/// The status, the head and the body as it is.
fn ask(server: &PretendCallyzer, head: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let (first, more) = head.split_once("\r\n").unwrap_or((head, ""));
    let length = body.len();
    let message = format!(
        "{first} HTTP/1.1\r\nHost: {}\r\n{more}Content-Length: {length}\r\n\r\n{body}",
        server.address
    );
    stream.write_all(message.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), head.into(), body.into())
}

fn log_in_as(server: &PretendCallyzer, secret: &str) -> (u16, Value) {
    let head =
        "POST /mluvii/login/connect/token\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let id = PretendCallyzer::MLUVII_CLIENT_ID;
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let (status, _, body) = ask(server, head, &form);
    (status, serde_json::from_str(&body).unwrap())
}

fn log_in(server: &PretendCallyzer) -> String {
    let (status, answer) = log_in_as(server, PretendCallyzer::MLUVII_CLIENT_SECRET);
    assert_eq!((status, &answer["expires_in"]), (200, &3600.into()));
    answer["access_token"].as_str().unwrap().into()
}

fn get(server: &PretendCallyzer, target: &str, token: &str) -> (u16, Value) {
    let head = format!("GET /mluvii{target}\r\nAuthorization: Bearer {token}\r\n");
    let (status, _, body) = ask(server, &head, "");
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

fn ids(answer: &Value) -> Vec<i64> {
    let rows = answer.as_array().unwrap().iter();
    rows.map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_token_is_given_for_the_credentials_and_ends() {
    let server = start();
    let refused = log_in_as(&server, "another");
    assert_eq!(refused, (400, json!({"error": "invalid_client"})));
    let (first, second) = (log_in(&server), log_in(&server));
    assert_eq!(get(&server, SESSIONS, &first).0, 200);
    assert_eq!(get(&server, SESSIONS, &second).0, 200);
    server.world(|world| world.mluvii.end_tokens());
    let head = format!("GET /mluvii{SESSIONS}\r\nAuthorization: Bearer {first}\r\n");
    let (status, head, _) = ask(&server, &head, "");
    assert_eq!(status, 302);
    assert!(head.contains("\r\nLocation: /mluvii/login?"), "{head}");
    let (status, _, page) = ask(&server, "GET /mluvii/login?returnUrl=%2Fapi", "");
    assert_eq!((status, &page[..15]), (200, "<!doctype html>"));
    server.world(|world| {
        world.mluvii.answers_401 = true;
        world.mluvii.token_life = Duration::ZERO;
    });
    let third = log_in(&server);
    assert_eq!(get(&server, SESSIONS, &third).0, 401);
    assert_eq!(server.world(|world| world.mluvii.logins()), 3);
}

#[test]
fn sessions_are_filtered_ordered_and_silently_capped() {
    let server = start();
    let token = log_in(&server);
    let listed = |more: &str| {
        let (status, answer) = get(&server, &format!("{SESSIONS}?{DAY}{more}"), &token);
        assert_eq!(status, 200, "{more}");
        ids(&answer)
    };
    assert_eq!(listed(""), [3, 2, 1]);
    assert_eq!(listed("&Channel=Phone&limit=1&offset=1"), [2]);
    assert_eq!(listed("&Status=ACTIVE&Status=ACW"), [1]);
    server.world(|world| {
        world.mluvii.page_cap = 2;
        world.mluvii.order = |a, b| a.created.cmp(&b.created);
        world.mluvii.after_page(|sessions| drop(sessions.remove(0)));
    });
    assert_eq!(listed("&limit=200"), [1, 2]);
    assert_eq!(listed("&limit=200"), [2, 3]);
    server.next(SESSIONS, Misbehaviour::LosesRows(1));
    assert_eq!(listed("&limit=200"), [0_i64; 0]);
    for odd in ["Created.Min=2026-10-20T08:00:00", "offset=-1"] {
        assert_eq!(get(&server, &format!("{SESSIONS}?{odd}"), &token).0, 400);
    }
}

#[test]
fn a_session_is_written_as_documented() {
    let server = start();
    let token = log_in(&server);
    let (_, row) = get(&server, &format!("{SESSIONS}/2"), &token);
    let (told, operator) = (&row["activities"][1], &row["operators"][0]);
    let shown = json!([
        row["created"],
        row["length"],
        row["waited"],
        row["started"],
        operator["userId"],
        operator["concluded"],
        told["terminationReason"],
    ]);
    let expected = json!([
        "2026-10-20T10:00:01.000000+02:00",
        "PT1H1M1S",
        "PT12S",
        "2026-10-20T10:00:13.000000+02:00",
        41,
        "2026-10-20T11:01:44.0000000+02:00",
        "GuestLeft",
    ]);
    assert_eq!(shown, expected);
    let (_, unanswered) = get(&server, &format!("{SESSIONS}/3"), &token);
    assert_eq!(unanswered["outboundDialResult"], "NO_ANSWER");
    assert_eq!(unanswered["phoneCallbackNumber"], Value::Null);
    let (_, steps) = get(&server, &format!("{SESSIONS}/2/routingHistory"), &token);
    assert_eq!(steps[0]["activityType"], "AcceptedByOperator");
    assert_eq!(steps[0]["timestamp"], "2026-10-20T10:00:13.0000000+02:00");
    assert_eq!(steps[2]["operator"], Value::Null);
    assert_eq!(get(&server, &format!("{SESSIONS}/9"), &token).0, 404);
    assert_eq!(get(&server, &format!("{SESSIONS}/x"), &token).0, 400);
}

#[test]
fn a_file_is_fetched_whole_or_from_where_it_broke_off() {
    let server = start();
    server.world(|world| {
        let recording = MluviiFile::new("r-1", "0123456789");
        world.mluvii.session_mut(2).recordings = vec![recording];
        let file = HostedFile::new("abcdef");
        world.recordings.insert("c-1".into(), file);
    });
    let token = log_in(&server);
    let row = |_| get(&server, &format!("{SESSIONS}/2"), &token).1["recordings"][0].clone();
    let [first, second] = [1, 2].map(row);
    assert_ne!(first["downloadUrl"], second["downloadUrl"]);
    let url = first["downloadUrl"].as_str().unwrap();
    let target = url.strip_prefix(&server.mluvii_url()).unwrap();
    let fetch = |headers: &str| {
        let bearer = format!("GET /mluvii{target}\r\nAuthorization: Bearer {token}\r\n");
        let (status, head, body) = ask(&server, &format!("{bearer}{headers}"), "");
        (status, head.contains("\r\nETag: \"first\""), body)
    };
    server.next(path::MLUVII_FILES, Misbehaviour::CutOff);
    assert_eq!(fetch(""), (200, true, "01234".into()));
    let rest = "Range: bytes=5-\r\nIf-Range: ";
    assert_eq!(
        fetch(&format!("{rest}\"first\"\r\n")),
        (206, true, "56789".into())
    );
    let whole = (200, true, "0123456789".into());
    assert_eq!(fetch(&format!("{rest}\"other\"\r\n")), whole);
    assert_eq!(fetch("Range: bytes=10-\r\n").0, 416);
    assert_eq!(ask(&server, &format!("GET /mluvii{target}"), "").0, 302);
    server.world(|world| world.mluvii.session_mut(2).recordings[0].is_deleted = true);
    assert_eq!(fetch("").0, 404);
    let url = server.recording_url("c-1");
    let target = url.split_once(&server.address.to_string()).unwrap().1;
    let (status, _, body) = ask(&server, &format!("GET {target}\r\nRange: bytes=2-\r\n"), "");
    assert_eq!((status, body.as_str()), (206, "cdef"));
    assert_eq!(server.requests_to("/recordings/c-1.mp3").len(), 1);
}
