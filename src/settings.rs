//! Settings: flag over environment over env file. Each is parsed once into a
//! result: a command takes the first error, `check` lists all of them.

mod callyzer;
mod credential;
mod dialog;
mod key;
mod mluvii;
mod network;
mod secret;
mod system;
mod telecube;
mod values;

use std::num::IntErrorKind;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::call::AccountLocale;
use crate::cli::Global;
use crate::exit::{Exit, failure};
use crate::http::PingUrl;
use crate::phone::Region;
use crate::provider::Provider;
use crate::reason::Cause;
use crate::text;
use callyzer::CallyzerSettings;
pub use dialog::DialogSettings;
pub use mluvii::MluviiSettings;
use system::SystemDefaults;
pub use system::SystemSettings;
pub use telecube::TelecubeSettings;
use values::Value;
pub use values::{EnvFile, Finding, Values};

pub const DEFAULT_ENV_FILE: &str = "/etc/callsync/callsync.env";

#[derive(Debug)]
pub struct Settings {
    pub database: PathBuf,
    pub zone: Tz,
    pub region: Region,
    /// How often cron runs `sync`.
    pub interval_minutes: i64,
    pub overlap: TimeDelta,
    pub initial: TimeDelta,
    pub max_attempts: i64,
    pub reread_days: u64,
    pub ping_url: Option<PingUrl>,
    pub callyzer: CallyzerSettings,
    /// This one and the next are None unless they are set up.
    pub telecube: Option<TelecubeSettings>,
    pub mluvii: Option<MluviiSettings>,
    pub dialog: Option<DialogSettings>,
    env_file: String,
}

/// All settings, and the result of each.
#[derive(Debug)]
pub struct Examined {
    /// With the default of each setting that cannot be used.
    pub settings: Settings,
    pub findings: Vec<Finding>,
    pub env_file: EnvFile,
    /// Whether the database is the one that is meant, also if another setting is unusable.
    pub is_database_known: bool,
}

impl Examined {
    /// Returns the settings, or the first error in a common one.
    pub fn usable(self) -> Result<Settings> {
        match self.judged() {
            (settings, None) => Ok(settings),
            (_, Some(fault)) => Err(fault),
        }
    }

    /// Returns the settings, and the first error in a common one. An error that concerns
    /// only requests to systems is kept for those systems.
    pub fn judged(self) -> (Settings, Option<anyhow::Error>) {
        let (mut settings, mut fault) = (self.settings, None);
        for Finding { key, found } in self.findings {
            let Err(error) = found else {
                continue;
            };
            let concerned = systems_of(&key);
            if concerned.is_empty() {
                fault.get_or_insert(error);
                continue;
            }
            for provider in concerned {
                if let Some(system) = settings.system_mut(provider) {
                    system.note_fault(&error);
                }
            }
        }
        (settings, fault)
    }
}

impl Settings {
    /// Reads all settings and says what was found. `borrowed`: another account asks
    /// through this one, so only the default env file is read.
    pub fn examine(global: &Global, borrowed: bool) -> Result<Examined> {
        Self::examine_values(global, Values::gather(global, borrowed)?)
    }

    pub fn examine_values(global: &Global, mut values: Values) -> Result<Examined> {
        Ok(Examined {
            settings: Self::of(global, &mut values)?,
            env_file: values.env_file(),
            is_database_known: global.database.is_some() || values.is_known("CALLSYNC_DATABASE"),
            findings: values.into_findings(),
        })
    }

    fn of(global: &Global, values: &mut Values) -> Result<Self> {
        let network = network::of(values);
        Ok(Self {
            database: match &global.database {
                Some(path) => {
                    values.note("CALLSYNC_DATABASE", Ok(&Value::of_flag("--database", path)));
                    path.clone()
                }
                None => values.parse("CALLSYNC_DATABASE", "callsync.db", path)?,
            },
            zone: values.parse("CALLYZER_TIMEZONE", "Europe/Warsaw", time_zone)?,
            region: values.parse("CALLSYNC_REGION", "PL", str::parse)?,
            interval_minutes: values.parse("CALLSYNC_INTERVAL_MINUTES", "15", |text| {
                number(text, 1..=1440)
            })?,
            overlap: values.parse("CALLSYNC_OVERLAP_MINUTES", "60", |text| {
                number(text, 0..=10_080).map(TimeDelta::minutes)
            })?,
            initial: values.parse("CALLSYNC_INITIAL_DAYS", "30", |text| {
                number(text, 1..=3650).map(TimeDelta::days)
            })?,
            max_attempts: values.parse("CALLSYNC_MAX_ATTEMPTS", "96", |text| {
                // A number of seven digits would be masked in messages.
                number(text, 1..=999_999)
            })?,
            reread_days: values.parse("CALLSYNC_REREAD_DAYS", "2", |text| {
                number(text, 0..=31).map(i64::cast_unsigned)
            })?,
            ping_url: values
                .parse_if_given("CALLSYNC_PING_URL", str::parse)
                .map(|url| PingUrl::new(url, network.clone())),
            callyzer: CallyzerSettings::of(values, &network)?,
            telecube: TelecubeSettings::of(values, &network)?,
            mluvii: MluviiSettings::of(values, &network)?,
            dialog: DialogSettings::of(values, &network)?,
            env_file: values.file_name().into(),
        })
    }

    /// The error for a setting that has to be there.
    pub fn not_set(&self, key: &str) -> anyhow::Error {
        not_set(key, &self.env_file)
    }

    /// The error for a system that is not set up.
    pub fn not_set_up(&self, provider: Provider) -> anyhow::Error {
        self.not_set(&defaults(provider).missing())
    }

    /// The campaigns that are read.
    pub fn campaigns(&self) -> &[i64] {
        let dialog = self.dialog.as_ref();
        dialog.map_or(&[], |dialog| &dialog.campaigns)
    }

    /// The settings that each system has; None for one that is not set up.
    pub fn system(&self, provider: Provider) -> Option<&SystemSettings> {
        match provider {
            Provider::Callyzer => Some(&self.callyzer.system),
            Provider::Telecube => self.telecube.as_ref().map(|telecube| &telecube.system),
            Provider::Mluvii => self.mluvii.as_ref().map(|mluvii| &mluvii.system),
            Provider::Dialog => self.dialog.as_ref().map(|dialog| &dialog.system),
        }
    }

    /// The systems whose settings are there, in the order in which they are asked;
    /// Callyzer, if there are none.
    pub fn providers(&self) -> Vec<Provider> {
        let is_set_up = |provider: &Provider| {
            let system = self.system(*provider);
            system.is_some_and(SystemSettings::is_set_up)
        };
        let providers: Vec<_> = Provider::ALL.into_iter().filter(is_set_up).collect();
        if providers.is_empty() {
            return vec![Provider::Callyzer];
        }
        providers
    }

    /// Those of them of which something is to be read. Dialog is also there for who only
    /// makes campaigns.
    pub fn providers_to_read(&self) -> Vec<Provider> {
        let is_only_told =
            |dialog: &DialogSettings| dialog.campaigns.is_empty() && !dialog.system.has_fault();
        let mut providers = self.providers();
        if providers.len() > 1 && self.dialog.as_ref().is_some_and(is_only_told) {
            providers.retain(|provider| *provider != Provider::Dialog);
        }
        providers
    }

    fn system_mut(&mut self, provider: Provider) -> Option<&mut SystemSettings> {
        match provider {
            Provider::Callyzer => Some(&mut self.callyzer.system),
            Provider::Telecube => self.telecube.as_mut().map(|telecube| &mut telecube.system),
            Provider::Mluvii => self.mluvii.as_mut().map(|mluvii| &mut mluvii.system),
            Provider::Dialog => self.dialog.as_mut().map(|dialog| &mut dialog.system),
        }
    }

    pub fn locale(&self) -> AccountLocale {
        AccountLocale {
            zone: self.zone,
            region: self.region,
        }
    }
}

fn defaults(provider: Provider) -> &'static SystemDefaults {
    match provider {
        Provider::Callyzer => &callyzer::DEFAULTS,
        Provider::Telecube => &telecube::DEFAULTS,
        Provider::Mluvii => &mluvii::DEFAULTS,
        Provider::Dialog => &dialog::DEFAULTS,
    }
}

/// The systems whose requests alone a setting concerns; none if it concerns more.
/// Callyzer's zone is also that of the days.
fn systems_of(key: &str) -> Vec<Provider> {
    let is_of = |provider: &Provider| {
        let name = key.strip_prefix(provider.prefix());
        network::is_key(key) || name.is_some_and(|name| name.starts_with('_'))
    };
    let all = Provider::ALL.into_iter().filter(is_of);
    all.filter(|_| key != "CALLYZER_TIMEZONE").collect()
}

/// The error for a setting that cannot be used, on one line. Its value stays out: it may be a
/// secret.
fn unusable(key: &str, value: &Value, reason: impl std::fmt::Display) -> anyhow::Error {
    let reason = text::one_line(&reason.to_string());
    failure(
        Exit::Settings,
        format!("{key} ({}): {reason}", value.origin),
    )
}

/// The error for a setting that has to be there.
fn not_set(key: &str, env_file: &str) -> anyhow::Error {
    failure(Exit::Settings, Cause::NotSet.of(&[&key, &env_file]))
}

#[expect(clippy::unnecessary_wraps, reason = "a parser like the others")]
fn path(text: &str) -> Result<PathBuf, String> {
    Ok(text.into())
}

fn time_zone(text: &str) -> Result<Tz, String> {
    text.parse()
        .map_err(|_| format!("'{text}' is no time zone such as Europe/Warsaw"))
}

fn number(text: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let asked = format!(
        "'{text}' is no whole number from {} to {}",
        range.start(),
        range.end()
    );
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        Err(error) if *std::num::ParseIntError::kind(&error) == IntErrorKind::Empty => {
            Err("it is empty".into())
        }
        _ => Err(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_value_is_told_on_one_line() {
        let content = b"CALLSYNC_REGION=\"P\nL\"\n";
        let mut values = Values::of_content(std::path::Path::new("env"), content);
        let region = values.parse_if_given("CALLSYNC_REGION", str::parse::<Region>);
        assert!(region.is_none());
        let error = values.into_findings().remove(0).found.unwrap_err();
        assert_eq!(
            error.to_string(),
            "CALLSYNC_REGION (env): 'P L' is not a country: write two letters such as PL"
        );
    }

    #[test]
    fn numbers_have_their_ranges() {
        assert_eq!(number("96", 1..=100), Ok(96));
        for text in ["0", "101", "-1", "1.5", " 7", "ten", "99999999999999999999"] {
            let expected = format!("'{text}' is no whole number from 1 to 100");
            assert_eq!(number(text, 1..=100), Err(expected));
        }
    }
}
