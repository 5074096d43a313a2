//! The telephony systems, side by side: the one place that tells them apart.

use std::collections::HashSet;

use anyhow::Result;
use chrono::{Days, TimeDelta};
use chrono_tz::Tz;

use crate::callyzer::check::{AssignedNumber, CheckOptions};
use crate::check::Item;
use crate::dialog::pass::DialogOptions;
use crate::dialog::{ApiOptions, CampaignApi, Scenario};
use crate::http::{Access, Http, PublicFiles, RetryPolicy, System};
use crate::mluvii::pass::MluviiOptions;
use crate::moment::{self, Moment, Window};
use crate::pass::PassOptions;
use crate::provider::{self, Provider};
use crate::rate_limit::RateLimiter;
use crate::reading::Scope;
use crate::settings::{MluviiSettings, Settings, TelecubeSettings};
use crate::store::Store;
use crate::store::runs::Run;
use crate::telecube::pass::TelecubeOptions;
use crate::{callyzer, dialog, mluvii, telecube};

/// Names of the lock files of all systems, behind the database's name.
pub fn lock_files() -> impl Iterator<Item = &'static str> {
    let systems = Provider::ALL.into_iter().map(system);
    systems.flat_map(|system| system.locks.all())
}

fn system(provider: Provider) -> System {
    match provider {
        Provider::Callyzer => callyzer::SYSTEM,
        Provider::Telecube => telecube::SYSTEM,
        Provider::Mluvii => mluvii::SYSTEM,
        Provider::Dialog => dialog::SYSTEM,
    }
}

/// What asking a system takes, if its settings are there and can be used.
pub fn access(provider: Provider, settings: &Settings) -> Result<Access> {
    match settings.system(provider) {
        Some(system) => system.access(),
        None => Err(settings.not_set_up(provider)),
    }
}

/// Callyzer, ready to be asked.
pub fn callyzer(settings: &Settings, policy: RetryPolicy) -> Result<callyzer::Api> {
    let http = http(Provider::Callyzer, settings, policy)?;
    let kinds = settings.callyzer.kinds.clone();
    Ok(callyzer::Api::new(http, settings.locale(), kinds))
}

/// TeleCube, ready to be asked, and its own settings.
fn telecube(
    settings: &Settings,
    policy: RetryPolicy,
) -> Result<(telecube::Api, &TelecubeSettings)> {
    let http = http(Provider::Telecube, settings, policy)?;
    let own = settings.telecube.as_ref();
    let own = own.ok_or_else(|| settings.not_set_up(Provider::Telecube))?;
    Ok((telecube::Api::new(http, own.zone, settings.region), own))
}

/// mluvii, ready to be asked, and its own settings.
pub fn mluvii(settings: &Settings, policy: RetryPolicy) -> Result<(mluvii::Api, &MluviiSettings)> {
    let http = http(Provider::Mluvii, settings, policy)?;
    let own = settings.mluvii.as_ref();
    let own = own.ok_or_else(|| settings.not_set_up(Provider::Mluvii))?;
    Ok((mluvii::Api::new(http, own.zone, settings.region), own))
}

/// Dialog, ready to be asked for reports.
pub fn dialog(settings: &Settings, policy: RetryPolicy) -> Result<dialog::Api> {
    let http = http(Provider::Dialog, settings, policy)?;
    let own = settings.dialog.as_ref();
    let own = own.ok_or_else(|| settings.not_set_up(Provider::Dialog))?;
    let known = |id: Option<i64>, key: &str| id.ok_or_else(|| settings.not_set(key));
    let options = ApiOptions {
        scenario: Scenario {
            project_id: known(own.project_id, "DIALOG_PROJECT_ID")?,
            scenario_id: known(own.scenario_id, "DIALOG_SCENARIO_ID")?,
            start_block_id: known(own.start_block_id, "DIALOG_START_BLOCK_ID")?,
        },
        zone: own.zone,
        region: settings.region,
        columns: own.columns.clone(),
    };
    Ok(dialog::Api::new(http, options))
}

/// Dialog, ready to be asked for a campaign.
pub fn dialog_campaigns(settings: &Settings) -> Result<CampaignApi> {
    let http = http(Provider::Dialog, settings, RetryPolicy::ONCE)?;
    Ok(CampaignApi::new(http))
}

/// The files of a system that anybody may read who has their address.
pub fn public_files(provider: Provider, settings: &Settings) -> Result<PublicFiles> {
    match settings.system(provider) {
        Some(system) => system.public_files(provider.name()),
        None => Err(settings.not_set_up(provider)),
    }
}

fn http(provider: Provider, settings: &Settings, policy: RetryPolicy) -> Result<Http> {
    let access = access(provider, settings)?;
    let system = system(provider);
    let limiter = RateLimiter::open(&settings.database, system.locks, access.interval)?;
    Ok(Http::new(system, access, limiter, policy))
}

/// What a `sync` reads of each system.
#[derive(Clone, Copy, Debug)]
pub struct PassRequest<'a> {
    pub settings: &'a Settings,
    pub scope: Scope,
}

impl PassRequest<'_> {
    /// Leaves out what was purged. None: nothing is left to read.
    fn without_purged(self, not_before: Option<Moment>) -> Option<Self> {
        let scope = match (self.scope, not_before) {
            (Scope::Window(window), Some(first)) => Scope::Window(Window {
                from: window.from.max(first),
                to: Some(window.to).filter(|to| *to > first)?,
            }),
            (scope, _) => scope,
        };
        Some(Self { scope, ..self })
    }

    fn options(&self, overlap: TimeDelta, not_before: Option<Moment>) -> PassOptions {
        PassOptions {
            not_before,
            scope: self.scope,
            zone: self.settings.zone,
            overlap,
            initial: self.settings.initial,
            reread_days: self.settings.reread_days,
        }
    }
}

/// Makes a system's part of a `sync`.
pub fn pass(
    provider: Provider,
    request: PassRequest,
    store: &mut Store,
    run: &mut Run,
) -> Result<()> {
    let (settings, policy) = (request.settings, RetryPolicy::UNATTENDED);
    let first_kept = store.purged_before()?;
    let not_before = first_kept.map(|day| Window::of_day(day, settings.zone).from);
    let Some(request) = request.without_purged(not_before) else {
        log::info!(
            "all of the window was purged: {} is not asked",
            provider.name()
        );
        return Ok(());
    };
    let options = |overlap| request.options(overlap, not_before);
    match provider {
        Provider::Callyzer => {
            let api = callyzer(settings, policy)?;
            let options = options(settings.overlap);
            callyzer::pass::pass(store, &api, &options, run)
        }
        Provider::Telecube => {
            let (api, own) = telecube(settings, policy)?;
            let options = TelecubeOptions {
                pass: options(own.overlap),
                notes_a_run: own.notes_a_run,
            };
            telecube::pass::pass(store, &api, &options, run)
        }
        Provider::Mluvii => {
            let (api, own) = mluvii(settings, policy)?;
            let options = MluviiOptions {
                pass: options(mluvii::pass::OVERLAP),
                phases_a_run: own.phases.then_some(own.phases_a_run),
            };
            mluvii::pass::pass(store, &api, &options, run)
        }
        Provider::Dialog => {
            let api = dialog(settings, policy)?;
            let campaigns = settings.campaigns();
            if campaigns.is_empty() {
                return Err(settings.not_set("DIALOG_CAMPAIGNS"));
            }
            let options = DialogOptions {
                pass: options(settings.overlap),
                campaigns,
            };
            dialog::pass::pass(store, &api, &options, run)
        }
    }
}

/// Makes a system's part of a `check`. `zone`: the account's, if its setting can be used.
/// Only a signal is an error.
pub fn check(provider: Provider, settings: &Settings, zone: Option<Tz>) -> Result<Vec<Item>> {
    let policy = RetryPolicy::INTERACTIVE;
    let ready = match provider {
        Provider::Callyzer => {
            callyzer(settings, policy).map(|api| check_callyzer(&api, settings, zone))
        }
        Provider::Telecube => telecube(settings, policy).map(|(api, _)| {
            let keys = known_keys(provider, settings);
            telecube::check::items(&api, keys.as_ref())
        }),
        Provider::Mluvii => mluvii(settings, policy).map(|(api, _)| {
            let keys = known_keys(provider, settings);
            mluvii::check::items(&api, keys.as_ref())
        }),
        Provider::Dialog => check_dialog(settings, policy),
    };
    match ready {
        Ok(items) => Ok(items?),
        Err(error) => Ok(vec![Item::failed(provider.name(), &format!("{error:#}"))]),
    }
}

fn check_callyzer(
    api: &callyzer::Api,
    settings: &Settings,
    zone: Option<Tz>,
) -> provider::Result<Vec<Item>> {
    let lately = moment::now() - Days::new(2);
    let numbers =
        Store::read(&settings.database).and_then(|store| store.numbers_by_last_call(lately));
    let assigned = |(number, login)| AssignedNumber { number, login };
    let numbers = numbers.map(|numbers| numbers.into_iter().map(assigned).collect());
    let options = CheckOptions {
        numbers: numbers.ok(),
        zone,
    };
    callyzer::check::items(api, &options)
}

/// The keys that somebody has; None if the database could not be read.
fn known_keys(provider: Provider, settings: &Settings) -> Option<HashSet<String>> {
    let keys =
        Store::read(&settings.database).and_then(|store| store.known_keys(provider.as_str()));
    keys.ok()
}

fn check_dialog(settings: &Settings, policy: RetryPolicy) -> Result<provider::Result<Vec<Item>>> {
    match settings.campaigns().first() {
        Some(campaign) => dialog(settings, policy).map(|api| dialog::check::items(&api, *campaign)),
        None => {
            access(Provider::Dialog, settings).map(|_| Ok(vec![dialog::check::without_campaign()]))
        }
    }
}
