//! Standard output: silent with `-q`; with `--format json` one object also on failure.

use std::io::{self, Write};

use anyhow::Error;
use serde_json::json;

use super::json;
use crate::exit::{self, Exit};

/// Standard output. A quiet run keeps back its object, and prints it only if it fails.
pub struct Results {
    out: Box<dyn Write>,
    is_quiet: bool,
    kept_back: Vec<u8>,
    has_printed: bool,
    prints_json: bool,
}

impl Results {
    /// `prints_json`: the command prints one object, also if it fails.
    pub fn new(quiet: bool, prints_json: bool) -> Self {
        Self {
            out: Box::new(io::stdout().lock()),
            is_quiet: quiet,
            kept_back: Vec::new(),
            has_printed: false,
            prints_json,
        }
    }

    /// Prints `{"message", "exit_code"}`, unless the command has printed an object of its own
    /// before it returned the error, or was used wrongly.
    pub fn write_failure(&mut self, error: &Error) {
        let exit = exit::of(error);
        if !self.prints_json || matches!(exit, Exit::Done | Exit::Usage) {
            return;
        }
        self.is_quiet = false;
        let kept_back = std::mem::take(&mut self.kept_back);
        let printed = if self.has_printed {
            self.out.write_all(&kept_back).map_err(Error::from)
        } else {
            let object = json!({ "message": exit::message(error), "exit_code": exit as u8 });
            json(self, &object)
        };
        // The exit code stays that of the failure, also where the reader has gone.
        if let Err(error) = printed {
            log::debug!("could not print the failure: {error}");
        }
    }
}

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.has_printed = true;
        match (self.is_quiet, self.prints_json) {
            (false, _) => self.out.write(bytes).map_err(named),
            (true, true) => self.kept_back.write(bytes),
            (true, false) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("could not write the result: {error}"))
}
