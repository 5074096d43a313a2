//! Dialog's own settings.

use std::collections::HashMap;

use anyhow::Result;
use chrono_tz::Tz;

use super::credential::{Accepted, Field, LoginForm};
use super::system::{SystemDefaults, SystemSettings};
use super::{Values, time_zone};
use crate::campaign::ColumnNames;
use crate::http::Network;
use crate::provider::Provider;

pub(super) const DEFAULTS: SystemDefaults = SystemDefaults {
    prefix: Provider::Dialog.prefix(),
    base: Some("https://ai-assistant.is74.ru/api"),
    parse_base: str::parse,
    interval_ms: "1000",
    accepted: Accepted::Either(LoginForm {
        fixed: &[],
        user: Field {
            setting: "LOGIN",
            name: "username",
        },
        secret: Field {
            setting: "PASSWORD",
            name: "password",
        },
        path: "/login/",
        url: Some("LOGIN_URL"),
    }),
    signs_of_use: &["PROJECT_ID", "CAMPAIGNS"],
};

/// What `DIALOG_COLUMNS` may name.
const COLUMNS: [&str; 5] = ["id", "time", "duration", "result", "number"];

#[derive(Debug)]
pub struct DialogSettings {
    pub system: SystemSettings,
    /// Zone of times that name none.
    pub zone: Tz,
    pub project_id: Option<i64>,
    pub scenario_id: Option<i64>,
    pub start_block_id: Option<i64>,
    /// The campaigns whose calls are read.
    pub campaigns: Vec<i64>,
    pub columns: ColumnNames,
}

impl DialogSettings {
    /// None unless its address, its credentials, a project or campaigns are given.
    pub(super) fn of(values: &mut Values, network: &Network) -> Result<Option<Self>> {
        if !DEFAULTS.is_set_up_in(values) {
            return Ok(None);
        }
        let campaigns = values.parse_if_given("DIALOG_CAMPAIGNS", campaigns);
        Ok(Some(Self {
            zone: values.parse("DIALOG_TIMEZONE", "Europe/Warsaw", time_zone)?,
            project_id: values.parse_if_given("DIALOG_PROJECT_ID", id),
            scenario_id: values.parse_if_given("DIALOG_SCENARIO_ID", id),
            start_block_id: values.parse_if_given("DIALOG_START_BLOCK_ID", id),
            campaigns: campaigns.unwrap_or_default(),
            columns: values.parse("DIALOG_COLUMNS", "number=phone_number", columns)?,
            system: SystemSettings::of(values, &DEFAULTS, network)?,
        }))
    }
}

fn id(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|id| *id > 0);
    number.ok_or_else(|| format!("'{text}' is no whole number above 0"))
}

fn campaigns(text: &str) -> Result<Vec<i64>, String> {
    let mut campaigns = Vec::new();
    for campaign in text.split(',') {
        let campaign = id(campaign.trim())?;
        if campaigns.contains(&campaign) {
            return Err(format!("'{campaign}' is there twice"));
        }
        campaigns.push(campaign);
    }
    Ok(campaigns)
}

fn columns(text: &str) -> Result<ColumnNames, String> {
    let mut named = HashMap::new();
    for pair in text.split(',') {
        let (key, name) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, name) = (key.trim(), name.trim());
        if !COLUMNS.contains(&key) {
            let known = COLUMNS.join(", ");
            return Err(format!("'{key}' is none of {known}"));
        }
        if name.is_empty() {
            return Err(format!("'{key}' names no column, as in {key}=NAME"));
        }
        if named.insert(key, name.to_owned()).is_some() {
            return Err(format!("'{key}' is there twice"));
        }
    }
    Ok(ColumnNames {
        id: named.remove("id"),
        time: named.remove("time"),
        duration: named.remove("duration"),
        result: named.remove("result"),
        number: match named.remove("number") {
            Some(number) => number,
            None => "phone_number".into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_each_once_and_the_number_s_has_a_name_anyway() {
        let named = columns("id=call_id, time = Время = начала ,result=r,number=tel").unwrap();
        let some = |name: &str| Some(name.to_owned());
        let expected = ColumnNames {
            id: some("call_id"),
            time: some("Время = начала"),
            duration: None,
            result: some("r"),
            number: "tel".into(),
        };
        assert_eq!(named, expected);
        assert_eq!(columns("duration=d").unwrap().number, "phone_number");
        for (text, named) in [
            ("", "'' is none of"),
            ("id=a,", "'' is none of"),
            (
                "phone=a",
                "'phone' is none of id, time, duration, result, number",
            ),
            ("ID=a", "'ID' is none of"),
            ("id=a,time", "'time' names no column, as in time=NAME"),
            ("id= ", "'id' names no column"),
            ("id=a,id=b", "'id' is there twice"),
        ] {
            let error = columns(text).unwrap_err();
            assert!(error.starts_with(named), "{text}: {error}");
        }
    }

    #[test]
    fn campaigns_are_whole_positive_numbers_each_once() {
        assert_eq!(campaigns("7001, 12"), Ok(vec![7001, 12]));
        for (text, error) in [
            ("", "'' is no whole number above 0"),
            ("7001,", "'' is no whole number above 0"),
            ("7001;7002", "'7001;7002' is no whole number above 0"),
            ("0", "'0' is no whole number above 0"),
            ("-1", "'-1' is no whole number above 0"),
            ("1.5", "'1.5' is no whole number above 0"),
            ("7001,7001", "'7001' is there twice"),
            ("7001,07001", "'7001' is there twice"),
        ] {
            assert_eq!(campaigns(text), Err(error.into()));
        }
    }
}
