//! The two systems on the one server, as a client of both meets them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Misbehaviour, PretendCallyzer, TelecubeCall, World, path};

const CALLS: &str = path::TELECUBE_CALLS;
const DAY: &str = "dateFrom=2026-10-20%2000%3A00%3A00&dateTo=2026-10-20%2023:59:59";

fn start() -> PretendCallyzer {
    let mut world = World::new();
    for number in 1..=2 {
        let (uuid, at) = (format!("c-{number}"), "2026-10-20T08:00:00Z");
        let call = TelecubeCall::new(&uuid, "OUT", "48601200301", "", at.parse().unwrap(), 60);
        world.telecube_call(call);
    }
    PretendCallyzer::start(world)
}

fn open(server: &PretendCallyzer, method: &str, target: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = format!("{method} {target} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn open_telecube(server: &PretendCallyzer, target: &str) -> TcpStream {
    let target = format!("/publicApi{target}");
    open(server, "GET", &target, PretendCallyzer::TELECUBE_TOKEN)
}

fn open_callyzer(server: &PretendCallyzer) -> TcpStream {
    let target = format!("/api/v2.2{}", path::EMPLOYEES);
    open(server, "GET", &target, PretendCallyzer::TOKEN)
}

/// The status, the head and the body.
fn read(mut stream: TcpStream) -> (u16, String, Value) {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head[9..12].parse().unwrap();
    (status, head.into(), serde_json::from_str(body).unwrap())
}

fn ask(server: &PretendCallyzer, target: &str) -> (u16, Value) {
    let (status, _, body) = read(open_telecube(server, target));
    (status, body)
}

fn page(server: &PretendCallyzer, page: usize) -> Value {
    ask(server, &format!("{CALLS}?{DAY}&page={page}")).1
}

#[test]
fn a_question_is_recorded_as_it_is_understood() {
    let server = start();
    assert_eq!(
        server.telecube_url(),
        format!("http://{}/publicApi", server.address)
    );
    assert_eq!(page(&server, 1)["otherData"], json!({"totalCount": 2}));
    let plus = DAY.replace("%20", "+");
    assert_eq!(ask(&server, &format!("{CALLS}?{plus}")).0, 400);
    let asked = &server.requests_to(CALLS)[0];
    assert_eq!(asked.version, "publicApi");
    let expected =
        json!({"dateFrom": "2026-10-20 00:00:00", "dateTo": "2026-10-20 23:59:59", "page": "1"});
    assert_eq!(asked.body, expected);
}

#[test]
fn strangers_and_other_methods_are_refused() {
    let server = start();
    let target = format!("/publicApi{CALLS}?{DAY}");
    let (status, _, body) = read(open(&server, "GET", &target, PretendCallyzer::TOKEN));
    let unauthorized = json!({"success": false, "message": "Unauthorized"});
    assert_eq!((status, body), (401, unauthorized));
    let token = PretendCallyzer::TELECUBE_TOKEN;
    assert_eq!(read(open(&server, "POST", &target, token)).0, 405);
}

#[test]
fn answers_are_edited_as_planned() {
    let server = start();
    server.next(CALLS, Misbehaviour::WrongTotal(-1));
    server.next(CALLS, Misbehaviour::WithoutTotal);
    server.next(CALLS, Misbehaviour::LosesRows(1));
    let figures = |answer: Value| {
        json!([
            answer["data"].as_array().unwrap().len(),
            answer["otherData"]["totalCount"]
        ])
    };
    for expected in [
        json!([2, 1]),
        json!([2, null]),
        json!([1, 2]),
        json!([2, 2]),
    ] {
        assert_eq!(figures(page(&server, 1)), expected);
    }
    server.next(CALLS, Misbehaviour::RepeatsPage);
    assert_eq!(page(&server, 2), page(&server, 1));
    server.next(path::TELECUBE_NOTES, Misbehaviour::LimitExceeded);
    assert_eq!(ask(&server, "/notes?callHistory=c-1").0, 403);
}

#[test]
fn each_system_has_its_own_permit() {
    let server = start();
    let (late, second) = (Duration::from_millis(300), Duration::from_secs(1));
    server.next(CALLS, Misbehaviour::Delay(late));
    let first = open_telecube(&server, &format!("{CALLS}?{DAY}"));
    assert!(server.wait_for_requests(1, 5 * second));
    let callyzer = open_callyzer(&server);
    assert!(server.wait_for_requests(2, 5 * second));
    assert_eq!((read(callyzer).0, server.overlaps()), (200, 0));
    let exceeded = json!({"success": false, "message": "Request limit has been exceeded"});
    let refused = ask(&server, "/notes?callHistory=c-1");
    assert_eq!((refused, server.overlaps()), ((403, exceeded), 1));
    assert_eq!(read(first).0, 200);
    let paths: Vec<_> = server.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [CALLS, path::EMPLOYEES, path::TELECUBE_NOTES]);
}

#[test]
fn each_system_has_its_own_rate_limit_and_clock() {
    let server = start();
    server.set_telecube_rate_limit(Some(Duration::from_secs(90)));
    server.hide_telecube_clock();
    let (status, head, _) = read(open_telecube(&server, &format!("{CALLS}?{DAY}")));
    assert_eq!((status, head.contains("\r\nDate: ")), (200, false));
    server.set_telecube_clock_offset(0);
    server.hide_clock();
    let (status, head, _) = read(open_telecube(&server, &format!("{CALLS}?{DAY}")));
    assert_eq!((status, head.contains("\r\nDate: ")), (403, true));
    for _ in 0..2 {
        let (status, head, _) = read(open_callyzer(&server));
        assert_eq!((status, head.contains("\r\nDate: ")), (200, false));
    }
    assert_eq!(server.overlaps(), 0);
}
