//! Charts with a column for each day. The table of days below them says the same in text.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use maud::{Markup, html};

use super::amount;
use super::axis::{DayAxis, Unit, ValueAxis, is_weekend};
use crate::output::bar::Shade;
use crate::output::team_stats::wording;
use crate::period::Period;
use crate::team_stats::{Column, Label, Measure, Numbers, Report};

/// Top and height of the plot, in percent of the picture; the days' labels are below it.
const TOP: f64 = 9.0;
const HEIGHT: f64 = 80.0;
const BOTTOM: f64 = TOP + HEIGHT;
/// A longer period is drawn from its first day with figures to its last.
const LONG: i64 = 400;
/// Up to so many days each column has its value on top, where the window is wide.
const DAYS_WITH_VALUES: i64 = 31;

pub fn charts(report: &Report) -> Markup {
    let rows = report.sections.iter().flat_map(|section| &section.rows);
    let days = rows.filter_map(|row| match row.label {
        Label::Day(day) => Some((day, row.numbers.current)),
        Label::Advisor(_) => None,
    });
    let days: BTreeMap<_, _> = days.collect();
    let period = drawn(report.period, &days);
    html! {
        @for measure in [Measure::Calls, Measure::TalkTime] {
            (Chart::new(&days, period, measure).figure())
        }
    }
}

fn drawn(period: Period, days: &BTreeMap<NaiveDate, Numbers>) -> Period {
    match (days.keys().next(), days.keys().next_back()) {
        (Some(&from), Some(&to)) if DayAxis::of(period).days > LONG => Period { from, to },
        _ => period,
    }
}

struct Chart<'a> {
    days: &'a BTreeMap<NaiveDate, Numbers>,
    period: Period,
    measure: Measure,
    /// The best day, the first of several.
    best: Option<(NaiveDate, Numbers)>,
    across: DayAxis,
    upward: ValueAxis,
}

impl<'a> Chart<'a> {
    fn new(days: &'a BTreeMap<NaiveDate, Numbers>, period: Period, measure: Measure) -> Self {
        let all = days.iter().rev();
        let best = all
            .max_by(|(_, one), (_, other)| amount(one, measure).total_cmp(&amount(other, measure)));
        let best = best.map(|(day, numbers)| (*day, *numbers));
        let greatest = best.map_or_else(Numbers::default, |(_, numbers)| numbers);
        Self {
            days,
            period,
            measure,
            best,
            across: DayAxis::of(period),
            upward: ValueAxis::up_to(greatest.value(measure)),
        }
    }

    fn figure(&self) -> Markup {
        let unit = match self.upward.unit() {
            Unit::Calls => "liczba połączeń",
            Unit::Minutes => "w minutach",
            Unit::Hours => "w godzinach",
        };
        html! {
            figure {
                figcaption {
                    h3 { (self.heading()) }
                    p {
                        (unit) "; "
                        svg.key aria-hidden="true" {
                            rect.weekend width="100%" height="100%" {}
                            rect.mark y="75%" width="100%" height="25%" {}
                        }
                        " sobota i niedziela"
                    }
                }
                div.plot {
                    svg.axis aria-hidden="true" {
                        @for (height, label) in self.upward.lines() {
                            text x="100%" y=(percent(above(height))) dy=".35em" text-anchor="end" {
                                (label)
                            }
                        }
                    }
                    div.scroll role="region" tabindex="0" aria-label=(self.heading()) {
                        (self.picture())
                    }
                }
            }
        }
    }

    fn heading(&self) -> &'static str {
        wording::heading(Column::Measure(self.measure))
    }

    fn picture(&self) -> Markup {
        let id = self.measure.name();
        let (title, description) = (format!("{id}-title"), format!("{id}-description"));
        html! {
            svg.days role="img" aria-labelledby=(title) aria-describedby=(description)
                style=(format!("min-width:{}rem", self.across.days as f64 / 2.0)) {
                title id=(title) {
                    (self.heading()) ", dzień po dniu od " (self.period.from)
                    " do " (self.period.to)
                }
                desc id=(description) { (self.description()) }
                @for (_, left) in self.across.places().filter(|(day, _)| is_weekend(*day)) {
                    (self.weekend(left))
                }
                @for (height, _) in self.upward.lines() {
                    line x2="100%" y1=(percent(above(height))) y2=(percent(above(height))) {}
                }
                @for (day, left) in self.across.places() {
                    @if let Some(numbers) = self.days.get(&day) { (self.column(day, left, numbers)) }
                    @if let Some(label) = self.across.label(day) { (self.day_label(left, &label)) }
                }
            }
        }
    }

    fn description(&self) -> String {
        let best = self.best.map_or_else(String::new, |(day, numbers)| {
            let value = wording::measure(self.measure, &numbers);
            format!("Najwięcej: {value} w dniu {day}. ")
        });
        best + "Liczby każdego dnia są w tabeli dni pod wykresami."
    }

    fn weekend(&self, left: f64) -> Markup {
        html! {
            rect.weekend x=(percent(left)) y=(percent(TOP)) width=(percent(self.across.width()))
                height=(percent(HEIGHT)) {}
            rect.mark x=(percent(left)) y=(percent(BOTTOM)) width=(percent(self.across.width()))
                height=".25rem" {}
        }
    }

    fn column(&self, day: NaiveDate, left: f64, numbers: &Numbers) -> Markup {
        let value = amount(numbers, self.measure);
        let height = self.upward.height(value);
        let width = self.across.width();
        html! {
            g {
                title { (day) ": " (wording::measure(self.measure, numbers)) }
                rect x=(percent(left + width * 0.14)) y=(percent(above(height)))
                    width=(percent(width * 0.72)) height=(percent(height * HEIGHT))
                    fill=(Shade::BEST.css()) {}
                @if self.across.days <= DAYS_WITH_VALUES {
                    text.top x=(percent(left + width / 2.0)) y=(percent(above(height)))
                        dy="-.35em" text-anchor="middle" { (self.upward.label(value)) }
                }
            }
        }
    }

    fn day_label(&self, left: f64, label: &str) -> Markup {
        html! {
            line.tick x1=(percent(left)) x2=(percent(left)) y1=(percent(BOTTOM)) y2="100%" {}
            // Further to the right, it would be cut.
            @if left < 95.0 {
                text x=(percent(left)) y="100%" dx=".3em" dy="-.25em" { (label) }
            }
        }
    }
}

/// The place of a height from 0 to 1, in percent from the top of the picture.
fn above(height: f64) -> f64 {
    BOTTOM - height * HEIGHT
}

fn percent(number: f64) -> String {
    format!("{number:.2}%")
}
