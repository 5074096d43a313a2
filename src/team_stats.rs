//! Team statistics: gathered, summed and sorted. No SQL here, and no printing.

mod gap;
mod measure;
mod polish_order;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};

use crate::moment::Moment;
use crate::period::Period;
use crate::status;
use crate::store::team_stats::{Advisor, DayFigures, Source, Team};
pub use gap::Gaps;
pub use measure::{Column, Measure, Numbers, Value};
pub use polish_order::PolishOrder;

/// What is asked for.
#[derive(Debug)]
pub struct Question {
    pub period: Period,
    /// Codes; none: every team, and those who have none.
    pub teams: Vec<String>,
    /// A row a day for the teams together, instead of one an advisor.
    pub by_day: bool,
    pub sort: Column,
    pub now: Moment,
    /// Time between two sync runs.
    pub interval: TimeDelta,
}

#[derive(Debug)]
pub struct Report {
    pub period: Period,
    pub by_day: bool,
    /// One for each team, or by day one for all.
    pub sections: Vec<Section>,
    /// Over all of them.
    pub summary: Numbers,
    /// When the oldest and the newest of the figures were fetched.
    pub fetched: Option<(Moment, Moment)>,
    pub gaps: Gaps,
}

#[derive(Debug)]
pub struct Section {
    /// None stands for those without a team.
    pub teams: Vec<Option<Team>>,
    /// The team's active manager, of several the first by name.
    pub manager: Option<String>,
    pub rows: Vec<Row>,
    pub summary: Numbers,
}

#[derive(Debug)]
pub struct Row {
    pub label: Label,
    pub numbers: Numbers,
}

#[derive(Debug)]
pub enum Label {
    /// The advisor's name.
    Advisor(String),
    Day(NaiveDate),
}

/// An advisor who is shown, with the figures of the period.
#[derive(Debug)]
struct Member<'a> {
    advisor: &'a Advisor,
    days: Vec<&'a DayFigures>,
}

impl Report {
    pub fn new(source: &Source, question: &Question, order: &PolishOrder) -> Self {
        let maker = Maker {
            source,
            question,
            order,
        };
        maker.report()
    }
}

/// A section before it is counted: its teams and their members.
type Group<'a> = (Vec<Option<&'a Team>>, Vec<Member<'a>>);

struct Maker<'a> {
    source: &'a Source,
    question: &'a Question,
    order: &'a PolishOrder,
}

impl<'a> Maker<'a> {
    fn report(&self) -> Report {
        let mut groups = self.groups();
        if self.question.by_day && !groups.is_empty() {
            groups = vec![together(groups)];
        }
        let members = || groups.iter().flat_map(|(_, members)| members);
        let days = members().flat_map(|member| &member.days);
        let fetched: BTreeSet<_> = days.map(|day| day.fetched_at).collect();
        let shown = members().map(|member| member.advisor);
        let (now, interval) = (self.question.now, self.question.interval);
        let is_stale = |last_synced_at| status::is_stale(last_synced_at, now, interval);
        Report {
            period: self.question.period,
            by_day: self.question.by_day,
            sections: groups.iter().map(|group| self.section(group)).collect(),
            summary: summary(members()),
            fetched: fetched.first().copied().zip(fetched.last().copied()),
            gaps: Gaps::new(self.source, shown, is_stale),
        }
    }

    /// The chosen teams with their members, by the teams' names; a team that nobody named is
    /// left out if it has none. Those without a team come last.
    fn groups(&self) -> Vec<Group<'a>> {
        let named = &self.question.teams;
        let chosen = |team: &&Team| named.is_empty() || named.contains(&team.code);
        let mut teams: Vec<_> = self.source.teams.iter().filter(chosen).collect();
        teams.sort_by(|one, other| self.order.compare(&one.name, &other.name));
        let nobodys = named.is_empty().then_some(None);
        let teams = teams.into_iter().map(Some).chain(nobodys);
        teams
            .map(|team| (vec![team], self.members(team)))
            .filter(|(_, members)| !named.is_empty() || !members.is_empty())
            .collect()
    }

    /// The team's advisors who are active or have figures in the period.
    fn members(&self, team: Option<&Team>) -> Vec<Member<'a>> {
        let code = team.map(|team| team.code.as_str());
        let days_of = |id: i64| self.source.days.iter().filter(move |day| day.user_id == id);
        self.source
            .advisors
            .iter()
            .filter(|advisor| advisor.team.as_deref() == code)
            .map(|advisor| Member {
                advisor,
                days: days_of(advisor.id).collect(),
            })
            .filter(|member| member.advisor.active || !member.days.is_empty())
            .collect()
    }

    fn section(&self, (teams, members): &Group) -> Section {
        let mut rows = if self.question.by_day {
            day_rows(members)
        } else {
            members.iter().map(advisor_row).collect()
        };
        rows.sort_by(|one, other| self.compare(one, other));
        Section {
            teams: teams.iter().map(|team| team.cloned()).collect(),
            manager: self.manager(teams),
            rows,
            summary: summary(members),
        }
    }

    fn manager(&self, teams: &[Option<&Team>]) -> Option<String> {
        let [Some(team)] = teams else {
            return None;
        };
        let managers = self.source.managers.iter();
        managers
            .filter(|manager| manager.team == team.code)
            .map(|manager| &manager.name)
            .min_by(|one, other| self.order.compare(one, other))
            .cloned()
    }

    /// The greatest numbers first, what has none last; names and days in their order, which
    /// decides between equal numbers too.
    fn compare(&self, one: &Row, other: &Row) -> Ordering {
        let by_number = match self.question.sort {
            Column::Advisor | Column::Manager | Column::Day => Ordering::Equal,
            Column::Measure(measure) => {
                let number = |row: &Row| row.numbers.value(measure).number().unwrap_or(-1.0);
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

fn together<'a>(groups: Vec<Group<'a>>) -> Group<'a> {
    let (teams, members): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
    (teams.concat(), members.into_iter().flatten().collect())
}

fn advisor_row(member: &Member) -> Row {
    Row {
        label: Label::Advisor(member.advisor.name.clone()),
        numbers: Numbers::of(&member.days),
    }
}

/// A row for each day from the first that has figures to the last.
fn day_rows(members: &[Member]) -> Vec<Row> {
    let mut days: BTreeMap<NaiveDate, Vec<&DayFigures>> = BTreeMap::new();
    for day in members.iter().flat_map(|member| &member.days) {
        days.entry(day.day).or_default().push(day);
    }
    let last = days.keys().max().copied();
    let first = days.keys().min().copied();
    let all = std::iter::successors(first, |day| day.succ_opt().filter(|day| Some(*day) <= last));
    all.map(|day| Row {
        label: Label::Day(day),
        numbers: Numbers::of(days.get(&day).map_or(&[], Vec::as_slice)),
    })
    .collect()
}

fn summary<'a>(members: impl IntoIterator<Item = &'a Member<'a>>) -> Numbers {
    let members = members.into_iter();
    let numbers: Vec<_> = members.map(|member| Numbers::of(&member.days)).collect();
    Numbers::summary(&numbers)
}
