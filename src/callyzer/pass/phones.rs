//! Silent phones: a dead phone looks like a quiet week. Once a day Callyzer is
//! asked for the last contact of each.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{Datelike, Days, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;

use super::{PROVIDER, Pass};
use crate::callyzer::summary::{Employee, LastContact};
use crate::moment::{self, Moment, Window};
use crate::pass::RETRY_AFTER;
use crate::pass::progress::Step;
use crate::pass::steps::ends_all_asking;
use crate::phone::PhoneNumber;
use crate::store::phones::{Phone, Silence};

/// A phone without contact for longer, on weekdays, is silent.
const LONGEST_SILENCE: TimeDelta = TimeDelta::hours(24);

impl Pass<'_> {
    /// Asks once a day, from a file's second day on. A failure to ask is logged, fails
    /// nothing (calls matter more), and is tried again an hour later.
    pub(super) fn look_at_phones(&mut self) -> Result<()> {
        if !self.is_time_to_look_at_phones()? {
            return Ok(());
        }
        self.progress.begin(Step::Phones);
        match self.api.employees(self.clock.times().now) {
            Ok(employees) => self.save_phones(&employees),
            Err(error) => {
                let error = error.into();
                if ends_all_asking(&error) {
                    return Err(error);
                }
                log::warn!("could not look at the phones: {error}");
                self.store
                    .fail_phone_check(PROVIDER, self.clock.times().now)
            }
        }
    }

    pub(super) fn is_time_to_look_at_phones(&self) -> Result<bool> {
        let now = self.clock.times().now;
        let looked_at = self.store.phones_checked_at(PROVIDER)?;
        let failing = self.store.failing_phone_check(PROVIDER)?;
        let is_in =
            |at: Option<Moment>, from: Moment| at.is_some_and(|at| (from..=now).contains(&at));
        let has_looked = is_in(looked_at, self.clock.midnight());
        let has_just_failed = is_in(failing.map(|check| check.last), now - RETRY_AFTER);
        Ok(!has_looked && !has_just_failed && !self.clock.is_first_day(self.store)?)
    }

    fn save_phones(&mut self, employees: &HashMap<PhoneNumber, Employee>) -> Result<()> {
        let (now, zone) = (self.clock.times().now, self.options.zone);
        let phones: Vec<_> = self
            .all_numbers()
            .iter()
            .map(|number| phone(number, employees.get(number), now, zone))
            .collect();
        for phone in phones.iter().filter(|phone| phone.silence.is_some()) {
            log::warn!("the phone {} is silent", phone.number.masked());
        }
        self.store.save_phones(PROVIDER, &phones, now)
    }
}

fn phone(number: &PhoneNumber, employee: Option<&Employee>, now: Moment, zone: Tz) -> Phone {
    Phone {
        number: number.clone(),
        last_contact_at: employee.and_then(|employee| match employee.last_contact(now) {
            LastContact::At(last) => Some(last),
            LastContact::Never | LastContact::Unreadable => None,
        }),
        silence: match employee {
            None => Some(Silence::Unknown),
            Some(employee) if employee.is_app_uninstalled => Some(Silence::Uninstalled),
            Some(employee) => silence_since(employee.last_contact(now), now, zone),
        },
    }
}

fn silence_since(last_contact: LastContact, now: Moment, zone: Tz) -> Option<Silence> {
    match last_contact {
        LastContact::Never => Some(Silence::NeverInTouch),
        LastContact::Unreadable => Some(Silence::UnreadableDate),
        LastContact::At(last) => {
            let window = Window {
                from: last,
                to: now,
            };
            let is_long = last < now && on_weekdays(window, zone) > LONGEST_SILENCE;
            is_long.then_some(Silence::NoContact)
        }
    }
}

/// How much of a window lies on weekdays of the account's zone.
fn on_weekdays(window: Window, zone: Tz) -> TimeDelta {
    let mut sum = TimeDelta::zero();
    let mut from = window.from;
    // More is not needed: the window may be years long.
    while from < window.to && sum <= LONGEST_SILENCE {
        let day = moment::day_of(from, zone);
        let midnight = moment::from_local((day + Days::new(1)).and_time(NaiveTime::MIN), zone);
        let to = midnight.min(window.to);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            sum += to - from;
        }
        from = to;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_no_silence() {
        for (from, to, hours) in [
            ("2026-07-27T08:00:00Z", "2026-07-28T08:00:00Z", 24),
            ("2026-07-24T20:00:00Z", "2026-07-27T06:00:00Z", 10),
            ("2026-07-25T08:00:00Z", "2026-07-26T08:00:00Z", 0),
        ] {
            let at = |text| moment::from_text(text).unwrap();
            let window = Window {
                from: at(from),
                to: at(to),
            };
            let found = on_weekdays(window, chrono_tz::Europe::Warsaw);
            assert_eq!(found, TimeDelta::hours(hours), "{from} {to}");
        }
    }
}
