//! Dialog on the one server, as a client meets it: the documentation's samples, repaired,
//! and what it refuses.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{DialogCall, Misbehaviour, PretendCallyzer, RowShape, World, path};

/// Without the `state` that it has beside its own table of fields.
const CAMPAIGN: &str = r#"{
  "campaign": {
    "project_id": 1,
    "name": "Обзвон клиентов",
    "description": "Обзвон клиентов для опроса удовлетворенности",
    "start_block_id": 10,
    "schedule": {
      "date": "2000-01-01",
      "start_time": "09:00",
      "end_time": "17:00",
      "periods": {"id": 1, "title": "Однократно"},
      "attempts": {"id": 1, "title": "1"},
      "interval": "5"
    },
    "phone_id": 5
  },
  "phones": [
    {
      "phone": "+79999999999",
      "add_data": {"name": "Иванов Иван", "time": "10:00", "phone": 123456}
    }
  ]
}"#;

const REPORT: &str = r#"{
  "analytics_filter": {
    "scenario_id": 951,
    "start_block_id": 10,
    "outgoing_campaign_id": 12345,
    "date_start": "2000-01-01T08:00:59.096Z",
    "date_end": "2000-01-01T18:04:59.096Z"
  },
  "columns": [
    {
      "id": 1,
      "name": "phone_number",
      "display_name": "Phone Number",
      "column_type": "field",
      "data_type": "number",
      "filter_type": "contains",
      "filter_value": "79999999999",
      "sorting": "asc"
    }
  ]
}"#;

/// With rows in the place of the comment.
const ANSWER: &str = r#"{
  "columns": [{"field": "phone_number", "display_name": "Phone Number", "type": "text"}],
  "total_duration": 3600,
  "avg_duration": 120,
  "count": 30
}"#;

const TOKEN: &str = PretendCallyzer::DIALOG_TOKEN;

fn sample(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// So many calls of two minutes to the sample's number, a minute apart, and one to another.
fn start(calls: i64) -> PretendCallyzer {
    let begin: DateTime<Utc> = "2000-01-01T09:00:00Z".parse().unwrap();
    let mut world = World::new();
    for n in 0..calls {
        let at = begin + TimeDelta::minutes(n);
        let id = format!("d-{n:02}");
        world.dialog_call(DialogCall::new(12_345, &id, "+7 999 999-99-99", at, 120));
    }
    world.dialog_call(DialogCall::new(
        12_345,
        "d-other",
        "+48601200301",
        begin,
        60,
    ));
    PretendCallyzer::start(world)
}

fn send(server: &PretendCallyzer, target: &str, headers: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let length = body.len();
    let head =
        format!("POST /dialog/api{target} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), sample(body))
}

fn ask(server: &PretendCallyzer, target: &str, token: &str, body: &Value) -> (u16, Value) {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    send(server, target, &headers, &body.to_string())
}

fn log_in(server: &PretendCallyzer, form: &str) -> (u16, Value) {
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    send(server, path::DIALOG_LOGIN, headers, form)
}

/// The sample with other values at some places, null taking a field away.
fn changed(text: &str, changes: &[(&str, Value)]) -> Value {
    let mut body = sample(text);
    for (pointer, value) in changes {
        let (holder, name) = pointer.rsplit_once('/').unwrap();
        let holder = body.pointer_mut(holder).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => drop(holder.remove(name)),
            value => drop(holder.insert(name.into(), value.clone())),
        }
    }
    body
}

#[test]
fn the_samples_are_understood_and_answered_as_documented() {
    let server = start(30);
    let (status, mut answer) = ask(&server, path::DIALOG_REPORT, TOKEN, &sample(REPORT));
    let rows = answer.as_object_mut().unwrap().remove("data").unwrap();
    assert_eq!((status, answer), (200, sample(ANSWER)));
    assert_eq!(rows[29], json!({"phone_number": "+7 999 999-99-99"}));
    let created = ask(&server, path::DIALOG_CAMPAIGNS, TOKEN, &sample(CAMPAIGN));
    assert_eq!(created, (200, json!({"campaign": {"id": 12345}})));
    let again = ask(&server, path::DIALOG_CAMPAIGNS, TOKEN, &sample(CAMPAIGN));
    assert_eq!(again.1["campaign"]["id"], 12346);
    server.world(|world| {
        let campaigns = &world.dialog.campaigns;
        assert_eq!(campaigns.len(), 2);
        assert_eq!(campaigns[0].phones, ["+79999999999"]);
        assert_eq!(campaigns[0].request, sample(CAMPAIGN));
    });
}

#[test]
fn a_request_against_the_tables_is_refused_with_a_message() {
    let server = start(1);
    let filter = |field: &str| format!("/analytics_filter/{field}");
    let reports = [
        (filter("scenario_id"), Value::Null),
        (filter("outgoing_campaign_id"), json!("12345")),
        (filter("date_start"), json!("2000-01-01T08:00:59Z")),
        (filter("date_end"), json!("2000-01-01T18:04:59.096+00:00")),
        (filter("date_end"), json!("2000-01-01T08:00:59.095Z")),
        (filter("state"), json!("x")),
        ("/columns".into(), Value::Null),
        ("/columns".into(), json!([{"id": 1}])),
        ("/columns".into(), json!([{"name": "unheard_of"}])),
    ];
    let words = ["data_type", "filter_type", "sorting"];
    let columns = words.map(|field| json!([{"name": "phone_number", field: "string"}]));
    let columns = columns.map(|columns| ("/columns".to_owned(), columns));
    for change in reports.into_iter().chain(columns) {
        let body = changed(REPORT, &[(&change.0, change.1.clone())]);
        let (status, answer) = ask(&server, path::DIALOG_REPORT, TOKEN, &body);
        assert_eq!(status, 422, "{change:?}");
        assert!(answer["message"].is_string(), "{change:?}");
    }
    for (pointer, value) in [
        ("/campaign/state", json!("Создано")),
        ("/campaign/project_id", json!(2)),
        ("/campaign/phone_id", json!("5")),
        ("/campaign/schedule/date", json!("01.01.2000")),
        ("/campaign/schedule/start_time", json!("9:00")),
        ("/campaign/schedule/end_time", json!("09:00")),
        ("/campaign/schedule/periods/title", json!("Единожды")),
        ("/campaign/schedule/attempts/title", json!(1)),
        ("/campaign/schedule/attempts/id", json!(2)),
        ("/campaign/schedule/interval", json!(5)),
        ("/phones", json!([])),
        ("/phones", json!([{"phone": "79999999999", "add_data": {}}])),
        ("/phones", json!([{"phone": "+79999999999"}])),
    ] {
        let body = changed(CAMPAIGN, &[(pointer, value.clone())]);
        let (status, answer) = ask(&server, path::DIALOG_CAMPAIGNS, TOKEN, &body);
        assert_eq!(status, 422, "{pointer} {value}");
        assert!(answer["message"].is_string(), "{pointer} {value}");
    }
    assert!(server.world(|world| world.dialog.campaigns.is_empty()));
}

#[test]
fn a_login_gives_a_token_that_can_end() {
    let server = start(0);
    let report = |token: &str| ask(&server, path::DIALOG_REPORT, token, &sample(REPORT)).0;
    let good = "username=biuro%40example.pl&password=pretend-password+%26+9%2B8%257";
    let token = |answer: (u16, Value)| answer.1["access_token"].as_str().unwrap().to_owned();
    let (first, second) = (token(log_in(&server, good)), token(log_in(&server, good)));
    assert_ne!(first, second);
    assert_eq!((report(&first), report(&second)), (200, 200));
    server.end_dialog_tokens();
    assert_eq!((report(&first), report(TOKEN)), (401, 200));
    let (status, refused) = log_in(&server, "username=biuro%40example.pl&password=another");
    assert_eq!((status, refused["detail"].is_string()), (401, true));
    let form = r#"{"username": "biuro@example.pl", "password": "pretend-password & 9+8%7"}"#;
    assert_eq!(send(&server, path::DIALOG_LOGIN, "", form).0, 422);
    assert_eq!(server.world(|world| world.dialog.logins), 4);
    assert_eq!(
        ask(&server, "/analytics/2/report", TOKEN, &json!({})).0,
        404
    );
    assert_eq!(ask(&server, "/login", TOKEN, &json!({})).0, 404);
}

#[test]
fn rows_come_in_each_shape_and_no_more_than_the_limit() {
    let server = start(3);
    let columns = json!([{"name": "call_id"}, {"name": "call_time", "sorting": "desc"}]);
    let body = changed(REPORT, &[("/columns", columns)]);
    let answers = |shape| {
        server.world(|world| world.dialog.row_shape = shape);
        ask(&server, path::DIALOG_REPORT, TOKEN, &body).1
    };
    let object = json!({"call_id": "d-02", "call_time": "2000-01-01T09:02:00Z"});
    let array = json!(["d-02", "2000-01-01T09:02:00Z"]);
    assert_eq!(answers(RowShape::Objects)["data"][0], object);
    assert_eq!(answers(RowShape::Arrays)["data"][0], array);
    let mixed = answers(RowShape::Mixed);
    assert!(mixed["data"][0].is_object() && mixed["data"][1].is_array());
    server.world(|world| {
        world.dialog.row_limit = 1;
        world.dialog.count_excess = 2;
    });
    let limited = answers(RowShape::Arrays);
    assert_eq!(
        (limited["data"].as_array().unwrap().len(), &limited["count"]),
        (1, &json!(6))
    );
    server.next(path::DIALOG_REPORT, Misbehaviour::WrongTotal(1));
    server.next(path::DIALOG_REPORT, Misbehaviour::LosesRows(1));
    assert_eq!(answers(RowShape::Arrays)["count"], 7);
    assert_eq!(answers(RowShape::Arrays)["data"], json!([]));
}

#[test]
fn filters_let_through_what_they_say() {
    let server = start(2);
    server.world(|world| {
        let at = "2000-01-01T12:00:00Z".parse().unwrap();
        let call = DialogCall::new(12_345, "d-goal", "48601200302", at, 0);
        world.dialog_call(call.showing("goal", true));
    });
    for (name, kind, value, expected) in [
        ("phone_number", "equal", "79999999999", vec!["d-00", "d-01"]),
        ("phone_number", "ends_with", "200-302", vec!["d-goal"]),
        (
            "phone_number",
            "starts_with",
            "+48",
            vec!["d-other", "d-goal"],
        ),
        ("call_result", "contains", "Недо", vec!["d-goal"]),
        ("call_duration", "equal", "120", vec!["d-00", "d-01"]),
        ("goal", "is_true", "", vec!["d-goal"]),
        ("goal", "not_true", "", vec!["d-00", "d-other", "d-01"]),
        ("goal", "is_empty", "", vec!["d-00", "d-other", "d-01"]),
        ("goal", "not_empty", "", vec!["d-goal"]),
    ] {
        let column = json!({"name": name, "filter_type": kind, "filter_value": value});
        let body = changed(
            REPORT,
            &[("/columns", json!([{"name": "call_id"}, column]))],
        );
        let (_, answer) = ask(&server, path::DIALOG_REPORT, TOKEN, &body);
        let rows = answer["data"].as_array().unwrap().iter();
        let ids: Vec<_> = rows.map(|row| row["call_id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{name} {kind} {value}");
    }
}
