//! Which closed days a run reads again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use crate::moment::{self, Moment};
use crate::store::closed_days::RereadDay;

/// The days that are due at `now`, the latest first and those that failed last at the
/// end. Each of the last `reread_days` is due once a day, and so is one that differs.
/// An older one is due until it was read, if it lies after the first that ever was.
/// A reading in the future counts for nothing: a clock was wrong.
pub fn due_days(
    days: &[RereadDay],
    differing: &[NaiveDate],
    reread_days: u64,
    now: Moment,
    zone: Tz,
) -> Vec<NaiveDate> {
    let today = moment::day_of(now, zone);
    let first_recent = today - Days::new(reread_days);
    let read_on: BTreeMap<NaiveDate, NaiveDate> = days
        .iter()
        .filter_map(|day| Some((day.day, day.read_at?)))
        .filter(|(_, read_at)| *read_at <= now)
        .map(|(day, read_at)| (day, moment::day_of(read_at, zone)))
        .collect();
    let is_due = |day: &NaiveDate| match read_on.get(day) {
        None => true,
        Some(read_on) => *read_on < today && (*day >= first_recent || differing.contains(day)),
    };
    let first = read_on.keys().next().copied().unwrap_or(first_recent);
    let due: BTreeSet<NaiveDate> = first
        .min(first_recent)
        .iter_days()
        .take_while(|day| *day < today)
        .chain(differing.iter().copied().filter(|day| *day < today))
        .filter(is_due)
        .collect();
    let failed_at: HashMap<NaiveDate, Moment> = days
        .iter()
        .filter_map(|day| Some((day.day, day.failed_at?)))
        .collect();
    let mut due: Vec<_> = due.into_iter().rev().collect();
    due.sort_by_key(|day| failed_at.get(day).copied());
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = chrono_tz::Europe::Warsaw;

    fn day(text: &str) -> NaiveDate {
        format!("2026-07-{text}").parse().unwrap()
    }

    /// A day that was read at noon of another, or failed then.
    fn mark(text: &str, read: Option<&str>, failed: Option<&str>) -> RereadDay {
        let noon = |on: &str| moment::from_text(&format!("2026-07-{on}T10:00:00Z")).unwrap();
        RereadDay {
            day: day(text),
            read_at: read.map(noon),
            failed_at: failed.map(noon),
        }
    }

    /// What is due on the 28th, in the evening.
    fn due(days: &[RereadDay], differing: &[&str]) -> String {
        let now = moment::from_text("2026-07-28T20:00:00Z").unwrap();
        let differing: Vec<_> = differing.iter().map(|text| day(text)).collect();
        let due = due_days(days, &differing, 2, now, ZONE);
        let due: Vec<_> = due.iter().map(|day| day.format("%d").to_string()).collect();
        due.join(" ")
    }

    #[test]
    fn a_recent_day_is_due_once_a_day() {
        assert_eq!(due(&[], &[]), "27 26");
        assert_eq!(due(&[mark("26", Some("27"), None)], &[]), "27 26");
        assert_eq!(due(&[mark("27", Some("28"), None)], &[]), "26");
        let both = [mark("26", Some("28"), None), mark("27", Some("28"), None)];
        assert_eq!(due(&both, &[]), "");
    }

    #[test]
    fn an_older_day_is_due_until_it_was_read_and_one_before_the_first_never() {
        let days = [
            mark("21", Some("22"), None),
            mark("24", Some("25"), None),
            mark("26", Some("28"), None),
            mark("27", Some("28"), None),
        ];
        assert_eq!(due(&days, &[]), "25 23 22");
        assert_eq!(due(&days, &["24"]), "25 24 23 22");
        let compared = [days.as_slice(), &[mark("24", Some("28"), None)]].concat();
        assert_eq!(due(&compared, &["24"]), "25 23 22");
    }

    #[test]
    fn a_day_that_failed_comes_last() {
        let days = [
            mark("23", Some("24"), None),
            mark("27", None, Some("28")),
            mark("25", None, Some("27")),
        ];
        assert_eq!(due(&days, &[]), "26 24 25 27");
    }

    #[test]
    fn a_reading_in_the_future_counts_for_nothing() {
        let days = [mark("26", Some("29"), None), mark("29", Some("30"), None)];
        assert_eq!(due(&days, &["30"]), "27 26");
    }
}
