//! Callyzer's part of `check`: token, subscription, clock, advisors' numbers and
//! zone, from two questions: its employees, and a few calls of one number.

use std::collections::HashMap;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::Api;
use super::api::{History, NumberFilter, Question};
use super::summary::Employee;
use crate::call::TimeFilter;
use crate::check::Item;
use crate::check::system::{access, clock, is_answer, unless_interrupted};
use crate::moment::{self, Window};
use crate::phone::PhoneNumber;
use crate::provider::{Provider, Result};
use crate::text;

/// An advisor's number as the database has it.
#[derive(Clone, Debug)]
pub struct AssignedNumber {
    pub number: String,
    pub login: String,
}

/// What the answers are compared with.
#[derive(Debug)]
pub struct CheckOptions {
    /// The numbers with the latest calls first; None if the database could not be read.
    pub numbers: Option<Vec<AssignedNumber>>,
    /// None if the setting cannot be used.
    pub zone: Option<Tz>,
}

/// Asks and compares. Only a signal is an error.
pub fn items(api: &Api, options: &CheckOptions) -> Result<Vec<Item>> {
    let employees = unless_interrupted(api.employees(moment::now()))?;
    let mut items = vec![
        access(
            Provider::Callyzer,
            "Callyzer accepts the token, and the subscription has not expired",
            employees.as_ref().err(),
        ),
        clock(Provider::Callyzer, api.clock().map(|heard| heard.reading)),
    ];
    items.extend(numbers(&employees, options, api));
    items.push(match &employees {
        Err(error) if !is_answer(error) => Item::skipped(ZONE, "zone: Callyzer could not be asked"),
        _ => zone(api, &employees, options)?,
    });
    Ok(items)
}

const NUMBERS: &str = "Callyzer numbers";
const ZONE: &str = "Callyzer zone";

type Employees = HashMap<PhoneNumber, Employee>;

fn numbers(employees: &Result<Employees>, options: &CheckOptions, api: &Api) -> Vec<Item> {
    let (Ok(employees), Some(assigned)) = (employees, &options.numbers) else {
        let reason = if options.numbers.is_none() {
            "the database does not tell them"
        } else {
            "Callyzer did not tell its employees"
        };
        return vec![Item::skipped(
            NUMBERS,
            format!("advisors' numbers: {reason}"),
        )];
    };
    if assigned.is_empty() {
        let found = "advisors' numbers: no active advisor has one";
        return vec![Item::warning(NUMBERS, found).with_fix("import users")];
    }
    let unknown: Vec<_> = assigned
        .iter()
        .filter(|one| !is_known(one, employees, api))
        .map(|AssignedNumber { number, login }| {
            let found = format!("advisors' numbers: Callyzer does not know {number} of {login}");
            Item::wrong(NUMBERS, found).with_fix("correct it there or import users")
        })
        .collect();
    if unknown.is_empty() {
        let count = assigned.len();
        let found = format!("advisors' numbers: Callyzer knows all {count}");
        return vec![Item::good(NUMBERS, found)];
    }
    unknown
}

fn is_known(assigned: &AssignedNumber, employees: &Employees, api: &Api) -> bool {
    PhoneNumber::parse(&assigned.number, api.region())
        .is_some_and(|number| employees.contains_key(&number))
}

/// Compares the word behind times of upload with the zone of the settings.
fn zone(api: &Api, employees: &Result<Employees>, options: &CheckOptions) -> Result<Item> {
    let Some(zone) = options.zone else {
        return Ok(Item::skipped(
            ZONE,
            "zone: CALLYZER_TIMEZONE cannot be used",
        ));
    };
    let may_be_asked = |assigned: &&AssignedNumber| match employees {
        Ok(employees) => is_known(assigned, employees, api),
        Err(_) => true,
    };
    let assigned = options.numbers.iter().flatten().find(may_be_asked);
    let number = assigned.and_then(|one| PhoneNumber::parse(&one.number, api.region()));
    let Some(number) = number else {
        return Ok(Item::skipped(ZONE, "zone: there is no number to ask for"));
    };
    let now = moment::now();
    let window = Window {
        from: now - TimeDelta::days(1),
        to: now,
    };
    let question = Question {
        numbers: NumberFilter::Advisors(&[number]),
        kind: &api.kinds()[0],
        time_filter: TimeFilter::Upload,
        window,
    };
    Ok(match unless_interrupted(api.sample(&question))? {
        Err(error) => Item::failed(ZONE, &format!("zone: {error}")),
        Ok(history) => zone_of(&history, zone),
    })
}

fn zone_of(history: &History, zone: Tz) -> Item {
    let calls = &history.records.calls;
    let is_dated = calls.iter().any(|call| call.uploaded_at.is_some());
    match &history.odd_zone_word {
        Some(word) => {
            let word = text::quoted(word);
            let found = format!("zone: Callyzer's times end in '{word}', which is not {zone}");
            Item::wrong(ZONE, found).with_fix(
                "set CALLYZER_TIMEZONE to the account's zone, then callsync sync --since the day \
                 it changed",
            )
        }
        None if is_dated => Item::good(ZONE, format!("zone: Callyzer's times are of {zone}")),
        None => Item::skipped(
            ZONE,
            "zone: no call was uploaded within a day to tell it by",
        ),
    }
}
