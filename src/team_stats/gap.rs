//! What the figures shown may lack.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::moment::Moment;
use crate::store::differences::Difference;
use crate::store::team_stats::{Advisor, Source};

#[derive(Debug)]
pub struct Gaps {
    /// Active advisors whose data is stale, with when they were last synchronised.
    pub stale: Vec<(String, Option<Moment>)>,
    /// Days that disagree with Callyzer's count, with the advisor's name.
    pub differences: Vec<(String, Difference)>,
    /// Days for which somebody's figures must still be fetched.
    pub due: BTreeSet<NaiveDate>,
}

impl Gaps {
    pub fn of<'a>(
        source: &Source,
        advisors: impl Iterator<Item = &'a Advisor>,
        stale_before: Moment,
    ) -> Self {
        let advisors: HashMap<i64, &Advisor> =
            advisors.map(|advisor| (advisor.id, advisor)).collect();
        let is_stale = |advisor: &&&Advisor| {
            advisor.active && advisor.last_synced_at.is_none_or(|at| at < stale_before)
        };
        let name_of = |id: &i64| Some(advisors.get(id)?.name.clone());
        Self {
            stale: source
                .advisors
                .iter()
                .filter_map(|advisor| advisors.get(&advisor.id))
                .filter(is_stale)
                .map(|advisor| (advisor.name.clone(), advisor.last_synced_at))
                .collect(),
            differences: source
                .differences
                .iter()
                .filter_map(|difference| Some((name_of(&difference.user_id)?, *difference)))
                .collect(),
            due: source
                .due
                .iter()
                .filter(|(id, _)| advisors.contains_key(id))
                .map(|(_, day)| *day)
                .collect(),
        }
    }
}
