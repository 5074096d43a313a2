//! The status of one telephony system.

use anyhow::Result;
use chrono::TimeDelta;

use super::{AdvisorData, StatusOptions, counted, is_stale, max_age, reason_in_polish};
use crate::clock::ClockReading;
use crate::moment::Window;
use crate::provider::{Dated, Provider};
use crate::store::Store;
use crate::store::advisors::ALL_NUMBERS;
use crate::store::health::{AdvisorDate, FailedRun, IncompleteWindows, SyncRuns};
use crate::text;

/// Stands for all advisors of a system of which no key is known.
const EVERYBODY: &str = "(wszyscy)";

/// The status of one telephony system.
#[derive(Clone, Debug)]
pub struct SystemStatus {
    pub provider: Provider,
    pub runs: SyncRuns,
    pub advisors: Vec<AdvisorData>,
    /// What has a date and is no advisor: all together where no key is known, campaigns.
    pub others: Vec<AdvisorData>,
    pub incomplete_windows: IncompleteWindows,
    /// Calls whose notes must still be asked for.
    pub notes_due: i64,
    /// Calls whose routing history must still be asked for.
    pub phases_due: i64,
    /// Calls of the last 24 hours of users whom no advisor's key names.
    pub calls_of_nobody: i64,
    /// The system's clock at the last run; None before its first answer.
    pub clock: Option<ClockReading>,
    /// Requests of the last 24 hours.
    pub recent_requests: i64,
}

impl SystemStatus {
    pub(super) fn read(
        store: &Store,
        provider: Provider,
        is_running: impl Fn() -> bool,
        options: StatusOptions,
    ) -> Result<Self> {
        let since = Window::of_day(options.first_day(), options.zone).from;
        let last_day = Window {
            from: options.now - TimeDelta::days(1),
            to: options.now,
        };
        let stored = provider.as_str();
        let advisors = store.advisor_dates(provider)?.into_iter();
        let advisors: Vec<_> = advisors.map(|date| data(date, options)).collect();
        Ok(Self {
            provider,
            runs: sync_runs(store, stored, is_running)?,
            others: others(store, provider, options, &advisors)?,
            advisors,
            incomplete_windows: store.incomplete_windows(stored, since)?,
            notes_due: store.notes_due_count(stored)?,
            phases_due: store.phases_due_count(stored)?,
            calls_of_nobody: match provider.dated() {
                Dated::Together => store.calls_of_nobody(stored, last_day)?,
                Dated::Numbers | Dated::Campaigns => 0,
            },
            clock: store.clock(stored)?,
            recent_requests: store.requests_in(stored, last_day)?,
        })
    }

    /// All that has a date.
    pub fn shown(&self) -> impl Iterator<Item = &AdvisorData> {
        self.advisors.iter().chain(&self.others)
    }

    /// Whether it knows advisors by keys, and none has one.
    fn lacks_keys(&self) -> bool {
        self.provider.dated() == Dated::Together && self.advisors.is_empty()
    }

    /// The problems of the system, the gravest kind first.
    pub(super) fn problems(&self, options: StatusOptions) -> [Option<String>; 5] {
        let stale = self.shown().filter(|advisor| advisor.stale);
        let stale = stale.map(|advisor| text::shown(&advisor.login));
        let minutes = max_age(options.interval).num_minutes();
        let incomplete = self.incomplete_windows.recent;
        [
            self.failure(),
            text::list(&format!("Dane starsze niż {minutes} min"), stale),
            self.lacks_keys().then(|| {
                let column = self.provider.as_str();
                format!("Żaden doradca nie ma klucza (kolumna {column} w pliku użytkowników)")
            }),
            self.clock_problem(),
            counted("Niekompletne okresy z ostatnich 30 dni", incomplete),
        ]
    }

    /// A clock that is wrong or missing keeps dates back, and makes ages untrue.
    fn clock_problem(&self) -> Option<String> {
        let clock = self.clock?;
        let name = self.provider.name();
        if clock.theirs.is_none() {
            let is_stale = self.shown().any(|advisor| advisor.stale);
            return is_stale.then(|| {
                format!(
                    "{name} nie podaje czasu: daty synchronizacji zatrzymują się na ostatnim przesłanym połączeniu"
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
        let compared_with = self.provider.genitive();
        Some(format!(
            "Zegar tego komputera {way} o {error} względem {compared_with}"
        ))
    }

    /// Why the last `sync` failed, if it did so in this system alone.
    fn failure(&self) -> Option<String> {
        self.last_failure(false)
    }

    /// Why the last `sync` asked no system, if it did not.
    pub(super) fn refusal(&self) -> Option<String> {
        self.last_failure(true)
    }

    fn last_failure(&self, is_of_all: bool) -> Option<String> {
        let failure = self.runs.last_failure.as_ref();
        let failure = failure.filter(|one| self.runs.last_failed && one.is_of_all == is_of_all)?;
        let reason = reason_in_polish(failure);
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
        runs.last_exit_code = None;
        runs.last_failure = Some(FailedRun {
            at: unfinished.started_at,
            error: None,
            is_of_all: false,
        });
    }
    Ok(runs)
}

fn others(
    store: &Store,
    provider: Provider,
    options: StatusOptions,
    advisors: &[AdvisorData],
) -> Result<Vec<AdvisorData>> {
    let stored = provider.as_str();
    let dates = match provider.dated() {
        Dated::Together if advisors.is_empty() => vec![AdvisorDate {
            login: EVERYBODY.into(),
            last_synced_at: store.date_of(stored, ALL_NUMBERS)?,
        }],
        Dated::Together | Dated::Numbers => Vec::new(),
        Dated::Campaigns => {
            let campaigns = options.campaigns.iter();
            let date = |id: &i64| {
                Ok(AdvisorDate {
                    login: format!("kampania {id}"),
                    last_synced_at: store.date_of(stored, &id.to_string())?,
                })
            };
            campaigns.map(date).collect::<Result<_>>()?
        }
    };
    Ok(dates.into_iter().map(|date| data(date, options)).collect())
}

fn data(date: AdvisorDate, options: StatusOptions) -> AdvisorData {
    AdvisorData {
        login: date.login,
        last_synced_at: date.last_synced_at,
        age: date.last_synced_at.map(|at| options.now - at),
        stale: is_stale(date.last_synced_at, options.now, options.interval),
    }
}
