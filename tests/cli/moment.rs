//! Moments and days, as the tests reckon them: days are those of Warsaw.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Europe::Warsaw;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A moment so many minutes before now, in whole seconds.
pub fn ago(minutes: i64) -> DateTime<Utc> {
    let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap();
    now - TimeDelta::minutes(minutes)
}

/// As the database writes a moment.
pub fn text(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The seconds of a moment that the database wrote.
pub fn timestamp(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().unwrap().timestamp()
}

pub fn day_of(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&Warsaw).date_naive()
}

/// The day so many days before today.
pub fn day_before(days: u64) -> NaiveDate {
    day_of(Utc::now()) - Days::new(days)
}

pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_local_timezone(Warsaw);
    midnight.unwrap().to_utc()
}

pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let noon = day.and_time(noon).and_local_timezone(Warsaw);
    noon.unwrap().to_utc()
}

/// As tables show a moment.
pub fn local(moment: DateTime<Utc>) -> String {
    let local = moment.with_timezone(&Warsaw);
    local.format("%Y-%m-%d %H:%M:%S").to_string()
}
