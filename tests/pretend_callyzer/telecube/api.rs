//! TeleCube's endpoints: what each one takes, refuses and answers.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::{Telecube, row};
use crate::api::Refusal;
use crate::http::Request;
use crate::path;

type Answer = Result<Value, Refusal>;

/// The status and JSON body that an instance in good order answers.
pub fn answer(telecube: &Telecube, request: &Request) -> (u16, Value) {
    match route(telecube, request) {
        Ok(answer) => (200, answer),
        Err(Refusal(status, message)) => (status, json!({"success": false, "message": message})),
    }
}

fn route(telecube: &Telecube, request: &Request) -> Answer {
    if request.bearer() != Some(&telecube.token) {
        return Err(Refusal(401, "Unauthorized".into()));
    }
    let endpoint = match request.path.as_str() {
        path::TELECUBE_CALLS => calls as fn(&Telecube, &Request) -> Answer,
        path::TELECUBE_NOTES => notes as _,
        other => return Err(Refusal(404, format!("No endpoint {other}"))),
    };
    if request.method != "GET" {
        return Err(Refusal(405, "Method Not Allowed".into()));
    }
    endpoint(telecube, request)
}

/// Times are compared as the zone's clocks show them, as the database has them: of
/// the hour that an autumn night has twice, both are in a window that has one.
fn calls(telecube: &Telecube, request: &Request) -> Answer {
    let window = time(request, "dateFrom")?..=time(request, "dateTo")?;
    let before = (page(request)? - 1).saturating_mul(telecube.page_size);
    let mut calls: Vec<_> = telecube
        .calls
        .iter()
        .map(|call| (row::text(call.at, telecube.zone), call))
        .filter(|(time, _)| window.contains(&time.as_str()))
        .collect();
    calls.sort_by(|(a_time, a), (b_time, b)| b_time.cmp(a_time).then_with(|| a.uuid.cmp(&b.uuid)));
    let rows = calls.iter().skip(before).take(telecube.page_size);
    let rows = rows.map(|(_, call)| row::call(call, telecube.zone));
    Ok(listing(telecube, rows.collect(), calls.len()))
}

/// A call that the instance does not have has no notes.
fn notes(telecube: &Telecube, request: &Request) -> Answer {
    let uuid = mandatory(request, "callHistory")?;
    let call = telecube.calls.iter().find(|call| call.uuid == uuid);
    let notes = call.into_iter().flat_map(|call| {
        let row = |note| row::note(note, call, telecube.zone);
        call.notes.iter().map(row)
    });
    let rows: Vec<_> = notes.collect();
    let total = rows.len();
    Ok(listing(telecube, rows, total))
}

fn listing(telecube: &Telecube, rows: Vec<Value>, total: usize) -> Value {
    let other = if telecube.gives_total {
        json!({"totalCount": total})
    } else {
        json!({})
    };
    json!({"success": true, "data": rows, "otherData": other, "message": "OK"})
}

fn time<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    let text = mandatory(request, name)?;
    let format = "%Y-%m-%d %H:%M:%S";
    match NaiveDateTime::parse_from_str(text, format) {
        // What is read more leniently than it is written is not written so.
        Ok(time) if time.format(format).to_string() == text => Ok(text),
        _ => Err(Refusal::bad(format!("{name} must be YYYY-MM-DD HH:MM:SS"))),
    }
}

fn page(request: &Request) -> Result<usize, Refusal> {
    let page = request.body["page"].as_str().unwrap_or("1").parse();
    page.ok()
        .filter(|page| *page > 0)
        .ok_or_else(|| Refusal::bad("page must be a number from 1"))
}

fn mandatory<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    request.body[name]
        .as_str()
        .ok_or_else(|| Refusal::bad(format!("{name} is mandatory")))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;
    use crate::system::System;
    use crate::{PretendCallyzer, TelecubeCall, TelecubeNote};

    fn ask(telecube: &Telecube, path: &str, body: Value) -> (u16, Value) {
        let token = format!("Bearer {}", PretendCallyzer::TELECUBE_TOKEN);
        let request = Request {
            method: "GET".into(),
            path: path.into(),
            version: "publicApi".into(),
            system: System::Telecube,
            headers: vec![("authorization".into(), token)],
            body,
            started: Instant::now(),
        };
        answer(telecube, &request)
    }

    /// `2026-10-25T` and that time, in UTC.
    fn call(uuid: &str, time: &str) -> TelecubeCall {
        let at = format!("2026-10-25T{time}Z").parse().unwrap();
        TelecubeCall::new(uuid, "IN", "48601200301", "", at, 60)
    }

    fn holding(calls: Vec<TelecubeCall>) -> Telecube {
        Telecube {
            calls,
            ..Telecube::default()
        }
    }

    fn uuids(answer: &Value) -> Vec<&str> {
        let rows = answer["data"].as_array().unwrap().iter();
        rows.map(|row| row["uuid"].as_str().unwrap()).collect()
    }

    #[test]
    fn a_window_goes_by_the_clocks_of_the_zone_and_has_both_its_ends() {
        let telecube = holding(vec![
            call("before", "00:29:59"),
            call("summer", "00:30:00"),
            call("later in winter", "01:45:00"),
            call("in winter", "01:30:00"),
            call("after", "02:00:00"),
        ]);
        for (from, to, expected) in [
            ("02:30:00", "02:30:00", vec!["in winter", "summer"]),
            (
                "02:30:00",
                "02:59:59",
                vec!["later in winter", "in winter", "summer"],
            ),
            ("03:00:00", "03:00:00", vec!["after"]),
            ("03:00:01", "23:59:59", vec![]),
        ] {
            let window = json!({"dateFrom": format!("2026-10-25 {from}"), "dateTo": format!("2026-10-25 {to}")});
            let (status, answer) = ask(&telecube, path::TELECUBE_CALLS, window);
            assert_eq!((status, uuids(&answer)), (200, expected), "{from} to {to}");
        }
    }

    #[test]
    fn a_page_has_a_thousand_rows_and_the_count_is_of_all() {
        let start: DateTime<Utc> = "2026-10-20T08:00:00Z".parse().unwrap();
        let calls = (0..1001).map(|number| TelecubeCall {
            at: start + TimeDelta::seconds(number),
            ..call(&format!("c-{number}"), "08:00:00")
        });
        let mut telecube = holding(calls.collect());
        for (page, rows, first) in [("1", 1000, "c-1000"), ("2", 1, "c-0"), ("3", 0, "")] {
            let question = json!({"dateFrom": "2026-10-20 00:00:00", "dateTo": "2026-10-20 23:59:59", "page": page});
            telecube.gives_total = true;
            let (_, answer) = ask(&telecube, path::TELECUBE_CALLS, question.clone());
            let shown = uuids(&answer);
            assert_eq!((shown.len(), *shown.first().unwrap_or(&"")), (rows, first));
            assert_eq!(answer["otherData"], json!({"totalCount": 1001}));
            telecube.gives_total = false;
            let (_, answer) = ask(&telecube, path::TELECUBE_CALLS, question);
            assert_eq!(answer["otherData"], json!({}));
        }
    }

    #[test]
    fn questions_against_the_rules_are_refused() {
        let good = "2026-10-25 02:30:00";
        for (path, question, expected) in [
            (
                "/callHistory",
                json!({"dateFrom": good, "dateTo": good}),
                200,
            ),
            ("/callHistory", json!({"dateFrom": good}), 400),
            (
                "/callHistory",
                json!({"dateFrom": good, "dateTo": "2026-10-25"}),
                400,
            ),
            (
                "/callHistory",
                json!({"dateFrom": "2026-10-25+02:30:00", "dateTo": good}),
                400,
            ),
            (
                "/callHistory",
                json!({"dateFrom": "2026-10-25  2:30:00", "dateTo": good}),
                400,
            ),
            (
                "/callHistory",
                json!({"dateFrom": "2026-02-30 02:30:00", "dateTo": good}),
                400,
            ),
            (
                "/callHistory",
                json!({"dateFrom": good, "dateTo": good, "page": "0"}),
                400,
            ),
            ("/notes", json!({}), 400),
            ("/users", json!({}), 404),
        ] {
            let (status, answer) = ask(&Telecube::default(), path, question.clone());
            assert_eq!(status, expected, "{question}");
            assert_eq!(answer["success"], status == 200);
            assert!(answer["message"].is_string());
        }
    }

    #[test]
    fn notes_are_those_of_the_call_asked_for() {
        let mut noted = call("noted", "08:00:00");
        noted.notes = vec![TelecubeNote::new("n-1", "Oddzwonić", noted.at)];
        let telecube = holding(vec![call("bare", "07:00:00"), noted]);
        for (uuid, expected) in [("noted", vec!["n-1"]), ("bare", vec![]), ("none", vec![])] {
            let (_, answer) = ask(
                &telecube,
                path::TELECUBE_NOTES,
                json!({"callHistory": uuid}),
            );
            assert_eq!(uuids(&answer), expected, "{uuid}");
            assert_eq!(answer["otherData"]["totalCount"], expected.len());
        }
    }
}
