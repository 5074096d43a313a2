//! Leaves out of an answer what is never stored again, and removes what is stored of it.
//! It is decided here alone, for every system and every way of reading.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::Transaction;

use super::Forgotten;
use super::suppressed::{Suppressed, SuppressedCall};
use crate::call::{Call, CampaignResult, Records, Unreadable};
use crate::moment::{self, Moment};
use crate::phone;
use crate::store::advisors::Owners;
use crate::store::removal::Removal;
use crate::store::runs::WriteContext;
use crate::store::stored_call::StoredCall;
use crate::store::{campaign_results, quarantine};

/// Gives what of an answer is stored. `known`: what is stored of its calls; those that are
/// removed leave it.
pub fn suppress<'r>(
    tx: &Transaction,
    records: &'r Records,
    known: &mut HashMap<String, StoredCall>,
    context: &WriteContext,
) -> Result<(Cow<'r, Records>, Suppressed)> {
    let forgotten = Forgotten::of(tx)?;
    if forgotten.is_empty() {
        return Ok((Cow::Borrowed(records), Suppressed::default()));
    }
    let suppression = Suppression {
        tx,
        forgotten,
        context,
    };
    suppression.of(records, known)
}

/// Gives which records are kept in quarantine, and removes the others from it.
pub fn keep_unreadable<'r>(
    tx: &Transaction,
    records: &'r [Unreadable],
    context: &WriteContext,
) -> Result<Cow<'r, [Unreadable]>> {
    let unread = Records {
        unreadable: records.to_vec(),
        ..Records::default()
    };
    let (kept, suppressed) = suppress(tx, &unread, &mut HashMap::new(), context)?;
    Ok(match suppressed.rows {
        0 => Cow::Borrowed(records),
        _ => Cow::Owned(kept.into_owned().unreadable),
    })
}

struct Suppression<'a> {
    tx: &'a Transaction<'a>,
    forgotten: Forgotten<'a>,
    context: &'a WriteContext,
}

impl Suppression<'_> {
    fn of<'r>(
        &self,
        records: &'r Records,
        known: &mut HashMap<String, StoredCall>,
    ) -> Result<(Cow<'r, Records>, Suppressed)> {
        let ids = self.covered_calls(&records.calls, known)?;
        let calls = divide(&records.calls, |call| {
            Ok(ids.contains(call.provider_call_id.as_str()))
        })?;
        let unreadable = divide(&records.unreadable, |record| self.covers_record(record))?;
        let results = divide(&records.results, |result| self.covers_result(result))?;
        let unfinished = divide(&records.unfinished, |call| {
            Ok(self.covers_day_of(call.started_at))
        })?;
        let covers_calls = !calls.covered.is_empty() || !unfinished.covered.is_empty();
        if !covers_calls && unreadable.covered.is_empty() && results.covered.is_empty() {
            return Ok((Cow::Borrowed(records), Suppressed::default()));
        }
        quarantine::remove(self.tx, &unreadable.covered, self.context)?;
        campaign_results::remove(self.tx, &results.covered)?;
        let suppressed = Suppressed {
            rows: (calls.covered.len() + unreadable.covered.len()) as i64,
            calls: self.counting(&calls.covered, &unreadable.covered, known)?,
            removed: self.remove_stored(&ids, known)?,
        };
        let kept = Records {
            calls: calls.kept(),
            unreadable: unreadable.kept(),
            results: results.kept(),
            unfinished: unfinished.kept(),
            left_out: records.left_out.clone(),
            renamed: records.renamed.clone(),
            known: records.known,
        };
        Ok((Cow::Owned(kept), suppressed))
    }

    /// The ids of the calls that are never stored again: as one of their rows says, with the
    /// number that it gives or the one that is stored.
    fn covered_calls<'r>(
        &self,
        calls: &'r [Call],
        known: &HashMap<String, StoredCall>,
    ) -> Result<HashSet<&'r str>> {
        let stored = |call: &Call| known.get(&call.provider_call_id)?.client_number.as_deref();
        let given = calls.iter().filter_map(|call| call.client.as_str());
        let numbers: HashSet<&str> = given.chain(calls.iter().filter_map(stored)).collect();
        let moments = self.forgotten.moments(numbers)?;
        let is_forgotten = |number: Option<&str>, at: Moment| {
            number
                .and_then(|number| moments.get(number))
                .is_some_and(|until| at <= *until)
        };
        let is_covered = |call: &&Call| {
            self.covers_day_of(call.started_at)
                || is_forgotten(call.client.as_str(), call.started_at)
                || is_forgotten(stored(call), call.started_at)
        };
        let covered = calls.iter().filter(is_covered);
        Ok(covered.map(|call| call.provider_call_id.as_str()).collect())
    }

    fn covers_day_of(&self, at: Moment) -> bool {
        self.forgotten
            .covers_day(moment::day_of(at, self.context.zone))
    }

    /// A record without a day may be of any.
    fn covers_record(&self, record: &Unreadable) -> Result<bool> {
        if record.day.is_some_and(|day| self.forgotten.covers_day(day)) {
            return Ok(true);
        }
        self.mentions(&record.record, record.day)
    }

    fn covers_result(&self, result: &CampaignResult) -> Result<bool> {
        self.mentions(&result.row, None)
    }

    /// Whether a text mentions a number that was forgotten on that day or later.
    fn mentions(&self, text: &str, day: Option<NaiveDate>) -> Result<bool> {
        if !self.forgotten.has_any {
            return Ok(false);
        }
        let Some(numbers) = phone::mentioned(text, self.context.region) else {
            return Ok(true);
        };
        let moments = self.forgotten.moments(numbers.iter().map(String::as_str))?;
        let zone = self.context.zone;
        let is_before = |at: &Moment| day.is_none_or(|day| day <= moment::day_of(*at, zone));
        Ok(moments.values().any(is_before))
    }

    /// Those that count on a day of an advisor's number.
    fn counting(
        &self,
        calls: &[&Call],
        unreadable: &[&Unreadable],
        known: &HashMap<String, StoredCall>,
    ) -> Result<Vec<SuppressedCall>> {
        let records = unreadable.iter();
        let records = records.filter_map(|record| SuppressedCall::of_record(record));
        let mut counting: Vec<_> = records.collect();
        let mut owners = Owners::new(self.tx, self.context.provider);
        for call in calls {
            let stored = known.get(&call.provider_call_id);
            let user_id = match stored.and_then(|stored| stored.advisor_id) {
                Some(user_id) => Some(user_id),
                None => owners.of(call)?,
            };
            counting.extend(SuppressedCall::of_call(call, user_id, self.context.zone));
        }
        Ok(counting)
    }

    /// Removes the calls that are stored, with their counts kept.
    fn remove_stored(
        &self,
        ids: &HashSet<&str>,
        known: &mut HashMap<String, StoredCall>,
    ) -> Result<i64> {
        let mut removal = Removal::new(self.tx, self.context.zone)?;
        for stored in ids.iter().filter_map(|id| known.remove(*id)) {
            removal.remove(stored.id)?;
        }
        removal.finish()
    }
}

/// Items that are stored, and those that are not.
struct Divided<'i, T> {
    kept: Vec<&'i T>,
    covered: Vec<&'i T>,
}

fn divide<T>(
    items: &[T],
    mut is_covered: impl FnMut(&T) -> Result<bool>,
) -> Result<Divided<'_, T>> {
    let (mut kept, mut covered) = (Vec::new(), Vec::new());
    for item in items {
        match is_covered(item)? {
            true => covered.push(item),
            false => kept.push(item),
        }
    }
    Ok(Divided { kept, covered })
}

impl<T: Clone> Divided<'_, T> {
    fn kept(&self) -> Vec<T> {
        self.kept.iter().map(|item| (*item).clone()).collect()
    }
}
