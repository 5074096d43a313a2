//! The file to import, and the messages about its rows.

use std::fs;
use std::io::{self, Read};
use std::mem;
use std::path::Path;

use anyhow::Result;

use super::Contents;
use crate::exit::{Exit, failure};

#[derive(Debug)]
pub struct CsvFile {
    /// Its name in messages.
    pub name: String,
    bytes: Vec<u8>,
}

impl CsvFile {
    /// Reads a file; `-` is standard input.
    pub fn read(path: &Path) -> Result<Self> {
        let (name, bytes) = if path == Path::new("-") {
            ("standard input".to_owned(), read_standard_input())
        } else {
            (path.display().to_string(), fs::read(path))
        };
        match bytes {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Err(failure(
                Exit::Data,
                format!("could not read {name}: {error}"),
            )),
        }
    }

    /// Gives the content away, which is needed once.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        mem::take(&mut self.bytes)
    }

    /// The rows of a file without problems. Remarks go to the log.
    pub fn good_rows<Row>(&self, contents: Result<Contents<Row>, String>) -> Result<Vec<Row>> {
        let wrong = |reason: String| failure(Exit::Data, format!("{}: {reason}", self.name));
        let Contents { rows, remarks } = contents.map_err(wrong)?;
        for warning in &remarks.warnings {
            log::warn!("{}:{warning}", self.name);
        }
        for problem in &remarks.problems {
            log::error!("{}:{problem}", self.name);
        }
        match remarks.bad_rows() {
            0 => Ok(rows),
            1 => Err(wrong("1 bad row; nothing was changed".into())),
            bad => Err(wrong(format!("{bad} bad rows; nothing was changed"))),
        }
    }
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}
