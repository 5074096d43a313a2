//! The file to import.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::mem;
use std::path::Path;

use anyhow::Result;

use super::Contents;
use crate::exit::{Exit, failure};
use crate::text;

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
            ("standardowe wejście".to_owned(), read_standard_input())
        } else {
            (text::one_line(&path.to_string_lossy()), fs::read(path))
        };
        match bytes {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => {
                let reason = in_polish(&error);
                let message = format!("nie można odczytać pliku {name}: {reason}");
                Err(failure(Exit::Data, message))
            }
        }
    }

    /// What `read` makes of the bytes, which are needed once.
    pub fn contents<Row>(
        &mut self,
        read: impl FnOnce(Vec<u8>) -> Result<Contents<Row>, String>,
    ) -> Result<Contents<Row>> {
        read(mem::take(&mut self.bytes))
            .map_err(|reason| failure(Exit::Data, format!("{}: {reason}", self.name)))
    }
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn in_polish(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "nie ma takiego pliku".into(),
        ErrorKind::PermissionDenied => "brak uprawnień".into(),
        ErrorKind::IsADirectory => "to katalog".into(),
        _ => error.to_string(),
    }
}
