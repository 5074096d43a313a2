//! Closed days: read again by call time, for late notes, recordings and corrections,
//! and compared with Callyzer's figures, number by number.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::{Days, NaiveDate};

use super::due_days::ClosedDays;
use super::figures::FetchedDay;
use super::progress::Step;
use super::stored_day::difference;
use super::{PROVIDER, Pass, ends_all_asking};
use crate::call::TimeFilter;
use crate::callyzer::envelope::PAGE_SIZE;
use crate::callyzer::lookup;
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;
use crate::reading::Scope;
use crate::store::closed_days::CallsOfDay;
use crate::store::differences::Difference;
use crate::text;

/// The most closed days of one run, so that no run is long for their sake.
pub(super) const MAX_DAYS: usize = 3;

impl Pass<'_> {
    /// Reads the days that are due, at most three. A file's first day has none but those
    /// that differ.
    pub(super) fn read_closed_days(&mut self) -> Result<()> {
        if !self.is_time_known()? {
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
        let configured = self.options.reread_days;
        if configured == 0 {
            return Ok(Vec::new());
        }
        let first_run = self.store.first_success(PROVIDER)?;
        let first_run = first_run.map(|at| moment::day_of(at, self.options.zone));
        let closed_days = ClosedDays {
            readings: &self.store.reread_days(PROVIDER)?,
            differing: &self.store.differing_days(PROVIDER)?,
            earliest: first_run.map(|day| day + Days::new(1) - Days::new(configured)),
        };
        let reread_days = if self.is_first_day()? { 0 } else { configured };
        Ok(closed_days.due(reread_days, self.times().now, self.options.zone))
    }

    /// Compares the figures of a closed day that are fetched anew, unless its own reading
    /// is still to come. A manual reading compares the days that it covers whole.
    pub(super) fn compare_in_passing(
        &mut self,
        day: NaiveDate,
        fetched: &FetchedDay,
    ) -> Result<()> {
        let reread_days = self.options.reread_days;
        let last_reading = self.store.last_reading(PROVIDER, day, self.times().now)?;
        let is_old = day <= self.today() - Days::new(reread_days);
        let is_whole = matches!(self.options.scope, Scope::SinceLastSync)
            && day < self.today()
            && !self.first_days.contains(&day);
        if reread_days == 0 || !is_whole || !is_old && last_reading.is_none() {
            return Ok(());
        }
        let differences = self.differences(day, fetched, last_reading)?;
        self.keep_differences(day, fetched, &differences)
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
        let now = self.times().now;
        let numbers = self.numbers_of_day(day)?;
        let done = self
            .read_whole_day(day, &numbers)
            .and_then(|()| self.compare_day(day, &numbers));
        match &done {
            Ok(()) => self.store.mark_reread(PROVIDER, day, now)?,
            Err(error) if ends_all_asking(error) => {}
            Err(_) => self.store.mark_failed(PROVIDER, day, now)?,
        }
        done
    }

    /// Reads a day by call time. Stored calls that do not come are looked up by id,
    /// and removed only if Callyzer no longer knows them.
    fn read_whole_day(&mut self, day: NaiveDate, numbers: &[PhoneNumber]) -> Result<()> {
        let window = Window::of_day(day, self.options.zone);
        let stored = self.stored_day(day)?;
        self.without_unknown(numbers, |pass, numbers| {
            let kinds = pass.kinds_of_day(&stored);
            let mut found = Vec::new();
            for kind in &kinds {
                match pass.read_kind(numbers, kind.clone(), TimeFilter::Call, window) {
                    Ok(totals) => found.push(totals),
                    Err(error) => pass.refuse_kind(kind, error)?,
                }
            }
            let calls = CallsOfDay {
                numbers,
                kinds: &pass.kinds_of_day(&stored),
                window,
            };
            let mut absent = pass.store.ids_of_day(PROVIDER, &calls)?;
            absent.retain(|id| !found.iter().any(|totals| totals.has(id)));
            let found = found.iter().flat_map(|totals| totals.ids().cloned());
            pass.look_up(day, &absent, found)
        })?;
        Ok(())
    }

    /// The numbers to compare: those of the active advisors, and those that an advisor
    /// phoned with on the day or that are known to differ.
    pub(super) fn numbers_of_day(&self, day: NaiveDate) -> Result<Vec<PhoneNumber>> {
        let stored = self.stored_day(day)?;
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
            self.store
                .save_look_up(&looked_up.records, &looked_up.gone, &context)
        })?;
        log::info!("{day}: {removed} calls that Callyzer no longer knows are removed");
        Ok(())
    }

    /// Compares the stored calls of these numbers with Callyzer's figures. A day with a
    /// difference that is not known yet is read once more; what differs then is kept.
    pub(super) fn compare_day(&mut self, day: NaiveDate, numbers: &[PhoneNumber]) -> Result<()> {
        let known = self.store.differences_of(PROVIDER, day)?;
        let mut fetched = self.fetch_closed_day(day, numbers)?;
        let now = Some(self.times().now);
        let mut differences = self.differences(day, &fetched, now)?;
        if differences.iter().any(|one| !known.contains(one)) {
            log::info!("{day} differs from Callyzer's figures; reading it again");
            self.read_whole_day(day, numbers)?;
            fetched = self.fetch_closed_day(day, numbers)?;
            differences = self.differences(day, &fetched, now)?;
        }
        self.keep_differences(day, &fetched, &differences)?;
        self.close_differences(day, &known)
    }

    /// Keeps what differs of the numbers that Callyzer answered for.
    fn keep_differences(
        &mut self,
        day: NaiveDate,
        fetched: &FetchedDay,
        differences: &[Difference],
    ) -> Result<()> {
        for one in differences {
            let (number, ours, theirs) = (text::quoted(&one.number), one.ours, one.theirs);
            log::warn!("{day}: {number} has {ours} calls here and {theirs} at Callyzer");
        }
        let numbers = fetched.numbers.iter().map(PhoneNumber::as_str);
        let now = self.times().now;
        self.store
            .keep_differences(PROVIDER, day, numbers, differences, now)
    }

    fn differences(
        &self,
        day: NaiveDate,
        fetched: &FetchedDay,
        last_reading: Option<Moment>,
    ) -> Result<Vec<Difference>> {
        let quarantined = self
            .store
            .quarantined_figures(PROVIDER, day, last_reading)?;
        let of_number = |number: &PhoneNumber| {
            let quarantined = quarantined.get(number.as_str()).copied();
            let theirs = fetched.theirs.get(number).copied();
            let (ours, theirs) = difference(
                fetched.stored.figures(number, &fetched.kinds),
                quarantined.unwrap_or_default(),
                theirs.unwrap_or_default(),
            )?;
            Some(Difference {
                number: number.as_str().to_owned(),
                day,
                user_id: fetched.stored.holders(number).last().copied()?,
                ours,
                theirs,
            })
        };
        Ok(fetched.numbers.iter().filter_map(of_number).collect())
    }

    /// Closes the differences of numbers that have left: no active advisor has them, and
    /// Callyzer does not know them.
    fn close_differences(&mut self, day: NaiveDate, known: &[Difference]) -> Result<()> {
        let is = |number: &PhoneNumber, one: &Difference| number.as_str() == one.number;
        let has_left = |one: &&Difference| {
            self.unknown.iter().any(|number| is(number, one))
                && !self.numbers.iter().any(|number| is(&number.number, one))
        };
        let left: Vec<_> = known.iter().filter(has_left).collect();
        if left.is_empty() {
            return Ok(());
        }
        for one in &left {
            log::info!(
                "{day}: Callyzer no longer answers for {}, which is no active advisor's: its \
                 difference is closed",
                text::quoted(&one.number)
            );
        }
        let numbers = left.iter().map(|one| one.number.as_str());
        let now = self.times().now;
        self.store
            .keep_differences(PROVIDER, day, numbers, &[], now)
    }
}
