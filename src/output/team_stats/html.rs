//! Team statistics as a page: one file for a browser, paper and mail, without scripts and
//! without anything from elsewhere. The template library escapes every text.

mod advisor_chart;
mod axis;
mod day_chart;
mod page;
mod summary;
mod table;

use std::io::Write;

use anyhow::Result;
use chrono_tz::Tz;

use crate::team_stats::{Measure, Numbers, Report};

/// The two reports of a page, of the same figures.
#[derive(Debug)]
pub struct Reports {
    by_advisor: Report,
    by_day: Report,
    /// Whether the table of days is unfolded.
    days_open: bool,
}

impl Reports {
    /// The report that is asked for, and the other one.
    pub fn new(asked: Report, other: Report) -> Self {
        let days_open = asked.by_day;
        let (by_advisor, by_day) = if days_open {
            (other, asked)
        } else {
            (asked, other)
        };
        Self {
            by_advisor,
            by_day,
            days_open,
        }
    }
}

/// A count, or seconds.
fn amount(numbers: &Numbers, measure: Measure) -> f64 {
    numbers.value(measure).number().unwrap_or_default()
}

pub fn write_page(out: &mut dyn Write, reports: &Reports, zone: Tz) -> Result<()> {
    let page = page::page(reports, zone).into_string();
    Ok(writeln!(out, "{page}")?)
}
