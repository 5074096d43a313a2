//! TeleCube's own settings.

use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;

use super::credential::Accepted;
use super::system::{SystemDefaults, SystemSettings};
use super::{Values, number, time_zone};
use crate::http::Network;
use crate::provider::Provider;

pub(super) const DEFAULTS: SystemDefaults = SystemDefaults {
    prefix: Provider::Telecube.prefix(),
    base: None,
    parse_base: str::parse,
    interval_ms: "1000",
    accepted: Accepted::Token,
    signs_of_use: &[],
};

#[derive(Debug)]
pub struct TelecubeSettings {
    pub system: SystemSettings,
    /// Zone of its times.
    pub zone: Tz,
    pub overlap: TimeDelta,
    /// Requests for notes in one run.
    pub notes_a_run: u64,
}

impl TelecubeSettings {
    /// None unless its address or its token is given.
    pub(super) fn of(values: &mut Values, network: &Network) -> Result<Option<Self>> {
        if !DEFAULTS.is_set_up_in(values) {
            return Ok(None);
        }
        Ok(Some(Self {
            zone: values.parse("TELECUBE_TIMEZONE", "Europe/Warsaw", time_zone)?,
            overlap: values.parse("TELECUBE_OVERLAP_MINUTES", "240", |text| {
                number(text, 0..=10_080).map(TimeDelta::minutes)
            })?,
            notes_a_run: values.parse("TELECUBE_NOTES_A_RUN", "20", |text| {
                number(text, 0..=10_000).map(i64::cast_unsigned)
            })?,
            system: SystemSettings::of(values, &DEFAULTS, network)?,
        }))
    }
}
