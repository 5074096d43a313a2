//! The page: its head, what it says about the period and the data, and its sections.

use chrono_tz::Tz;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Reports, advisor_chart, day_chart, summary, table};
use crate::output::team_stats::wording;
use crate::team_stats::Report;

/// Allows the page its own styles and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("style.css");

pub fn page(reports: &Reports, zone: Tz) -> Markup {
    let report = &reports.by_advisor;
    let teams = wording::list(report.sections.iter().flat_map(|section| &section.teams));
    let period = report.period;
    html! {
        (DOCTYPE)
        html lang="pl" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Statystyki rozmów: " (teams) ", " (period.from) " – " (period.to) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Statystyki rozmów: " (teams) }
                    p { (wording::period(report, zone)) }
                    @if report.fetched.is_some() {
                        @if let Some(comparison) = wording::comparison(report) { p { (comparison) } }
                        p { (wording::fetched(report, zone)) }
                    }
                }
                main {
                    (warnings(report, zone))
                    (content(reports))
                }
            }
        }
    }
}

fn warnings(report: &Report, zone: Tz) -> Markup {
    let mark = format!("{} ", wording::SILENT);
    let warnings = wording::warnings(&report.gaps, zone, &mark);
    let warnings: Vec<_> = wording::begin(report).into_iter().chain(warnings).collect();
    html! {
        @if !warnings.is_empty() {
            section.warnings aria-labelledby="warnings" {
                h2 #warnings { "Uwagi do danych" }
                ul { @for warning in &warnings { li { (warning) } } }
            }
        }
    }
}

fn content(reports: &Reports) -> Markup {
    let (report, days) = (&reports.by_advisor, &reports.by_day);
    if report.fetched.is_none() {
        return html! { p.empty { (wording::NO_DATA) } };
    }
    html! {
        (summary::key_figures(report))
        section aria-labelledby="days" {
            h2 #days { "Dzień po dniu" }
            (day_chart::charts(days))
            details open[reports.days_open] {
                summary { "Tabela dni" }
                @for section in &days.sections { (table::section(days, section)) }
                p.note { (wording::averages(true)) "." }
            }
        }
        @for (number, section) in report.sections.iter().enumerate() {
            @let id = format!("team-{number}");
            section.team aria-labelledby=(id) {
                h2 id=(id) { (wording::title(section)) }
                @if !section.has_figures {
                    p.empty { (wording::NO_DATA) }
                } @else {
                    (table::section(report, section))
                    (advisor_chart::charts(report, section))
                }
            }
        }
        (summary::all_teams(report))
    }
}
