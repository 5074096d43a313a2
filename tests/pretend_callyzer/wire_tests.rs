//! What only shows on the wire: permits, broken answers, the end of the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Misbehaviour, PretendCallyzer, World, path};

const PATH: &str = path::EMPLOYEES;

fn start() -> PretendCallyzer {
    let mut world = World::new();
    world.employee("600100201", "Anna Wójcik");
    world.employee("600100202", "Bartosz Zieliński");
    PretendCallyzer::start(world)
}

fn open(server: &PretendCallyzer) -> TcpStream {
    let address = server.base_url();
    let mut stream =
        TcpStream::connect(&address["http://".len()..address.len() - "/api/v2.2".len()]).unwrap();
    let token = PretendCallyzer::TOKEN;
    let head = format!(
        "POST /api/v2.2{PATH} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n"
    );
    stream.write_all(format!("{head}{{}}").as_bytes()).unwrap();
    stream
}

fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn ask(server: &PretendCallyzer) -> (u16, Value) {
    let answer = read(open(server));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (
        head[9..12].parse().unwrap(),
        serde_json::from_str(body).unwrap_or(Value::Null),
    )
}

#[test]
fn requests_one_after_the_other_do_not_overlap() {
    let server = start();
    for _ in 0..200 {
        assert_eq!(ask(&server).0, 200);
    }
    assert_eq!(
        (server.overlaps(), server.requests_to(PATH).len()),
        (0, 200)
    );
}

#[test]
fn a_request_during_another_is_refused() {
    let server = start();
    server.next(PATH, Misbehaviour::Delay(Duration::from_millis(200)));
    let first = open(&server);
    assert!(server.wait_for_requests(1, Duration::from_secs(5)));
    assert_eq!((ask(&server).0, server.overlaps()), (429, 1));
    assert!(read(first).starts_with("HTTP/1.1 200"));
    assert_eq!(ask(&server).0, 200);
}

#[test]
fn a_client_that_leaves_leaves_the_permit_free() {
    let server = start();
    let second = Duration::from_secs(1);
    for misbehaviour in [
        Misbehaviour::Hang,
        Misbehaviour::Drip,
        Misbehaviour::Delay(60 * second),
    ] {
        let asked = server.requests().len();
        server.next(PATH, misbehaviour);
        let hanging = open(&server);
        assert!(server.wait_for_requests(asked + 1, 5 * second));
        drop(hanging);
        assert_eq!(ask(&server).0, 200);
    }
    let huge = Misbehaviour::Huge { bytes: 1 << 40 };
    server.next(PATH, huge);
    open(&server).read_exact(&mut [0; 100_000]).unwrap();
    assert_eq!((ask(&server).0, server.overlaps()), (200, 0));
}

#[test]
fn half_an_answer_announces_the_whole() {
    let server = start();
    let whole = read(open(&server));
    server.next(PATH, Misbehaviour::CutOff);
    server.nth(PATH, 2, Misbehaviour::DropConnection);
    let half = read(open(&server));
    let length = |answer: &str| {
        answer
            .lines()
            .find(|line| line.starts_with("Content-Length"))
            .map(str::to_owned)
    };
    assert_eq!(length(&half), length(&whole));
    assert!(half.len() < whole.len());
    assert_eq!(read(open(&server)), "");
}

#[test]
fn answers_are_edited_as_planned() {
    let server = start();
    server.always(
        PATH,
        Misbehaviour::edit(|answer| answer["message"] = "Odd".into()),
    );
    server.next(PATH, Misbehaviour::WrongTotal(-1));
    server.nth(PATH, 3, Misbehaviour::LosesRows(1));
    server.next(PATH, Misbehaviour::WithoutTotal);
    let figures = |answer: &Value| {
        json!([
            answer["result"].as_array().unwrap().len(),
            answer["total_records"]
        ])
    };
    for expected in [
        json!([2, 1]),
        json!([2, null]),
        json!([1, 2]),
        json!([2, 2]),
    ] {
        assert_eq!(figures(&ask(&server).1), expected);
    }
    assert_eq!(ask(&server).1["message"], "Odd");
    server.behave();
    assert_eq!(ask(&server).1["message"], "Success");
}

#[test]
fn bytes_of_an_answer_are_replaced_as_they_are() {
    let server = start();
    let bad = Misbehaviour::replace_bytes("Zieliński", b"Zieli\xff");
    server.next(PATH, bad);
    let mut answer = Vec::new();
    open(&server).read_to_end(&mut answer).unwrap();
    let (_, body) = answer.split_at(
        answer
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .unwrap()
            + 4,
    );
    assert!(String::from_utf8(body.into()).is_err());
    assert!(String::from_utf8_lossy(body).contains("Bartosz Zieli\u{fffd}\""));
    assert!(body.ends_with(b"}"), "the length is that of the new bytes");
}

#[test]
fn requests_too_soon_are_told_when_to_come_back() {
    let server = start();
    server.set_rate_limit(Some(Duration::from_secs(90)));
    assert_eq!(ask(&server).0, 200);
    let refusal = read(open(&server));
    assert!(
        refusal.starts_with("HTTP/1.1 429") && refusal.contains("\r\nRetry-After: 90\r\n"),
        "{refusal}"
    );
    assert_eq!(server.overlaps(), 0);
}

#[test]
fn an_unasked_server_and_one_with_answers_left_fail_their_test() {
    let ends_well =
        |server: PretendCallyzer| panic::catch_unwind(AssertUnwindSafe(|| drop(server))).is_ok();
    assert!(!ends_well(start()));
    let server = start();
    server.may_stay_unasked();
    assert!(ends_well(server));
    let server = start();
    server.next(PATH, Misbehaviour::NotJson);
    server.next(PATH, Misbehaviour::OtherShape);
    ask(&server);
    assert!(!ends_well(server));
}

#[test]
fn the_end_of_the_server_ends_a_request_that_hangs() {
    let server = start();
    server.next(PATH, Misbehaviour::Hang);
    let client = open(&server);
    let reader = thread::spawn(|| read(client));
    assert!(server.wait_for_requests(1, Duration::from_secs(5)));
    let start = Instant::now();
    drop(server);
    assert_eq!(reader.join().unwrap(), "");
    assert!(start.elapsed() < Duration::from_secs(5));
}
