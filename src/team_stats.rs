//! Team statistics: builds a report from the stored figures. No SQL and no output here.

mod column;
mod gap;
mod measure;
mod polish_order;
mod report;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::status;
use crate::store::team_stats::{Advisor, Team, TeamData, Total};
pub use column::Column;
pub use gap::Gaps;
pub use measure::{Measure, Numbers, Quantity};
pub use polish_order::PolishOrder;
pub use report::{Label, Report, ReportOptions, ReportRow, Section};

/// Builds the report.
pub fn report(data: &TeamData, options: &ReportOptions, order: &PolishOrder) -> Report {
    let builder = Builder {
        data,
        options,
        order,
    };
    builder.report()
}

/// The teams of a section and their members.
#[derive(Debug)]
struct Group<'a> {
    teams: Vec<Option<&'a Team>>,
    members: Vec<Member<'a>>,
}

/// An advisor with the figures of the period.
#[derive(Debug)]
struct Member<'a> {
    advisor: &'a Advisor,
    total: Option<&'a Total>,
}

struct Builder<'a> {
    data: &'a TeamData,
    options: &'a ReportOptions,
    order: &'a PolishOrder,
}

impl<'a> Builder<'a> {
    fn report(&self) -> Report {
        let mut groups = self.groups();
        if self.options.by_day && !groups.is_empty() {
            groups = vec![merge(groups)];
        }
        let members = || groups.iter().flat_map(|group| &group.members);
        let fetched = members().filter_map(|member| Some(member.total?.fetched));
        let fetched = fetched.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        let shown = members().map(|member| member.advisor);
        let (now, interval) = (self.options.now, self.options.interval);
        let is_stale = |last_synced_at| status::is_stale(last_synced_at, now, interval);
        Report {
            period: self.options.period,
            provider: self.options.provider,
            by_day: self.options.by_day,
            sections: groups.iter().map(|group| self.section(group)).collect(),
            summary: summary(members()),
            fetched,
            gaps: Gaps::new(self.data, shown, is_stale),
        }
    }

    /// Groups the advisors by team, in the order of team names, those without a team last.
    /// Leaves out an empty team unless the options name it.
    fn groups(&self) -> Vec<Group<'a>> {
        let named = &self.options.teams;
        let chosen = |team: &&Team| named.is_empty() || named.contains(&team.code);
        let mut teams: Vec<_> = self.data.teams.iter().filter(chosen).collect();
        teams.sort_by(|one, other| self.order.compare(&one.name, &other.name));
        let without_team = named.is_empty().then_some(None);
        let teams = teams.into_iter().map(Some).chain(without_team);
        teams
            .map(|team| Group {
                teams: vec![team],
                members: self.members(team),
            })
            .filter(|group| !named.is_empty() || !group.members.is_empty())
            .collect()
    }

    /// The team's advisors who are active or have figures in the period.
    fn members(&self, team: Option<&Team>) -> Vec<Member<'a>> {
        let code = team.map(|team| team.code.as_str());
        let advisors = self.data.advisors.iter();
        advisors
            .filter(|advisor| advisor.team.as_deref() == code)
            .map(|advisor| Member {
                advisor,
                total: self.data.by_advisor.get(&advisor.id),
            })
            .filter(|member| member.advisor.active || member.total.is_some())
            .collect()
    }

    fn section(&self, group: &Group) -> Section {
        let mut rows = if self.options.by_day {
            day_rows(&self.data.by_day)
        } else {
            group.members.iter().map(advisor_row).collect()
        };
        rows.sort_by(|one, other| self.compare(one, other));
        Section {
            teams: group.teams.iter().map(|team| team.cloned()).collect(),
            manager: self.manager(&group.teams),
            rows,
            summary: summary(&group.members),
        }
    }

    /// The team's first active manager.
    fn manager(&self, teams: &[Option<&Team>]) -> Option<String> {
        let [Some(team)] = teams else {
            return None;
        };
        let mut managers = self.data.managers.iter();
        let manager = managers.find(|manager| manager.team == team.code)?;
        Some(manager.name.clone())
    }

    /// Compares by number, the greatest first and missing numbers last, then by label.
    fn compare(&self, one: &ReportRow, other: &ReportRow) -> Ordering {
        let by_number = match self.options.sort {
            Column::Advisor | Column::Manager | Column::Day => Ordering::Equal,
            Column::Measure(measure) => {
                let number = |row: &ReportRow| row.numbers.value(measure).number().unwrap_or(-1.0);
                number(other).total_cmp(&number(one))
            }
        };
        by_number.then_with(|| match (&one.label, &other.label) {
            (Label::Advisor(one), Label::Advisor(other)) => self.order.compare(one, other),
            (Label::Day(one), Label::Day(other)) => one.cmp(other),
            (Label::Advisor(_), Label::Day(_)) => Ordering::Less,
            (Label::Day(_), Label::Advisor(_)) => Ordering::Greater,
        })
    }
}

fn merge(groups: Vec<Group>) -> Group {
    let (mut teams, mut members) = (Vec::new(), Vec::new());
    for group in groups {
        teams.extend(group.teams);
        members.extend(group.members);
    }
    Group { teams, members }
}

fn advisor_row(member: &Member) -> ReportRow {
    ReportRow {
        label: Label::Advisor(member.advisor.name.clone()),
        numbers: Numbers::of(member.total),
    }
}

/// Makes a row for each day from the first with figures to the last.
fn day_rows(days: &BTreeMap<NaiveDate, Total>) -> Vec<ReportRow> {
    let (Some(first), Some(last)) = (days.keys().min(), days.keys().max()) else {
        return Vec::new();
    };
    let all = first.iter_days().take_while(|day| day <= last);
    all.map(|day| ReportRow {
        label: Label::Day(day),
        numbers: Numbers::of(days.get(&day)),
    })
    .collect()
}

fn summary<'a>(members: impl IntoIterator<Item = &'a Member<'a>>) -> Numbers {
    let members = members.into_iter();
    let numbers: Vec<_> = members.map(|member| Numbers::of(member.total)).collect();
    Numbers::summary(&numbers)
}
