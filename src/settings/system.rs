//! The settings that each telephony system has: address, credentials, time limit, pace.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::credential::{Accepted, CredentialSettings};
use super::{Values, not_set, number};
use crate::exit::{Exit, failure};
use crate::http::{Access, BaseUrl, Network, PublicFiles};

/// What a system's settings are called, and their defaults.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemDefaults {
    /// Before the names of its settings: `CALLYZER`.
    pub prefix: &'static str,
    pub base: Option<&'static str>,
    pub parse_base: fn(&str) -> std::result::Result<BaseUrl, String>,
    pub interval_ms: &'static str,
    pub accepted: Accepted,
    /// Settings that show that it is used, beside its address and credentials.
    pub signs_of_use: &'static [&'static str],
}

const BASE_URL: &str = "BASE_URL";

impl SystemDefaults {
    fn key(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    /// Whether one of the settings is given, usable or not, without which nobody uses it.
    pub fn is_set_up_in(&self, values: &Values) -> bool {
        let is_given = |name: &str| values.is_given(&self.key(name));
        let credentials = self.accepted.settings();
        let credentials = credentials.iter().map(String::as_str);
        let others = self.signs_of_use.iter().copied();
        credentials.chain(others).chain([BASE_URL]).any(is_given)
    }

    /// Whether a setting says where the system is, or who asks it.
    pub fn is_of_access(&self, key: &str) -> bool {
        self.is_credential(key) || self.key(BASE_URL) == key
    }

    /// Whether a setting says who asks the system.
    pub fn is_credential(&self, key: &str) -> bool {
        let settings = self.accepted.settings();
        let settings = settings.iter().map(String::as_str);
        let mut names = settings.chain(self.accepted.url());
        names.any(|name| self.key(name) == key)
    }

    /// The setting that is missing first where the system is not set up.
    pub fn missing(&self) -> String {
        match self.base {
            Some(_) => self.accepted.missing(self.prefix),
            None => self.key(BASE_URL),
        }
    }
}

#[derive(Debug)]
pub struct SystemSettings {
    base_key: String,
    is_set_up: bool,
    base: Option<BaseUrl>,
    timeout: Duration,
    interval: Duration,
    network: Network,
    credential: CredentialSettings,
    /// Why a setting of the system cannot be used.
    fault: Option<String>,
    env_file: String,
}

impl SystemSettings {
    pub(super) fn of(
        values: &mut Values,
        defaults: &SystemDefaults,
        network: &Network,
    ) -> Result<Self> {
        let base_key = defaults.key(BASE_URL);
        let timeout_key = defaults.key("TIMEOUT_S");
        let interval_key = defaults.key("INTERVAL_MS");
        Ok(Self {
            is_set_up: defaults.is_set_up_in(values),
            base: match defaults.base {
                Some(base) => Some(values.parse(&base_key, base, defaults.parse_base)?),
                None => values.parse_if_given(&base_key, defaults.parse_base),
            },
            base_key,
            timeout: values.parse(&timeout_key, "30", |text| {
                number(text, 1..=600).map(|s| Duration::from_secs(s.cast_unsigned()))
            })?,
            interval: values.parse(&interval_key, defaults.interval_ms, |text| {
                number(text, 0..=600_000).map(|ms| Duration::from_millis(ms.cast_unsigned()))
            })?,
            network: network.clone(),
            credential: CredentialSettings::of(values, defaults.prefix, defaults.accepted),
            fault: None,
            env_file: values.file_name().into(),
        })
    }

    /// Keeps the first reason why the system cannot be asked.
    pub(super) fn note_fault(&mut self, fault: &anyhow::Error) {
        self.fault.get_or_insert_with(|| format!("{fault:#}"));
    }

    /// Whether the system cannot be asked, see [`Self::access`].
    pub(super) fn has_fault(&self) -> bool {
        self.fault.is_some()
    }

    /// Whether the settings are there with which the system is asked.
    pub fn is_set_up(&self) -> bool {
        self.is_set_up
    }

    /// The files of its secrets, each with what it is: `token file`.
    pub fn secret_files(&self) -> impl Iterator<Item = (String, &Path)> {
        self.credential.files()
    }

    /// What asking a server without any credential takes.
    pub fn public_files(&self, system: &'static str) -> Result<PublicFiles> {
        self.refuse_fault()?;
        let base = self.base.as_ref();
        let base = base.ok_or_else(|| not_set(&self.base_key, &self.env_file))?;
        let network = self.network.clone();
        Ok(PublicFiles::new(system, base, network, self.timeout))
    }

    fn refuse_fault(&self) -> Result<()> {
        match &self.fault {
            Some(fault) => Err(failure(Exit::Settings, fault.clone())),
            None => Ok(()),
        }
    }

    /// What asking the system takes. Reads the secret, which other commands need no
    /// right to read.
    pub fn access(&self) -> Result<Access> {
        self.refuse_fault()?;
        let base = self.base.clone();
        let base = base.ok_or_else(|| not_set(&self.base_key, &self.env_file))?;
        Ok(Access {
            credential: self.credential.credential(&base, &self.env_file)?,
            base,
            timeout: self.timeout,
            interval: self.interval,
            network: self.network.clone(),
        })
    }
}
