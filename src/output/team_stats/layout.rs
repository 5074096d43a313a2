//! Which columns the table has on its terminal, and how wide they are.

use comfy_table::Table;

use super::content::Content;
use super::drawing::shown;
use crate::output::table::{Column, Terminal};
use crate::team_stats::{Measure, Report};

/// What is left out for want of room, the least important first, and to how many characters
/// names are cut before that.
const LEAVE_OUT: [(Content, usize); 8] = [
    (Content::Manager, 28),
    (Content::Measure(Measure::Rejected), 28),
    (Content::Measure(Measure::Missed), 28),
    (Content::Measure(Measure::Days), 28),
    (Content::Measure(Measure::Outgoing), 28),
    (Content::Measure(Measure::Incoming), 28),
    (Content::Measure(Measure::MeanCall), 18),
    (Content::Measure(Measure::TalkTime), 18),
];
/// The least and the most.
const BAR_WIDTHS: [usize; 2] = [6, 12];

/// A column that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    pub content: Content,
    pub heading: &'static str,
    /// The longest word of the heading.
    word_width: usize,
    /// The longest text; a bar stands beside it.
    pub text_width: usize,
}

#[derive(Debug)]
pub struct Layout {
    pub columns: Vec<Shown>,
    /// 0: no bars and no colours.
    pub bar_width: usize,
    left_out: Vec<Shown>,
}

impl Layout {
    /// The same for all sections. Off a terminal all columns, as wide as they are.
    pub fn of(report: &Report, terminal: Option<Terminal>) -> Self {
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
        for (content, name_width) in LEAVE_OUT {
            if self.width() > terminal.width {
                self.cut_names(name_width);
            }
            if self.width() > terminal.width {
                self.columns.retain(|column| column.content != content);
            }
        }
        let left_out = whole.iter().filter(|column| !self.shows(column.content));
        self.left_out = left_out.copied().collect();
        self.widen_names(terminal.width, &whole);
        if terminal.colours {
            let spare = terminal.width.saturating_sub(self.width());
            self.bar_width = (least + spare / 2).min(most);
        }
    }

    fn cut_names(&mut self, width: usize) {
        for column in &mut self.columns {
            if !matches!(column.content, Content::Measure(_)) {
                column.text_width = column.text_width.min(width);
            }
        }
    }

    /// Gives names the room that is left.
    fn widen_names(&mut self, width: usize, whole: &[Shown]) {
        let mut spare = width.saturating_sub(self.width());
        for column in &mut self.columns {
            let whole = whole.iter().find(|whole| whole.content == column.content);
            let lacking = whole.map_or(0, |whole| whole.text_width - column.text_width);
            let more = lacking.min(spare);
            column.text_width += more;
            spare -= more;
        }
    }

    fn shows(&self, content: Content) -> bool {
        self.columns.iter().any(|column| column.content == content)
    }

    fn width(&self) -> usize {
        let columns = self.columns.iter();
        columns
            .map(|column| self.width_of(column) + usize::from(Column::PADDING))
            .sum()
    }

    pub fn width_of(&self, column: &Shown) -> usize {
        let bar = if self.has_bar(column) {
            1 + self.bar_width
        } else {
            0
        };
        column.word_width.max(column.text_width + bar)
    }

    /// The two daily averages have, by which advisors are compared.
    pub fn has_bar(&self, column: &Shown) -> bool {
        let is_daily = matches!(
            column.content,
            Content::Measure(Measure::MeanDay | Measure::CallsPerDay)
        );
        is_daily && self.bar_width > 0
    }

    /// A line that names the columns that are left out.
    pub fn left_out(&self) -> Option<String> {
        let names = self.left_out.iter().map(|column| column.heading);
        let names = names.collect::<Vec<_>>().join(", ");
        (!names.is_empty())
            .then(|| format!("Pominięte kolumny: {names}; pełna tabela: --format csv"))
    }
}

/// Every column, as wide as what is in it and the longest word of its heading.
fn columns(report: &Report) -> Vec<Shown> {
    let contents: Vec<_> = Content::all(report.by_day).collect();
    let mut texts = Table::new();
    for section in &report.sections {
        for row in &section.rows {
            let cells = contents.iter().map(|content| content.text(section, row));
            texts.add_row(cells.map(shown));
        }
        let cells = contents.iter();
        texts.add_row(cells.map(|content| shown(content.text_of_summary(&section.summary))));
    }
    let cells = contents.iter();
    texts.add_row(cells.map(|content| shown(content.text_of_summary(&report.summary))));
    let widths = texts.column_max_content_widths();
    let shown = |(content, width): (Content, u16)| {
        let heading = content.heading(report.by_day);
        let words = heading.split(' ').map(|word| word.chars().count());
        Shown {
            content,
            heading,
            word_width: words.max().unwrap_or(0),
            text_width: width.into(),
        }
    };
    contents.into_iter().zip(widths).map(shown).collect()
}
