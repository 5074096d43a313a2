//! Charts that rank the advisors of a section. A list with bars: names of any length wrap,
//! and the numbers are text, also for a screen reader.

use maud::{Markup, html};

use super::{amount, table};
use crate::output::team_stats::{scale, wording};
use crate::team_stats::{Column, Measure, Report, ReportRow, Section};

pub fn charts(report: &Report, section: &Section) -> Markup {
    html! {
        div.charts {
            @for measure in [Measure::Calls, Measure::TalkTime] {
                (chart(report, section, measure))
            }
        }
    }
}

fn chart(report: &Report, section: &Section, measure: Measure) -> Markup {
    let value = |row: &ReportRow| amount(&row.numbers.current, measure);
    let mut rows: Vec<_> = section.rows.iter().collect();
    rows.sort_by(|one, other| value(other).total_cmp(&value(one)));
    // Bars of all teams are of one scale.
    let all = report.sections.iter().flat_map(|section| &section.rows);
    let best = all.map(value).fold(0.0, f64::max);
    let scale = scale(section, measure);
    html! {
        figure {
            figcaption {
                h3 { (wording::heading(Column::Measure(measure))) }
                p { "Od najlepszego wyniku do najsłabszego." }
            }
            ol.ranking {
                @for row in rows {
                    li {
                        span.name { (table::name(Column::Advisor, section, row)) }
                        " "
                        span.value { (wording::measure(measure, &row.numbers.current)) }
                        (table::bar(value(row) / best, scale.bar(value(row)).shade))
                    }
                }
            }
        }
    }
}
