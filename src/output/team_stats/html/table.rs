//! The tables. Each scrolls sideways by itself where the window is too narrow.

use maud::{Markup, html};

use super::axis;
use crate::output::bar::{Scale, Shade};
use crate::output::team_stats::{scale, wording};
use crate::team_stats::{Column, Compared, Label, Measure, Report, ReportRow, Section};

/// The columns with bars: those that compare the advisors.
const WITH_BARS: [Measure; 2] = [Measure::MeanDay, Measure::CallsPerDay];

/// A column and, if it has bars, their scale.
type Scaled = (Measure, Option<Scale>);

/// The rows of a section and their summary.
pub fn section(report: &Report, section: &Section) -> Markup {
    let label = Column::of_report(report.by_day)[0];
    let with_bar = |measure| match WITH_BARS.contains(&measure) {
        true => (measure, Some(scale(section, measure))),
        false => (measure, None),
    };
    let columns: Vec<_> = Measure::of_report(report.by_day).map(with_bar).collect();
    let rows = html! {
        @for row in &section.rows {
            tr.weekend[is_weekend(row)] {
                th scope="row" { (name(label, section, row)) }
                (cells(&shown(row), &columns))
            }
        }
    };
    let table = Table {
        title: &wording::title(section),
        label: wording::heading(label),
        columns: &without_bars(report.by_day),
        note: " Pasek: im dłuższa, tym bliżej najlepszego wyniku w tabeli.",
    };
    table.markup(&rows, &section.summary)
}

/// The summary of each section, and of all.
pub fn teams(report: &Report) -> Markup {
    let columns = without_bars(report.by_day);
    let rows = html! {
        @for section in &report.sections {
            tr {
                th scope="row" { (wording::title(section)) }
                (cells(&section.summary, &columns))
            }
        }
    };
    let table = Table {
        title: &all_teams(report),
        label: "Zespół",
        columns: &columns,
        note: "",
    };
    table.markup(&rows, &report.summary)
}

pub fn all_teams(report: &Report) -> String {
    wording::together(report.sections.iter().flat_map(|section| &section.teams))
}

struct Table<'a> {
    title: &'a str,
    /// Heading of the first column.
    label: &'a str,
    columns: &'a [Scaled],
    /// What the caption says about the cells.
    note: &'a str,
}

impl Table<'_> {
    /// The summary is without bars, because it is no member of the team.
    fn markup(&self, rows: &Markup, summary: &Compared) -> Markup {
        let all = wording::summary_cell(Column::Advisor, &summary.current);
        html! {
            div.scroll role="region" tabindex="0" aria-label=(self.title) {
                table {
                    caption {
                        span.hidden { (self.title) ". " }
                        span.words { "Czas: godziny:minuty:sekundy." (self.note) }
                    }
                    thead {
                        tr {
                            th scope="col" { (self.label) }
                            @for (measure, _) in self.columns {
                                th scope="col" { (wording::heading(Column::Measure(*measure))) }
                            }
                        }
                    }
                    tbody { (rows) }
                    tfoot {
                        tr {
                            th scope="row" { (wording::or_dash(all)) }
                            (cells(summary, self.columns))
                        }
                    }
                }
            }
        }
    }
}

fn without_bars(by_day: bool) -> Vec<Scaled> {
    let measures = Measure::of_report(by_day);
    measures.map(|measure| (measure, None)).collect()
}

fn cells(numbers: &Compared, columns: &[Scaled]) -> Markup {
    html! {
        @for &(measure, scale) in columns {
            td {
                (wording::measure(measure, &numbers.current))
                (change(measure, numbers))
                @let value = numbers.current.value(measure).number();
                @if let Some((scale, value)) = scale.zip(value) {
                    @let own = scale.bar(value);
                    (bar(own.share, own.shade))
                }
            }
        }
    }
}

/// The name of an advisor, marked if a phone is silent, or a day.
pub fn name(label: Column, section: &Section, row: &ReportRow) -> Markup {
    html! {
        (wording::or_dash(wording::cell(label, section, row)))
        @if row.is_silent {
            "\u{a0}" span.silent { (wording::SILENT) span.hidden { " telefon bez kontaktu" } }
        }
    }
}

/// The change under a number, if anything is held of the period before.
pub fn change(measure: Measure, numbers: &Compared) -> Markup {
    html! {
        @if numbers.previous.is_some() {
            " "
            span.change { span.hidden { "zmiana " } (wording::change(measure, numbers)) }
        }
    }
}

/// The bar of a value that stands beside it as text.
pub fn bar(share: f64, shade: Shade) -> Markup {
    let width = format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0);
    html! {
        svg.bar aria-hidden="true" {
            rect width=(width) height="100%" rx="2" fill=(shade.css()) {}
        }
    }
}

/// Days stand without comparison: the same day of the month before is another day of the week.
fn shown(row: &ReportRow) -> Compared {
    match row.label {
        Label::Advisor(_) => row.numbers,
        Label::Day(_) => Compared {
            previous: None,
            ..row.numbers
        },
    }
}

fn is_weekend(row: &ReportRow) -> bool {
    matches!(row.label, Label::Day(day) if axis::is_weekend(day))
}
