//! The columns that fit the terminal, and their widths.

use comfy_table::Table;

use super::wording::{cell, heading, or_dash, summary_cell};
use crate::output::table::{TableColumn, Terminal};
use crate::team_stats::{Column, Measure, Report};

/// Columns that a narrow terminal leaves out, the least important first, and the width to
/// which names are cut before that.
const LEAVE_OUT: [(Column, usize); 8] = [
    (Column::Manager, 28),
    (Column::Measure(Measure::Rejected), 28),
    (Column::Measure(Measure::Missed), 28),
    (Column::Measure(Measure::Days), 28),
    (Column::Measure(Measure::Outgoing), 28),
    (Column::Measure(Measure::Incoming), 28),
    (Column::Measure(Measure::MeanCall), 18),
    (Column::Measure(Measure::TalkTime), 18),
];
/// The narrowest and the widest bar.
const BAR_WIDTHS: [usize; 2] = [6, 12];

/// A column of the table.
#[derive(Clone, Copy, Debug)]
pub struct ShownColumn {
    pub column: Column,
    pub heading: &'static str,
    /// Width of the longest word in the heading.
    word_width: usize,
    /// Width of the longest text, without its bar.
    pub text_width: usize,
}

#[derive(Debug)]
pub struct Layout {
    pub columns: Vec<ShownColumn>,
    /// 0 without bars and colours.
    pub bar_width: usize,
    /// Headings of the columns that do not fit.
    pub left_out: Vec<&'static str>,
}

impl Layout {
    /// Lays out all sections alike. Off a terminal no column is left out or cut.
    pub fn new(report: &Report, terminal: Option<Terminal>) -> Self {
        let mut layout = Self {
            columns: columns(report),
            bar_width: 0,
            left_out: Vec::new(),
        };
        if let Some(terminal) = terminal {
            layout.fit(terminal);
        }
        layout
    }

    fn fit(&mut self, terminal: Terminal) {
        let [least, most] = BAR_WIDTHS;
        if terminal.colours {
            self.bar_width = least;
        }
        let whole = self.columns.clone();
        self.leave_out(terminal.width);
        let left_out = whole.iter().filter(|shown| !self.shows(shown.column));
        self.left_out = left_out.map(|shown| shown.heading).collect();
        self.widen_names(terminal.width, &whole);
        if terminal.colours {
            let spare = terminal.width.saturating_sub(self.width());
            self.bar_width = (least + spare / 2).min(most);
        }
    }

    fn leave_out(&mut self, width: usize) {
        for (column, name_width) in LEAVE_OUT {
            if self.width() > width {
                self.cut_names(name_width);
            }
            if self.width() > width {
                self.columns.retain(|shown| shown.column != column);
            }
        }
    }

    fn cut_names(&mut self, width: usize) {
        for shown in &mut self.columns {
            if !matches!(shown.column, Column::Measure(_)) {
                shown.text_width = shown.text_width.min(width);
            }
        }
    }

    /// Gives the spare width to the names.
    fn widen_names(&mut self, width: usize, whole: &[ShownColumn]) {
        let mut spare = width.saturating_sub(self.width());
        for shown in &mut self.columns {
            let whole = whole.iter().find(|whole| whole.column == shown.column);
            let missing = whole.map_or(0, |whole| whole.text_width - shown.text_width);
            let more = missing.min(spare);
            shown.text_width += more;
            spare -= more;
        }
    }

    fn shows(&self, column: Column) -> bool {
        self.columns.iter().any(|shown| shown.column == column)
    }

    fn width(&self) -> usize {
        let columns = self.columns.iter();
        columns
            .map(|shown| self.width_of(shown) + usize::from(TableColumn::PADDING))
            .sum()
    }

    pub fn width_of(&self, shown: &ShownColumn) -> usize {
        let bar = if self.has_bar(shown) {
            1 + self.bar_width
        } else {
            0
        };
        shown.word_width.max(shown.text_width + bar)
    }

    /// The two daily averages have a bar, since they compare the advisors.
    pub fn has_bar(&self, shown: &ShownColumn) -> bool {
        let is_daily = matches!(
            shown.column,
            Column::Measure(Measure::MeanDay | Measure::CallsPerDay)
        );
        is_daily && self.bar_width > 0
    }
}

/// All columns of the report at their full width.
fn columns(report: &Report) -> Vec<ShownColumn> {
    let columns = Column::of_report(report.by_day);
    let widths = text_widths(report, &columns);
    let shown = |(column, width): (Column, u16)| {
        let heading = heading(column, report.by_day);
        let words = heading.split(' ').map(|word| word.chars().count());
        ShownColumn {
            column,
            heading,
            word_width: words.max().unwrap_or(0),
            text_width: width.into(),
        }
    };
    columns.into_iter().zip(widths).map(shown).collect()
}

/// The widths of the longest texts in the columns.
fn text_widths(report: &Report, columns: &[Column]) -> Vec<u16> {
    let mut texts = Table::new();
    for section in &report.sections {
        for row in &section.rows {
            let cells = columns.iter().map(|column| cell(*column, section, row));
            texts.add_row(cells.map(or_dash));
        }
    }
    let sections = report.sections.iter().map(|section| &section.summary);
    for summary in sections.chain([&report.summary]) {
        let cells = columns.iter().map(|column| summary_cell(*column, summary));
        texts.add_row(cells.map(or_dash));
    }
    texts.column_max_content_widths()
}
