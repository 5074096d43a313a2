//! Callyzer's answers about employees: a day's figures, and the state of their phones.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::api::{Api, NumberFilter, Question};
use super::envelope::{Envelope, SYSTEM, page};
use super::summary::{self, About, Employee};
use crate::call::{Figures, Kind, Party, TimeFilter};
use crate::http::{Answer, Http};
use crate::moment::{Moment, Window};
use crate::phone::PhoneNumber;
use crate::provider::{Error, Fault, Result};
use crate::reading::{Pages, Paging, Rows, read_until_whole};
use crate::reason::{Cause, Reason};
use crate::text;

const SUMMARY: &str = "/call-log/employee-summary";
const EMPLOYEES: &str = "/employee/get";

/// What Callyzer answers, each number once.
type ByNumber<T> = HashMap<PhoneNumber, T>;

impl Api {
    /// Callyzer's own figures of one day, for each number that had calls.
    pub fn figures(
        &self,
        numbers: &[PhoneNumber],
        kind: &Kind,
        day: Window,
    ) -> Result<Answer<'_, ByNumber<Figures>>> {
        let filter = self.filter(&Question {
            numbers: NumberFilter::Advisors(numbers),
            kind,
            time_filter: TimeFilter::Call,
            window: day,
        });
        let read = |row: &str| summary::figures(row, self.locale.region);
        let answer = self.about_employees(Http::post, SUMMARY, &filter, read)?;
        Ok(answer.map(|rows| {
            let mut figures: ByNumber<Figures> = HashMap::new();
            for (number, of_employee) in rows {
                *figures.entry(number).or_default() += of_employee;
            }
            figures
        }))
    }

    /// The employees of the account by number; of several with one number the one
    /// with the latest contact at `now`. Asked by POST, which every HTTP stack carries; by GET,
    /// as documented, where POST is refused.
    pub fn employees(&self, now: Moment) -> Result<ByNumber<Employee>> {
        let read = |row: &str| summary::employee(row, self.locale);
        let answer = match self.about_employees(Http::post, EMPLOYEES, &json!({}), read) {
            Err(Error {
                fault: Fault::BadAnswer(_),
                ..
            }) => self.about_employees(Http::get, EMPLOYEES, &json!({}), read)?,
            answer => answer?,
        };
        let mut rows = answer.body;
        rows.sort_by_key(|(_, employee)| employee.last_contact(now));
        Ok(rows.into_iter().collect())
    }

    /// Rows about employees; of several about one employee the last. Rows that never
    /// came are no answer.
    fn about_employees<'a, T>(
        &'a self,
        ask: Ask<'a>,
        path: &str,
        filter: &Value,
        read: impl Fn(&str) -> std::result::Result<About<T>, Reason>,
    ) -> Result<Answer<'a, Vec<(PhoneNumber, T)>>> {
        let pages = || {
            Pages::new(SYSTEM.name, |number| {
                let answer = ask(&self.http, path, &page(filter, number))?;
                let rows = answer.body.result.iter().map(|row| read(row.get()));
                let rows: std::result::Result<Vec<_>, _> = rows.collect();
                let rows = rows.map_err(|reason| self.bad_answer(reason))?;
                Ok(counted(answer, rows))
            })
        };
        let mut by_employee = HashMap::new();
        let mut permit = None;
        let totals = read_until_whole(pages, |page| {
            permit = Some(page.content.permit);
            let rows = page.content.body.into_iter();
            by_employee.extend(rows.map(|row| (row.who.clone(), row)));
            Ok::<_, Error>(())
        })?;
        let rows = by_employee.into_values();
        match (totals.missing(), permit) {
            (..=0, Some(permit)) => Ok(Answer {
                body: numbered(path, rows),
                permit,
            }),
            (missing, _) => Err(self.bad_answer(Cause::RowsKeptBack.of(&[&path, &missing]))),
        }
    }
}

/// [`Http::post`] or [`Http::get`].
type Ask<'a> = fn(&'a Http, &str, &Value) -> Result<Answer<'a, Envelope>>;

fn counted<'a, T>(
    answer: Answer<'a, Envelope>,
    rows: Vec<About<T>>,
) -> Rows<Answer<'a, Vec<About<T>>>> {
    Rows {
        count: rows.len() as u64,
        ids: rows.iter().map(|row| row.who.clone()).collect(),
        texts_without_id: Vec::new(),
        total: answer.body.total(),
        page_size: answer.body.page_size(),
        paging: Paging::Counted,
        content: answer.map(|_| rows),
    }
}

/// The rows about numbers that can be read; the others are counted in the log.
fn numbered<T>(path: &str, rows: impl Iterator<Item = About<T>>) -> Vec<(PhoneNumber, T)> {
    let mut unreadable = 0;
    let mut numbered = Vec::new();
    for row in rows {
        match row.party {
            Party::Number(number) => numbered.push((number, row.content)),
            Party::Other(_) | Party::Hidden => unreadable += 1,
        }
    }
    if unreadable > 0 {
        log::warn!(
            "{path}: {} without a number that can be read",
            text::counted(unreadable, "row")
        );
    }
    numbered
}
