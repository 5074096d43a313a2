//! The telephony systems, side by side: the one place that tells them apart.

use anyhow::Result;
use chrono::{Days, TimeDelta};

use crate::callyzer::check::{AssignedNumber, CheckOptions};
use crate::check::Item;
use crate::http::{Access, Http, RetryPolicy, System};
use crate::moment;
use crate::pass::PassOptions;
use crate::provider::{self, Provider};
use crate::rate_limit::{LockNames, RateLimiter};
use crate::reading::Scope;
use crate::settings::{Settings, not_set};
use crate::store::Store;
use crate::store::runs::Run;
use crate::telecube::pass::TelecubeOptions;
use crate::{callyzer, telecube};

/// What the lock files of all systems are called, behind the database's name.
pub fn lock_files() -> impl Iterator<Item = &'static str> {
    callyzer::LOCKS.all().chain(telecube::LOCKS.all())
}

/// What asking a system takes, if its settings are there and can be used.
pub fn access(provider: Provider, settings: &Settings) -> Result<Access> {
    match settings.system(provider) {
        Some(system) => system.access(),
        None => Err(not_set(&format!("{}_BASE_URL", provider.prefix()))),
    }
}

/// Callyzer, ready to be asked.
pub fn callyzer(settings: &Settings, policy: RetryPolicy) -> Result<callyzer::Api> {
    let access = access(Provider::Callyzer, settings)?;
    let http = http(
        settings,
        access,
        policy,
        (callyzer::SYSTEM, callyzer::LOCKS),
    )?;
    let kinds = settings.callyzer.kinds.clone();
    Ok(callyzer::Api::new(http, settings.locale(), kinds))
}

fn telecube(settings: &Settings, policy: RetryPolicy) -> Result<telecube::Api> {
    let access = access(Provider::Telecube, settings)?;
    let http = http(
        settings,
        access,
        policy,
        (telecube::SYSTEM, telecube::LOCKS),
    )?;
    let own = settings.telecube.as_ref();
    let zone = own.map_or(settings.zone, |own| own.zone);
    Ok(telecube::Api::new(http, zone, settings.region))
}

fn http(
    settings: &Settings,
    access: Access,
    policy: RetryPolicy,
    (system, locks): (System, LockNames),
) -> Result<Http> {
    let limiter = RateLimiter::open(&settings.database, locks, access.interval)?;
    Ok(Http::new(system, access, limiter, policy))
}

/// A system's part of a `sync`.
pub fn pass(
    provider: Provider,
    (settings, scope): (&Settings, Scope),
    store: &mut Store,
    run: &mut Run,
) -> Result<()> {
    let options = |overlap: TimeDelta| PassOptions {
        scope,
        zone: settings.zone,
        overlap,
        initial: settings.initial,
        reread_days: settings.reread_days,
    };
    let policy = RetryPolicy::UNATTENDED;
    match provider {
        Provider::Callyzer => {
            let api = callyzer(settings, policy)?;
            callyzer::pass::pass(store, &api, &options(settings.overlap), run)
        }
        Provider::Telecube => {
            let api = telecube(settings, policy)?;
            let own = settings.telecube.as_ref();
            let options = TelecubeOptions {
                pass: options(own.map_or(settings.overlap, |own| own.overlap)),
                notes_a_run: own.map_or(0, |own| own.notes_a_run),
            };
            telecube::pass::pass(store, &api, &options, run)
        }
    }
}

/// A system's part of a `check`. `zone_is_usable`: whether the setting of Callyzer's zone is.
pub fn check(
    provider: Provider,
    settings: &Settings,
    zone_is_usable: bool,
) -> Result<Vec<Item>, anyhow::Error> {
    let policy = RetryPolicy::INTERACTIVE;
    let store = Store::read(&settings.database);
    let asked: Result<provider::Result<Vec<Item>>> = match provider {
        Provider::Callyzer => callyzer(settings, policy).map(|api| {
            let lately = moment::now() - Days::new(2);
            let numbers = store.and_then(|store| store.numbers_by_last_call(lately));
            let assigned = |(number, login)| AssignedNumber { number, login };
            let numbers = numbers.map(|numbers| numbers.into_iter().map(assigned).collect());
            let options = CheckOptions {
                numbers: numbers.ok(),
                zone: zone_is_usable.then_some(settings.zone),
            };
            callyzer::check::items(&api, &options)
        }),
        Provider::Telecube => telecube(settings, policy).map(|api| {
            let keys = store.and_then(|store| store.known_keys(telecube::PROVIDER));
            telecube::check::items(&api, keys.ok().as_ref())
        }),
    };
    match asked {
        Ok(items) => Ok(items?),
        Err(error) => Ok(vec![Item::wrong(format!("{error:#}"))]),
    }
}
