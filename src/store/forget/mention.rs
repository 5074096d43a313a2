//! What else names a number and stays, because it is about somebody else: notes and details
//! of other calls, other leads. All of it is read, which takes seconds for millions.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::{Connection, Row};

use super::Person;
use super::plan::found;
use crate::phone::SoughtNumber;
use crate::store::Store;

/// Who else names a person's numbers.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Ids of calls.
    pub calls: BTreeSet<i64>,
    /// Ids of leads.
    pub leads: Vec<i64>,
    /// A number from which calls of the organisation's own were made.
    pub own_number: Option<String>,
}

impl Store {
    pub fn mentions(&self, person: &Person) -> Result<Mentions> {
        let connection = &self.connection;
        let calls = found::calls(connection, person)?;
        let scan = Scan {
            numbers: &person.numbers,
            own_calls: calls.iter().map(|call| call.id).collect(),
        };
        let mut mentions = Mentions {
            leads: scan.leads(connection, person.lead_id)?,
            own_number: scan.own_number(connection)?,
            ..Mentions::default()
        };
        scan.read_calls(connection, &mut mentions)?;
        scan.read_notes(connection, &mut mentions)?;
        Ok(mentions)
    }
}

struct Scan<'a> {
    numbers: &'a [SoughtNumber],
    /// The person's.
    own_calls: BTreeSet<i64>,
}

impl Scan<'_> {
    /// Whether one of some columns names a number.
    fn is_named(&self, row: &Row, columns: impl Iterator<Item = usize>) -> Result<bool> {
        for column in columns {
            let Some(text) = row.get_ref(column)?.as_str_or_null()? else {
                continue;
            };
            let is_in = |number: &SoughtNumber| number.is_long() && number.is_in(text);
            if self.numbers.iter().any(is_in) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn leads(&self, connection: &Connection, own: Option<i64>) -> Result<Vec<i64>> {
        let mut query = connection.prepare_cached("SELECT id, name, phone FROM leads")?;
        let (mut rows, mut leads) = (query.query([])?, Vec::new());
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if own != Some(id) && self.is_named(row, 1..3)? {
                leads.push(id);
            }
        }
        Ok(leads)
    }

    fn own_number(&self, connection: &Connection) -> Result<Option<String>> {
        let mut query = connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM forgotten_figures WHERE advisor_number = ?1)",
        )?;
        for number in self.numbers {
            if query.query_row([number.as_str()], |row| row.get(0))? {
                return Ok(Some(number.as_str().to_owned()));
            }
        }
        Ok(None)
    }

    fn read_calls(&self, connection: &Connection, mentions: &mut Mentions) -> Result<()> {
        let sql = "SELECT id, advisor_number, client_name, note, details FROM calls";
        let mut query = connection.prepare_cached(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let advisor_number = row.get_ref(1)?.as_str_or_null()?;
            let mut numbers = self.numbers.iter();
            if let Some(own) = numbers.find(|it| Some(it.as_str()) == advisor_number) {
                mentions.own_number = Some(own.as_str().to_owned());
            }
            if !self.own_calls.contains(&id) && self.is_named(row, 2..5)? {
                mentions.calls.insert(id);
            }
        }
        Ok(())
    }

    fn read_notes(&self, connection: &Connection, mentions: &mut Mentions) -> Result<()> {
        let sql = "SELECT call_id, author, text FROM call_notes";
        let mut query = connection.prepare_cached(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let call_id = row.get(0)?;
            if !self.own_calls.contains(&call_id) && self.is_named(row, 1..3)? {
                mentions.calls.insert(call_id);
            }
        }
        Ok(())
    }
}
