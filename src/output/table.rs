//! Text tables.

use std::env;
use std::io::{self, Write};

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle,
    Width,
};

use crate::text;

/// A line under the headings only.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// Makes a table with one line a row, fitted to the terminal. Off a terminal nothing is cut.
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

/// The terminal on standard output.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    pub width: usize,
    /// False if `NO_COLOR` is set.
    pub colours: bool,
}

impl Terminal {
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

/// Writes a line, wrapped between words on a terminal.
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

/// A column of fixed width; its heading may take several lines.
#[derive(Clone, Copy, Debug)]
pub struct TableColumn {
    pub heading: &'static str,
    /// Width of the content, without padding.
    pub width: u16,
    pub is_number: bool,
}

impl TableColumn {
    /// Padding of a column, both sides together.
    pub const PADDING: u16 = 2;
}

/// Formats a table with a line above the last row, the summary.
pub fn with_summary(columns: &[TableColumn], rows: Vec<Vec<Cell>>) -> String {
    let is_long = rows.len() > 1;
    let table = fixed_table(columns, rows);
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

fn fixed_table(columns: &[TableColumn], rows: Vec<Vec<Cell>>) -> Table {
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
        let width = Width::Fixed(column.width + TableColumn::PADDING);
        shown.set_constraint(ColumnConstraint::Absolute(width));
        if column.is_number {
            shown.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
