//! What two questions to Callyzer tell: for its employees, and for a few calls
//! of one number. Token, subscription, clock, advisors' numbers, zone.

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::Item;
use crate::call::{Axis, Kind, Party};
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;
use crate::provider::callyzer::Callyzer;
use crate::provider::{Employee, Error, Question, Records, Result, Whose};
use crate::text;

/// A clock that is kept is right to the second; one that is off by more than this drifts on.
const LARGEST_CLOCK_ERROR: TimeDelta = TimeDelta::minutes(1);

/// An advisor's number as the database has it, and whose it is.
#[derive(Clone, Debug)]
pub struct Held {
    pub number: String,
    pub login: String,
}

/// What the answers are compared with.
#[derive(Debug)]
pub struct Order {
    /// The numbers with the latest calls first; None if the database does not tell.
    pub numbers: Option<Vec<Held>>,
    /// None if the setting cannot be used.
    pub zone: Option<Tz>,
    pub kind: Kind,
}

/// Asks and compares. Only a signal is an error.
pub fn items(callyzer: &Callyzer, order: &Order) -> Result<Vec<Item>> {
    let before = moment::now();
    let employees = match callyzer.employees() {
        Err(Error::Interrupted) => return Err(Error::Interrupted),
        employees => employees,
    };
    let theirs = callyzer.http().first_date();
    let mut items = vec![access(&employees), clock(theirs, before, moment::now())];
    items.extend(numbers(&employees, order, callyzer));
    items.push(match &employees {
        Err(error) if !is_answer(error) => Item::skipped("zone: Callyzer could not be asked"),
        _ => zone(callyzer, &employees, order)?,
    });
    Ok(items)
}

/// Whether Callyzer let us in and only the answer is odd.
fn is_answer(error: &Error) -> bool {
    matches!(error, Error::BadAnswer(_) | Error::Refused(_))
}

fn access(employees: &Result<Vec<Employee>>) -> Item {
    match employees {
        Ok(_) => Item::good("Callyzer accepts the token, and the subscription has not expired"),
        Err(error @ (Error::Timeout | Error::Unavailable(_))) => Item::wrong(format!(
            "{error}; look at the network and CALLYZER_BASE_URL, or try again later"
        )),
        Err(error) if is_answer(error) => {
            Item::wrong(format!("{error}; look whether the API has changed"))
        }
        Err(error) => Item::wrong(error.to_string()),
    }
}

/// Compares Callyzer's clock at its answer, which came between `before` and `after`, with ours.
fn clock(theirs: Option<Moment>, before: Moment, after: Moment) -> Item {
    let Some(theirs) = theirs else {
        return Item::skipped("clock: Callyzer said no time to compare with");
    };
    let mend = "set it, or let it be set: timedatectl set-ntp true";
    let wrong = |apart: TimeDelta, way: &str| {
        let seconds = apart.num_seconds();
        Item::wrong(format!(
            "clock: this machine's is {seconds} s {way} Callyzer's: {mend}"
        ))
    };
    match (before - theirs, theirs - after) {
        (ahead, _) if ahead > LARGEST_CLOCK_ERROR => wrong(ahead, "ahead of"),
        (_, behind) if behind > LARGEST_CLOCK_ERROR => wrong(behind, "behind"),
        _ => Item::good("clock: as Callyzer's"),
    }
}

fn numbers(employees: &Result<Vec<Employee>>, order: &Order, callyzer: &Callyzer) -> Vec<Item> {
    let (Ok(employees), Some(held)) = (employees, &order.numbers) else {
        let reason = if order.numbers.is_none() {
            "the database does not tell them"
        } else {
            "Callyzer did not tell its employees"
        };
        return vec![Item::skipped(format!("advisors' numbers: {reason}"))];
    };
    if held.is_empty() {
        let text = "advisors' numbers: no active advisor has one; import users";
        return vec![Item::warning(text)];
    }
    let unknown: Vec<_> = held
        .iter()
        .filter(|one| !is_known(one, employees, callyzer))
        .map(|Held { number, login }| {
            Item::wrong(format!(
                "advisors' numbers: Callyzer does not know {number} of {login}; \
                 correct it there or import users"
            ))
        })
        .collect();
    if unknown.is_empty() {
        let count = held.len();
        return vec![Item::good(format!(
            "advisors' numbers: Callyzer knows all {count}"
        ))];
    }
    unknown
}

fn is_known(held: &Held, employees: &[Employee], callyzer: &Callyzer) -> bool {
    let number = PhoneNumber::parse(&held.number, callyzer.region()).map(Party::Number);
    number.is_some_and(|number| employees.iter().any(|employee| employee.party == number))
}

/// Compares the word behind times of upload with the zone of the settings.
fn zone(callyzer: &Callyzer, employees: &Result<Vec<Employee>>, order: &Order) -> Result<Item> {
    let Some(zone) = order.zone else {
        return Ok(Item::skipped("zone: CALLYZER_TIMEZONE cannot be used"));
    };
    let may_be_asked = |held: &&Held| match employees {
        Ok(employees) => is_known(held, employees, callyzer),
        Err(_) => true,
    };
    let held = order.numbers.iter().flatten().find(may_be_asked);
    let number = held.and_then(|held| PhoneNumber::parse(&held.number, callyzer.region()));
    let Some(number) = number else {
        return Ok(Item::skipped("zone: there is no number to ask for"));
    };
    let now = moment::now();
    let window = Window {
        from: now - TimeDelta::days(1),
        to: now,
    };
    let question = Question {
        whose: Whose::Advisors(&[number]),
        kind: &order.kind,
        axis: Axis::Upload,
        window,
    };
    match callyzer.sample(&question) {
        Err(Error::Interrupted) => Err(Error::Interrupted),
        Err(error) => Ok(Item::wrong(format!("zone: {error}"))),
        Ok(records) => Ok(zone_of(&records, zone)),
    }
}

fn zone_of(records: &Records, zone: Tz) -> Item {
    let is_dated = records.calls.iter().any(|call| call.uploaded_at.is_some());
    match &records.odd_zone_word {
        Some(word) => Item::wrong(format!(
            "zone: Callyzer's times end in '{}', which is not {zone}: set CALLYZER_TIMEZONE to the \
             account's zone, then callsync sync --since the day it changed",
            text::quoted(word)
        )),
        None if is_dated => Item::good(format!("zone: Callyzer's times are of {zone}")),
        None => Item::skipped("zone: no call was uploaded within a day to tell it by"),
    }
}
