//! Standard output: silent with `-q`; with `--format json` one object also on failure.

use std::io::{self, Write};

use anyhow::Error;
use serde_json::json;

use super::json;
use crate::exit::{self, Exit};

/// Standard output, or nowhere for a quiet run. Knows whether something was printed.
pub struct Results {
    out: Box<dyn Write>,
    has_printed: bool,
}

impl Results {
    pub fn new(quiet: bool) -> Self {
        let out: Box<dyn Write> = if quiet {
            Box::new(io::sink())
        } else {
            Box::new(io::stdout().lock())
        };
        Self {
            out,
            has_printed: false,
        }
    }

    /// Prints `{"message", "exit_code"}`, unless the command has printed an object of its own
    /// before it returned the error, or was used wrongly.
    pub fn write_failure(&mut self, error: &Error) {
        let exit = exit::of(error);
        if self.has_printed || matches!(exit, Exit::Done | Exit::Usage) {
            return;
        }
        let object = json!({ "message": exit::message(error), "exit_code": exit as u8 });
        // The exit code stays that of the failure, also where the reader has gone.
        if let Err(error) = json(self, &object) {
            log::debug!("could not print the failure: {error}");
        }
    }
}

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.has_printed = true;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
