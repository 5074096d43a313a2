//! Times, days and durations.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use serde_json::json;

use super::record::{assert_moment, assert_unreadable};
use super::shown::assert_short_line;
use super::{first_line, text_of, warsaw};
use crate::call::{AccountLocale, Kind};
use crate::callyzer::{LastContact, RowReader, employee};
use crate::moment::{self, Moment, Window};
use crate::period::{PeriodName, parse_day};
use crate::reason::Reason;
use crate::{dialog, http, import, mluvii, reason, telecube};

/// The first line is a zone, the rest a time in any of the forms that are read.
pub fn call_times(bytes: &[u8]) {
    let text = text_of(bytes);
    let (zone, time) = first_line(&text);
    let zone = zone.parse().unwrap_or(warsaw().zone);
    read_by_systems(time, zone);
    read_by_callyzer(time, zone);
    read_by_people(time, zone);
    read_periods(time, zone);
    if let Some(wait) = http::retry_after(time) {
        assert!((1..=60).contains(&wait.as_secs()));
    }
}

fn read_by_systems(time: &str, zone: Tz) {
    let is_call = |read: Result<Moment, Reason>| match read {
        Ok(moment) => assert_moment(moment, zone),
        Err(reason) => assert_short_line(&reason::shown(reason.as_str())),
    };
    if let Ok(moment) = telecube::read_time(time, zone) {
        assert_local(moment, time, zone);
    }
    is_call(telecube::read_time(time, zone));
    is_call(dialog::read_time(time, zone));
    is_call(mluvii::read_time(time, zone).map(|at| at.with_nanosecond(0).unwrap()));
    if let Ok(duration) = mluvii::read_duration(time) {
        assert!(duration.abs() <= TimeDelta::days(36_500), "{duration}");
    }
}

/// A clock in the zone shows the time that was read, unless none ever did.
fn assert_local(moment: Moment, time: &str, zone: Tz) {
    let local = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").unwrap();
    if zone.from_local_datetime(&local).latest().is_some() {
        assert_eq!(moment.with_timezone(&zone).naive_local(), local);
    }
}

/// As a call's day and time, as a time of upload, and as a phone's last contact.
fn read_by_callyzer(time: &str, zone: Tz) {
    let locale = AccountLocale { zone, ..warsaw() };
    let (day, clock) = time.split_once(' ').unwrap_or((time, "10:41:09"));
    let row = json!({
        "id": "c-1", "call_type": "Missed", "call_date": day, "call_time": clock,
        "synced_at": time, "last_call_at": time, "last_sync_req_at": time,
    });
    let row = row.to_string();
    match RowReader::new(locale).read(&row, &Kind::phone_call()) {
        Ok(read) => {
            assert_moment(read.call.started_at, zone);
            read.call
                .uploaded_at
                .iter()
                .for_each(|at| assert_moment(*at, zone));
        }
        Err(unreadable) => assert_unreadable(&unreadable),
    }
    let now = moment::now();
    let employee = employee(&row, locale).unwrap().content;
    if let LastContact::At(contact) = employee.last_contact(now) {
        assert_moment(contact, zone);
    }
}

/// What people write reads back from the database, and the same again as a TIME.
fn read_by_people(time: &str, zone: Tz) {
    let typed = moment::parse_time(time, zone).ok();
    let cell = import::read_time(time, zone).ok().flatten();
    for moment in typed.into_iter().chain(cell) {
        let stored = moment::to_text(moment);
        assert_eq!(stored.len(), "2026-11-20T10:00:00Z".len(), "{stored}");
        assert_eq!(moment::from_text(&stored), Ok(moment));
        assert_eq!(moment::parse_time(&stored, zone), Ok(moment));
        assert!(moment.nanosecond() < 1_000_000_000, "{stored}");
    }
}

fn read_periods(time: &str, zone: Tz) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let names = [
        PeriodName::parse_month(time),
        PeriodName::parse_quarter(time),
    ];
    for name in names.into_iter().flatten() {
        let days = name.days(today);
        let length = (days.to - days.from).num_days();
        assert!((27..=91).contains(&length), "{days:?}");
        days.before(today);
    }
    if let Ok(day) = parse_day(time)
        && (1..9999).contains(&day.year())
    {
        let window = Window::of_day(day, zone);
        assert!(window.to - window.from <= TimeDelta::days(2), "{window}");
    }
}
