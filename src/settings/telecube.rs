//! TeleCube's own settings.

use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;

use super::system::{SystemDefaults, SystemSettings};
use super::{Values, number, time_zone};
use crate::http::Network;
use crate::provider::Provider;

const PREFIX: &str = Provider::Telecube.prefix();

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
        if !SystemSettings::is_set_up_in(values, PREFIX) {
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
            system: SystemSettings::of(
                values,
                SystemDefaults {
                    prefix: PREFIX,
                    base: None,
                    interval_ms: "1000",
                    network,
                },
            )?,
        }))
    }
}
