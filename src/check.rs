//! What is wrong here? Each item is checked by itself, so that one that is wrong
//! hides no other, and says on one line how to fix it. Nothing is changed.

pub mod database;
mod disk;
pub mod files;
pub mod service;
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
    /// What was checked, in a few words.
    pub name: String,
    /// What is so.
    pub found: String,
    /// How to correct it.
    pub fix: Option<String>,
}

impl Item {
    pub fn good(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Verdict::Good, name, found)
    }

    pub fn warning(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, name, found)
    }

    pub fn wrong(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Verdict::Wrong, name, found)
    }

    pub fn skipped(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, name, found)
    }

    /// An error, whose text says behind a semicolon what to do.
    pub fn failed(name: impl Into<String>, error: &str) -> Self {
        match error.rsplit_once("; ") {
            Some((found, fix)) => Self::wrong(name, found).with_fix(fix),
            None => Self::wrong(name, error),
        }
    }

    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    fn new(verdict: Verdict, name: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            verdict,
            name: name.into(),
            found: found.into(),
            fix: None,
        }
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
        write!(f, "{word:<5} {}", text::one_line(&self.found))?;
        match &self.fix {
            Some(fix) => write!(f, "; {}", text::one_line(fix)),
            None => Ok(()),
        }
    }
}

/// Whether a setting has a value that can be used.
pub fn is_usable(key: &str, findings: &[Finding]) -> bool {
    let fault = |finding: &Finding| finding.key == key && finding.found.is_err();
    !findings.iter().any(fault)
}

/// Each setting and where it comes from. `faults`: why a system cannot be asked.
pub fn settings(findings: &[Finding], faults: &[(Provider, anyhow::Error)]) -> Vec<Item> {
    // The error says more about the credentials than where they stand.
    let is_explained = |finding: &&Finding| {
        let mut faults = faults.iter();
        finding.found.is_ok() && faults.any(|(provider, _)| finding.is_credential_of(*provider))
    };
    let is_reported = |provider: Provider| {
        let mut wrong = findings.iter().filter(|finding| finding.found.is_err());
        wrong.any(|finding| finding.is_of_access(provider))
    };
    let fault = |(provider, error): &(Provider, anyhow::Error)| {
        Item::failed(provider.name(), &format!("{error:#}"))
    };
    let unreported = faults
        .iter()
        .filter(|(provider, _)| !is_reported(*provider));
    findings
        .iter()
        .filter(|finding| !is_explained(finding))
        .map(setting)
        .chain(unreported.map(fault))
        .collect()
}

fn setting(finding: &Finding) -> Item {
    let key = &finding.key;
    match &finding.found {
        Ok(found) => Item::good(key.as_str(), format!("{key} = {found}")),
        Err(error) => Item::failed(key.as_str(), &format!("{error:#}")),
    }
}
