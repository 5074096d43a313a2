//! Gaps in the figures of a report.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::moment::Moment;
use crate::store::differences::Difference;
use crate::store::team_stats::{Advisor, TeamData};

#[derive(Debug)]
pub struct Gaps {
    /// Active advisors with stale data, and when they were last synchronised.
    pub stale: Vec<(String, Option<Moment>)>,
    /// Differences from the provider's count, with the advisor's name.
    pub differences: Vec<(String, Difference)>,
    /// Days with figures still to be fetched.
    pub due: BTreeSet<NaiveDate>,
}

impl Gaps {
    /// Collects the gaps of the advisors who are shown.
    pub fn new<'a>(
        data: &TeamData,
        shown: impl Iterator<Item = &'a Advisor>,
        is_stale: impl Fn(Option<Moment>) -> bool,
    ) -> Self {
        let names: HashMap<i64, &str> = shown
            .map(|advisor| (advisor.id, advisor.name.as_str()))
            .collect();
        let advisors = data.advisors.iter();
        let stale = advisors
            .filter(|advisor| names.contains_key(&advisor.id) && advisor.active)
            .filter(|advisor| advisor.is_synchronised)
            .map(|advisor| (advisor.name.clone(), advisor.last_synced_at))
            .filter(|(_, last_synced_at)| is_stale(*last_synced_at));
        let differences = data.differences.iter().filter_map(|difference| {
            let name = *names.get(&difference.user_id)?;
            Some((name.to_owned(), difference.clone()))
        });
        let due = data.due.iter();
        let due = due.filter(|(id, _)| names.contains_key(id));
        Self {
            stale: stale.collect(),
            differences: differences.collect(),
            due: due.map(|(_, day)| *day).collect(),
        }
    }
}
