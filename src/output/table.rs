//! Text tables, all of them: one line a row, fitted to the terminal.
//!
//! On a terminal that is too narrow, columns that may be cut are cut first; then the
//! columns that may leave do, and a line under the table names them. Off a terminal
//! nothing is cut and nothing leaves.

mod layout;

use std::io::Write;

use anyhow::Result;
use comfy_table::{
    CellAlignment, ColumnConstraint, LineStyle, Row as TextRow, Table, TableStyle, Width,
};

use super::bar::Bar;
use super::screen::{Screen, write_words};
use crate::text;
pub use layout::Layout;

/// A line under the headings only.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
/// Occurs in no text, so that a long text is cut at the column's edge and not between words.
const NO_DELIMITER: char = '\0';

/// A column. On a narrow terminal its heading may take several lines.
#[derive(Clone, Copy, Debug)]
pub struct Column<'h> {
    pub heading: &'h str,
    is_number: bool,
    /// Whether the heading always takes as many lines as it has words.
    has_tall_heading: bool,
    /// Width to which the text may be cut.
    cut_to: Option<usize>,
    /// Columns leave in this order; None: never.
    leaves: Option<u8>,
    has_bar: bool,
}

impl<'h> Column<'h> {
    /// Width to which a name may be cut.
    const SHORT_NAME: usize = 16;

    /// A text that is never cut, such as a date or a status.
    pub const fn fixed(heading: &'h str) -> Self {
        Self {
            heading,
            is_number: false,
            has_tall_heading: false,
            cut_to: None,
            leaves: None,
            has_bar: false,
        }
    }

    /// A number, which is never cut.
    pub const fn number(heading: &'h str) -> Self {
        Self {
            is_number: true,
            ..Self::fixed(heading)
        }
    }

    /// A name, which may be cut.
    pub const fn name(heading: &'h str) -> Self {
        Self {
            cut_to: Some(Self::SHORT_NAME),
            ..Self::fixed(heading)
        }
    }

    /// Lets the column leave a narrow terminal; those with a lower `place` leave before it.
    pub const fn leaves(self, place: u8) -> Self {
        Self {
            leaves: Some(place),
            ..self
        }
    }

    /// Makes the column as narrow as the longest word of its heading allows.
    pub const fn with_tall_heading(self) -> Self {
        Self {
            has_tall_heading: true,
            ..self
        }
    }

    /// Gives the column bars, on a terminal with colours.
    pub const fn with_bar(self) -> Self {
        Self {
            has_bar: true,
            ..self
        }
    }
}

/// A text that is safe to show, and its bar.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    /// Stands behind the text and is never cut; in a column of numbers all are equally wide.
    suffix: Option<String>,
    bar: Option<Bar>,
}

impl Cell {
    pub fn with_bar(text: &str, bar: Option<Bar>) -> Self {
        Self {
            text: text::shown(text),
            suffix: None,
            bar,
        }
    }

    /// The names of a list, each shortened for itself.
    pub fn of_names(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let names = names.into_iter();
        let names: Vec<_> = names.map(|name| text::shown(name.as_ref())).collect();
        Self {
            text: names.join(", "),
            suffix: None,
            bar: None,
        }
    }

    /// Puts a short text behind, such as a mark.
    pub fn with_suffix(self, suffix: &str) -> Self {
        Self {
            suffix: Some(text::shown(suffix)),
            ..self
        }
    }

    /// The text with its suffix; a long text is cut, so that the suffix stays.
    fn fitted(&self, column: Column, width: usize, suffix_width: usize) -> String {
        let Some(suffix) = &self.suffix else {
            return self.text.clone();
        };
        if column.is_number {
            return format!("{} {suffix:>suffix_width$}", self.text);
        }
        let left = width.saturating_sub(length(suffix) + 1);
        if length(&self.text) <= left {
            return format!("{} {suffix}", self.text);
        }
        let cut: String = self.text.chars().take(left.saturating_sub(1)).collect();
        format!("{cut}… {suffix}")
    }
}

/// In characters.
fn length(text: &str) -> usize {
    text.chars().count()
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::with_bar(text.as_ref(), None)
    }
}

pub type Row = Vec<Cell>;

/// Writes a table. `full`: the option that prints what does not fit.
pub fn write(out: &mut dyn Write, columns: &[Column], rows: &[Row], full: &str) -> Result<()> {
    let screen = Screen::detect();
    let layout = Layout::new(columns, rows.iter(), screen);
    writeln!(out, "{}", layout.format(rows).join("\n"))?;
    write_left_out(out, &layout, full, screen)
}

/// Names the columns that do not fit, if any.
pub fn write_left_out(
    out: &mut dyn Write,
    layout: &Layout,
    full: &str,
    screen: Option<Screen>,
) -> Result<()> {
    let headings = layout.left_out();
    if headings.is_empty() {
        return Ok(());
    }
    let headings = headings.join(", ");
    let line = format!("Pominięte kolumny: {headings}; pełna tabela: {full}");
    Ok(write_words(out, &line, screen)?)
}

impl Layout<'_> {
    /// Formats the lines: those of the headings, then one for each row.
    pub fn format(&self, rows: &[Row]) -> Vec<String> {
        let mut table = Table::new();
        table.load_style(STYLE).set_header(self.headings());
        for row in rows {
            let mut line = TextRow::from(self.cells(row));
            line.max_height(1);
            table.add_row(line);
        }
        for (shown, cut) in table.column_iter_mut().zip(self.text_columns()) {
            shown.set_padding((1, u16::from(!cut.has_bar_behind)));
            shown.set_constraint(ColumnConstraint::Absolute(Width::Fixed(cut.width)));
            if cut.is_number {
                shown.set_cell_alignment(CellAlignment::Right);
            }
        }
        let lines = table.lines();
        lines.map(|line| line.trim_end().to_owned()).collect()
    }

    /// As [`Layout::format`], with a line above the last row, the summary of the others.
    pub fn format_with_summary(&self, rows: &[Row]) -> Vec<String> {
        let mut lines = self.format(rows);
        let line = lines.iter().find(|line| line.starts_with('─')).cloned();
        if let Some(line) = line.filter(|_| rows.len() > 1) {
            lines.insert(lines.len() - 1, line);
        }
        lines
    }
}
