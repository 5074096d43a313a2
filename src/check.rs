//! What is wrong here? Each item is looked at by itself, so that a wrong one
//! hides no other, and says on one line how to mend it. Nothing is changed.

pub mod callyzer;
pub mod database;
pub mod files;

use std::fmt;

use crate::settings::Finding;
use crate::text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Worth a look; nothing fails of it.
    Warning,
    Wrong,
    /// Could not be looked at, for a reason that is an item of its own or is no fault.
    Skipped,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug)]
pub struct Item {
    pub verdict: Verdict,
    text: String,
}

impl Item {
    fn good(text: impl Into<String>) -> Self {
        Self::new(Verdict::Good, text)
    }

    fn warning(text: impl Into<String>) -> Self {
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

/// Whether the value of a setting, or its default, counts.
pub fn is_usable(key: &str, findings: &[Finding]) -> bool {
    let fault = |finding: &Finding| finding.key == key && finding.found.is_err();
    !findings.iter().any(fault)
}

/// Each setting and where it came from. `access`: why there is no token to ask with.
pub fn settings(findings: &[Finding], access: Option<anyhow::Error>) -> Vec<Item> {
    let is_token = |finding: &&Finding| finding.key.starts_with("CALLYZER_TOKEN");
    let is_told = findings
        .iter()
        .filter(is_token)
        .any(|one| one.found.is_err());
    findings
        .iter()
        // The error says more about the token than where it stands.
        .filter(|finding| access.is_none() || finding.found.is_err() || !is_token(finding))
        .map(setting)
        .chain(
            access
                .iter()
                .filter(|_| !is_told)
                .map(|error| Item::wrong(format!("{error:#}"))),
        )
        .collect()
}

fn setting(finding: &Finding) -> Item {
    match &finding.found {
        Ok(found) => Item::good(format!("{} = {found}", finding.key)),
        Err(error) => Item::wrong(format!("{error:#}")),
    }
}
