//! The endpoints: what each one takes, refuses and answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::figures::figures;
use crate::filter::{self, Filter};
use crate::http::Request;
use crate::path;
use crate::row;
use crate::world::{Call, Employee, World};

const MAX_PAGE_SIZE: i64 = 100;
const MAX_IDS: usize = 20;

/// A status and its `{"message": …}`.
pub struct Refusal(pub u16, pub String);

impl Refusal {
    pub fn bad(message: impl Into<String>) -> Self {
        Self(400, message.into())
    }
}

type Answer = Result<Value, Refusal>;

/// The status and JSON body that an account in good order answers.
pub fn answer(world: &World, request: &Request) -> (u16, Value) {
    match authorize(world, request).and_then(|()| route(world, request)) {
        Ok(answer) => (200, answer),
        Err(Refusal(status, message)) => (status, json!({"message": message})),
    }
}

/// A page of the history in rows that were made beforehand; None if one was not.
pub fn rendered(world: &World, request: &Request) -> Option<String> {
    let is_plain = request.path == path::HISTORY && request.version == "v2.2";
    if !is_plain || world.calls.first()?.rendered.is_none() || authorize(world, request).is_err() {
        return None;
    }
    let calls = Filter::read(request, world).ok()?.select(world);
    let page = page(&request.body, &calls).ok()?;
    let rows: Option<Vec<_>> = page
        .rows
        .iter()
        .map(|call| call.rendered.as_deref())
        .collect();
    Some(format!(
        r#"{{"result":[{}],"message":"Success","total_records":{},"page_no":{},"page_size":{}}}"#,
        rows?.join(","),
        calls.len(),
        page.number,
        page.size
    ))
}

fn authorize(world: &World, request: &Request) -> Result<(), Refusal> {
    match request.bearer() {
        Some(token) if token == world.token && world.subscription_expired => {
            Err(Refusal(403, "Your subscription has expired".into()))
        }
        Some(token) if token == world.token => Ok(()),
        _ => Err(Refusal(401, "Invalid access token".into())),
    }
}

fn route(world: &World, request: &Request) -> Answer {
    let endpoint = match request.path.as_str() {
        _ if request.version.is_empty() => None,
        path::HISTORY => Some(history as fn(&World, &Request) -> Answer),
        path::CALLS_BY_ID => Some(calls_by_id as _),
        path::SUMMARY => Some(summary as _),
        path::EMPLOYEE_SUMMARY => Some(employee_summary as _),
        path::EMPLOYEES => Some(employees as _),
        _ => None,
    };
    let endpoint = endpoint.ok_or_else(|| Refusal(404, format!("No endpoint {}", request.path)))?;
    let is_employees = request.path == path::EMPLOYEES;
    match request.method.as_str() {
        "POST" if is_employees && world.refuses_employee_post => Err(wrong_method(request)),
        "GET" if is_employees && request.body.is_null() => endpoint(world, request),
        "GET" if !is_employees => Err(wrong_method(request)),
        "GET" | "POST" if request.body.is_object() => endpoint(world, request),
        "GET" | "POST" => Err(Refusal::bad("Malformed JSON request")),
        _ => Err(wrong_method(request)),
    }
}

fn wrong_method(request: &Request) -> Refusal {
    Refusal(
        405,
        format!("Request method '{}' is not supported", request.method),
    )
}

fn history(world: &World, request: &Request) -> Answer {
    let calls = Filter::read(request, world)?.select(world);
    paged(&request.body, &calls, |call| {
        row::call(call, world, &request.version)
    })
}

/// Ids that the account does not have are passed over.
fn calls_by_id(world: &World, request: &Request) -> Answer {
    let ids = filter::texts(&request.body, "unique_ids")?;
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(Refusal::bad(format!(
            "unique_ids must have 1 to {MAX_IDS} ids"
        )));
    }
    let is_seen = |call: &&Call| {
        request.version != "v2.1" || call.method == "PhoneCall" && call.mode == "Voice"
    };
    let calls = world
        .calls
        .iter()
        .filter(|call| ids.contains(&&*call.id))
        .filter(is_seen);
    let rows: Vec<_> = calls
        .map(|call| row::call(call, world, &request.version))
        .collect();
    Ok(json!({"result": rows, "message": "Success"}))
}

fn summary(world: &World, request: &Request) -> Answer {
    let calls = Filter::read(request, world)?.select(world);
    Ok(json!({"result": figures(&calls, world.zone), "message": "Success"}))
}

/// Only employees with calls have a row.
fn employee_summary(world: &World, request: &Request) -> Answer {
    let mut own: BTreeMap<_, Vec<&Call>> = BTreeMap::new();
    let mut filter = Filter::read(request, world)?;
    if world.figures_ignore_kinds {
        filter = filter.of_every_kind();
    }
    for call in filter.select(world) {
        own.entry((&call.emp_country_code, &call.emp_number))
            .or_default()
            .push(call);
    }
    let own: Vec<_> = own.into_iter().collect();
    paged(&request.body, &own, |((country_code, number), calls)| {
        let mut person = row::person(world, country_code, number);
        row::merge(&mut person, figures(calls, world.zone));
        person
    })
}

fn employees(world: &World, request: &Request) -> Answer {
    let wanted = filter::emp_numbers(&request.body, world)?;
    let is_wanted =
        |employee: &&Employee| filter::names(&wanted, &employee.country_code, &employee.number);
    let employees: Vec<_> = world.employees.iter().filter(is_wanted).collect();
    paged(&request.body, &employees, |employee| {
        row::employee(employee, world)
    })
}

struct Page<'a, T> {
    rows: &'a [T],
    number: i64,
    size: i64,
}

fn page<'a, T>(body: &Value, all: &'a [T]) -> Result<Page<'a, T>, Refusal> {
    let number = filter::integer(body, "page_no")?.unwrap_or(1);
    let size = filter::integer(body, "page_size")?.unwrap_or(MAX_PAGE_SIZE);
    if number < 1 || !(1..=MAX_PAGE_SIZE).contains(&size) {
        return Err(Refusal::bad(format!(
            "page_no starts at 1, page_size is 1 to {MAX_PAGE_SIZE}"
        )));
    }
    let before = (number - 1).saturating_mul(size) as usize;
    let rest = all.get(before..).unwrap_or_default();
    Ok(Page {
        rows: &rest[..rest.len().min(size as usize)],
        number,
        size,
    })
}

fn paged<T>(body: &Value, all: &[T], row: impl Fn(&T) -> Value) -> Answer {
    let page = page(body, all)?;
    let rows: Vec<_> = page.rows.iter().map(row).collect();
    Ok(json!({
        "result": rows,
        "message": "Success",
        "total_records": all.len(),
        "page_no": page.number,
        "page_size": page.size,
    }))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;
    use crate::PretendCallyzer;

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_785_000_000, 0).unwrap()
    }

    fn world() -> World {
        let mut world = World::new();
        world.employee("600100201", "Anna Wójcik");
        world.employee("600100202", "Bartosz Zieliński");
        world.call(Call::new(
            "c-1",
            "600100201",
            "601200301",
            "Outgoing",
            at(),
            60,
        ));
        world.call(Call::new(
            "c-2",
            "600100201",
            "601200302",
            "Missed",
            at(),
            0,
        ));
        world
            .call(Call::new("c-3", "600100202", "", "Incoming", at(), 30))
            .synced_at += TimeDelta::days(2);
        world
            .call(Call::new(
                "c-4",
                "600100202",
                "601200301",
                "Incoming",
                at(),
                90,
            ))
            .method = "WhatsAppCall".into();
        world
    }

    /// A question about the moment of all the calls, with changes.
    fn request(version: &str, path: &str, changes: Value) -> Request {
        let second = at().timestamp();
        let mut body = json!({"call_from": second, "call_to": second, "call_method": "PhoneCall", "call_mode": "Voice"});
        row::merge(&mut body, changes);
        Request {
            method: "POST".into(),
            path: path.into(),
            version: version.into(),
            system: crate::system::System::Callyzer,
            headers: vec![(
                "authorization".into(),
                format!("Bearer {}", PretendCallyzer::TOKEN),
            )],
            body,
            started: Instant::now(),
        }
    }

    fn ask(version: &str, path: &str, changes: Value) -> (u16, Value) {
        answer(&world(), &request(version, path, changes))
    }

    fn ids(answer: &Value) -> Vec<&str> {
        answer["result"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn filters_choose_calls() {
        let second = at().timestamp();
        for (changes, expected) in [
            (json!({}), vec!["c-3", "c-1", "c-2"]),
            (json!({"call_method": "WhatsAppCall"}), vec!["c-4"]),
            (
                json!({"call_from": null, "call_to": null, "synced_from": second, "synced_to": second + 60}),
                vec!["c-1", "c-2"],
            ),
            (
                json!({"call_from": second + 1, "call_to": second + 1}),
                vec![],
            ),
            (json!({"call_types": ["Missed", "Rejected"]}), vec!["c-2"]),
            (
                json!({"call_types": [], "emp_numbers": []}),
                vec!["c-3", "c-1", "c-2"],
            ),
            (json!({"emp_numbers": ["48-600100201"]}), vec!["c-1", "c-2"]),
            (json!({"emp_numbers": ["600100202"]}), vec!["c-3"]),
            (json!({"client_numbers": ["48-601200301"]}), vec!["c-1"]),
            (json!({"client_numbers": ["49-601200301"]}), vec![]),
            (
                json!({"duration_grt_than": 0, "duration_les_than": 60}),
                vec!["c-3"],
            ),
            (json!({"page_size": 2}), vec!["c-3", "c-1"]),
            (json!({"page_size": 2, "page_no": 2}), vec!["c-2"]),
            (json!({"page_size": 2, "page_no": 3}), vec![]),
        ] {
            let (status, answer) = ask("v2.2", "/call-log/history", changes.clone());
            assert_eq!((status, ids(&answer)), (200, expected), "{changes}");
        }
    }

    #[test]
    fn questions_against_the_rules_are_refused() {
        let days = 180 * 86_400;
        for (changes, expected) in [
            (json!({"call_from": 1, "call_to": days}), 200),
            (json!({"call_from": 0, "call_to": days}), 400),
            (json!({"call_to": null}), 400),
            (json!({"synced_from": 0}), 400),
            (json!({"call_from": null, "call_to": null}), 400),
            (json!({"call_from": 1.5}), 400),
            (json!({"call_method": null}), 400),
            (json!({"call_mode": "Smoke"}), 400),
            (json!({"call_types": ["Conference"]}), 400),
            (json!({"emp_numbers": ["48-600100299"]}), 400),
            (json!({"page_no": 0}), 400),
            (json!({"page_size": 101}), 400),
        ] {
            let (status, answer) = ask("v2.2", "/call-log/history", changes.clone());
            assert_eq!(
                (status, answer["message"].is_string()),
                (expected, true),
                "{changes}"
            );
        }
    }

    #[test]
    fn rows_that_were_made_beforehand_make_the_same_pages() {
        let second = at().timestamp();
        for changes in [
            json!({}),
            json!({"page_size": 2, "page_no": 2}),
            json!({"emp_numbers": ["600100201"]}),
            json!({"call_method": "WhatsAppCall"}),
            json!({"call_from": second + 1, "call_to": second + 1}),
        ] {
            let request = request("v2.2", "/call-log/history", changes);
            let mut world = world();
            let (_, expected) = answer(&world, &request);
            assert_eq!(rendered(&world, &request), None);
            world.render();
            let text = rendered(&world, &request).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        }
    }

    #[test]
    fn version_2_1_does_not_know_kinds() {
        let (_, answer) = ask(
            "v2.1",
            "/call-log/history",
            json!({"call_method": null, "call_mode": null}),
        );
        assert_eq!(ids(&answer), ["c-3", "c-1", "c-2"]);
        assert_eq!(answer["result"][0].get("call_method"), None);
    }

    #[test]
    fn figures_count_the_calls_of_each_employee() {
        let (_, answer) = ask("v2.2", "/call-log/employee-summary", json!({}));
        assert_eq!(answer["total_records"], 2);
        let anna = &answer["result"][0];
        for (field, expected) in [
            ("emp_number", json!("600100201")),
            ("total_calls", json!(2)),
            ("total_outgoing_connected_calls", json!(1)),
            ("total_missed_calls", json!(1)),
            ("total_duration", json!(60)),
            ("total_never_attended_calls", json!(1)),
            ("total_not_pickup_by_clients_calls", json!(0)),
            ("total_unique_clients", json!(2)),
            ("total_working_hours", json!("00:01:00")),
        ] {
            assert_eq!(anna[field], expected, "{field}");
        }
    }
}
