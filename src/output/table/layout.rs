//! Which columns fit the terminal, and their widths.

use std::collections::BTreeSet;

use comfy_table::{Cell as TextCell, Color, Table};

use super::{Column, NO_DELIMITER, Row, length};
use crate::output::screen::Screen;

/// Padding of a column, both sides together.
const PADDING: usize = 2;
/// The narrowest and the widest bar.
const BAR_WIDTHS: [usize; 2] = [6, 12];
/// Width to which every text that may be cut is cut before the table gets too wide.
const SHORTEST: usize = 8;

/// The columns that are shown, with their widths: of one table, or of several alike.
#[derive(Debug)]
pub struct Layout<'h> {
    columns: Vec<Shown<'h>>,
    /// 0 without bars.
    bar_width: usize,
    left_out: Vec<&'h str>,
}

#[derive(Clone, Copy, Debug)]
struct Shown<'h> {
    column: Column<'h>,
    /// Its place among all columns.
    place: usize,
    /// Width of the heading: of its longest word, or of all.
    heading_width: usize,
    /// Width of the longest text.
    whole: usize,
    /// Width of the text that is shown.
    text_width: usize,
    /// Width of the widest suffix.
    suffix_width: usize,
}

impl Shown<'_> {
    fn width(&self) -> usize {
        self.heading_width.max(self.text_width)
    }

    fn cut_to(&mut self, width: usize) {
        self.text_width = self.text_width.min(width);
    }

    /// Puts the heading on one line, and the whole text below it, as far as `spare` goes.
    fn widen(&mut self, spare: &mut usize) {
        let before = self.width();
        let text = (before + *spare).min(self.whole);
        self.text_width = self.text_width.max(text);
        *spare -= self.width() - before;
        let heading = length(self.column.heading);
        let missing = heading.saturating_sub(self.width());
        if !self.column.has_tall_heading && missing <= *spare {
            self.heading_width = heading;
            *spare -= missing;
        }
    }
}

/// A column of the text table: a column, or the bars beside one.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextColumn {
    /// With its padding.
    pub width: u16,
    pub is_number: bool,
    pub has_bar_behind: bool,
}

impl<'h> Layout<'h> {
    /// `rows`: those of all tables that are to look alike.
    pub fn new<'a>(
        columns: &[Column<'h>],
        rows: impl Iterator<Item = &'a Row>,
        screen: Option<Screen>,
    ) -> Self {
        let mut layout = Self {
            columns: whole(columns, rows),
            bar_width: 0,
            left_out: Vec::new(),
        };
        match screen {
            Some(screen) => layout.fit(screen),
            None => {
                layout.widen(usize::MAX / 2);
            }
        }
        layout
    }

    /// Headings of the columns that do not fit.
    pub fn left_out(&self) -> &[&'h str] {
        &self.left_out
    }

    fn fit(&mut self, screen: Screen) {
        let [narrowest, widest] = BAR_WIDTHS;
        if screen.colours {
            self.bar_width = narrowest;
        }
        for shown in &mut self.columns {
            shown.cut_to(shown.column.cut_to.unwrap_or(usize::MAX));
        }
        self.leave_out(screen.width);
        if self.width() > screen.width {
            let columns = self.columns.iter_mut();
            columns
                .filter(|shown| shown.column.cut_to.is_some())
                .for_each(|shown| shown.cut_to(SHORTEST));
        }
        let spare = screen.width.saturating_sub(self.width());
        let spare = self.widen(spare);
        if screen.colours {
            self.bar_width = (narrowest + spare / 2).min(widest);
        }
    }

    /// Gives the spare width to what was cut, and returns what is left of it.
    fn widen(&mut self, mut spare: usize) -> usize {
        self.columns
            .iter_mut()
            .for_each(|shown| shown.widen(&mut spare));
        spare
    }

    /// Leaves out columns, the least important first, until the others fit.
    fn leave_out(&mut self, width: usize) {
        let places: BTreeSet<_> = self
            .columns
            .iter()
            .filter_map(|one| one.column.leaves)
            .collect();
        let mut left_out = Vec::new();
        for place in places {
            if self.width() <= width {
                break;
            }
            let leaving = |one: &mut Shown| one.column.leaves == Some(place);
            left_out.extend(self.columns.extract_if(.., leaving));
        }
        left_out.sort_by_key(|one| one.place);
        self.left_out = left_out.iter().map(|one| one.column.heading).collect();
    }

    fn width(&self) -> usize {
        let columns = self.columns.iter();
        columns
            .map(|shown| shown.width() + PADDING + self.bar_of(shown))
            .sum()
    }

    /// Width of the bars beside a column.
    fn bar_of(&self, shown: &Shown) -> usize {
        match shown.column.has_bar && self.bar_width > 0 {
            true => self.bar_width + 1,
            false => 0,
        }
    }

    pub(super) fn headings(&self) -> Vec<&'h str> {
        let mut headings = Vec::new();
        for shown in &self.columns {
            headings.push(shown.column.heading);
            headings.extend((self.bar_of(shown) > 0).then_some(""));
        }
        headings
    }

    pub(super) fn cells(&self, row: &Row) -> Vec<TextCell> {
        let mut cells = Vec::new();
        for shown in &self.columns {
            let Some(cell) = row.get(shown.place) else {
                continue;
            };
            cells.push(
                TextCell::new(cell.fitted(shown.column, shown.width(), shown.suffix_width))
                    .set_delimiter(NO_DELIMITER),
            );
            if self.bar_of(shown) > 0 {
                let bar = cell.bar.map_or(TextCell::new(""), |bar| {
                    TextCell::new(bar.text(self.bar_width)).fg(Color::AnsiValue(bar.shade.ansi()))
                });
                cells.push(bar);
            }
        }
        cells
    }

    pub(super) fn text_columns(&self) -> Vec<TextColumn> {
        let mut columns = Vec::new();
        let width = |characters| u16::try_from(characters).unwrap_or(u16::MAX);
        for shown in &self.columns {
            let bar = self.bar_of(shown);
            let padding = PADDING - usize::from(bar > 0);
            columns.push(TextColumn {
                width: width(shown.width() + padding),
                is_number: shown.column.is_number,
                has_bar_behind: bar > 0,
            });
            if bar > 0 {
                columns.push(TextColumn {
                    width: width(bar + 1),
                    is_number: false,
                    has_bar_behind: false,
                });
            }
        }
        columns
    }
}

/// All columns at their full width.
fn whole<'a, 'h>(columns: &[Column<'h>], rows: impl Iterator<Item = &'a Row>) -> Vec<Shown<'h>> {
    let mut texts = Table::new();
    let mut suffixes = vec![0; columns.len()];
    for row in rows {
        texts.add_row(row.iter().map(|cell| &cell.text));
        for (width, cell) in suffixes.iter_mut().zip(row) {
            *width = cell.suffix.as_deref().map_or(0, length).max(*width);
        }
    }
    let widths = texts.column_max_content_widths();
    let shown = |(place, column): (usize, &Column<'h>)| {
        let words = column.heading.split(' ').map(length);
        let text: usize = widths.get(place).copied().unwrap_or(0).into();
        let suffix_width = suffixes[place];
        let whole = text + suffix_width + usize::from(suffix_width > 0);
        Shown {
            column: *column,
            place,
            heading_width: words.max().unwrap_or(0),
            whole,
            text_width: whole,
            suffix_width,
        }
    };
    columns.iter().enumerate().map(shown).collect()
}
