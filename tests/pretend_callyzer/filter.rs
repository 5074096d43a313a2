//! Which calls a question asks for, and the questions that are refused.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::api::Refusal;
use crate::http::Request;
use crate::world::{Call, World};

/// Seconds that a window must stay under.
const LONGEST_WINDOW: i64 = 180 * 86_400;

pub struct Filter<'a> {
    called: Option<RangeInclusive<i64>>,
    synced: Option<RangeInclusive<i64>>,
    /// None: every kind.
    kind: Option<(&'a str, &'a str)>,
    call_types: Vec<&'a str>,
    emp_numbers: Vec<&'a str>,
    client_numbers: Vec<&'a str>,
    shorter_than: i64,
    longer_than: i64,
}

impl<'a> Filter<'a> {
    pub fn read(request: &'a Request, world: &World) -> Result<Self, Refusal> {
        let body = &request.body;
        let filter = Self {
            called: window(body, "call_from", "call_to")?,
            synced: window(body, "synced_from", "synced_to")?,
            kind: Some(kind(request)?),
            call_types: texts(body, "call_types")?,
            emp_numbers: emp_numbers(body, world)?,
            client_numbers: texts(body, "client_numbers")?,
            shorter_than: integer(body, "duration_les_than")?.unwrap_or(i64::MAX),
            longer_than: integer(body, "duration_grt_than")?.unwrap_or(-1),
        };
        if filter.called.is_none() && filter.synced.is_none() {
            return Err(Refusal::bad(
                "Either call_from and call_to or synced_from and synced_to are mandatory",
            ));
        }
        let types = ["Incoming", "Outgoing", "Missed", "Rejected"];
        match filter
            .call_types
            .iter()
            .find(|wanted| !types.contains(wanted))
        {
            Some(other) => Err(Refusal::bad(format!(
                "call_types has an invalid value: {other}"
            ))),
            None => Ok(filter),
        }
    }

    /// The same, whatever kind was asked for.
    pub fn of_every_kind(mut self) -> Self {
        self.kind = None;
        self
    }

    /// The calls asked for, the latest upload first.
    pub fn select<'w>(&self, world: &'w World) -> Vec<&'w Call> {
        let mut calls: Vec<_> = world
            .calls
            .iter()
            .filter(|call| self.admits(call))
            .collect();
        calls.sort_by(|a, b| a.newest_first(b));
        calls
    }

    fn admits(&self, call: &Call) -> bool {
        within(self.called.as_ref(), call.at)
            && within(self.synced.as_ref(), call.synced_at)
            && self
                .kind
                .is_none_or(|kind| kind == (&*call.method, &*call.mode))
            && (self.call_types.is_empty() || self.call_types.contains(&&*call.call_type))
            && names(&self.emp_numbers, &call.emp_country_code, &call.emp_number)
            && names(
                &self.client_numbers,
                &call.client_country_code,
                &call.client_number,
            )
            && (self.longer_than < call.duration_s.into()
                && self.shorter_than > call.duration_s.into())
    }
}

/// The numbers asked for, all of them the account's.
pub fn emp_numbers<'a>(body: &'a Value, world: &World) -> Result<Vec<&'a str>, Refusal> {
    let numbers = texts(body, "emp_numbers")?;
    let is_known = |number: &str| {
        world
            .employees
            .iter()
            .any(|employee| names(&[number], &employee.country_code, &employee.number))
    };
    match numbers.iter().find(|number| !is_known(number)) {
        Some(number) if world.names_unknown_numbers => Err(Refusal::bad(format!(
            "Employee number {number} doesn't exist"
        ))),
        Some(_) => Err(Refusal::bad("Employee number doesn't exist")),
        None => Ok(numbers),
    }
}

/// Whether one of the wanted numbers, `48-600100200` or `600100200`, is this one. None wanted is all.
pub fn names(wanted: &[&str], country_code: &str, number: &str) -> bool {
    let is_it = |wanted: &&str| match wanted.split_once('-') {
        Some(parts) => parts == (country_code, number),
        None => *wanted == number,
    };
    wanted.is_empty() || wanted.iter().any(is_it)
}

pub fn integer(body: &Value, name: &str) -> Result<Option<i64>, Refusal> {
    match &body[name] {
        Value::Null => Ok(None),
        value => value
            .as_i64()
            .map(Some)
            .ok_or_else(|| Refusal::bad(format!("{name} must be an integer"))),
    }
}

pub fn texts<'a>(body: &'a Value, name: &str) -> Result<Vec<&'a str>, Refusal> {
    let texts = match &body[name] {
        Value::Null => Some(Vec::new()),
        value => value
            .as_array()
            .and_then(|values| values.iter().map(Value::as_str).collect()),
    };
    texts.ok_or_else(|| Refusal::bad(format!("{name} must be a list of strings")))
}

fn window(body: &Value, from: &str, to: &str) -> Result<Option<RangeInclusive<i64>>, Refusal> {
    match (integer(body, from)?, integer(body, to)?) {
        (None, None) => Ok(None),
        (Some(first), Some(last)) if first > last => {
            Err(Refusal::bad(format!("{to} must not be before {from}")))
        }
        (Some(first), Some(last)) if last.saturating_sub(first) >= LONGEST_WINDOW => {
            Err(Refusal::bad("Date range must be less than 180 days"))
        }
        (Some(first), Some(last)) => Ok(Some(first..=last)),
        _ => Err(Refusal::bad(format!(
            "{from} and {to} are mandatory together"
        ))),
    }
}

/// v2.1 knows one kind of call and does not ask which.
fn kind(request: &Request) -> Result<(&str, &str), Refusal> {
    if request.version == "v2.1" {
        return Ok(("PhoneCall", "Voice"));
    }
    let method = one_of(&request.body, "call_method", &["PhoneCall", "WhatsAppCall"])?;
    Ok((
        method,
        one_of(&request.body, "call_mode", &["Voice", "Video"])?,
    ))
}

fn one_of<'a>(body: &'a Value, name: &str, values: &[&str]) -> Result<&'a str, Refusal> {
    let value = body[name].as_str().filter(|value| values.contains(value));
    value.ok_or_else(|| Refusal::bad(format!("{name} is mandatory: one of {}", values.join(", "))))
}

fn within(range: Option<&RangeInclusive<i64>>, time: DateTime<Utc>) -> bool {
    range.is_none_or(|range| range.contains(&time.timestamp()))
}
