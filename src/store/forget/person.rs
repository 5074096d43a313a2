//! Who is to be forgotten: a number, or a lead with all its numbers, and whether they may be.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::Connection;

use crate::phone::{PhoneNumber, Region, SoughtNumber};

/// Who is to be forgotten, as a person names them.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    Number(&'a str),
    Lead(i64),
}

#[derive(Clone, Debug)]
pub struct Person {
    /// Of a lead: its numbers and those of its calls.
    pub numbers: Vec<SoughtNumber>,
    /// The lead that is removed, or that has the number.
    pub lead_id: Option<i64>,
    /// Whether the lead itself is to be forgotten.
    pub is_lead: bool,
}

/// Why nobody is forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No digit in what should be a number.
    Hidden { given: String },
    /// Not valid, and no call or lead of the file has it.
    NoNumber { given: String },
    /// The number is a user's, who has this name; None: it was one's.
    OfUser {
        number: String,
        name: Option<String>,
    },
    /// Several leads have the number.
    OfLeads { number: String, leads: Vec<i64> },
    /// The lead has calls with the number, and others have it, or have such calls too.
    InRegisters { number: String, leads: Vec<i64> },
}

pub fn find(
    connection: &Connection,
    whom: Whom,
    region: Region,
) -> Result<Result<Person, Refusal>> {
    let found = match whom {
        Whom::Number(given) => of_number(connection, given, region)?,
        Whom::Lead(id) => Ok(of_lead(connection, id, region)?),
    };
    let Ok(person) = found else {
        return Ok(found);
    };
    for number in &person.numbers {
        if let Some(refusal) = refusal(connection, number, &person, region)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(person))
}

fn of_number(
    connection: &Connection,
    given: &str,
    region: Region,
) -> Result<Result<Person, Refusal>> {
    let Some(number) = SoughtNumber::parse(given, region) else {
        let given = given.to_owned();
        return Ok(Err(Refusal::Hidden { given }));
    };
    let leads = holders(connection, &number, region)?;
    let is_known = PhoneNumber::parse(given, region).is_some()
        || !leads.is_empty()
        || has_calls(connection, &number)?;
    if !is_known {
        let given = given.to_owned();
        return Ok(Err(Refusal::NoNumber { given }));
    }
    Ok(Ok(Person {
        numbers: vec![number],
        lead_id: leads.first().copied(),
        is_lead: false,
    }))
}

/// The calls may have numbers that the lead has no more. A short one is many people's.
fn of_lead(connection: &Connection, id: i64, region: Region) -> Result<Person> {
    let mut query = connection.prepare_cached(
        "SELECT number FROM lead_numbers WHERE lead_id = ?1
         UNION
         SELECT client_number FROM calls WHERE lead_id = ?1 AND client_number IS NOT NULL",
    )?;
    let numbers = query.query_map([id], |row| row.get(0))?;
    let numbers: Vec<String> = numbers.collect::<rusqlite::Result<_>>()?;
    let numbers = numbers.iter();
    let numbers = numbers.filter_map(|number| SoughtNumber::stored(number, region));
    Ok(Person {
        numbers: numbers.filter(SoughtNumber::is_long).collect(),
        lead_id: Some(id),
        is_lead: true,
    })
}

/// Why a number may not be forgotten.
fn refusal(
    connection: &Connection,
    sought: &SoughtNumber,
    person: &Person,
    region: Region,
) -> Result<Option<Refusal>> {
    let number = sought.as_str().to_owned();
    if let Some(name) = user_of(connection, &number)? {
        return Ok(Some(Refusal::OfUser { number, name }));
    }
    let holders = holders(connection, sought, region)?;
    let is_held = |id: &i64| holders.contains(id);
    if holders.len() > 1 && person.lead_id.as_ref().is_some_and(is_held) {
        let leads = holders;
        return Ok(Some(Refusal::OfLeads { number, leads }));
    }
    let Some(id) = person.lead_id.filter(|_| person.is_lead) else {
        return Ok(None);
    };
    let mut leads = registers(connection, &number)?;
    leads.extend(holders);
    leads.remove(&id);
    let leads: Vec<i64> = [id].into_iter().chain(leads).collect();
    Ok((leads.len() > 1).then_some(Refusal::InRegisters { number, leads }))
}

/// The name of the user who has a number; None inside: one had it, as far as the file knows
/// without reading its calls.
fn user_of(connection: &Connection, number: &str) -> Result<Option<Option<String>>> {
    let mut query = connection.prepare_cached(
        "SELECT (SELECT u.name FROM advisor_numbers n JOIN users u ON u.id = n.user_id
                 WHERE n.number = ?1),
                EXISTS (SELECT 1 FROM sync_dates WHERE provider = 'callyzer' AND number = ?1)
                OR EXISTS (SELECT 1 FROM phones WHERE number = ?1)",
    )?;
    let (name, was_one): (Option<String>, bool) =
        query.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((name.is_some() || was_one).then_some(name))
}

/// The leads that have a number, one that is not valid as a part of what was given as theirs.
fn holders(connection: &Connection, number: &SoughtNumber, region: Region) -> Result<Vec<i64>> {
    let text = number.as_str();
    if PhoneNumber::parse(text, region).is_some() {
        let sql = "SELECT lead_id FROM lead_numbers WHERE number = ?1 ORDER BY lead_id";
        let mut query = connection.prepare_cached(sql)?;
        let ids = query.query_map([text], |row| row.get(0))?;
        return Ok(ids.collect::<rusqlite::Result<_>>()?);
    }
    let sql = "SELECT id, phone FROM leads WHERE instr(phone, ?1) > 0 ORDER BY id";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([text], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
    let has_it = |phone: &str| phone.split('|').any(|part| part.trim() == text);
    let rows = rows.into_iter().filter(|(_, phone)| has_it(phone));
    Ok(rows.map(|(id, _)| id).collect())
}

/// The leads in whose registers calls of a number are.
fn registers(connection: &Connection, number: &str) -> Result<BTreeSet<i64>> {
    let mut query = connection.prepare_cached(
        "SELECT DISTINCT lead_id FROM calls WHERE client_number = ?1 AND +lead_id IS NOT NULL",
    )?;
    let ids = query.query_map([number], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn has_calls(connection: &Connection, number: &SoughtNumber) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM calls WHERE client_number = ?1)";
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([number.as_str()], |row| row.get(0))?)
}
