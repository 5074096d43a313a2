//! The file to import.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Read};
use std::mem;
use std::os::unix::fs::FileTypeExt;
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
    /// Reads a file; `-` is standard input. Tells a person who must bring something.
    pub fn read(path: &Path) -> Result<Self> {
        let (name, bytes) = if path == Path::new("-") {
            if io::stdin().is_terminal() {
                log::info!("reading from standard input; end it with Ctrl-D");
            }
            ("standardowe wejście".to_owned(), read_standard_input())
        } else {
            let name = text::one_line(&path.to_string_lossy());
            if is_fifo(path) {
                log::info!("{name} is a pipe: waiting for the program that writes into it");
            }
            (name, fs::read(path))
        };
        match bytes {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => {
                let reason = in_polish(&error);
                let message = format!(
                    "nie można odczytać pliku {name}: {reason}{}",
                    advice(&error)
                );
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

fn is_fifo(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.file_type().is_fifo())
}

fn read_standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The person's own shell may open a file that the service account cannot.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => {
            "; niech otworzy go Twoja powłoka: callsync import … - < PLIK"
        }
        _ => "",
    }
}

fn in_polish(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "nie ma takiego pliku".into(),
        ErrorKind::PermissionDenied => "brak uprawnień".into(),
        ErrorKind::IsADirectory => "to katalog".into(),
        _ => error.to_string(),
    }
}
