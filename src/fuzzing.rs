//! What must hold whatever comes from outside: answers of telephony systems, phone numbers,
//! times, files to import, settings. Each function takes bytes and panics if it does not.
//!
//! `sh tests/fuzz/run.sh` fuzzes them, see there. Every input that is kept under
//! `tests/fuzz/corpus` is also a test here.

mod answer;
mod callyzer;
mod csv_file;
mod dialog;
mod env_file;
mod mluvii;
mod number;
mod record;
mod refusal;
mod shown;
mod telecube;
mod time;

use std::borrow::Cow;

pub use callyzer::{callyzer_history, callyzer_summary};
pub use csv_file::{csv_callees, csv_leads, csv_teams, csv_users};
pub use dialog::dialog_report;
pub use env_file::env_file;
pub use mluvii::{mluvii_routing, mluvii_sessions};
pub use number::phone_numbers;
pub use refusal::refusals;
pub use shown::shown_texts;
pub use telecube::{telecube_calls, telecube_notes};
pub use time::call_times;

use crate::call::AccountLocale;
use crate::phone::Region;

/// A check, and the name of its target and corpus.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 16] = [
    ("call_times", call_times),
    ("callyzer_history", callyzer_history),
    ("callyzer_summary", callyzer_summary),
    ("csv_callees", csv_callees),
    ("csv_leads", csv_leads),
    ("csv_teams", csv_teams),
    ("csv_users", csv_users),
    ("dialog_report", dialog_report),
    ("env_file", env_file),
    ("mluvii_routing", mluvii_routing),
    ("mluvii_sessions", mluvii_sessions),
    ("phone_numbers", phone_numbers),
    ("refusals", refusals),
    ("shown_texts", shown_texts),
    ("telecube_calls", telecube_calls),
    ("telecube_notes", telecube_notes),
];

/// The text of an answer, as it is read from the network.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The first line, and what follows.
fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

fn poland() -> Region {
    "PL".parse().unwrap()
}

fn warsaw() -> AccountLocale {
    AccountLocale {
        zone: chrono_tz::Europe::Warsaw,
        region: poland(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::panic::catch_unwind;
    use std::path::PathBuf;

    use super::*;

    fn names_in(folder: &str) -> Vec<PathBuf> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fuzz")
            .join(folder);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_check_has_a_target_and_a_corpus() {
        let stems = |paths: Vec<PathBuf>| -> Vec<String> {
            let stems = paths.iter().map(|path| path.file_stem().unwrap().to_str());
            stems.map(|stem| stem.unwrap().to_owned()).collect()
        };
        let expected = TARGETS.map(|(name, _)| name);
        assert_eq!(stems(names_in("targets")), expected);
        assert_eq!(stems(names_in("corpus")), expected);
    }

    #[test]
    fn every_kept_input_passes_its_check() {
        let mut failing = Vec::new();
        for (name, check) in TARGETS {
            let inputs = names_in(&format!("corpus/{name}"));
            assert!(!inputs.is_empty(), "{name} has no corpus");
            for input in inputs {
                let bytes = fs::read(&input).unwrap();
                if catch_unwind(|| check(&bytes)).is_err() {
                    failing.push(input);
                }
            }
        }
        assert!(failing.is_empty(), "{failing:?}");
    }
}
