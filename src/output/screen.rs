//! The terminal on standard output.

use std::env;
use std::io::{self, Write};

use comfy_table::Table;

use crate::text;

#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// In characters.
    pub width: usize,
    /// False if `NO_COLOR` is set.
    pub colours: bool,
}

impl Screen {
    /// Returns `None` if standard output is no terminal or has no known width.
    pub fn detect() -> Option<Self> {
        let width = Table::new().width().filter(|width| *width > 0)?;
        let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Some(Self {
            width: width.into(),
            colours: !forbidden,
        })
    }
}

/// Writes a line, wrapped between words on a terminal. What follows a break is indented as
/// the text is, behind the hyphen of an item.
pub fn write_words(out: &mut dyn Write, line: &str, screen: Option<Screen>) -> io::Result<()> {
    let width = screen.map_or(usize::MAX, |screen| screen.width);
    let text = line.strip_prefix('-').unwrap_or(line).trim_start();
    writeln!(
        out,
        "{}",
        text::wrapped(line, width, line.len() - text.len())
    )
}

/// As [`write_words`], for an item of a list.
pub fn write_item(out: &mut dyn Write, item: &str, screen: Option<Screen>) -> io::Result<()> {
    write_words(out, &format!("- {item}"), screen)
}
