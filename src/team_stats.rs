//! Team statistics: builds a report from the stored figures. No SQL and no output here.

mod column;
mod gap;
mod measure;
mod polish_order;
mod report;

use std::cmp::Ordering;
use std::collections::HashSet;

use chrono::{NaiveDate, TimeDelta};

use crate::moment::Moment;
use crate::status;
use crate::store::team_stats::{Advisor, Team, TeamData, Total};
pub use column::{Column, Sort};
pub use gap::Gaps;
pub use measure::{Compared, Measure, Numbers, Quantity};
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

/// An advisor with the figures of the period and of the one before.
#[derive(Debug)]
struct Member<'a> {
    advisor: &'a Advisor,
    total: Option<&'a Total>,
    previous: Option<&'a Total>,
}

impl Member<'_> {
    fn has_figures(&self) -> bool {
        self.total.is_some() || self.previous.is_some()
    }
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
        let sections: Vec<_> = groups.iter().map(|group| self.section(group)).collect();
        let summary = match sections.as_slice() {
            [one] => one.summary,
            _ => summary_of_advisors(members()),
        };
        Report {
            period: self.options.period,
            previous: self.options.previous,
            today: self.options.today,
            data_from: self.data.data_from,
            provider: self.options.provider,
            by_day: self.options.by_day,
            sections,
            summary,
            fetched,
            gaps: Gaps::new(self.data, shown, is_stale, |until| {
                self.is_before_end(until)
            }),
        }
    }

    /// Whether something that is known until a moment may lack calls of the period.
    fn is_before_end(&self, until: Option<Moment>) -> bool {
        until.is_none_or(|at| at.date_naive() <= self.options.period.to)
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

    /// The team's advisors who are active or have figures in one of the periods.
    fn members(&self, team: Option<&Team>) -> Vec<Member<'a>> {
        let code = team.map(|team| team.code.as_str());
        let previous = self.data.previous.as_ref();
        let advisors = self.data.advisors.iter();
        advisors
            .filter(|advisor| advisor.team.as_deref() == code)
            .map(|advisor| Member {
                advisor,
                total: self.data.totals.by_advisor.get(&advisor.id),
                previous: previous.and_then(|totals| totals.by_advisor.get(&advisor.id)),
            })
            .filter(|member| member.advisor.active || member.has_figures())
            .collect()
    }

    fn section(&self, group: &Group) -> Section {
        let (mut rows, summary);
        if self.options.by_day {
            rows = self.day_rows();
            summary = summary_of_days(&rows);
        } else {
            rows = self.advisor_rows(&group.members);
            summary = summary_of_advisors(group.members.iter());
        }
        rows.sort_by(|one, other| self.compare(one, other));
        Section {
            teams: group.teams.iter().map(|team| team.cloned()).collect(),
            manager: self.manager(&group.teams),
            rows,
            has_figures: group.members.iter().any(Member::has_figures),
            summary,
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

    fn advisor_rows(&self, members: &[Member]) -> Vec<ReportRow> {
        let silent = self.data.silent_phones.iter();
        let silent = silent.filter(|phone| self.is_before_end(phone.last_contact_at));
        let silent: HashSet<_> = silent.map(|phone| phone.user_id).collect();
        let members = members.iter();
        members
            .map(|member| ReportRow {
                label: Label::Advisor(member.advisor.name.clone()),
                numbers: compared(member.total, member.previous),
                is_silent: silent.contains(&member.advisor.id),
            })
            .collect()
    }

    /// Makes a row for each day from the first with figures to the last, in the period or
    /// in the one before: its first day stands beside the first day of the period.
    fn day_rows(&self) -> Vec<ReportRow> {
        let days = &self.data.totals.by_day;
        let period = self.options.period;
        let previous = self.options.previous.zip(self.data.previous.as_ref());
        let shift = previous.map_or(TimeDelta::zero(), |(before, _)| period.from - before.from);
        let previous = previous.map(|(_, totals)| &totals.by_day);
        let moved = previous.into_iter().flat_map(|days| days.keys());
        let moved = moved
            .map(|day| *day + shift)
            .filter(|day| *day <= period.to);
        let all = days.keys().copied().chain(moved);
        let (Some(first), Some(last)) = (all.clone().min(), all.max()) else {
            return Vec::new();
        };
        let row = |day: NaiveDate| {
            let before = previous.and_then(|days| days.get(&(day - shift)));
            ReportRow {
                label: Label::Day(day),
                numbers: compared(days.get(&day), before),
                is_silent: false,
            }
        };
        let all = first.iter_days().take_while(|day| *day <= last);
        all.map(row).collect()
    }

    /// Compares by number, the greatest first and missing numbers last, then by label. In
    /// reverse missing numbers stay last, and equal ones stay in the order of labels.
    fn compare(&self, one: &ReportRow, other: &ReportRow) -> Ordering {
        let Sort { column, is_reverse } = self.options.sort;
        let turned = |order: Ordering| if is_reverse { order.reverse() } else { order };
        let by_label = match (&one.label, &other.label) {
            (Label::Advisor(one), Label::Advisor(other)) => self.order.compare(one, other),
            (Label::Day(one), Label::Day(other)) => one.cmp(other),
            (Label::Advisor(_), Label::Day(_)) => Ordering::Less,
            (Label::Day(_), Label::Advisor(_)) => Ordering::Greater,
        };
        let Column::Measure(measure) = column else {
            return turned(by_label);
        };
        let number = |row: &ReportRow| row.numbers.current.value(measure).number();
        let by_number = match (number(one), number(other)) {
            (Some(one), Some(other)) => turned(other.total_cmp(&one)),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        by_number.then(by_label)
    }
}

/// Averages are means over the advisors with calls.
fn summary_of_advisors<'a>(members: impl Iterator<Item = &'a Member<'a>> + Clone) -> Compared {
    let totals = members.clone().filter_map(|member| member.total);
    let current: Vec<_> = totals.map(Numbers::of).collect();
    let totals = members.filter_map(|member| member.previous);
    let previous: Vec<_> = totals.map(Numbers::of).collect();
    Compared {
        current: Numbers::of_advisors(&current),
        previous: (!previous.is_empty()).then(|| Numbers::of_advisors(&previous)),
    }
}

/// Averages are those of all calls and all days of advisors, as in each row, so that a single
/// row and its summary agree.
fn summary_of_days(rows: &[ReportRow]) -> Compared {
    let current: Vec<_> = rows.iter().map(|row| row.numbers.current).collect();
    let previous: Vec<_> = rows.iter().filter_map(|row| row.numbers.previous).collect();
    Compared {
        current: Numbers::of_days(&current),
        previous: (!previous.is_empty()).then(|| Numbers::of_days(&previous)),
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

/// Without figures counts and times are zero.
fn compared(total: Option<&Total>, previous: Option<&Total>) -> Compared {
    Compared {
        current: total.map(Numbers::of).unwrap_or_default(),
        previous: previous.map(Numbers::of),
    }
}
