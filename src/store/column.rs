//! Columns that hold a moment or a day as text.

use chrono::NaiveDate;
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Error, Result, Row};

use crate::moment::{self, Moment};

pub fn required_moment(row: &Row, column: usize) -> Result<Moment> {
    let text: String = row.get(column)?;
    moment::from_text(&text)
        .map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

pub fn optional_moment(row: &Row, column: usize) -> Result<Option<Moment>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => required_moment(row, column).map(Some),
    }
}

pub fn required_day(row: &Row, column: usize) -> Result<NaiveDate> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: chrono::ParseError| {
        Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

pub fn optional_day(row: &Row, column: usize) -> Result<Option<NaiveDate>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => required_day(row, column).map(Some),
    }
}
