//! What is wrong here? Each item is checked by itself, so that one that is wrong
//! hides no other, and says on one line how to fix it. Nothing is changed.

pub mod database;
pub mod files;
pub mod system;

use std::fmt;

use crate::provider::Provider;
use crate::settings::Finding;
use crate::text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Nothing fails because of it, but a person should look.
    Warning,
    Wrong,
    /// Could not be checked, for a reason that is another item or no fault.
    Skipped,
}

/// One thing that was checked, and the result.
#[derive(Clone, Debug)]
pub struct Item {
    pub verdict: Verdict,
    text: String,
}

impl Item {
    pub fn good(text: impl Into<String>) -> Self {
        Self::new(Verdict::Good, text)
    }

    pub fn warning(text: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, text)
    }

    pub fn wrong(text: impl Into<String>) -> Self {
        Self::new(Verdict::Wrong, text)
    }

    pub fn skipped(text: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, text)
    }

    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { verdict, text }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let word = match self.verdict {
            Verdict::Good => "ok",
            Verdict::Warning => "warn",
            Verdict::Wrong => "WRONG",
            Verdict::Skipped => "skip",
        };
        write!(f, "{word:<5} {}", text::one_line(&self.text))
    }
}

/// Whether a setting has a value that can be used.
pub fn is_usable(key: &str, findings: &[Finding]) -> bool {
    let fault = |finding: &Finding| finding.key == key && finding.found.is_err();
    !findings.iter().any(fault)
}

/// Each setting and where it comes from. `faults`: why a system cannot be asked.
pub fn settings(findings: &[Finding], faults: &[(Provider, anyhow::Error)]) -> Vec<Item> {
    let is_called = |finding: &Finding, provider: Provider, name: &str| {
        let key = finding.key.strip_prefix(provider.prefix());
        key.is_some_and(|key| key.starts_with(name))
    };
    // The error says more about the token than where it stands.
    let is_explained = |finding: &&Finding| {
        let mut faults = faults.iter();
        finding.found.is_ok() && faults.any(|(provider, _)| is_called(finding, *provider, "_TOKEN"))
    };
    let is_reported = |provider: Provider| {
        let mut wrong = findings.iter().filter(|finding| finding.found.is_err());
        wrong.any(|finding| {
            is_called(finding, provider, "_TOKEN") || is_called(finding, provider, "_BASE_URL")
        })
    };
    let unreported = faults
        .iter()
        .filter(|(provider, _)| !is_reported(*provider));
    findings
        .iter()
        .filter(|finding| !is_explained(finding))
        .map(setting)
        .chain(unreported.map(|(_, error)| Item::wrong(format!("{error:#}"))))
        .collect()
}

fn setting(finding: &Finding) -> Item {
    match &finding.found {
        Ok(found) => Item::good(format!("{} = {found}", finding.key)),
        Err(error) => Item::wrong(format!("{error:#}")),
    }
}
