//! The summaries: the key figures of the period, and the teams side by side.

use maud::{Markup, html};

use super::table;
use crate::output::team_stats::wording;
use crate::team_stats::{Column, Measure, Report};

const KEY_FIGURES: [Measure; 6] = [
    Measure::Calls,
    Measure::TalkTime,
    Measure::MeanCall,
    Measure::MeanDay,
    Measure::CallsPerDay,
    Measure::Missed,
];

pub fn key_figures(report: &Report) -> Markup {
    html! {
        section aria-labelledby="summary" {
            h2 #summary { "Podsumowanie" }
            dl.figures {
                @for measure in KEY_FIGURES {
                    div {
                        dt { (wording::heading(Column::Measure(measure))) }
                        dd {
                            span.now { (wording::measure(measure, &report.summary.current)) }
                            (table::change(measure, &report.summary))
                        }
                    }
                }
            }
            p.note { (wording::averages(report.by_day)) "." }
        }
    }
}

/// A row for each team, if there are several.
pub fn all_teams(report: &Report) -> Markup {
    if report.sections.len() < 2 {
        return html! {};
    }
    html! {
        section aria-labelledby="teams" {
            h2 #teams { (table::all_teams(report)) }
            (table::teams(report))
        }
    }
}
