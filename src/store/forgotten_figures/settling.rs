//! A day that was read whole: the counts of its forgotten calls become those that its
//! reading left out.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::NaiveDate;
use rusqlite::{Transaction, params};

use super::{Place, add, kind};
use crate::call::{Figures, Kind};
use crate::phone::PhoneNumber;
use crate::store::closed_days::CallsOfDay;
use crate::store::figures::figures;
use crate::store::forgotten::suppressed::SuppressedCall;
use crate::store::{Store, json_array};

/// A number, and a kind in the spelling that its calls have.
type Phone = (String, String);

/// What is counted of a phone, of each user.
type Shares = Vec<(Option<i64>, Figures)>;

/// What a reading left out of a phone.
#[derive(Clone, Copy, Debug, Default)]
struct LeftOut {
    figures: Figures,
    /// Whose the last of the calls was.
    owner: Option<i64>,
}

impl Store {
    /// Makes the counts of a day what its reading left out, for the numbers and kinds that
    /// were read whole. Whose the calls were stays as it was, as far as the sums allow it.
    pub fn settle_forgotten_figures(
        &mut self,
        provider: &str,
        day: NaiveDate,
        read: &CallsOfDay,
        suppressed: &[SuppressedCall],
    ) -> Result<()> {
        if suppressed.is_empty() && !self.has_forgotten()? {
            return Ok(());
        }
        let tx = self.transaction()?;
        let mut counted = counted(&tx, (provider, day), read)?;
        let left_out = left_out(suppressed, day, read);
        for phone in left_out.keys() {
            counted.entry(phone.clone()).or_default();
        }
        for (phone, before) in counted {
            let left_out = left_out.get(&phone).copied().unwrap_or_default();
            let after = settled(before.clone(), left_out);
            if after != before {
                replace(&tx, (provider, day), phone, after)?;
            }
        }
        tx.commit()
    }
}

fn counted(
    tx: &Transaction,
    (provider, day): (&str, NaiveDate),
    read: &CallsOfDay,
) -> Result<BTreeMap<Phone, Shares>> {
    let mut query = tx.prepare_cached(
        "SELECT advisor_number, kind, user_id, sum(incoming), sum(outgoing), sum(missed),
                sum(rejected), sum(connected), sum(talk_time_s), sum(incoming_time_s),
                sum(outgoing_time_s)
         FROM forgotten_figures
         WHERE provider = ?1 AND day = ?2
           AND advisor_number IN (SELECT value FROM json_each(?3))
         GROUP BY advisor_number, kind, user_id ORDER BY min(rowid)",
    )?;
    let numbers = json_array(read.numbers.iter().map(PhoneNumber::as_str))?;
    let mut rows = query.query(params![provider, day.to_string(), numbers])?;
    let mut counted: BTreeMap<Phone, Shares> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let kind = kind(row.get(1)?)?;
        if read.kinds.iter().any(|read| read.is_like(&kind)) {
            let phone = (row.get(0)?, kind.to_string());
            let share = (row.get(2)?, figures(row, 3)?);
            counted.entry(phone).or_default().push(share);
        }
    }
    Ok(counted)
}

/// Counts each call once, as it came last. A record whose kind cannot be read counts among
/// the first kind.
fn left_out(
    suppressed: &[SuppressedCall],
    day: NaiveDate,
    read: &CallsOfDay,
) -> BTreeMap<Phone, LeftOut> {
    let keyed = suppressed.iter().map(|call| (call.key.as_str(), call));
    let calls: BTreeMap<&str, &SuppressedCall> = keyed.collect();
    let mut left_out: BTreeMap<Phone, LeftOut> = BTreeMap::new();
    for call in calls.into_values().filter(|call| call.day == day) {
        let is_like = |read: &&Kind| call.kind.as_ref().is_none_or(|kind| kind.is_like(read));
        let mut numbers = read.numbers.iter().map(PhoneNumber::as_str);
        let kind = read.kinds.iter().find(is_like);
        if let Some(kind) = kind.filter(|_| numbers.any(|number| number == call.advisor_number)) {
            let kind = call.kind.as_ref().unwrap_or(kind).to_string();
            let of_phone = left_out
                .entry((call.advisor_number.clone(), kind))
                .or_default();
            of_phone.figures += call.figures;
            of_phone.owner = call.user_id.or(of_phone.owner);
        }
    }
    left_out
}

/// Shares whose sum is what was left out. More than before is its owner's, and what is
/// less was theirs; only where that is not enough, the others have less.
fn settled(mut shares: Shares, left_out: LeftOut) -> Shares {
    let owner = left_out
        .owner
        .or(shares.last().and_then(|(user_id, _)| *user_id));
    let place = shares.iter().position(|(user_id, _)| *user_id == owner);
    let owners = place.map_or((owner, Figures::default()), |place| shares.remove(place));
    let mut rest = counts(left_out.figures);
    for (_, figures) in &mut shares {
        let mut part = counts(*figures);
        for (part, rest) in part.iter_mut().zip(&mut rest) {
            *part = (*part).min(*rest);
            *rest -= *part;
        }
        *figures = of_counts(part);
    }
    shares.push((owners.0, of_counts(rest)));
    shares.retain(|(_, figures)| *figures != Figures::default());
    shares
}

fn replace(
    tx: &Transaction,
    (provider, day): (&str, NaiveDate),
    (number, kind): Phone,
    shares: Shares,
) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM forgotten_figures
         WHERE provider = ?1 AND day = ?2 AND advisor_number = ?3 AND kind = ?4",
    )?
    .execute(params![provider, day.to_string(), number, kind])?;
    for (user_id, figures) in shares {
        let place = Place {
            provider: provider.to_owned(),
            day,
            advisor_number: Some(number.clone()),
            user_id,
            kind: kind.clone(),
        };
        add(tx, [(&place, &figures)])?;
    }
    Ok(())
}

fn counts(figures: Figures) -> [i64; 8] {
    [
        figures.incoming,
        figures.outgoing,
        figures.missed,
        figures.rejected,
        figures.connected,
        figures.talk_time_s,
        figures.incoming_time_s,
        figures.outgoing_time_s,
    ]
}

fn of_counts(counts: [i64; 8]) -> Figures {
    let [
        incoming,
        outgoing,
        missed,
        rejected,
        connected,
        talk,
        incoming_time,
        outgoing_time,
    ] = counts;
    Figures {
        incoming,
        outgoing,
        missed,
        rejected,
        connected,
        talk_time_s: talk,
        incoming_time_s: incoming_time,
        outgoing_time_s: outgoing_time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: Option<i64> = Some(1);
    const BARTEK: Option<i64> = Some(2);

    /// Calls in and out, and seconds of both.
    fn figures(incoming: i64, outgoing: i64, talk_time_s: i64) -> Figures {
        Figures {
            incoming,
            outgoing,
            talk_time_s,
            ..Figures::default()
        }
    }

    #[test]
    fn shares_stay_as_far_as_the_sums_allow_it() {
        let anna = (ANNA, figures(2, 1, 60));
        let bartek = (BARTEK, figures(1, 3, 40));
        for (owner, now, expected) in [
            (BARTEK, figures(3, 4, 100), vec![anna, bartek]),
            (ANNA, figures(3, 4, 100), vec![bartek, anna]),
            (None, figures(3, 4, 100), vec![anna, bartek]),
            (
                BARTEK,
                figures(4, 4, 130),
                vec![anna, (BARTEK, figures(2, 3, 70))],
            ),
            (
                BARTEK,
                figures(3, 2, 70),
                vec![anna, (BARTEK, figures(1, 1, 10))],
            ),
            (BARTEK, figures(1, 1, 50), vec![(ANNA, figures(1, 1, 50))]),
            (None, figures(0, 0, 0), vec![]),
            (
                Some(3),
                figures(3, 5, 100),
                vec![anna, bartek, (Some(3), figures(0, 1, 0))],
            ),
        ] {
            let left_out = LeftOut {
                figures: now,
                owner,
            };
            let found = settled(vec![anna, bartek], left_out);
            assert_eq!(found, expected, "{owner:?} {now:?}");
        }
        let left_out = LeftOut {
            figures: figures(1, 0, 9),
            owner: ANNA,
        };
        assert_eq!(settled(Vec::new(), left_out), [(ANNA, figures(1, 0, 9))]);
    }
}
