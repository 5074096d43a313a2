//! Team statistics for spreadsheets.

use std::io::Write;

use anyhow::Result;

use super::NO_TEAM;
use super::content::Content;
use crate::output::spreadsheet;
use crate::team_stats::{Report, Row, Section};

/// The rows without the summaries: a spreadsheet sums by itself, and would count them twice.
pub fn write_csv(out: &mut dyn Write, report: &Report) -> Result<()> {
    let contents: Vec<_> = Content::all(report.by_day).collect();
    let headings = contents
        .iter()
        .map(|content| content.heading(report.by_day));
    let team = (!report.by_day).then_some("Zespół");
    let headings: Vec<_> = team.into_iter().chain(headings).collect();
    let cells = |section: &Section, row: &Row| {
        let team = (!report.by_day).then(|| team_of(section));
        let texts = contents.iter().map(|content| content.text(section, row));
        team.into_iter()
            .chain(texts.map(Option::unwrap_or_default))
            .collect()
    };
    let rows = report.sections.iter().flat_map(|section| {
        let rows = section.rows.iter();
        rows.map(move |row| cells(section, row))
    });
    spreadsheet::write(out, &headings, rows)
}

fn team_of(section: &Section) -> String {
    match section.teams.as_slice() {
        [Some(team)] => team.code.clone(),
        _ => NO_TEAM.into(),
    }
}
