//! Closed days compared with Callyzer's figures, number by number.

use anyhow::Result;
use chrono::{Days, NaiveDate};

use super::figures::FetchedDay;
use super::stored_day::difference;
use super::{PROVIDER, Pass};
use crate::moment::Moment;
use crate::phone::PhoneNumber;
use crate::reading::Scope;
use crate::store::differences::Difference;
use crate::text;

impl Pass<'_> {
    /// Compares the stored calls of these numbers with Callyzer's figures. A day with a
    /// difference that is not known yet is read once more; what differs then is kept.
    /// A dry run has stored nothing that could be compared.
    pub(super) fn compare_day(&mut self, day: NaiveDate, numbers: &[PhoneNumber]) -> Result<()> {
        if self.store.is_dry_run() {
            return Ok(());
        }
        let known = self.store.differences_of(PROVIDER, day)?;
        let mut fetched = self.fetch_closed_day(day, numbers)?;
        let now = Some(self.clock.times().now);
        let mut differences = self.differences(day, &fetched, now)?;
        if differences.iter().any(|one| !known.contains(one)) {
            log::info!("{day} differs from Callyzer's figures; reading it again");
            self.read_whole_day(day, numbers, &fetched.stored)?;
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
            let (number, theirs) = (text::quoted(&one.number), one.theirs);
            let ours = text::counted(one.ours, "call");
            log::warn!("{day}: {number} has {ours} here and {theirs} at Callyzer");
        }
        let numbers = fetched.numbers.iter().map(PhoneNumber::as_str);
        let now = self.clock.times().now;
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
        let has_left = |one: &&Difference| {
            PhoneNumber::parse(&one.number, self.api.region())
                .is_some_and(|number| self.has_left(&number))
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
        let now = self.clock.times().now;
        self.store
            .keep_differences(PROVIDER, day, numbers, &[], now)
    }

    /// Compares the figures of a closed day that are fetched anew, unless its own reading
    /// is still to come. A manual reading compares the days that it covers whole. Where
    /// somebody was forgotten, a difference may be a call of theirs that came late: the day
    /// is read.
    pub(super) fn compare_in_passing(
        &mut self,
        day: NaiveDate,
        fetched: &FetchedDay,
    ) -> Result<()> {
        let reread_days = self.options.reread_days;
        let is_whole = matches!(self.options.scope, Scope::SinceLastSync)
            && day < self.clock.today()
            && !self.first_days.contains(&day);
        let purged_before = self.store.purged_before()?;
        let is_purged = purged_before.is_some_and(|before| day < before);
        if reread_days == 0 || !is_whole || is_purged {
            return Ok(());
        }
        let last_reading = self
            .store
            .last_reading(PROVIDER, day, self.clock.times().now)?;
        let is_recent = day > self.clock.today() - Days::new(reread_days);
        if is_recent && last_reading.is_none() {
            return Ok(());
        }
        let differences = self.differences(day, fetched, last_reading)?;
        if self.store.has_forgotten()? {
            let known = self.store.differences_of(PROVIDER, day)?;
            if differences.iter().any(|one| !known.contains(one)) {
                return self.compare_day(day, &fetched.numbers);
            }
        }
        self.keep_differences(day, fetched, &differences)
    }
}
