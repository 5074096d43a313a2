//! Gaps in the figures of a report.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::moment::Moment;
use crate::store::differences::Difference;
use crate::store::health::SilentPhone;
use crate::store::team_stats::{Advisor, TeamData};

#[derive(Debug)]
pub struct Gaps {
    /// Silent phones, with the advisor's name.
    pub silent: Vec<(String, SilentPhone)>,
    /// Active advisors with stale data, and when they were last synchronised.
    pub stale: Vec<(String, Option<Moment>)>,
    /// Differences from the provider's count, with the advisor's name.
    pub differences: Vec<(String, Difference)>,
    /// Days with figures still to be fetched.
    pub due: BTreeSet<NaiveDate>,
}

impl Gaps {
    /// Collects the gaps of the advisors who are shown. `is_before_end`: whether what is
    /// known until a moment may lack calls of the period.
    pub fn new<'a>(
        data: &TeamData,
        shown: impl Iterator<Item = &'a Advisor>,
        is_stale: impl Fn(Option<Moment>) -> bool,
        is_before_end: impl Fn(Option<Moment>) -> bool,
    ) -> Self {
        let names: HashMap<i64, &str> = shown
            .map(|advisor| (advisor.id, advisor.name.as_str()))
            .collect();
        let advisors = data.advisors.iter();
        let stale = advisors
            .filter(|advisor| names.contains_key(&advisor.id) && advisor.active)
            .filter(|advisor| advisor.is_synchronised)
            .map(|advisor| (advisor.name.clone(), advisor.last_synced_at))
            .filter(|(_, last)| is_stale(*last) && is_before_end(*last));
        let name = |id: i64| names.get(&id).map(|name| (*name).to_owned());
        let silent = data.silent_phones.iter();
        let silent = silent.filter(|phone| is_before_end(phone.last_contact_at));
        let silent = silent.filter_map(|phone| Some((name(phone.user_id)?, phone.clone())));
        let differences = data.differences.iter();
        let differences = differences.filter_map(|one| Some((name(one.user_id)?, one.clone())));
        let due = data.due.iter();
        let due = due.filter(|(id, _)| names.contains_key(id));
        Self {
            silent: silent.collect(),
            stale: stale.collect(),
            differences: differences.collect(),
            due: due.map(|(_, day)| *day).collect(),
        }
    }
}
