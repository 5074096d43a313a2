//! Reading calls: groups of numbers, slices of a window, kinds of call, pages.

use anyhow::Result;
use chrono::TimeDelta;

use super::plan::{self, NumberGroup};
use super::{PROVIDER, Pass};
use crate::call::{Kind, TimeFilter};
use crate::callyzer::api::{History, NumberFilter, Question};
use crate::http::Answer;
use crate::moment::{self, Window};
use crate::phone::PhoneNumber;
use crate::reading::{self, Page, PageTotals, Scope};
use crate::store::advisors::AdvisorNumber;
use crate::store::incomplete_windows::IncompleteWindow;
use crate::{terminal, text};

/// The longest part of a window that is asked for at once.
const SLICE: TimeDelta = TimeDelta::days(1);

/// What was read so far, for the progress bar.
#[derive(Debug, Default)]
pub struct Progress {
    pages: u32,
    calls: usize,
    /// Questions of the group that are not asked yet.
    questions_left: u32,
}

impl Pass<'_> {
    /// Reads what was uploaded since the dates of last synchronisation.
    pub(super) fn read_since_last_sync(&mut self) {
        let mut incomplete = Vec::new();
        self.step(|pass| {
            incomplete = pass.windows_to_read_again()?;
            Ok(())
        });
        let groups = plan::groups(&self.numbers, self.options, self.run.started_at);
        self.each(groups, Self::read_group);
        self.step(Self::set_late_dates_back);
        self.each(incomplete, Self::read_incomplete_window);
        self.step(Self::read_closed_days);
    }

    /// Reads the calls made in a window, and compares the days that it covers.
    pub(super) fn read_window(&mut self, window: Window) {
        let numbers = self.all_numbers();
        self.step(|pass| pass.read_group(NumberGroup { numbers, window }));
        let days = reading::whole_days(window, self.options.zone);
        self.each(days, Self::compare_day);
    }

    fn time_filter(&self) -> TimeFilter {
        match self.options.scope {
            Scope::SinceLastSync => TimeFilter::Upload,
            Scope::Window(_) => TimeFilter::Call,
        }
    }

    fn read_group(&mut self, group: NumberGroup) -> Result<()> {
        let numbers: Vec<_> = group.numbers.iter().map(PhoneNumber::masked).collect();
        log::info!(
            "reading {} of {} from {} to {}",
            match self.time_filter() {
                TimeFilter::Upload => "uploads",
                TimeFilter::Call => "calls",
            },
            numbers.join(", "),
            moment::to_text(group.window.from),
            moment::to_text(group.window.to)
        );
        self.without_unknown(&group.numbers, |pass, numbers| {
            let slices: Vec<_> = reading::slices(group.window, SLICE).collect();
            let questions = slices.len() * pass.kinds.len();
            pass.progress.questions_left = u32::try_from(questions).unwrap_or(u32::MAX);
            slices
                .into_iter()
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
        self.read_kinds(numbers, self.time_filter(), slice)?;
        if matches!(self.options.scope, Scope::Window(_)) {
            return Ok(());
        }
        let clock = self.api.first_date();
        let date = clock.map_or(slice.to, |clock| clock.min(slice.to));
        if date < slice.from {
            log::warn!("this machine's clock is ahead of Callyzer's: no date moves");
            return Ok(());
        }
        self.store.move_dates(PROVIDER, numbers.iter(), date)
    }

    /// Reads every kind of a window and gives what came of each. A kind whose rows
    /// do not all come is kept as an incomplete window.
    pub(super) fn read_kinds(
        &mut self,
        numbers: &[PhoneNumber],
        time_filter: TimeFilter,
        window: Window,
    ) -> Result<Vec<PageTotals>> {
        let mut all = Vec::new();
        for kind in self.kinds.clone() {
            let totals = self.read_question(&Question {
                numbers: NumberFilter::Advisors(numbers),
                kind: &kind,
                time_filter,
                window,
            })?;
            if totals.missing() > 0 {
                let incomplete = IncompleteWindow {
                    provider: PROVIDER,
                    kind,
                    time_filter,
                    window,
                    numbers: numbers.to_vec(),
                };
                self.add_incomplete_window(&incomplete, totals.missing())?;
            }
            all.push(totals);
        }
        Ok(all)
    }

    /// Reads a question until it is whole, twice at most, and stores every page.
    pub(super) fn read_question(&mut self, question: &Question) -> Result<PageTotals> {
        let api = self.api;
        self.progress.questions_left = self.progress.questions_left.saturating_sub(1);
        reading::read_until_whole(
            || api.history(question),
            |page| self.save_page(question.kind, &page),
        )
    }

    fn save_page(&mut self, kind: &Kind, page: &Page<Answer<History>>) -> Result<()> {
        let context = self.context();
        let History {
            records,
            odd_zone_word,
        } = &page.content.body;
        let counts = self.store.save_page(records, &context)?;
        log::info!(
            "{kind}, page {}: {} calls, {} new, {} changed, {} unreadable",
            page.number,
            records.calls.len(),
            counts.new,
            counts.changed,
            records.unreadable.len()
        );
        if let Some(word) = odd_zone_word {
            self.warn_of_zone(word);
        }
        self.show_progress(records.calls.len(), page.left);
        Ok(())
    }

    fn warn_of_zone(&mut self, word: &str) {
        if !self.zone_warned {
            log::warn!(
                "times of upload end in '{}', which is not {}: they are left out; check CALLYZER_TIMEZONE",
                text::quoted(word),
                self.options.zone
            );
        }
        self.zone_warned = true;
    }

    fn show_progress(&mut self, calls: usize, pages_left: u64) {
        let progress = &mut self.progress;
        progress.pages += 1;
        progress.calls += calls;
        let left = u32::try_from(pages_left).unwrap_or(u32::MAX);
        let left = left.saturating_add(progress.questions_left);
        terminal::show_page(progress.pages, progress.calls, left, self.api.interval());
    }

    /// Sets dates after Callyzer's own clock back to the start of the last
    /// successful run before it, and reads their numbers from there.
    fn set_late_dates_back(&mut self) -> Result<()> {
        let Some(clock) = self.api.first_date() else {
            return Ok(());
        };
        let last_success = self.store.last_success_before(PROVIDER, clock)?;
        let date = last_success.unwrap_or(clock - self.options.initial);
        let late = self.store.set_back_dates(PROVIDER, clock, date)?;
        let mut numbers = self.store.advisor_numbers(PROVIDER, self.api.region())?;
        numbers.retain(|number| late.iter().any(|late| late == number.number.as_str()));
        for AdvisorNumber { number, .. } in &numbers {
            log::warn!(
                "the date of last synchronisation of {} lay after Callyzer's clock \
                 (a clock that ran ahead?); reading again from {}",
                number.masked(),
                moment::to_text(date)
            );
        }
        let groups = plan::groups(&numbers, self.options, self.run.started_at);
        self.each(groups, Self::read_group);
        Ok(())
    }
}
