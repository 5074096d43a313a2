//! mluvii's own settings.

use anyhow::Result;
use chrono_tz::Tz;

use super::credential::{Accepted, Field, LoginForm};
use super::system::{SystemDefaults, SystemSettings};
use super::{Values, number, time_zone};
use crate::http::{BaseUrl, Network};
use crate::provider::Provider;

pub(super) const DEFAULTS: SystemDefaults = SystemDefaults {
    prefix: Provider::Mluvii.prefix(),
    base: None,
    parse_base: base,
    interval_ms: "200",
    accepted: Accepted::Login(LoginForm {
        fixed: &[("grant_type", "client_credentials")],
        user: Field {
            setting: "CLIENT_ID",
            name: "client_id",
        },
        secret: Field {
            setting: "CLIENT_SECRET",
            name: "client_secret",
        },
        path: "/login/connect/token",
        url: None,
    }),
    signs_of_use: &[],
};

#[derive(Debug)]
pub struct MluviiSettings {
    pub system: SystemSettings,
    /// Zone of times that name none.
    pub zone: Tz,
    /// Whether the routing history of sessions is read.
    pub phases: bool,
    /// Sessions whose routing history is read in one run.
    pub phases_a_run: u64,
}

impl MluviiSettings {
    /// None unless its address or its API user is given.
    pub(super) fn of(values: &mut Values, network: &Network) -> Result<Option<Self>> {
        if !DEFAULTS.is_set_up_in(values) {
            return Ok(None);
        }
        Ok(Some(Self {
            zone: values.parse("MLUVII_TIMEZONE", "Europe/Warsaw", time_zone)?,
            phases: values.parse("MLUVII_PHASES", "0", switch)?,
            phases_a_run: values.parse("MLUVII_PHASES_A_RUN", "50", |text| {
                number(text, 1..=10_000).map(i64::cast_unsigned)
            })?,
            system: SystemSettings::of(values, &DEFAULTS, network)?,
        }))
    }
}

/// The address of the installation: the API and the login are both below it.
fn base(text: &str) -> Result<BaseUrl, String> {
    let base: BaseUrl = text.parse()?;
    let mut parts = base.as_str().split('/').skip(3);
    if parts.any(|part| part.eq_ignore_ascii_case("api")) {
        return Err("leave out /api and what is behind it, as in https://app.mluvii.com".into());
    }
    Ok(base)
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(format!("'{text}' is neither 0 nor 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_without_the_path_of_the_api() {
        for url in [
            "https://app.mluvii.com",
            "https://app.mluvii.com/",
            "https://api.example/mluvii",
        ] {
            assert!(base(url).is_ok(), "{url}");
        }
        for url in [
            "https://app.mluvii.com/api",
            "https://app.mluvii.com/api/v1",
            "https://app.mluvii.com/API/v1/",
            "http://app.mluvii.com",
        ] {
            assert!(base(url).is_err(), "{url}");
        }
    }
}
