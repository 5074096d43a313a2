//! Which numbers are asked for together, and in which window.

use std::collections::BTreeMap;

use crate::moment::{Moment, Window};
use crate::pass::PassOptions;
use crate::pass::clock::PassTimes;
use crate::phone::PhoneNumber;
use crate::store::advisors::AdvisorNumber;

/// Numbers with the same date of last synchronisation.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberGroup {
    pub numbers: Vec<PhoneNumber>,
    /// None: never synchronised.
    pub last_synced_at: Option<Moment>,
    pub window: Window,
}

/// One group for each date, the latest date first, so that a long backfill keeps
/// no other number waiting.
pub fn groups(
    numbers: &[AdvisorNumber],
    options: &PassOptions,
    times: PassTimes,
) -> Vec<NumberGroup> {
    let mut by_date: BTreeMap<Option<Moment>, Vec<PhoneNumber>> = BTreeMap::new();
    for number in numbers {
        let date = number.last_synced_at.map(|date| date.min(times.end));
        by_date.entry(date).or_default().push(number.number.clone());
    }
    let group = |(last_synced_at, numbers)| {
        Some(NumberGroup {
            numbers,
            last_synced_at,
            window: options.window_since(last_synced_at, times)?,
        })
    };
    by_date.into_iter().rev().filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::moment;
    use crate::reading::Scope;

    #[test]
    fn numbers_are_grouped_by_date_the_freshest_first_and_new_ones_last() {
        let at = |text: &str| moment::from_text(text).unwrap();
        let number = |local: &str, date: Option<&str>| AdvisorNumber {
            number: PhoneNumber::parse(local, "PL".parse().unwrap()).unwrap(),
            user_id: 1,
            last_synced_at: date.map(at),
        };
        let now = at("2026-07-28T12:00:00Z");
        let numbers = [
            number("600100201", None),
            number("600100202", Some("2026-07-20T12:00:00Z")),
            number("600100203", Some("2026-07-28T11:45:00Z")),
            number("600100204", Some("2026-07-28T11:45:00Z")),
            number("600100205", Some("2026-07-28T13:00:00Z")),
        ];
        let options = PassOptions {
            scope: Scope::SinceLastSync,
            zone: chrono_tz::Europe::Warsaw,
            overlap: TimeDelta::minutes(60),
            initial: TimeDelta::days(30),
            reread_days: 2,
            not_before: None,
        };
        let planned = |times: PassTimes| -> Vec<_> {
            groups(&numbers, &options, times)
                .into_iter()
                .map(|group| {
                    let numbers: Vec<_> = group.numbers.iter().map(PhoneNumber::national).collect();
                    assert_eq!(group.window.to, times.end);
                    format!(
                        "{} {}",
                        numbers.join(" "),
                        moment::to_text(group.window.from)
                    )
                })
                .collect()
        };
        let expected = [
            "600100205 2026-07-28T11:00:00Z",
            "600100203 600100204 2026-07-28T10:45:00Z",
            "600100202 2026-07-20T11:00:00Z",
            "600100201 2026-06-28T12:00:00Z",
        ];
        assert_eq!(planned(PassTimes { now, end: now }), expected);
        // A machine that is years behind reads nothing of a new number.
        let behind = PassTimes {
            now,
            end: at("2023-07-28T12:00:00Z"),
        };
        assert_eq!(
            planned(behind),
            ["600100202 600100203 600100204 600100205 2023-07-28T11:00:00Z"]
        );
    }
}
