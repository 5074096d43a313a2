//! The unmatched calls by number: the way to find a lead's second number.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::Store;
use super::unmatched::Party;
use crate::moment::{self, Moment};

/// The unmatched calls of a number.
#[derive(Clone, Debug)]
pub struct UnmatchedNumber<'a> {
    /// None: all hidden numbers together.
    pub number: Option<&'a str>,
    pub calls: i64,
    pub first_at: Moment,
    pub last_at: Moment,
    /// Names, in order.
    pub advisors: Vec<&'a str>,
}

/// The numbers of the unmatched calls, those with the most calls first, hidden ones last.
#[derive(Debug)]
pub struct UnmatchedNumbers {
    counted: Vec<(Box<str>, Counted)>,
    /// Of all users, by id.
    names: HashMap<i64, String>,
}

#[derive(Debug)]
struct Counted {
    calls: i64,
    first_at: Moment,
    last_at: Moment,
    advisor_ids: Vec<i64>,
}

/// Stands for hidden numbers while calls are counted.
const HIDDEN: &str = "";

impl UnmatchedNumbers {
    pub fn total(&self) -> i64 {
        self.counted.len() as i64
    }

    /// Some of the numbers: at most `limit`, from `offset` on.
    pub fn rows(&self, limit: i64, offset: i64) -> impl Iterator<Item = UnmatchedNumber<'_>> {
        let [limit, offset] = [limit, offset].map(|number| number.unsigned_abs() as usize);
        let rows = self.counted.iter().skip(offset).take(limit);
        rows.map(|(number, counted)| {
            let names = counted.advisor_ids.iter().map(|id| self.names.get(id));
            let mut advisors: Vec<_> = names.flatten().map(String::as_str).collect();
            advisors.sort_unstable();
            UnmatchedNumber {
                number: Some(&**number).filter(|number| *number != HIDDEN),
                calls: counted.calls,
                first_at: counted.first_at,
                last_at: counted.last_at,
                advisors,
            }
        })
    }
}

impl Store {
    pub fn unmatched_numbers(&self, party: Party) -> Result<UnmatchedNumbers> {
        let _snapshot = self.connection.unchecked_transaction()?;
        let own = self.own_numbers()?;
        let is_wanted = |number: &str| own.contains(number) == (party == Party::OwnAdvisors);
        let counted = self.count_by_number()?.into_iter();
        let mut counted: Vec<_> = counted.filter(|(number, _)| is_wanted(number)).collect();
        counted.sort_unstable_by(|(number, a), (other, b)| {
            let hidden_last = (**number == *HIDDEN).cmp(&(**other == *HIDDEN));
            let most_calls_first = hidden_last.then(b.calls.cmp(&a.calls));
            let newest_first = most_calls_first.then(b.last_at.cmp(&a.last_at));
            newest_first.then_with(|| number.cmp(other))
        });
        Ok(UnmatchedNumbers {
            counted,
            names: self.user_names()?,
        })
    }

    /// Counts as the calls are read, the oldest first: to group them, SQLite would sort a
    /// million rows, which takes longer.
    fn count_by_number(&self) -> Result<HashMap<Box<str>, Counted>> {
        let mut query = self.connection.prepare_cached(
            "SELECT ifnull(client_number, ?1), started_at, advisor_id FROM calls
             WHERE lead_id IS NULL ORDER BY started_at",
        )?;
        let mut counts = HashMap::new();
        let mut rows = query.query([HIDDEN])?;
        while let Some(row) = rows.next()? {
            let number = row.get_ref(0)?.as_str()?;
            let started_at = moment::from_text(row.get_ref(1)?.as_str()?)?;
            let counted = match counts.get_mut(number) {
                Some(counted) => counted,
                None => counts.entry(number.into()).or_insert(Counted {
                    calls: 0,
                    first_at: started_at,
                    last_at: started_at,
                    advisor_ids: Vec::new(),
                }),
            };
            counted.calls += 1;
            counted.last_at = started_at;
            let advisor_id: Option<i64> = row.get(2)?;
            let advisor_id = advisor_id.filter(|id| !counted.advisor_ids.contains(id));
            counted.advisor_ids.extend(advisor_id);
        }
        Ok(counts)
    }

    fn own_numbers(&self) -> Result<HashSet<String>> {
        let sql = "SELECT number FROM advisor_numbers";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn user_names(&self) -> Result<HashMap<i64, String>> {
        let sql = "SELECT id, name FROM users";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
