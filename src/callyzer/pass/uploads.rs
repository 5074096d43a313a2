//! Reading calls: groups of numbers, slices of a window, kinds of call, pages.

use anyhow::Result;

use super::plan::{self, NumberGroup};
use super::{PROVIDER, Pass};
use crate::call::{Kind, TimeFilter};
use crate::callyzer::api::{History, NumberFilter, Question};
use crate::http::Answer;
use crate::moment::{self, Moment, Window};
use crate::pass::SLICE;
use crate::pass::late_dates::{self, LateDates};
use crate::pass::progress::Step;
use crate::pass::steps::Stepwise;
use crate::phone::PhoneNumber;
use crate::reading::{self, Page, PageTotals, Scope};
use crate::store::advisors::AdvisorNumber;
use crate::store::calls::Saved;
use crate::store::incomplete_windows::IncompleteWindow;
use crate::text;

impl Pass<'_> {
    /// Reads what was uploaded since the dates of last synchronisation, then what
    /// earlier runs left unread.
    pub(super) fn read_since_last_sync(&mut self) {
        let mut incomplete = Vec::new();
        self.step(|pass| {
            incomplete = pass.windows_to_read_again()?;
            pass.estimate_later_steps(incomplete.len())
        });
        self.read_groups();
        self.step(Self::set_late_dates_back);
        self.progress.begin(Step::IncompleteWindows);
        self.each(incomplete, Self::read_incomplete_window);
        self.step(Self::read_closed_days);
    }

    /// Reads every group. Where the first answer says that this machine's clock is
    /// wrong, the windows are planned anew by Callyzer's.
    fn read_groups(&mut self) {
        loop {
            let planned_by = self.plan_times;
            let groups = plan::groups(&self.numbers, self.options, planned_by);
            self.read_all(groups);
            self.plan_times = self.clock.times();
            if self.plan_times == planned_by {
                return;
            }
            log::info!("planning anew by Callyzer's clock");
        }
    }

    fn read_all(&mut self, groups: Vec<NumberGroup>) {
        let questions = |group: &NumberGroup| {
            (reading::slices(group.window, SLICE).count() * self.kinds.len()) as u64
        };
        let mut questions: u64 = groups.iter().map(questions).sum();
        self.each(groups, |pass, group| pass.read_group(group, &mut questions));
    }

    /// Whether the windows were planned by a clock that turned out to be wrong.
    fn is_plan_outdated(&self) -> bool {
        !self.options.reads_window() && self.plan_times != self.clock.times()
    }

    /// Reads the calls made in a window, and compares the days that it covers.
    pub(super) fn read_window(&mut self, window: Window) {
        let numbers = self.all_numbers();
        self.read_all(vec![NumberGroup {
            numbers,
            last_synced_at: None,
            window,
        }]);
        let mut days = reading::whole_days(window, self.options.zone);
        days.retain(|day| *day < self.clock.today());
        self.progress.begin(Step::ClosedDays);
        let mut left = days.len() as u64;
        self.each(days, |pass, day| {
            let requests = left * pass.requests_for_figures();
            pass.progress.expect(Step::ClosedDays, requests);
            left -= 1;
            let numbers = pass.numbers_of_day(day, &pass.stored_day(day)?)?;
            pass.compare_day(day, &numbers)
        });
    }

    fn time_filter(&self) -> TimeFilter {
        match self.options.scope {
            Scope::SinceLastSync => TimeFilter::Upload,
            Scope::Window(_) => TimeFilter::Call,
        }
    }

    /// `questions`: how many this group and those after it have left.
    fn read_group(&mut self, group: NumberGroup, questions: &mut u64) -> Result<()> {
        let numbers: Vec<_> = group.numbers.iter().map(PhoneNumber::masked).collect();
        log::info!(
            "reading {} of {} {}",
            match self.time_filter() {
                TimeFilter::Upload => "uploads",
                TimeFilter::Call => "calls",
            },
            numbers.join(", "),
            group.window
        );
        if group.last_synced_at.is_none() {
            let first_day = moment::day_of(group.window.from, self.options.zone);
            self.first_days.insert(first_day);
        }
        self.without_unknown(&group.numbers, |pass, numbers| {
            for slice in reading::slices(group.window, SLICE) {
                if pass.is_plan_outdated() || slice.from > pass.clock.times().now {
                    break;
                }
                pass.progress.expect_questions(*questions);
                pass.read_slice(numbers, group.last_synced_at, slice)?;
                *questions = questions.saturating_sub(pass.kinds.len() as u64);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Reads every kind of a slice; only then its numbers' dates move.
    fn read_slice(
        &mut self,
        numbers: &[PhoneNumber],
        last_synced_at: Option<Moment>,
        slice: Window,
    ) -> Result<()> {
        log::info!("slice {slice}");
        for kind in self.kinds.clone() {
            self.read_kind(numbers, kind, self.time_filter(), slice)?;
            if self.is_plan_outdated() {
                return Ok(());
            }
        }
        if self.options.reads_window() {
            return Ok(());
        }
        self.mark_missed_days(numbers, last_synced_at, slice)?;
        match self.clock.date_after(slice) {
            Some(date) => {
                let numbers = numbers.iter().map(PhoneNumber::as_str);
                self.store.move_dates(PROVIDER, numbers, date)
            }
            None => {
                log::info!("no date moves: neither Callyzer's time nor an upload has come so far");
                Ok(())
            }
        }
    }

    /// Reads a kind in a window and gives what came. If not all its rows come, it is
    /// kept as an incomplete window.
    pub(super) fn read_kind(
        &mut self,
        numbers: &[PhoneNumber],
        kind: Kind,
        time_filter: TimeFilter,
        window: Window,
    ) -> Result<PageTotals> {
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
        Ok(totals)
    }

    /// Reads a question until it is whole, twice at most, and stores every page.
    pub(super) fn read_question(&mut self, question: &Question) -> Result<PageTotals> {
        let api = self.api;
        self.progress.count_question();
        reading::read_until_whole(
            || api.history(question),
            |page| self.save_page(question.kind, &page),
        )
    }

    fn save_page(&mut self, kind: &Kind, page: &Page<Answer<History>>) -> Result<()> {
        let History {
            records,
            odd_zone_word,
        } = &page.content.body;
        let uploads = records.calls.iter().filter_map(|call| call.uploaded_at);
        self.clock.note_received(uploads);
        self.update_clock()?;
        let context = self.context();
        let Saved { counts, suppressed } = self.store.save_page(records, &context)?;
        self.take_in_suppressed(suppressed);
        self.run.has_read = true;
        log::info!(
            "{kind}, page {}: {}, {} new, {} changed, {} unreadable",
            page.number,
            text::counted(records.calls.len(), "call"),
            counts.new,
            counts.changed,
            records.unreadable.len()
        );
        if let Some(word) = odd_zone_word {
            self.warn_of_zone(word);
        }
        self.progress.count_page(records.calls.len(), page.left);
        self.show_progress();
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

    /// Sets dates after Callyzer's own clock back to the start of the last
    /// successful run before it, and reads their numbers from there.
    fn set_late_dates_back(&mut self) -> Result<()> {
        let late = late_dates::set_back(self.store, self.options, &self.clock)?;
        let Some(LateDates {
            numbers: late,
            date,
        }) = late
        else {
            return Ok(());
        };
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
        self.plan_times = self.clock.times();
        self.read_all(plan::groups(&numbers, self.options, self.plan_times));
        Ok(())
    }
}
