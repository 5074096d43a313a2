//! The result of `backup`.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::status::size;
use crate::store::backup::Copied;
use crate::text;

pub fn write_line(out: &mut dyn Write, copied: &Copied) -> Result<()> {
    let file = copied.file.display().to_string();
    let (file, size) = (text::one_line(&file), size(copied.bytes));
    Ok(writeln!(out, "Kopia zapasowa: {file} ({size})")?)
}

pub fn to_json(copied: &Copied) -> Value {
    json!({ "file": copied.file.to_string_lossy(), "bytes": copied.bytes })
}
