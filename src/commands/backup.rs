//! `callsync backup`: a consistent copy of the database, while runs go on.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::Session;
use crate::cli::Format;
use crate::output;
use crate::store::backup;

pub fn run(session: &Session, file: &Path, format: Format, out: &mut dyn Write) -> Result<()> {
    session.maintainer("back up the database")?;
    let copied = backup::copy(session.database(), file)?;
    match format {
        Format::Table => output::backup::write_line(out, &copied),
        Format::Json => output::json(out, &output::backup::to_json(&copied)),
    }
}
