//! The unmatched calls by number: the way to find a lead's second number.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::Store;
use super::unmatched::Party;
use crate::moment::{self, Moment};

/// The unmatched calls of a number.
#[derive(Clone, Debug)]
pub struct UnmatchedNumber {
    /// None: all hidden numbers together.
    pub number: Option<String>,
    pub calls: i64,
    pub first_at: Moment,
    pub last_at: Moment,
    /// Names, in order.
    pub advisors: Vec<Rc<str>>,
}

/// What was counted of a number.
struct Counted {
    calls: i64,
    first_at: String,
    last_at: String,
    advisor_ids: Vec<i64>,
}

type Counts = HashMap<Option<String>, Counted>;

impl Store {
    /// The numbers of the unmatched calls, those with the most calls first, hidden ones last.
    pub fn unmatched_numbers(&self, party: Party) -> Result<Vec<UnmatchedNumber>> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let (own, names) = (self.own_numbers()?, self.user_names()?);
        let is_wanted = |number: &Option<String>| {
            let is_own = number.as_ref().is_some_and(|number| own.contains(number));
            is_own == (party == Party::OwnAdvisors)
        };
        let counts = self.count_by_number()?.into_iter();
        let mut numbers = counts
            .filter(|(number, _)| is_wanted(number))
            .map(|(number, counted)| unmatched_number(number, &counted, &names))
            .collect::<Result<Vec<_>>>()?;
        numbers.sort_by(|a, b| {
            let hidden_last = a.number.is_none().cmp(&b.number.is_none());
            let most_calls_first = hidden_last.then(b.calls.cmp(&a.calls));
            let newest_first = most_calls_first.then(b.last_at.cmp(&a.last_at));
            newest_first.then_with(|| a.number.cmp(&b.number))
        });
        Ok(numbers)
    }

    /// Counts as the calls are read, the oldest first: to group them, SQLite would sort a
    /// million rows, which takes four times as long.
    fn count_by_number(&self) -> Result<Counts> {
        let mut query = self.connection.prepare_cached(
            "SELECT client_number, started_at, advisor_id FROM calls
             WHERE lead_id IS NULL ORDER BY started_at",
        )?;
        let mut counts = Counts::new();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let started_at = row.get_ref(1)?.as_str()?;
            let counted = counts.entry(row.get(0)?).or_insert_with(|| Counted {
                calls: 0,
                first_at: started_at.to_owned(),
                last_at: String::new(),
                advisor_ids: Vec::new(),
            });
            counted.calls += 1;
            counted.last_at.clear();
            counted.last_at.push_str(started_at);
            let advisor_id: Option<i64> = row.get(2)?;
            let is_new = |id: &i64| !counted.advisor_ids.contains(id);
            counted.advisor_ids.extend(advisor_id.filter(is_new));
        }
        Ok(counts)
    }

    fn own_numbers(&self) -> Result<HashSet<String>> {
        let sql = "SELECT number FROM advisor_numbers";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn user_names(&self) -> Result<HashMap<i64, Rc<str>>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, name FROM users")?;
        let rows = query.query_map([], |row| {
            Ok((row.get(0)?, Rc::from(row.get::<_, String>(1)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn unmatched_number(
    number: Option<String>,
    counted: &Counted,
    names: &HashMap<i64, Rc<str>>,
) -> Result<UnmatchedNumber> {
    let ids = counted.advisor_ids.iter();
    let mut advisors: Vec<_> = ids.filter_map(|id| names.get(id).cloned()).collect();
    advisors.sort();
    Ok(UnmatchedNumber {
        number,
        calls: counted.calls,
        first_at: moment::from_text(&counted.first_at)?,
        last_at: moment::from_text(&counted.last_at)?,
        advisors,
    })
}
