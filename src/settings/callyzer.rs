//! Callyzer's own settings.

use anyhow::Result;

use super::Values;
use super::credential::Accepted;
use super::system::{SystemDefaults, SystemSettings};
use crate::call::Kind;
use crate::http::Network;
use crate::provider::Provider;

pub(super) const DEFAULTS: SystemDefaults = SystemDefaults {
    prefix: Provider::Callyzer.prefix(),
    base: Some("https://api1.callyzer.co/api/v2.2"),
    parse_base: str::parse,
    interval_ms: "2100",
    accepted: Accepted::Token,
    signs_of_use: &[],
};

#[derive(Debug)]
pub struct CallyzerSettings {
    pub system: SystemSettings,
    pub kinds: Vec<Kind>,
}

impl CallyzerSettings {
    pub(super) fn of(values: &mut Values, network: &Network) -> Result<Self> {
        Ok(Self {
            kinds: values.parse(
                "CALLYZER_KINDS",
                "PhoneCall/Voice,WhatsAppCall/Voice,WhatsAppCall/Video",
                kinds,
            )?,
            system: SystemSettings::of(values, &DEFAULTS, network)?,
        })
    }
}

fn kinds(text: &str) -> Result<Vec<Kind>, String> {
    let mut kinds = Vec::new();
    for pair in text.split(',') {
        let kind = pair.trim().parse()?;
        if kinds.contains(&kind) {
            return Err(format!("'{kind}' is there twice"));
        }
        kinds.push(kind);
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_pairs_and_each_is_there_once() {
        assert_eq!(kinds("PhoneCall/Voice").map(|kinds| kinds.len()), Ok(1));
        assert_eq!(
            kinds("PhoneCall/Voice, WhatsAppCall/Video").map(|kinds| kinds.len()),
            Ok(2)
        );
        for text in ["", "PhoneCall", "PhoneCall/Voice,", "a/b,a/b", "a b/c"] {
            assert!(kinds(text).is_err(), "{text}");
        }
    }
}
