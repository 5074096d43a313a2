//! The status of the synchronisation, and the problems that need a person.

mod system;

use std::collections::BTreeMap;

use anyhow::Result;
use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::moment::{self, Moment};
use crate::provider::{self, Provider};
use crate::reason;
use crate::store::Store;
use crate::store::clean::COMPLETE;
use crate::store::differences::ShownDifference;
use crate::store::health::{FailedRun, SilentPhone, UnmatchedCounts};
use crate::store::phones::{FailingCheck, Silence};
use crate::store::quarantine::Quarantine;
use crate::text;
pub use system::SystemStatus;

/// Age up to which a record in quarantine is a problem.
const RECENT_QUARANTINE: TimeDelta = TimeDelta::days(1);
/// How long it may be that nobody can say whether the phones are well.
const LONGEST_PHONE_FAILURE: TimeDelta = TimeDelta::days(1);
/// Days for which a difference or an incomplete window is a problem.
const RECENT_DAYS: u64 = 30;

/// What the status is judged by.
#[derive(Clone, Copy, Debug)]
pub struct StatusOptions<'a> {
    /// The telephony systems that are read.
    pub providers: &'a [Provider],
    /// Those whose settings are there.
    pub set_up: &'a [Provider],
    /// The campaigns that are read.
    pub campaigns: &'a [i64],
    pub now: Moment,
    pub zone: Tz,
    /// Time between two sync runs.
    pub interval: TimeDelta,
    /// Attempts after which an unmatched call is exhausted.
    pub max_attempts: i64,
}

impl StatusOptions<'_> {
    /// The first day on which a difference or an incomplete window is a problem.
    fn first_day(&self) -> NaiveDate {
        moment::day_of(self.now, self.zone) - Days::new(RECENT_DAYS)
    }
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
    /// When the phones were looked at; None: never.
    pub phones_checked_at: Option<Moment>,
    /// Systems that were read and whose settings are no longer there, as people write them.
    pub without_settings: Vec<String>,
    /// Whether something of removed data may be left in the file.
    pub has_remains: bool,
}

impl SyncStatus {
    /// Reads the status; `is_running` tells whether a sync run is under way.
    pub fn read(
        store: &Store,
        is_running: impl Fn() -> bool,
        options: StatusOptions,
    ) -> Result<Self> {
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
            phones_checked_at: store.phones_checked_at(Provider::Callyzer.as_str())?,
            without_settings: without_settings(store, options.set_up)?,
            has_remains: store.has_remains()?,
        };
        status.problems = status.problems(options);
        Ok(status)
    }

    /// The gravest first: that no system was asked, those of the systems, kind by kind, then
    /// the common ones.
    fn problems(&self, options: StatusOptions) -> Vec<String> {
        let refusal = self.systems.iter().find_map(SystemStatus::refusal);
        let common = self.common_problems(options).into_iter().flatten();
        let of_systems = self.problems_of_systems(options);
        refusal
            .into_iter()
            .chain(of_systems)
            .chain(common)
            .collect()
    }

    /// Each with the name of its system if there are several.
    fn problems_of_systems(&self, options: StatusOptions) -> Vec<String> {
        let is_one = self.systems.len() == 1;
        let of_system = |system: &SystemStatus| {
            let name = system.provider.name();
            let named = |problem| match is_one {
                true => problem,
                false => format!("{name}: {problem}"),
            };
            let problems = system.problems(options).map(|one| one.map(named));
            problems.into_iter().enumerate()
        };
        let of_systems = self.systems.iter().flat_map(of_system);
        let mut by_kind: Vec<(usize, Option<String>)> = of_systems.collect();
        by_kind.sort_by_key(|(kind, _)| *kind);
        by_kind.into_iter().filter_map(|(_, one)| one).collect()
    }

    fn common_problems(&self, options: StatusOptions) -> [Option<String>; 6] {
        let differing = self.differences.iter();
        let mut differing: Vec<_> = differing
            .filter(|one| one.difference.day >= options.first_day())
            .map(|one| format!("{} {}", text::shown(&one.login), one.difference.day))
            .collect();
        // An advisor may have several numbers that differ.
        differing.dedup();
        let silent = self.silent_phones.iter();
        let silent =
            silent.map(|phone| format!("{} ({})", text::shown(&phone.login), silence(phone)));
        let check = self.failing_phone_check;
        let check = check.filter(|check| options.now - check.since > LONGEST_PHONE_FAILURE);
        let quarantined = self.quarantine.recent;
        let without_settings = self.without_settings.iter().cloned();
        [
            text::list(
                "Systemy bez ustawień, choć w pliku są ich dane",
                without_settings,
            ),
            counted("Rekordy w kwarantannie z ostatniej doby", quarantined),
            text::list("Dni niezgodne z Callyzerem", differing.into_iter()),
            text::list("Telefony bez kontaktu", silent),
            check.map(|check| {
                let age = text::age(options.now - check.since);
                format!("Telefonów nie można sprawdzić od: {age}")
            }),
            self.has_remains.then(|| {
                format!("W pliku mogą być jeszcze usunięte dane; dokończy to: {COMPLETE}")
            }),
        ]
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

    /// The oldest last success of all systems; None if one never succeeded.
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

/// Systems that have a date of last synchronisation and are not among `set_up`.
pub fn without_settings(store: &Store, set_up: &[Provider]) -> Result<Vec<String>> {
    let read = store.providers_with_dates()?.into_iter();
    let lost = read.filter(|read| !set_up.iter().any(|one| one.as_str() == read));
    Ok(lost
        .map(|read| provider::name_of(&read).to_owned())
        .collect())
}

/// Tells whether data is stale: never synchronised, or synchronised more than two intervals ago.
pub fn is_stale(last_synced_at: Option<Moment>, now: Moment, interval: TimeDelta) -> bool {
    last_synced_at.is_none_or(|at| now - at > max_age(interval))
}

fn max_age(interval: TimeDelta) -> TimeDelta {
    interval * 2
}

/// The reason of a failed run, as stored.
pub fn reason(failure: &FailedRun) -> &str {
    failure
        .error
        .as_deref()
        .unwrap_or("proces przerwano przed końcem")
}

/// The reason of a failed run on one line in Polish.
pub fn reason_in_polish(failure: &FailedRun) -> String {
    reason::shown(reason(failure))
}

/// The reason why a phone counts as silent.
pub fn silence(phone: &SilentPhone) -> &'static str {
    match phone.reason {
        Silence::Unknown => "Callyzer nie zna numeru",
        Silence::Uninstalled => "aplikacja odinstalowana",
        Silence::NoContact => "brak kontaktu od ponad 24 godzin (nie licząc weekendów)",
        Silence::NeverInTouch => "telefon jeszcze nigdy się nie zgłosił",
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
