//! The result of `refresh-lead`.

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::register::Register;
use crate::exit::{self, Exit};
use crate::store::runs::Counts;
use crate::text;

const SUCCESS: &str = "Historia połączeń została zaktualizowana";
pub const FAILURE: &str = "Wystąpił błąd podczas aktualizacji historii połączeń";

/// A register after its refresh, and what the refresh changed.
#[derive(Debug)]
pub struct RefreshResult {
    pub counts: Counts,
    pub register: Register,
    /// What was given as the lead's number and is none, so that it was not asked for.
    pub invalid_numbers: Vec<String>,
}

impl RefreshResult {
    pub fn write_table(&self, out: &mut dyn Write, zone: Tz) -> Result<()> {
        let counts = &self.counts;
        writeln!(out, "{SUCCESS}")?;
        writeln!(
            out,
            "Nowe: {}, zmienione: {}, usunięte: {}",
            counts.new, counts.changed, counts.removed
        )?;
        if !self.invalid_numbers.is_empty() {
            let numbers = self.invalid_numbers.iter().map(|it| text::shown(it));
            let numbers: Vec<_> = numbers.collect();
            writeln!(
                out,
                "Pominięto, nieprawidłowy format numeru telefonu: {}",
                numbers.join(", ")
            )?;
        }
        self.register.write_table(out, zone)
    }

    pub fn to_json(&self) -> Value {
        let mut json = self.register.to_json();
        json["status"] = SUCCESS.into();
        json["message"] = Value::Null;
        json["exit_code"] = (Exit::Done as u8).into();
        json["new"] = self.counts.new.into();
        json["changed"] = self.counts.changed.into();
        json["removed"] = self.counts.removed.into();
        json
    }
}

pub fn failure_json(error: &anyhow::Error) -> Value {
    let message = exit::text(error);
    // The sentence that is the status already stands before the cause.
    let cause = message
        .strip_prefix(FAILURE)
        .map_or(message.as_str(), str::trim_start);
    json!({
        "status": FAILURE,
        "message": cause,
        "exit_code": exit::of(error) as u8,
        "new": 0,
        "changed": 0,
        "removed": 0,
    })
}
