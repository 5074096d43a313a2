//! Somebody is forgotten: what the file holds of a number, or of a lead with all its numbers,
//! is found and then removed, in one transaction.

mod mention;
mod person;
mod plan;
mod record;

use anyhow::Result;
use chrono::TimeDelta;
use rusqlite::{Transaction, params};

use super::Store;
use super::clean::mark_remains;
use super::column::optional_moment;
use super::forgotten::Forgotten;
use super::removal::Removal;
use super::runs::{self, Counts, Run};
use crate::call::AccountLocale;
use crate::exit::{Exit, failure};
use crate::moment::{self, Moment};
use crate::phone::{Region, SoughtNumber};
use crate::reason::Cause;
pub use mention::Mentions;
pub use person::{Person, Refusal, Whom};
pub use plan::{ForgetPlan, LeadEnd};

/// A phone's clock may be ahead by less than that: its calls do not come back either.
const CLOCK_AHEAD: TimeDelta = TimeDelta::days(1);

impl Store {
    /// Finds who is to be forgotten, and whether they may be.
    pub fn person(&self, whom: Whom, region: Region) -> Result<Result<Person, Refusal>> {
        person::find(&self.connection, whom, region)
    }

    /// What the file holds of a person.
    pub fn forget_plan(&self, person: &Person, region: Region) -> Result<ForgetPlan> {
        plan::read(&self.connection, person, region)
    }

    /// Removes all of a person, and remembers the hashes of their numbers. Gives what was
    /// removed. All of it or nothing; if the person may not be forgotten any more, nothing.
    pub fn forget(&mut self, whom: Whom, locale: AccountLocale, run: &Run) -> Result<ForgetPlan> {
        let AccountLocale { zone, region } = locale;
        let tx = self.transaction()?;
        let person = person::find(&tx, whom, region)?;
        let person = person.map_err(|_| failure(Exit::Data, Cause::NotForgotten.of(&[])))?;
        let plan = plan::read(&tx, &person, region)?;
        mark_remains(&tx)?;
        remember(&tx, &person.numbers)?;
        let removed = plan.carry_out(&tx, Removal::new(&tx, zone)?)?;
        let counts = Counts {
            removed,
            ..Counts::default()
        };
        runs::add(&tx, run.id, &counts, run.requests)?;
        tx.commit()?;
        Ok(plan)
    }
}

/// Remembers numbers by their hashes, with the moment until which their calls do not come
/// back. Before their calls are removed.
fn remember(tx: &Transaction, numbers: &[SoughtNumber]) -> Result<()> {
    let forgotten = Forgotten::of(tx)?;
    let mut upsert = tx.prepare_cached(
        "INSERT INTO forgotten (hash, forgotten_at) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET forgotten_at = max(forgotten_at, excluded.forgotten_at)",
    )?;
    let now = moment::now();
    for number in numbers {
        let last = last_call_at(tx, number)?;
        let last = last.filter(|last| *last < now + CLOCK_AHEAD);
        let at = last.map_or(now, |last| last.max(now));
        upsert.execute(params![
            forgotten.hash(number.as_str())?,
            moment::to_text(at)
        ])?;
    }
    Ok(())
}

fn last_call_at(tx: &Transaction, number: &SoughtNumber) -> Result<Option<Moment>> {
    let mut query =
        tx.prepare_cached("SELECT max(started_at) FROM calls WHERE client_number = ?1")?;
    let last = query.query_row([number.as_str()], |row| optional_moment(row, 0))?;
    Ok(last)
}
