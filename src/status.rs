//! Is it working? What the file tells of the passes, and what of it needs a person.

use anyhow::Result;
use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::moment::{self, Moment};
use crate::store::Store;
use crate::store::differences::Difference;
use crate::store::health::{Doubts, FailedPass, Passes, Quarantine, SilentPhone, UnmatchedCounts};
use crate::text;

/// For so long a record in quarantine needs a person.
const FRESH_QUARANTINE: TimeDelta = TimeDelta::days(1);
/// For so many days a difference or a doubtful window does.
const FRESH_DAYS: u64 = 30;

/// What a state is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Yardstick {
    pub now: Moment,
    pub zone: Tz,
    /// Between two passes.
    pub interval: TimeDelta,
    pub max_attempts: i64,
}

#[derive(Clone, Debug)]
pub struct AdvisorData {
    pub login: String,
    pub last_synced_at: Option<Moment>,
    pub age: Option<TimeDelta>,
    pub stale: bool,
}

#[derive(Clone, Debug)]
pub struct Status {
    /// What needs a person, in Polish.
    pub problems: Vec<String>,
    pub passes: Passes,
    pub advisors: Vec<AdvisorData>,
    pub unmatched: UnmatchedCounts,
    pub quarantine: Quarantine,
    pub doubts: Doubts,
    /// With the advisor's login.
    pub differences: Vec<(String, Difference)>,
    pub silent_phones: Vec<SilentPhone>,
}

impl Status {
    /// `is_at_work`: whether a pass is being made now.
    pub fn look(store: &Store, is_at_work: impl Fn() -> bool, by: Yardstick) -> Result<Self> {
        let first_day = moment::day_of(by.now, by.zone) - Days::new(FRESH_DAYS);
        let mut status = Self {
            problems: Vec::new(),
            passes: passes(store, is_at_work)?,
            advisors: advisors(store, by)?,
            unmatched: store.unmatched_counts(by.max_attempts)?,
            quarantine: store.quarantine(by.now - FRESH_QUARANTINE)?,
            doubts: store.doubts(moment::Window::of_day(first_day, by.zone).from)?,
            differences: store.differences_by_login()?,
            silent_phones: store.silent_phones()?,
        };
        status.problems = status.problems(max_age(by.interval), first_day);
        Ok(status)
    }

    fn problems(&self, max_age: TimeDelta, first_day: NaiveDate) -> Vec<String> {
        let failure = self.passes.last_failure.as_ref();
        let failed = failure.filter(|_| self.passes.last_failed).map(|failure| {
            let reason = text::quoted(reason(failure));
            format!("Ostatnia synchronizacja nie powiodła się: {reason}")
        });
        let stale = self.advisors.iter().filter(|advisor| advisor.stale);
        let differing = self
            .differences
            .iter()
            .filter(|(_, one)| one.day >= first_day);
        let silent = self.silent_phones.iter();
        [
            failed,
            text::list(
                &format!("Dane starsze niż {} min", max_age.num_minutes()),
                stale.map(|advisor| text::one_line(&advisor.login)),
            ),
            counted(
                "Rekordy w kwarantannie z ostatniej doby",
                self.quarantine.recent,
            ),
            text::list(
                "Dni niezgodne z Callyzerem",
                differing.map(|(login, one)| format!("{} {}", text::one_line(login), one.day)),
            ),
            counted("Niepełne okna z ostatnich 30 dni", self.doubts.recent),
            text::list(
                "Ciche telefony",
                silent
                    .map(|phone| format!("{} ({})", text::one_line(&phone.login), silence(phone))),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The passes; one that is said to be running although none is at work has died.
fn passes(store: &Store, is_at_work: impl Fn() -> bool) -> Result<Passes> {
    let passes = store.passes()?;
    let Some(running) = passes.running.filter(|_| !is_at_work()) else {
        return Ok(passes);
    };
    // It may have ended meanwhile: a pass completes its row before it lets go of its lock.
    let mut passes = store.passes()?;
    if passes.running == Some(running) {
        passes.running = None;
        passes.last_failed = true;
        passes.last_failure = Some(FailedPass {
            at: running.started_at,
            error: None,
        });
    }
    Ok(passes)
}

fn advisors(store: &Store, by: Yardstick) -> Result<Vec<AdvisorData>> {
    let dates = store.advisor_dates()?.into_iter();
    Ok(dates
        .map(|date| {
            let age = date.last_synced_at.map(|at| by.now - at);
            AdvisorData {
                login: date.login,
                last_synced_at: date.last_synced_at,
                age,
                stale: is_stale(date.last_synced_at, by.now, by.interval),
            }
        })
        .collect())
}

/// Tells whether data is stale: never synchronised, or synchronised more than two intervals ago.
pub fn is_stale(last_synced_at: Option<Moment>, now: Moment, interval: TimeDelta) -> bool {
    last_synced_at.is_none_or(|at| now - at > max_age(interval))
}

fn max_age(interval: TimeDelta) -> TimeDelta {
    interval * 2
}

/// Why a pass failed, as far as it could still say it.
pub fn reason(failure: &FailedPass) -> &str {
    failure
        .error
        .as_deref()
        .unwrap_or("proces przerwano przed końcem")
}

/// Why a phone is taken for silent.
pub fn silence(phone: &SilentPhone) -> &'static str {
    match phone.reason.as_str() {
        "unknown" => "Callyzer nie zna numeru",
        "uninstalled" => "aplikacja odinstalowana",
        _ => "brak kontaktu od ponad 24 godzin dni roboczych",
    }
}

fn counted(what: &str, count: i64) -> Option<String> {
    (count > 0).then(|| format!("{what}: {count}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_stale_after_two_intervals() {
        let now = moment::now();
        let is_stale = |synced| is_stale(synced, now, TimeDelta::minutes(15));
        for (age_s, expected) in [(-60, false), (0, false), (1800, false), (1801, true)] {
            let synced_at = now - TimeDelta::seconds(age_s);
            assert_eq!(is_stale(Some(synced_at)), expected, "{age_s}");
        }
        assert!(is_stale(None), "never synchronised");
    }
}
