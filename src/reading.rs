//! Reading from a telephony system, whichever it is: windows in slices, and a
//! question asked page by page until all its rows have come.

use std::collections::HashMap;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::moment::{self, Window};
use crate::provider::{Error, Fault, Result};
use crate::reason::Cause;
use crate::text;

/// What a `sync` reads.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// What is new since the dates of last synchronisation.
    SinceLastSync,
    /// The calls made in a window. Moves no date and counts no attempt.
    Window(Window),
}

/// The most pages and rows that a question is read for. One that has more has no end.
const MAX_PAGES: u64 = 5_000;
const MAX_ROWS: u64 = 500_000;

/// So many pages in a row without a row that was not there end a question of which no
/// total says whether more rows are to come: rows may have moved onto one of them.
const MAX_KNOWN_PAGES: u64 = 2;

/// A greater total counts as this: no system has so many rows.
const MAX_TOTAL: u64 = u32::MAX as u64;

/// Parts of a window, `longest` each but for the last, the oldest first. Each
/// begins a second before the end of the one before it, since systems do not say
/// whether their bounds are inclusive.
pub fn slices(window: Window, longest: TimeDelta) -> impl Iterator<Item = Window> {
    let mut next = Some(window.from);
    std::iter::from_fn(move || {
        let start = next?;
        let to = window.to.min(start + longest);
        next = (to < window.to).then_some(to);
        let overlap = TimeDelta::seconds(i64::from(start > window.from));
        Some(Window {
            from: start - overlap,
            to,
        })
    })
}

/// The days of `zone` that a window covers whole.
pub fn whole_days(window: Window, zone: Tz) -> Vec<NaiveDate> {
    let last = moment::day_of(window.to, zone);
    let is_covered = |day: &NaiveDate| {
        let whole = Window::of_day(*day, zone);
        window.from <= whole.from && whole.to <= window.to
    };
    moment::day_of(window.from, zone)
        .iter_days()
        .take_while(|day| *day <= last)
        .filter(is_covered)
        .collect()
}

/// One answer to a paged question, as an API gives it.
#[derive(Debug)]
pub struct Rows<T> {
    pub content: T,
    /// How many rows came.
    pub count: u64,
    /// What tells the rows apart: their ids, and the texts of rows without one.
    pub ids: Vec<String>,
    pub texts_without_id: Vec<String>,
    /// How many rows the system counts for the whole question, if it says so.
    pub total: Option<u64>,
    /// How many rows a full page has.
    pub page_size: u64,
    pub paging: Paging,
}

/// How far a system's word on pages and totals goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The total and the size of a page say which page is the last.
    Counted,
    /// The total may be that of a page, a page may have fewer rows than it could, and an id
    /// may stand on several rows of a page: a page is the last if it is not full and the
    /// total is reached, or if it brings nothing. Without a total, a page of rows that
    /// were there may have others behind it.
    Open,
}

impl<T> Rows<T> {
    /// Whether a page may come after this one, the `asked`th. `rows`: all that came.
    fn may_go_on(&self, asked: u64, rows: u64) -> bool {
        let is_full = self.count >= self.page_size;
        match (self.paging, self.total) {
            (Paging::Counted, Some(total)) => rows < total && asked * self.page_size < total,
            (Paging::Counted, None) => is_full,
            (Paging::Open, Some(total)) => rows < total || is_full,
            (Paging::Open, None) => self.count > 0,
        }
    }
}

/// One answer to a paged question, as its reader takes it.
#[derive(Debug)]
pub struct Page<T> {
    pub content: T,
    /// The first is 1.
    pub number: u64,
    /// How many pages are still to come, as far as the system says.
    pub left: u64,
}

/// Which rows came, and how many the system counts.
#[derive(Clone, Debug, Default)]
pub struct PageTotals {
    /// How many rows there are with each id.
    ids: HashMap<String, u64>,
    /// Rows without an id: how many there are with each text.
    texts_without_id: HashMap<String, u64>,
    /// The greatest of all pages: a page that lost rows may count without them.
    total: Option<u64>,
    has_changed: bool,
    /// Several pages came without a total: a row may have slipped between two.
    is_unsure: bool,
    /// The last page was a full one of rows that were there, and no total says that these
    /// are all.
    is_repeated: bool,
}

impl PageTotals {
    pub fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.ids.keys()
    }

    /// Rows that the system counts and did not bring; negative if it brought more. Where
    /// it repeats a page and counts none, 1: nobody knows how many.
    pub fn missing(&self) -> i64 {
        let missing = |total: u64| total.cast_signed() - self.rows().cast_signed();
        self.total.map_or(self.is_repeated.into(), missing)
    }

    fn rows(&self) -> u64 {
        self.ids.values().sum::<u64>() + self.texts_without_id.values().sum::<u64>()
    }

    /// Why the question has to be read again; None if all its rows came.
    fn flaw(&self) -> Option<String> {
        match self.missing() {
            1.. => Some(format!("{} missing", text::counted(self.missing(), "row"))),
            _ if self.has_changed => Some("the total changed between two pages".into()),
            _ if self.is_unsure => Some("several pages have no total".into()),
            _ => None,
        }
    }

    /// Takes in a page; true if it brought a row that was not there.
    fn add<T>(&mut self, rows: &mut Rows<T>, is_first: bool) -> bool {
        let before = self.rows();
        let mut ids = counted(rows.ids.drain(..));
        if rows.paging == Paging::Counted {
            ids.values_mut().for_each(|count| *count = 1);
        }
        take_counts(&mut self.ids, ids);
        let texts = counted(rows.texts_without_id.drain(..));
        take_counts(&mut self.texts_without_id, texts);
        self.has_changed |= !is_first && self.total != rows.total;
        let is_open = rows.paging == Paging::Open;
        let is_uncounted = is_open && !is_first && rows.total.is_none() && rows.count > 0;
        self.is_unsure |= is_uncounted;
        self.total = self.total.max(rows.total);
        let brought_new = self.rows() > before;
        self.is_repeated = is_uncounted && !brought_new && rows.count >= rows.page_size;
        brought_new
    }

    /// Takes in another reading of the same question.
    fn join(&mut self, other: Self) {
        take_counts(&mut self.ids, other.ids);
        take_counts(&mut self.texts_without_id, other.texts_without_id);
        self.total = self.total.max(other.total);
        self.is_repeated &= other.is_repeated;
    }
}

/// What was there already is the same row again, unless it is there more often now.
fn take_counts(known: &mut HashMap<String, u64>, counts: HashMap<String, u64>) {
    for (row, count) in counts {
        let known = known.entry(row).or_default();
        *known = count.max(*known);
    }
}

fn counted(texts: impl Iterator<Item = String>) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
}

/// The pages of a question, asked for one by one as they are wanted. `ask` gets
/// the number of a page.
#[derive(Debug)]
pub struct Pages<F> {
    /// The system's name.
    system: &'static str,
    ask: F,
    asked: u64,
    has_ended: bool,
    totals: PageTotals,
    /// How many pages in a row, the last ones, brought no row that was not there.
    known_pages: u64,
    /// Whether the last page was an open one that was not full.
    may_have_ended: bool,
}

impl<F> Pages<F> {
    pub fn new(system: &'static str, ask: F) -> Self {
        Self {
            system,
            ask,
            asked: 0,
            has_ended: false,
            totals: PageTotals::default(),
            known_pages: 0,
            may_have_ended: false,
        }
    }
}

impl<T, F: FnMut(u64) -> Result<Rows<T>>> Pages<F> {
    /// None where the question turns out to have ended before.
    fn next_page(&mut self) -> Result<Option<Page<T>>> {
        if self.asked == MAX_PAGES || self.totals.rows() > MAX_ROWS {
            let reason = Cause::TooManyPages.of(&[&MAX_PAGES, &MAX_ROWS]);
            return Err(Error::new(self.system, Fault::BadAnswer(reason)));
        }
        let mut rows = match (self.ask)(self.asked + 1) {
            // What a page after the last one brings, no document says.
            Err(error) if self.may_have_ended && may_mean_the_end(&error) => {
                log::info!("no page {}: {error}", self.asked + 1);
                return Ok(None);
            }
            rows => rows?,
        };
        rows.total = rows.total.map(|total| total.min(MAX_TOTAL));
        self.asked += 1;
        let brought_new = self.totals.add(&mut rows, self.asked == 1);
        let may_go_on = rows.may_go_on(self.asked, self.totals.rows());
        let is_short = rows.count < rows.page_size;
        let has_all = self
            .totals
            .total
            .is_some_and(|total| self.totals.rows() >= total);
        self.may_have_ended = rows.paging == Paging::Open && (is_short || has_all);
        self.known_pages = if brought_new { 0 } else { self.known_pages + 1 };
        // A system that repeats a page has no other one.
        let most_known = match (rows.paging, self.totals.total) {
            (Paging::Open, None) => MAX_KNOWN_PAGES,
            _ => 1,
        };
        self.has_ended = !may_go_on || self.known_pages >= most_known;
        let pages = rows.total.map_or(0, |total| total.div_ceil(rows.page_size));
        Ok(Some(Page {
            content: rows.content,
            number: self.asked,
            left: pages.saturating_sub(self.asked),
        }))
    }
}

fn may_mean_the_end(error: &Error) -> bool {
    matches!(
        error.fault,
        Fault::BadAnswer(_) | Fault::Refused(..) | Fault::Unavailable(_) | Fault::Timeout
    )
}

impl<T, F: FnMut(u64) -> Result<Rows<T>>> Iterator for Pages<F> {
    type Item = Result<Page<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let page = self.next_page().transpose();
        self.has_ended |= !matches!(page, Some(Ok(_)));
        page
    }
}

/// Reads a question, once more if rows are missing or its total changed on the
/// way. `take` gets every page of both readings before the next one is asked for.
/// Rows that never came are [`PageTotals::missing`] of both readings together.
pub fn read_until_whole<T, F, E>(
    pages: impl Fn() -> Pages<F>,
    mut take: impl FnMut(Page<T>) -> std::result::Result<(), E>,
) -> std::result::Result<PageTotals, E>
where
    F: FnMut(u64) -> Result<Rows<T>>,
    E: From<Error>,
{
    let mut totals = read(pages(), &mut take)?;
    if let Some(flaw) = totals.flaw() {
        log::info!("{flaw}; reading again");
        totals.join(read(pages(), &mut take)?);
    }
    if totals.missing() < 0 {
        log::info!(
            "the system brought {} more than its total",
            text::counted(-totals.missing(), "row")
        );
    }
    Ok(totals)
}

fn read<T, F, E>(
    mut pages: Pages<F>,
    take: &mut impl FnMut(Page<T>) -> std::result::Result<(), E>,
) -> std::result::Result<PageTotals, E>
where
    F: FnMut(u64) -> Result<Rows<T>>,
    E: From<Error>,
{
    for page in pages.by_ref() {
        take(page?)?;
    }
    Ok(pages.totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str) -> Window {
        Window {
            from: moment::from_text(from).unwrap(),
            to: moment::from_text(to).unwrap(),
        }
    }

    #[test]
    fn slices_cover_the_window_without_a_gap() {
        let window = window("2026-07-01T06:30:00Z", "2026-07-03T07:00:00Z");
        let slices: Vec<_> = slices(window, TimeDelta::days(1))
            .map(|slice| (moment::to_text(slice.from), moment::to_text(slice.to)))
            .collect();
        let expected = [
            ("2026-07-01T06:30:00Z", "2026-07-02T06:30:00Z"),
            ("2026-07-02T06:29:59Z", "2026-07-03T06:30:00Z"),
            ("2026-07-03T06:29:59Z", "2026-07-03T07:00:00Z"),
        ];
        assert_eq!(
            slices,
            expected.map(|(from, to)| (from.to_owned(), to.to_owned()))
        );
    }

    /// Reads a question whose readings bring these pages of ids, with a total.
    fn missing(readings: [&[&[&str]]; 2], total: u64) -> (i64, usize) {
        let reading = std::cell::Cell::new(0);
        let taken = std::cell::Cell::new(0);
        let pages = || {
            let pages = readings[reading.get()];
            reading.set(reading.get() + 1);
            Pages::new("Callyzer", move |number| {
                let ids = pages.get(number as usize - 1).copied().unwrap_or_default();
                Ok(Rows {
                    content: (),
                    count: ids.len() as u64,
                    ids: ids.iter().map(|id| (*id).to_owned()).collect(),
                    texts_without_id: Vec::new(),
                    total: Some(total),
                    page_size: 2,
                    paging: Paging::Counted,
                })
            })
        };
        let totals: Result<_> = read_until_whole(pages, |_| {
            taken.set(taken.get() + 1);
            Ok(())
        });
        (totals.unwrap().missing(), taken.get())
    }

    #[test]
    fn a_question_without_an_end_is_cut_off() {
        let pages = || {
            Pages::new("Callyzer", |number: u64| {
                Ok(Rows {
                    content: (),
                    count: 1,
                    ids: vec![number.to_string()],
                    texts_without_id: Vec::new(),
                    total: Some(number + 100),
                    page_size: 1,
                    paging: Paging::Counted,
                })
            })
        };
        let mut taken = 0;
        let cut_off: Result<_> = read_until_whole(pages, |_| {
            taken += 1;
            Ok(())
        });
        assert!(matches!(cut_off.unwrap_err().fault, Fault::BadAnswer(_)));
        assert_eq!(taken, MAX_PAGES);
    }

    /// A page of a question without totals, whose pages have these ids and then none.
    fn uncounted(pages: &[&[&str]], number: u64) -> Result<Rows<()>> {
        let ids = pages.get(number as usize - 1).copied().unwrap_or_default();
        Ok(Rows {
            content: (),
            count: ids.len() as u64,
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            texts_without_id: Vec::new(),
            total: None,
            page_size: ids.len() as u64,
            paging: Paging::Open,
        })
    }

    /// The ids that come of such a question, and how many pages were asked for.
    fn ids_of(pages: &[&[&str]]) -> (String, u64) {
        let mut question = Pages::new("mluvii", |number| uncounted(pages, number));
        for page in question.by_ref() {
            page.unwrap();
        }
        let mut ids: Vec<_> = question.totals.ids().map(String::as_str).collect();
        ids.sort_unstable();
        (ids.join(""), question.asked)
    }

    #[test]
    fn a_page_of_rows_that_were_there_hides_none_behind_it() {
        let late: &[&[&str]] = &[&["a", "b"], &["a", "b"], &["c"]];
        let moving: &[&[&str]] = &[&["a"], &["a"], &["b"], &["b"], &["c"]];
        let repeated: &[&[&str]] = &[&["a"] as &[&str]; 9];
        for (pages, ids, asked) in [(late, "abc", 4), (moving, "abc", 6), (repeated, "a", 3)] {
            assert_eq!(ids_of(pages), (ids.to_owned(), asked), "{pages:?}");
        }
    }

    #[test]
    fn no_total_is_too_great_to_be_counted() {
        let ids: &[&[&str]] = &[&["a"]];
        assert_eq!(missing([ids, ids], u64::MAX).0, i64::from(u32::MAX) - 1);
    }

    /// Reads a question without totals, whose readings bring these pages of ids, then none.
    fn missing_uncounted(readings: [&[&[&str]]; 2]) -> i64 {
        let mut readings = readings.into_iter();
        let readings = std::cell::RefCell::new(&mut readings);
        let pages = || {
            let pages = readings.borrow_mut().next().unwrap();
            Pages::new("mluvii", move |number| uncounted(pages, number))
        };
        let totals: Result<_> = read_until_whole(pages, |_| Ok(()));
        totals.unwrap().missing()
    }

    #[test]
    fn a_system_that_repeats_a_page_in_both_readings_and_counts_no_rows_lacks_one() {
        let whole: &[&[&str]] = &[&["a", "b"], &["c"]];
        let repeated: &[&[&str]] = &[&["a", "b"] as &[&str]; 9];
        let once_more: &[&[&str]] = &[&["a", "b"], &["a", "b"], &["c"]];
        // Rows came in before those, which a later page shows once more.
        let moved: &[&[&str]] = &[&["a", "b"], &["b", "c"]];
        for (readings, expected) in [
            ([whole, whole], 0),
            ([repeated, repeated], 1),
            ([repeated, whole], 0),
            ([whole, repeated], 0),
            ([moved, moved], 0),
            ([once_more, once_more], 0),
        ] {
            assert_eq!(missing_uncounted(readings), expected, "{readings:?}");
        }
    }

    #[test]
    fn a_question_is_read_twice_at_most_and_both_readings_count() {
        let whole: &[&[&str]] = &[&["a", "b"], &["c"]];
        let without_b: &[&[&str]] = &[&["a"], &["c"]];
        let without_c: &[&[&str]] = &[&["a", "b"], &["b"]];
        for (readings, expected) in [
            ([whole, &[]], (0, 2)),
            ([without_b, whole], (0, 4)),
            ([without_b, without_c], (0, 4)),
            ([without_b, without_b], (1, 4)),
        ] {
            assert_eq!(missing(readings, 3), expected, "{readings:?}");
        }
    }
}
