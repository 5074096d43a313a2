//! Reading calls: groups, slices, one sweep for each kind, pages.

use std::collections::HashSet;
use std::rc::Rc;

use anyhow::Result;
use chrono::{NaiveDate, NaiveTime};

use super::plan::{self, Group};
use super::{Pass, Scope};
use crate::call::{Axis, Kind};
use crate::interrupt;
use crate::moment::{self, Moment, Window};
use crate::phone::PhoneNumber;
use crate::provider::{self, Page, Question, Tally, Whose};
use crate::store::advisors::AdvisorNumber;
use crate::store::calls::Arrival;
use crate::store::doubt::DoubtfulWindow;
use crate::terminal;

impl Pass<'_> {
    /// Reads everything that the scope asks for.
    pub(super) fn read(&mut self) -> Result<()> {
        match self.order.scope {
            Scope::Window(window) => {
                let numbers = self.all_numbers();
                let read = self.read_group(Group { numbers, window });
                self.then(read, |pass| {
                    pass.each(pass.whole_days(window), Self::compare_day)
                })
            }
            Scope::Periodic(reach) => {
                let doubts = self.doubts_to_read()?;
                let groups = plan::groups(&self.numbers, reach, self.order.started_at);
                let read = self.each(groups, Self::read_group);
                let read = self.then(read, |pass| pass.read_late_dates_again(reach));
                let read = self.then(read, |pass| pass.each(doubts, Self::settle_doubt));
                self.then(read, Self::read_closed_days)
            }
        }
    }

    pub(super) fn all_numbers(&self) -> Vec<PhoneNumber> {
        self.numbers
            .iter()
            .map(|number| number.number.clone())
            .collect()
    }

    fn axis(&self) -> Axis {
        match self.order.scope {
            Scope::Periodic(_) => Axis::Upload,
            Scope::Window(_) => Axis::Call,
        }
    }

    fn read_group(&mut self, group: Group) -> Result<()> {
        log::info!(
            "reading {} of {} from {} to {}",
            match self.axis() {
                Axis::Upload => "uploads",
                Axis::Call => "calls",
            },
            group
                .numbers
                .iter()
                .map(PhoneNumber::masked)
                .collect::<Vec<_>>()
                .join(", "),
            moment::to_text(group.window.from),
            moment::to_text(group.window.to)
        );
        self.without_unknown(&group.numbers, |pass, numbers| {
            let sweeps = group.window.slices().count() * pass.order.kinds.len();
            pass.sweeps_ahead = u32::try_from(sweeps).unwrap_or(u32::MAX);
            group
                .window
                .slices()
                .try_for_each(|slice| pass.read_slice(numbers, slice))
        })
    }

    /// Reads every kind of a slice; only then its numbers' dates move.
    fn read_slice(&mut self, numbers: &[PhoneNumber], slice: Window) -> Result<()> {
        log::info!(
            "slice from {} to {}",
            moment::to_text(slice.from),
            moment::to_text(slice.to)
        );
        self.read_kinds(numbers, self.axis(), slice)?;
        if matches!(self.order.scope, Scope::Periodic(_)) {
            let first_date = self.callyzer.http().first_date();
            let date = first_date.map_or(slice.to, |date| date.min(slice.to));
            if date < slice.from {
                log::warn!("this machine's clock is ahead of Callyzer's: no date moves");
            } else {
                self.store.move_dates(numbers.iter(), date)?;
            }
        }
        Ok(())
    }

    /// Reads every kind of a window and gives the ids of its calls. A kind whose
    /// rows do not all come is remembered as doubtful.
    pub(super) fn read_kinds(
        &mut self,
        numbers: &[PhoneNumber],
        axis: Axis,
        window: Window,
    ) -> Result<HashSet<String>> {
        let mut ids = HashSet::new();
        for kind in self.order.kinds.clone() {
            let whose = Whose::Advisors(numbers);
            let tally = self.sweep_until_whole(&Question {
                whose,
                kind: &kind,
                axis,
                window,
            })?;
            if tally.missing() > 0 {
                let numbers = numbers.to_vec();
                let doubt = DoubtfulWindow {
                    kind,
                    axis,
                    window,
                    numbers,
                };
                self.note_doubt(&doubt, tally.missing());
                self.store
                    .find_doubt(&doubt, tally.missing(), self.order.started_at)?;
            }
            ids.extend(tally.ids);
        }
        Ok(ids)
    }

    /// Reads a question, once more if it came incomplete.
    fn sweep_until_whole(&mut self, question: &Question) -> Result<Tally> {
        let mut tally = self.sweep(question)?;
        if !tally.is_whole() {
            let missing = tally.missing();
            log::info!("the slice came incomplete ({missing} rows missing); reading it again");
            let first = tally;
            tally = self.sweep(question)?;
            tally.ids.extend(first.ids);
            tally.total = tally.total.max(first.total);
        }
        if tally.missing() < 0 {
            log::info!(
                "Callyzer brought {} rows more than its total",
                -tally.missing()
            );
        }
        Ok(tally)
    }

    fn sweep(&mut self, question: &Question) -> Result<Tally> {
        let callyzer = self.callyzer;
        self.sweeps_ahead = self.sweeps_ahead.saturating_sub(1);
        let mut pages = callyzer.pages(question);
        for page in pages.by_ref() {
            self.save_page(question.kind, &page?)?;
            if interrupt::requested() {
                return Err(provider::Error::Interrupted.into());
            }
        }
        Ok(pages.tally())
    }

    pub(super) fn arrival(&self) -> Arrival {
        Arrival {
            run_id: self.order.run_id,
            requests: self.callyzer.http().requests(),
            now: self.order.started_at,
            zone: self.order.zone,
            owners: Rc::clone(&self.owners),
        }
    }

    fn save_page(&mut self, kind: &Kind, page: &Page) -> Result<()> {
        let arrival = self.arrival();
        let counts =
            self.store
                .save_page(&page.records.calls, &page.records.unreadable, &arrival)?;
        self.pages += 1;
        log::info!(
            "{kind}, page {}: {} calls, {} new, {} changed, {} unreadable",
            page.number,
            page.records.calls.len(),
            counts.new,
            counts.changed,
            page.records.unreadable.len()
        );
        if let Some(word) = page
            .records
            .odd_zone_word
            .as_deref()
            .filter(|_| !self.zone_warned)
        {
            self.zone_warned = true;
            log::warn!(
                "times of upload end in '{}', which is not {}: they are left out; check CALLYZER_TIMEZONE",
                crate::text::quoted(word),
                self.order.zone
            );
        }
        self.calls += page.records.calls.len();
        let left = u32::try_from(page.left)
            .unwrap_or(u32::MAX)
            .saturating_add(self.sweeps_ahead);
        terminal::show_page(
            self.pages,
            self.calls,
            left,
            self.callyzer.http().interval(),
        );
        Ok(())
    }

    /// Dates after Callyzer's own clock are not true: they go back to the start
    /// of the last successful run before it, and the numbers are read from there.
    fn read_late_dates_again(&mut self, reach: plan::Reach) -> Result<()> {
        let Some(server_time) = self.callyzer.http().first_date() else {
            return Ok(());
        };
        let last_success = self.store.last_success_before(server_time)?;
        let date = last_success.unwrap_or(server_time - reach.initial);
        let set_back = self.store.set_back_dates(server_time, date)?;
        let mut numbers = self.store.advisor_numbers(self.callyzer.region())?;
        numbers.retain(|number| set_back.iter().any(|late| late == number.number.as_str()));
        for AdvisorNumber { number, .. } in &numbers {
            log::warn!(
                "the date of last synchronisation of {} lay after Callyzer's clock \
                 (a clock that ran ahead?); reading again from {}",
                number.masked(),
                moment::to_text(date)
            );
        }
        let groups = plan::groups(&numbers, reach, self.order.started_at);
        self.each(groups, Self::read_group)
    }

    fn doubts_to_read(&self) -> Result<Vec<DoubtfulWindow>> {
        let mut doubts = self
            .store
            .doubts_to_read(self.midnight(), self.callyzer.region())?;
        doubts.retain(|doubt| self.order.kinds.contains(&doubt.kind));
        Ok(doubts)
    }

    /// The day on which the run began.
    pub(super) fn today(&self) -> NaiveDate {
        moment::day_of(self.order.started_at, self.order.zone)
    }

    /// When that day began.
    pub(super) fn midnight(&self) -> Moment {
        moment::from_local(self.today().and_time(NaiveTime::MIN), self.order.zone)
    }

    /// Reads a doubtful window again for the numbers that it was read for; the
    /// doubt ends only if none of them had to be left out.
    fn settle_doubt(&mut self, doubt: DoubtfulWindow) -> Result<()> {
        self.without_unknown(&doubt.numbers, |pass, numbers| {
            let question = Question {
                whose: Whose::Advisors(numbers),
                kind: &doubt.kind,
                axis: doubt.axis,
                window: doubt.window,
            };
            let missing = pass.sweep_until_whole(&question)?.missing();
            if missing <= 0 && numbers.len() == doubt.numbers.len() {
                return pass.store.end_doubt(&doubt);
            }
            pass.note_doubt(&doubt, missing.max(0));
            pass.store
                .keep_doubt(&doubt, missing.max(0), pass.order.started_at)
        })
    }

    fn note_doubt(&mut self, doubt: &DoubtfulWindow, missing: i64) {
        let note = format!(
            "{missing} rows of {} from {} to {} never came",
            doubt.kind,
            moment::to_text(doubt.window.from),
            moment::to_text(doubt.window.to)
        );
        log::warn!("{note}; the window is remembered and read again");
        self.notes.push(note);
    }
}
