//! Columns that hold a moment or a day as text.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Error, Result, Row};

use crate::call::YEARS;
use crate::moment::{self, Moment};
use crate::text;

const FOUR_DIGITS: RangeInclusive<i32> = 0..=9999;

pub fn required_moment(row: &Row, column: usize) -> Result<Moment> {
    let text: String = row.get(column)?;
    moment::from_text(&text).map_err(|_| {
        let reason = format!("'{}' is no moment", text::quoted(&text));
        Error::FromSqlConversionFailure(column, Type::Text, reason.into())
    })
}

pub fn optional_moment(row: &Row, column: usize) -> Result<Option<Moment>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => required_moment(row, column).map(Some),
    }
}

/// A moment of these years; None, and a warning, of anything else that another program wrote.
pub fn plausible_moment(row: &Row, column: usize) -> Result<Option<Moment>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else {
        return Ok(None);
    };
    let moment = moment::from_text(&text).ok();
    let moment = moment.filter(|moment| YEARS.contains(&moment.year()));
    if moment.is_none() {
        let name = row.as_ref().column_name(column)?;
        log::warn!(
            "{name} is '{}' in the database: it counts as missing",
            text::quoted(&text)
        );
    }
    Ok(moment)
}

/// Fails for a day whose year has not four digits, too: days are sorted as texts, and
/// chrono's last day has no next one.
pub fn required_day(row: &Row, column: usize) -> Result<NaiveDate> {
    let text: String = row.get(column)?;
    let day: Option<NaiveDate> = text.parse().ok();
    day.filter(|day| FOUR_DIGITS.contains(&day.year()))
        .ok_or_else(|| {
            let reason = format!("'{}' is no day", text::quoted(&text));
            Error::FromSqlConversionFailure(column, Type::Text, reason.into())
        })
}

pub fn optional_day(row: &Row, column: usize) -> Result<Option<NaiveDate>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => required_day(row, column).map(Some),
    }
}
