//! The report of a campaign's calls.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value, json};

use super::body::{bad, integer, list, object, text};
use super::column::Column;
use super::{Dialog, DialogCall, RowShape};
use crate::api::Refusal;

/// Both ends of the window belong to it. Another scenario or start block has no rows.
pub fn answer(dialog: &Dialog, body: &Value) -> Result<Value, Refusal> {
    let fields = object(body, "body", &["analytics_filter", "columns"], &[])?;
    let mut calls = select(dialog, &fields["analytics_filter"])?;
    let columns = columns(dialog, &fields["columns"])?;
    calls.retain(|call| columns.iter().all(|column| column.admits(call)));
    calls.sort_by(|one, other| order(&columns, one, other));
    let count = calls.len() + dialog.count_excess;
    let total: u64 = calls.iter().map(|call| u64::from(call.duration_s)).sum();
    let rows = calls.iter().take(dialog.row_limit).enumerate();
    let rows: Vec<_> = rows
        .map(|(place, call)| row(dialog.row_shape, place, &columns, call))
        .collect();
    let described: Vec<_> = columns.iter().map(Column::described).collect();
    Ok(json!({
        "columns": described,
        "data": rows,
        "total_duration": total,
        "avg_duration": total.checked_div(calls.len() as u64).unwrap_or(0),
        "count": count,
    }))
}

fn select<'d>(dialog: &'d Dialog, filter: &Value) -> Result<Vec<&'d DialogCall>, Refusal> {
    let required = [
        "scenario_id",
        "start_block_id",
        "outgoing_campaign_id",
        "date_start",
        "date_end",
    ];
    let fields = object(filter, "analytics_filter", &required, &[])?;
    let is_ours = integer(fields, "scenario_id")? == dialog.scenario_id;
    let is_ours = integer(fields, "start_block_id")? == dialog.start_block_id && is_ours;
    let campaign = integer(fields, "outgoing_campaign_id")?;
    let (start, end) = (moment(fields, "date_start")?, moment(fields, "date_end")?);
    if start > end {
        return Err(bad("date_start must not be after date_end"));
    }
    let is_asked_for = |call: &&DialogCall| {
        is_ours && call.campaign_id == campaign && (start..=end).contains(&call.at)
    };
    Ok(dialog.calls.iter().filter(is_asked_for).collect())
}

fn moment(fields: &Map<String, Value>, name: &str) -> Result<DateTime<Utc>, Refusal> {
    let text = text(fields, name)?;
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3fZ");
    match moment {
        // What is read more leniently than it is written is not written so.
        Ok(moment) if moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string() == text => {
            Ok(moment.and_utc())
        }
        _ => Err(bad(format!("{name} must be YYYY-MM-DDTHH:MM:SS.mmmZ"))),
    }
}

fn columns(dialog: &Dialog, value: &Value) -> Result<Vec<Column>, Refusal> {
    let named = list(value, "columns")?;
    if named.is_empty() {
        return Ok(Column::all(dialog));
    }
    let columns = named.iter().map(|column| Column::read(dialog, column));
    columns.collect()
}

/// As the columns ask, else by time.
fn order(columns: &[Column], one: &DialogCall, other: &DialogCall) -> Ordering {
    let asked = columns.iter().map(|column| column.compare(one, other));
    asked
        .fold(Ordering::Equal, Ordering::then)
        .then(one.at.cmp(&other.at))
}

fn row(shape: RowShape, place: usize, columns: &[Column], call: &DialogCall) -> Value {
    let is_array = match shape {
        RowShape::Objects => false,
        RowShape::Arrays => true,
        RowShape::Mixed => place % 2 == 1,
    };
    let values = columns.iter().map(|column| column.value(call));
    if is_array {
        return values.collect();
    }
    let names = columns.iter().map(|column| column.name.clone());
    names.zip(values).collect::<Map<_, _>>().into()
}
