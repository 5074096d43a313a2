//! Closed days: read again by call time, for late notes, recordings and corrections.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::NaiveDate;

use super::stored_day::StoredDay;
use super::{PROVIDER, Pass};
use crate::call::TimeFilter;
use crate::callyzer::envelope::PAGE_SIZE;
use crate::callyzer::lookup;
use crate::moment::Window;
use crate::pass::due_days::{MAX_DAYS, closed_days_due, mark_reading};
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::phone::PhoneNumber;
use crate::provider::Provider;
use crate::store::closed_days::{CallsOfDay, RereadDay};
use crate::store::forgotten::suppressed::Suppressed;
use crate::text;

impl Pass<'_> {
    /// Reads the days that are due, at most three. A file's first day has none but those
    /// that differ.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if !self.clock.is_known(self.store)? {
            return Ok(());
        }
        let due = self.closed_days_due()?;
        if due.len() > MAX_DAYS {
            log::info!("{} closed days are due, {MAX_DAYS} of them now", due.len());
        }
        self.progress.begin(Step::ClosedDays);
        let due: Vec<_> = due.into_iter().take(MAX_DAYS).collect();
        let requests = self.requests_for_days(&due)?;
        let mut left: u64 = requests.iter().sum();
        let days = due.into_iter().zip(requests).collect();
        self.each(days, |pass, (day, requests)| {
            pass.progress.expect(Step::ClosedDays, left);
            left -= requests;
            pass.reread_day(day)
        });
        Ok(())
    }

    pub(super) fn closed_days_due(&self) -> Result<Vec<NaiveDate>> {
        closed_days_due(self.store, self.readings()?, self.options, &self.clock)
    }

    fn readings(&self) -> Result<&[RereadDay]> {
        if let Some(readings) = self.readings.get() {
            return Ok(readings);
        }
        let readings = self.store.reread_days(PROVIDER)?;
        Ok(self.readings.get_or_init(|| readings))
    }

    /// How many requests each of these days takes if nothing is wrong with it.
    pub(super) fn requests_for_days(&self, days: &[NaiveDate]) -> Result<Vec<u64>> {
        let requests = |day: &NaiveDate| {
            let window = Window::of_day(*day, self.options.zone);
            let pages = self.store.count_calls(PROVIDER, window)? / PAGE_SIZE;
            Ok(pages + self.kinds.len() as u64 + self.requests_for_figures())
        };
        days.iter().map(requests).collect()
    }

    fn reread_day(&mut self, day: NaiveDate) -> Result<()> {
        log::info!("reading {day} again");
        let now = self.clock.times().now;
        let stored = self.stored_day(day)?;
        let numbers = self.numbers_of_day(day, &stored)?;
        let done = self
            .read_whole_day(day, &numbers, &stored)
            .and_then(|()| self.compare_day(day, &numbers));
        mark_reading(self.store, (Provider::Callyzer, day), now, &done)?;
        done
    }

    /// Reads a day by call time. Stored calls that do not come are looked up by id,
    /// and removed only if Callyzer no longer knows them. `stored`: before the reading.
    pub(super) fn read_whole_day(
        &mut self,
        day: NaiveDate,
        numbers: &[PhoneNumber],
        stored: &StoredDay,
    ) -> Result<()> {
        let window = Window::of_day(day, self.options.zone);
        self.without_unknown(numbers, |pass, numbers| {
            pass.suppressed = Suppressed::default();
            let (mut kinds, mut found) = (Vec::new(), Vec::new());
            for kind in pass.kinds_of_day(stored) {
                match pass.read_kind(numbers, kind.clone(), TimeFilter::Call, window) {
                    Ok(totals) => {
                        kinds.push(kind);
                        found.push(totals);
                    }
                    Err(error) => pass.refuse_kind(&kind, error)?,
                }
            }
            let calls = CallsOfDay {
                numbers,
                kinds: &kinds,
                window,
            };
            let mut absent = pass.store.ids_of_day(PROVIDER, &calls)?;
            absent.retain(|id| !found.iter().any(|totals| totals.has(id)));
            let ids = found.iter().flat_map(|totals| totals.ids().cloned());
            pass.look_up(day, &absent, ids)?;
            let is_whole = found.iter().map(|totals| totals.missing() <= 0);
            let whole = kinds.iter().zip(is_whole).filter(|(_, is_whole)| *is_whole);
            let kinds: Vec<_> = whole.map(|(kind, _)| kind.clone()).collect();
            pass.settle_forgotten(day, numbers, &kinds)
        })?;
        Ok(())
    }

    /// The numbers to compare: those of the active advisors, and those that an advisor
    /// phoned with on the day or that are known to differ.
    pub(super) fn numbers_of_day(
        &self,
        day: NaiveDate,
        stored: &StoredDay,
    ) -> Result<Vec<PhoneNumber>> {
        let is_advisors = |number: &&PhoneNumber| !stored.holders(number).is_empty();
        let region = self.api.region();
        let differing = self.store.differences_of(PROVIDER, day)?;
        let differing = differing.iter();
        let differing = differing.filter_map(|one| PhoneNumber::parse(&one.number, region));
        let numbers: BTreeSet<_> = self
            .all_numbers()
            .into_iter()
            .chain(stored.numbers().filter(is_advisors).cloned())
            .chain(differing)
            .collect();
        Ok(numbers.into_iter().collect())
    }

    fn look_up(
        &mut self,
        day: NaiveDate,
        absent: &[String],
        found: impl Iterator<Item = String>,
    ) -> Result<()> {
        if absent.is_empty() {
            return Ok(());
        }
        let newest = self.store.newest_ids(PROVIDER, absent.len() + 1)?;
        let mut removed = 0;
        lookup::look_up(self.api, absent, found.chain(newest), |looked_up| {
            self.progress.count_request();
            self.show_progress();
            let context = self.context();
            removed += looked_up.gone.len();
            let saved = self
                .store
                .save_look_up(&looked_up.records, &looked_up.gone, &context)?;
            self.take_in_suppressed(saved.suppressed);
            Ok(())
        })?;
        let removed = text::counted(removed, "call");
        log::info!("{day}: removed {removed}, no longer known to Callyzer");
        Ok(())
    }
}
