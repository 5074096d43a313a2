//! Which closed days a run reads again, and which due days it cannot.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::clock::PassClock;
use super::steps::ends_all_asking;
use super::{PassOptions, RETRY_AFTER};
use crate::moment::{self, Moment};
use crate::provider::Provider;
use crate::reason::Cause;
use crate::store::Store;
use crate::store::closed_days::RereadDay;
use crate::store::runs::Run;
use crate::text;

/// The most closed days of one run, so that no run is long for their sake.
pub const MAX_DAYS: usize = 3;

/// Age up to which a day that differs is read again daily.
const MAX_DIFFERING_AGE: Days = Days::new(30);

/// The most impossible days that a run names.
const MAX_SHOWN: usize = 3;

/// What is known of the closed days.
#[derive(Clone, Copy, Debug)]
struct ClosedDays<'a> {
    /// What became of the readings so far.
    readings: &'a [RereadDay],
    differing: &'a [NaiveDate],
    /// The first day that is ever read again for its age; None: not known yet.
    earliest: Option<NaiveDate>,
}

/// The closed days of a system that are due. `readings`: what became of its readings
/// before this run. A system's first day in the file has none but those that differ. None
/// was purged.
pub fn closed_days_due(
    store: &Store,
    readings: &[RereadDay],
    options: &PassOptions,
    clock: &PassClock,
) -> Result<Vec<NaiveDate>> {
    let provider = clock.provider.as_str();
    let configured = options.reread_days;
    if configured == 0 {
        return Ok(Vec::new());
    }
    let first_run = store.first_reading(provider)?;
    let first_run = first_run.map(|at| moment::day_of(at, options.zone));
    let closed_days = ClosedDays {
        readings,
        differing: &store.differing_days(provider)?,
        earliest: first_run.map(|day| day + Days::new(1) - Days::new(configured)),
    };
    let is_first_day = clock.is_first_day(store)?;
    let reread_days = if is_first_day { 0 } else { configured };
    let mut due = closed_days.due(reread_days, clock.times().now, options.zone);
    let purged_before = store.purged_before()?;
    due.retain(|day| purged_before.is_none_or(|before| *day >= before));
    Ok(due)
}

/// Notes what became of the reading of a closed day that began at `now`. One that ended
/// all asking says nothing of the day.
pub fn mark_reading(
    store: &mut Store,
    (provider, day): (Provider, NaiveDate),
    now: Moment,
    done: &Result<()>,
) -> Result<()> {
    let provider = provider.as_str();
    match done {
        Ok(()) => store.mark_reread(provider, day, now),
        Err(error) if ends_all_asking(error) => Ok(()),
        Err(_) => store.mark_failed(provider, day, now),
    }
}

/// Tells of days whose figures are due and that no call can have.
pub fn report_impossible_days(days: &BTreeSet<String>, run: &mut Run) {
    if !days.is_empty() {
        let shown = days.iter().take(MAX_SHOWN).map(|day| text::quoted(day));
        let shown = shown.collect::<Vec<_>>().join(", ");
        run.report(Cause::ImpossibleDaysDue.of(&[&days.len(), &shown]));
    }
}

impl ClosedDays<'_> {
    /// The days that are due at `now`, the latest first and those that failed last at
    /// the end. Each of the last `reread_days` is due once a day, and so is one that
    /// differs. An older one is due until it was read, if it lies after the first that
    /// ever was tried. A reading in the future counts for nothing: a clock was wrong.
    fn due(self, reread_days: u64, now: Moment, zone: Tz) -> Vec<NaiveDate> {
        let today = moment::day_of(now, zone);
        let first_recent = today - Days::new(reread_days);
        let read_on = past(self.readings, |day| day.read_at, now);
        let failed_at = past(self.readings, |day| day.failed_at, now);
        let differs =
            |day: NaiveDate| self.differing.contains(&day) && day >= today - MAX_DIFFERING_AGE;
        let is_due = |day: &NaiveDate| {
            let has_rest = failed_at.get(day).is_some_and(|at| now - *at < RETRY_AFTER);
            let is_unread = match read_on.get(day) {
                None => true,
                Some(at) => {
                    moment::day_of(*at, zone) < today && (*day >= first_recent || differs(*day))
                }
            };
            is_unread && !has_rest
        };
        let tried = read_on.keys().chain(failed_at.keys()).min().copied();
        // A clock that was years behind may have marked a day before; one that was ahead
        // may have dated the first run in the future.
        let earliest = self.earliest.filter(|day| *day < today);
        let tried = tried.map(|day| earliest.map_or(day, |earliest| day.max(earliest)));
        let first = tried.map_or(first_recent, |day| day.min(first_recent));
        let older = self.differing.iter().copied().filter(|day| differs(*day));
        let days: BTreeSet<NaiveDate> = first.iter_days().take_while(|day| *day < today).collect();
        let days: BTreeSet<NaiveDate> = days.into_iter().chain(older).collect();
        let is_closed = |day: &NaiveDate| *day < today;
        let due = days.into_iter().rev().filter(is_closed).filter(is_due);
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|day| failed_at.get(day).copied());
        due
    }
}

/// A moment of each day, if it has one that is past.
fn past(
    readings: &[RereadDay],
    moment_of: impl Fn(&RereadDay) -> Option<Moment>,
    now: Moment,
) -> BTreeMap<NaiveDate, Moment> {
    let moments = readings
        .iter()
        .filter_map(|day| Some((day.day, moment_of(day)?)));
    moments.filter(|(_, moment)| *moment <= now).collect()
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
        let closed_days = ClosedDays {
            readings: days,
            differing: &differing,
            earliest: Some(day("05")),
        };
        let due = closed_days.due(2, now, ZONE);
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
    fn a_day_that_failed_is_due_again_after_an_hour_and_counts_among_those_tried() {
        let mut days = [mark("23", None, Some("24")), mark("26", Some("28"), None)];
        assert_eq!(due(&days, &[]), "27 25 24 23");
        days[0].failed_at = moment::from_text("2026-07-28T19:30:00Z").ok();
        assert_eq!(due(&days, &[]), "27 25 24");
    }

    #[test]
    fn no_day_before_the_earliest_is_due_and_none_that_differs_for_longer_than_a_month() {
        let mut days = [mark("04", Some("05"), None), mark("20", Some("21"), None)];
        days[0].day = "2023-07-19".parse().unwrap();
        let due = due(&days, &[]);
        assert!(due.ends_with(" 06 05"), "{due}");
        let old: NaiveDate = "2026-06-20".parse().unwrap();
        let closed_days = ClosedDays {
            readings: &[],
            differing: &[old],
            earliest: None,
        };
        let now = moment::from_text("2026-07-28T20:00:00Z").unwrap();
        assert_eq!(closed_days.due(1, now, ZONE), [day("27")]);
    }

    #[test]
    fn a_reading_in_the_future_counts_for_nothing() {
        let days = [mark("26", Some("29"), None), mark("29", Some("30"), None)];
        assert_eq!(due(&days, &["30"]), "27 26");
    }
}
