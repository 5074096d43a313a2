//! Tables for people.

use std::env;
use std::io::{self, Write};

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle,
    Width,
};

use crate::text;

/// A line under the headings and nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// A table that fits its terminal, each row on one line. Off a terminal it is as wide as it is.
pub fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(headings.to_vec());
    if table.is_tty() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    for cells in rows {
        let mut row = Row::from(cells.iter().map(|cell| text::one_line(cell)));
        row.max_height(1);
        table.add_row(row);
    }
    table
}

/// The terminal that standard output is.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    pub width: usize,
    /// `NO_COLOR` forbids them.
    pub colours: bool,
}

impl Terminal {
    /// None: standard output is something else, or of no known width.
    pub fn detect() -> Option<Self> {
        let width = Table::new().width().filter(|width| *width > 0)?;
        let forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Some(Self {
            width: width.into(),
            colours: !forbidden,
        })
    }
}

/// Writes a line of words; on a terminal no word is torn in two by its edge.
pub fn write_words(out: &mut dyn Write, line: &str, terminal: Option<Terminal>) -> io::Result<()> {
    let mut left = terminal.map_or(usize::MAX, |terminal| terminal.width);
    let width = left;
    for (number, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && length >= left {
            writeln!(out)?;
            left = width;
        } else if number > 0 {
            write!(out, " ")?;
            left -= 1;
        }
        write!(out, "{word}")?;
        left = left.saturating_sub(length);
    }
    writeln!(out)
}

/// A column that is laid out already; its heading may take several lines.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub heading: &'static str,
    /// Of what is in the column, without the space beside it.
    pub width: u16,
    pub is_number: bool,
}

impl Column {
    /// The space on both sides of a column.
    pub const PADDING: u16 = 2;
}

/// A table whose last row is a summary, under a line of its own.
pub fn with_summary(columns: &[Column], rows: Vec<Vec<Cell>>) -> String {
    let is_long = rows.len() > 1;
    let table = laid_out(columns, rows);
    let mut lines: Vec<_> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let line = lines.iter().find(|line| line.starts_with('─')).cloned();
    if let Some(line) = line.filter(|_| is_long) {
        lines.insert(lines.len() - 1, line);
    }
    lines.join("\n")
}

fn laid_out(columns: &[Column], rows: Vec<Vec<Cell>>) -> Table {
    let mut table = Table::new();
    let headings = columns.iter().map(|column| column.heading);
    table
        .load_style(STYLE)
        .set_header(headings.collect::<Vec<_>>());
    for cells in rows {
        let mut row = Row::from(cells);
        row.max_height(1);
        table.add_row(row);
    }
    for (shown, column) in table.column_iter_mut().zip(columns) {
        let width = Width::Fixed(column.width + Column::PADDING);
        shown.set_constraint(ColumnConstraint::Absolute(width));
        if column.is_number {
            shown.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
