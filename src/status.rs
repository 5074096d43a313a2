//! The status of the synchronisation, and the problems that need a person.

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::clock::ClockReading;
use crate::moment::{self, Moment, Window};
use crate::provider::Provider;
use crate::store::Store;
use crate::store::differences::ShownDifference;
use crate::store::health::{
    AdvisorDate, FailedRun, IncompleteWindows, Quarantine, SilentPhone, SyncRuns, UnmatchedCounts,
};
use crate::store::phones::{FailingCheck, Silence};
use crate::text;

/// Age up to which a record in quarantine is a problem.
const RECENT_QUARANTINE: TimeDelta = TimeDelta::days(1);
/// How long it may be that nobody can say whether the phones are well.
const LONGEST_PHONE_FAILURE: TimeDelta = TimeDelta::days(1);
/// Days for which a difference or an incomplete window is a problem.
const RECENT_DAYS: u64 = 30;

/// Stands for the advisors of a system of which no key is known.
const EVERYBODY: &str = "(wszyscy)";

/// What the status is judged by.
#[derive(Clone, Copy, Debug)]
pub struct StatusOptions<'a> {
    /// The telephony systems that are asked.
    pub providers: &'a [Provider],
    pub now: Moment,
    pub zone: Tz,
    /// Time between two sync runs.
    pub interval: TimeDelta,
    /// Attempts after which an unmatched call is exhausted.
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
pub struct SyncStatus {
    /// Problems that need a person, in Polish.
    pub problems: Vec<String>,
    pub systems: Vec<SystemStatus>,
    pub unmatched: UnmatchedCounts,
    pub quarantine: Quarantine,
    pub differences: Vec<ShownDifference>,
    pub silent_phones: Vec<SilentPhone>,
    pub failing_phone_check: Option<FailingCheck>,
}

/// The status of one telephony system.
#[derive(Clone, Debug)]
pub struct SystemStatus {
    pub provider: Provider,
    pub runs: SyncRuns,
    pub advisors: Vec<AdvisorData>,
    pub incomplete_windows: IncompleteWindows,
    /// Calls whose notes must still be asked for.
    pub notes_due: i64,
    /// The system's clock at the last run; None before its first answer.
    pub clock: Option<ClockReading>,
    /// Requests of the last 24 hours.
    pub recent_requests: i64,
}

impl SyncStatus {
    /// Reads the status; `is_running` tells whether a sync run is under way.
    pub fn read(
        store: &Store,
        is_running: impl Fn() -> bool,
        options: StatusOptions,
    ) -> Result<Self> {
        let first_day = moment::day_of(options.now, options.zone) - Days::new(RECENT_DAYS);
        let providers = options.providers.iter();
        let systems =
            providers.map(|provider| SystemStatus::read(store, *provider, &is_running, options));
        let mut status = Self {
            problems: Vec::new(),
            systems: systems.collect::<Result<_>>()?,
            unmatched: store.unmatched_counts(options.max_attempts)?,
            quarantine: store.quarantine(options.now - RECENT_QUARANTINE)?,
            differences: store.shown_differences()?,
            silent_phones: store.silent_phones()?,
            failing_phone_check: store.failing_phone_check(Provider::Callyzer.as_str())?,
        };
        status.problems = status.problems(options, first_day);
        Ok(status)
    }

    /// Those of the systems come first, each named if there are several.
    fn problems(&self, options: StatusOptions, first_day: NaiveDate) -> Vec<String> {
        let is_one = self.systems.len() == 1;
        let of_systems = self.systems.iter().flat_map(|system| {
            let name = system.provider.name();
            let problems = system.problems(options).into_iter();
            problems.map(move |problem| match is_one {
                true => problem,
                false => format!("{name}: {problem}"),
            })
        });
        let differing = self.differences.iter();
        let mut differing: Vec<_> = differing
            .filter(|one| one.difference.day >= first_day)
            .map(|one| format!("{} {}", text::one_line(&one.login), one.difference.day))
            .collect();
        // An advisor may have several numbers that differ.
        differing.dedup();
        let silent = self.silent_phones.iter();
        let silent =
            silent.map(|phone| format!("{} ({})", text::one_line(&phone.login), silence(phone)));
        let check = self.failing_phone_check;
        let check = check.filter(|check| options.now - check.since > LONGEST_PHONE_FAILURE);
        let quarantined = self.quarantine.recent;
        let common = [
            counted("Rekordy w kwarantannie z ostatniej doby", quarantined),
            text::list("Dni niezgodne z Callyzerem", differing.into_iter()),
            text::list("Ciche telefony", silent),
            check.map(|check| {
                let age = text::age(options.now - check.since);
                format!("Telefonów nie można sprawdzić od: {age}")
            }),
        ];
        of_systems.chain(common.into_iter().flatten()).collect()
    }

    /// The advisors of all systems, each once with the oldest data, the oldest first.
    pub fn advisors(&self) -> Vec<AdvisorData> {
        let mut by_login: BTreeMap<&str, AdvisorData> = BTreeMap::new();
        for advisor in self.systems.iter().flat_map(|system| &system.advisors) {
            let known = by_login.entry(&advisor.login);
            let known = known.or_insert_with(|| advisor.clone());
            // None is less than any moment.
            if advisor.last_synced_at < known.last_synced_at {
                *known = advisor.clone();
            }
        }
        let mut advisors: Vec<_> = by_login.into_values().collect();
        advisors.sort_by_key(|advisor| advisor.last_synced_at);
        advisors
    }

    /// Since when every system has been read without a failure, at the earliest.
    pub fn last_success(&self) -> Option<Moment> {
        let systems = self.systems.iter();
        systems.map(|system| system.runs.last_success).min()?
    }

    /// The last failure of any system.
    pub fn last_failure(&self) -> Option<&FailedRun> {
        let systems = self.systems.iter();
        let failures = systems.filter_map(|system| system.runs.last_failure.as_ref());
        failures.max_by_key(|failure| failure.at)
    }
}

impl SystemStatus {
    fn read(
        store: &Store,
        provider: Provider,
        is_running: impl Fn() -> bool,
        options: StatusOptions,
    ) -> Result<Self> {
        let first_day = moment::day_of(options.now, options.zone) - Days::new(RECENT_DAYS);
        let since = Window::of_day(first_day, options.zone).from;
        let last_day = Window {
            from: options.now - TimeDelta::days(1),
            to: options.now,
        };
        let stored = provider.as_str();
        Ok(Self {
            provider,
            runs: sync_runs(store, stored, is_running)?,
            advisors: advisors(store, provider, options)?,
            incomplete_windows: store.incomplete_windows(stored, since)?,
            notes_due: store.notes_due_count(stored)?,
            clock: store.clock(stored)?,
            recent_requests: store.requests_in(stored, last_day)?,
        })
    }

    fn problems(&self, options: StatusOptions) -> Vec<String> {
        let stale = self.advisors.iter().filter(|advisor| advisor.stale);
        let stale = stale.map(|advisor| text::one_line(&advisor.login));
        let minutes = max_age(options.interval).num_minutes();
        let incomplete = self.incomplete_windows.recent;
        let problems = [
            self.failure(),
            text::list(&format!("Dane starsze niż {minutes} min"), stale),
            self.clock_problem(),
            counted("Niepełne okna z ostatnich 30 dni", incomplete),
        ];
        problems.into_iter().flatten().collect()
    }

    /// A clock that is wrong or missing keeps dates back, and makes ages untrue.
    fn clock_problem(&self) -> Option<String> {
        let clock = self.clock?;
        let name = self.provider.name();
        if clock.theirs.is_none() {
            let is_stale = self.advisors.iter().any(|advisor| advisor.stale);
            return is_stale.then(|| {
                format!(
                    "{name} nie podaje czasu: daty nie przechodzą poza ostatnie przesłane połączenie"
                )
            });
        }
        let error = clock.error()?;
        let is_ahead = error > TimeDelta::zero();
        let way = if is_ahead {
            "śpieszy się"
        } else {
            "spóźnia się"
        };
        let error = text::age(error.abs());
        let compared_with = match self.provider {
            Provider::Callyzer => "Callyzera",
            Provider::Telecube => name,
        };
        Some(format!(
            "Zegar tego komputera {way} o {error} względem {compared_with}"
        ))
    }

    fn failure(&self) -> Option<String> {
        let failure = self.runs.last_failure.as_ref();
        let failure = failure.filter(|_| self.runs.last_failed)?;
        let reason = text::quoted(reason(failure));
        Some(format!(
            "Ostatnia synchronizacja nie powiodła się: {reason}"
        ))
    }
}

/// Reads the sync runs. An unfinished run counts as killed if none is running.
fn sync_runs(store: &Store, provider: &str, is_running: impl Fn() -> bool) -> Result<SyncRuns> {
    let runs = store.sync_runs(provider)?;
    let Some(unfinished) = runs.unfinished.filter(|_| !is_running()) else {
        return Ok(runs);
    };
    // Read again: a run writes its end before it releases the lock.
    let mut runs = store.sync_runs(provider)?;
    if runs.unfinished == Some(unfinished) {
        runs.unfinished = None;
        runs.last_failed = true;
        runs.last_failure = Some(FailedRun {
            at: unfinished.started_at,
            error: None,
        });
    }
    Ok(runs)
}

/// Whoever is read by number or key; where nobody is, and the system keeps one date for
/// all, that date alone.
fn advisors(store: &Store, provider: Provider, options: StatusOptions) -> Result<Vec<AdvisorData>> {
    let mut dates = store.advisor_dates(provider.as_str())?;
    if dates.is_empty() && provider != Provider::Callyzer {
        dates.push(AdvisorDate {
            login: EVERYBODY.into(),
            last_synced_at: store.system_date(provider.as_str())?,
        });
    }
    let data = |date: AdvisorDate| AdvisorData {
        login: date.login,
        last_synced_at: date.last_synced_at,
        age: date.last_synced_at.map(|at| options.now - at),
        stale: is_stale(date.last_synced_at, options.now, options.interval),
    };
    Ok(dates.into_iter().map(data).collect())
}

/// Tells whether data is stale: never synchronised, or synchronised more than two intervals ago.
pub fn is_stale(last_synced_at: Option<Moment>, now: Moment, interval: TimeDelta) -> bool {
    last_synced_at.is_none_or(|at| now - at > max_age(interval))
}

fn max_age(interval: TimeDelta) -> TimeDelta {
    interval * 2
}

/// The reason of a failed run.
pub fn reason(failure: &FailedRun) -> &str {
    failure
        .error
        .as_deref()
        .unwrap_or("proces przerwano przed końcem")
}

/// The reason why a phone counts as silent.
pub fn silence(phone: &SilentPhone) -> &'static str {
    match phone.reason {
        Silence::Unknown => "Callyzer nie zna numeru",
        Silence::Uninstalled => "aplikacja odinstalowana",
        Silence::NoContact => "brak kontaktu od ponad 24 godzin dni roboczych",
        Silence::NeverInTouch => "jeszcze nigdy się nie zgłosił",
        Silence::UnreadableDate => "nieczytelna lub przyszła data ostatniego kontaktu",
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
