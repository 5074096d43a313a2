//! `callsync campaign report`: a campaign's results, as Dialog gives them.

use std::io::Write;

use anyhow::Result;
use chrono::NaiveDate;

use super::Session;
use crate::campaign::{ColumnFilter, ColumnNames};
use crate::cli::{CampaignReportArgs, TabularFormat};
use crate::dialog::{ColumnQuery, Report, ReportQuery};
use crate::exit::{Exit, failure};
use crate::http::RetryPolicy;
use crate::moment::{self, Window};
use crate::output::campaign_report::{Results, write_csv, write_json, write_table};
use crate::period::Period;
use crate::{systems, text};

pub fn run(session: &Session, args: &CampaignReportArgs, out: &mut dyn Write) -> Result<()> {
    session.maintainer("see a campaign's results")?;
    refuse_second_filter(&args.filters)?;
    let window = window(session, args)?;
    let api = systems::dialog(&session.settings, RetryPolicy::INTERACTIVE)?;
    let answer = api.report(&ReportQuery {
        campaign_id: args.id,
        window,
        columns: &columns(args, api.columns()),
    })?;
    warn_of_missing_rows(&answer.body);
    let results = Results::read(&answer.body)?;
    match args.format {
        TabularFormat::Table => write_table(out, &results),
        TabularFormat::Json => write_json(out, &results),
        TabularFormat::Csv => write_csv(out, &results),
    }
}

/// A column of a request has one filter.
fn refuse_second_filter(filters: &[ColumnFilter]) -> Result<()> {
    let is_second = |(place, filter): &(usize, &ColumnFilter)| {
        let earlier = &filters[..*place];
        earlier.iter().any(|other| other.column == filter.column)
    };
    match filters.iter().enumerate().find(is_second) {
        None => Ok(()),
        Some((_, filter)) => {
            let column = text::shown(&filter.column);
            let reason = format!("--filter {column} is there twice: a column has one filter");
            Err(failure(Exit::Usage, reason))
        }
    }
}

fn warn_of_missing_rows(report: &Report) {
    let rows = report.rows.len() as u64;
    if let Some(count) = report.count.filter(|count| *count > rows) {
        log::warn!("Dialog counts {count} rows and brought {rows}; ask for fewer days at once");
    }
}

/// The days asked for, whole, in the account's zone.
fn window(session: &Session, args: &CampaignReportArgs) -> Result<Window> {
    let zone = session.settings.zone;
    let today = moment::day_of(moment::now(), zone);
    // Before the first campaign.
    let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or(today);
    let (from, to) = (args.from.unwrap_or(first), args.to.unwrap_or(today));
    let period = Period::between(from, to).map_err(|reason| failure(Exit::Usage, reason))?;
    Ok(Window {
        from: Window::of_day(period.from, zone).from,
        to: Window::of_day(period.to, zone).to,
    })
}

/// The columns asked for. What a filter or the order is about is one of them.
fn columns(args: &CampaignReportArgs, known: &ColumnNames) -> Vec<ColumnQuery> {
    let mut columns = match args.columns.is_empty() {
        true => known.queries(),
        false => Vec::new(),
    };
    let filters = args.filters.iter().map(|filter| &filter.column);
    let sort = args.sort.iter().map(|sort| &sort.column);
    for name in args.columns.iter().chain(filters).chain(sort) {
        if columns.iter().all(|column| column.name != *name) {
            columns.push(known.query(name));
        }
    }
    for column in &mut columns {
        let mut filters = args.filters.iter();
        let filter = filters.find(|filter| filter.column == column.name);
        column.filter = filter.map(|filter| filter.filter.clone());
        let sort = args.sort.as_ref().filter(|sort| sort.column == column.name);
        column.sorting = sort.map(|sort| sort.sorting);
    }
    columns
}
