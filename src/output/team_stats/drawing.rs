//! The rows of the table, with bars and colours where the terminal has them.

use comfy_table::Cell;

use super::bar::Scale;
use super::content::Content;
use super::layout::{Layout, Shown};
use crate::output::table::{Column, with_summary};
use crate::team_stats::{Numbers, Row, Section};
use crate::text;

/// Occurs in no text: a name is cut where the room ends, not where a word does.
const NO_WORDS: char = '\0';

impl Layout {
    /// A table of a section and its summary.
    pub fn section(&self, section: &Section) -> String {
        let rows = section.rows.iter();
        let mut rows: Vec<_> = rows.map(|row| self.row(section, row)).collect();
        rows.push(self.summary_row(&section.summary));
        self.table(rows)
    }

    /// A table of one summary.
    pub fn summary(&self, summary: &Numbers) -> String {
        self.table(vec![self.summary_row(summary)])
    }

    fn row(&self, section: &Section, row: &Row) -> Vec<Cell> {
        let cell = |column: &Shown| {
            let text = shown(column.content.text(section, row));
            match column.content {
                Content::Measure(measure) if self.has_bar(column) => {
                    let value = |row: &Row| row.numbers.value(measure).number();
                    let scale = Scale::of(section.rows.iter().filter_map(value));
                    self.cell_with_bar(column, &text, value(row), scale)
                }
                _ => Cell::new(text).set_delimiter(NO_WORDS),
            }
        };
        self.columns.iter().map(cell).collect()
    }

    fn cell_with_bar(&self, column: &Shown, text: &str, value: Option<f64>, scale: Scale) -> Cell {
        let bar = value.map_or(String::new(), |value| scale.bar(value, self.bar_width));
        let (width, bar_width) = (column.text_width, self.bar_width);
        let cell = Cell::new(format!("{text:>width$} {bar:bar_width$}"));
        match value {
            Some(value) => cell.fg(scale.colour(value)),
            None => cell,
        }
    }

    /// A summary has no bar: it is no member of the team.
    fn summary_row(&self, summary: &Numbers) -> Vec<Cell> {
        let cell = |column: &Shown| {
            let text = shown(column.content.text_of_summary(summary));
            let (width, bar_width) = (column.text_width, self.bar_width);
            Cell::new(if self.has_bar(column) {
                format!("{text:>width$} {:bar_width$}", "")
            } else {
                text
            })
        };
        self.columns.iter().map(cell).collect()
    }

    fn table(&self, rows: Vec<Vec<Cell>>) -> String {
        let column = |column: &Shown| Column {
            heading: column.heading,
            width: u16::try_from(self.width_of(column)).unwrap_or(u16::MAX),
            is_number: matches!(column.content, Content::Measure(_)),
        };
        let columns: Vec<_> = self.columns.iter().map(column).collect();
        with_summary(&columns, rows)
    }
}

/// Nothing is a dash.
pub fn shown(text: Option<String>) -> String {
    text.map_or("–".into(), |text| text::one_line(&text))
}
