//! The report of team statistics and its options.

use chrono::{NaiveDate, TimeDelta};

use super::column::{Column, Sort};
use super::gap::Gaps;
use super::measure::Compared;
use crate::moment::Moment;
use crate::period::Period;
use crate::provider::Provider;
use crate::store::team_stats::Team;

/// Options of the report.
#[derive(Debug)]
pub struct ReportOptions {
    pub period: Period,
    /// The period to compare with.
    pub previous: Option<Period>,
    /// The system that is counted alone; None: all.
    pub provider: Option<Provider>,
    /// Team codes; empty means every team and the advisors without a team.
    pub teams: Vec<String>,
    /// One row a day for all teams together, instead of one row an advisor.
    pub by_day: bool,
    pub sort: Sort,
    pub now: Moment,
    /// The day in the account's zone.
    pub today: NaiveDate,
    /// Time between two sync runs.
    pub interval: TimeDelta,
}

impl ReportOptions {
    /// The options of the other report, sorted by its first column: by advisor instead of
    /// by day, or by day instead of by advisor.
    pub fn turned(self) -> Self {
        let by_day = !self.by_day;
        let sort = Column::of_report(by_day)[0].into();
        Self {
            by_day,
            sort,
            ..self
        }
    }
}

#[derive(Debug)]
pub struct Report {
    pub period: Period,
    /// The period that it is compared with, if it is.
    pub previous: Option<Period>,
    pub today: NaiveDate,
    /// The first day with figures of the advisors who may be shown.
    pub data_from: Option<NaiveDate>,
    pub provider: Option<Provider>,
    pub by_day: bool,
    /// One section a team, or one section for all teams in a report by day.
    pub sections: Vec<Section>,
    /// Summary of all sections.
    pub summary: Compared,
    /// Times at which the oldest and the newest figures of the period were fetched; None:
    /// nothing is held of it.
    pub fetched: Option<(Moment, Moment)>,
    pub gaps: Gaps,
}

impl Report {
    /// The first day held, if one of the periods that are shown begins before it.
    pub fn begins_late(&self) -> Option<NaiveDate> {
        let first = self
            .previous
            .map_or(self.period.from, |before| before.from.min(self.period.from));
        self.data_from.filter(|held| first < *held)
    }
}

#[derive(Debug)]
pub struct Section {
    /// `None` stands for the advisors without a team.
    pub teams: Vec<Option<Team>>,
    /// The active manager of the team; the first by name if there are several.
    pub manager: Option<String>,
    pub rows: Vec<ReportRow>,
    /// Whether figures of the period are held, or of the one that it is compared with.
    pub has_figures: bool,
    pub summary: Compared,
}

#[derive(Debug)]
pub struct ReportRow {
    pub label: Label,
    pub numbers: Compared,
    /// Whether a phone of the advisor is silent.
    pub is_silent: bool,
}

#[derive(Debug)]
pub enum Label {
    /// The advisor's name.
    Advisor(String),
    Day(NaiveDate),
}
