//! The report of team statistics and its options.

use chrono::{NaiveDate, TimeDelta};

use super::column::Column;
use super::gap::Gaps;
use super::measure::Numbers;
use crate::moment::Moment;
use crate::period::Period;
use crate::provider::Provider;
use crate::store::team_stats::Team;

/// Options of the report.
#[derive(Debug)]
pub struct ReportOptions {
    pub period: Period,
    /// The system that is counted alone; None: all.
    pub provider: Option<Provider>,
    /// Team codes; empty means every team and the advisors without a team.
    pub teams: Vec<String>,
    /// One row a day for all teams together, instead of one row an advisor.
    pub by_day: bool,
    pub sort: Column,
    pub now: Moment,
    /// Time between two sync runs.
    pub interval: TimeDelta,
}

#[derive(Debug)]
pub struct Report {
    pub period: Period,
    pub provider: Option<Provider>,
    pub by_day: bool,
    /// One section a team, or one section for all teams in a report by day.
    pub sections: Vec<Section>,
    /// Summary of all sections.
    pub summary: Numbers,
    /// Times at which the oldest and the newest figures were fetched.
    pub fetched: Option<(Moment, Moment)>,
    pub gaps: Gaps,
}

#[derive(Debug)]
pub struct Section {
    /// `None` stands for the advisors without a team.
    pub teams: Vec<Option<Team>>,
    /// The active manager of the team; the first by name if there are several.
    pub manager: Option<String>,
    pub rows: Vec<ReportRow>,
    pub summary: Numbers,
}

#[derive(Debug)]
pub struct ReportRow {
    pub label: Label,
    pub numbers: Numbers,
}

#[derive(Debug)]
pub enum Label {
    /// The advisor's name.
    Advisor(String),
    Day(NaiveDate),
}
