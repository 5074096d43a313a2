//! A campaign's report: the question, and the answer as it came.

use chrono::{SecondsFormat, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Scenario;
use super::column::ColumnQuery;
use crate::moment::{Moment, Window};
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;
use crate::tolerant_json;

/// What is to be reported.
#[derive(Clone, Copy, Debug)]
pub struct ReportQuery<'a> {
    pub campaign_id: i64,
    pub window: Window,
    pub columns: &'a [ColumnQuery],
}

impl ReportQuery<'_> {
    pub(super) fn to_json(self, scenario: Scenario) -> Value {
        let columns = self.columns.iter().zip(1..);
        let columns = columns.map(|(column, id)| column.to_json(id));
        // All of the last second is in the window.
        let end = self.window.to + TimeDelta::milliseconds(999);
        json!({
            "analytics_filter": {
                "scenario_id": scenario.scenario_id,
                "start_block_id": scenario.start_block_id,
                "outgoing_campaign_id": self.campaign_id,
                "date_start": in_milliseconds(self.window.from),
                "date_end": in_milliseconds(end),
            },
            "columns": columns.collect::<Vec<_>>(),
        })
    }
}

/// `2000-01-01T08:00:59.000Z`
fn in_milliseconds(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An answer that has rows, though perhaps none of them; any other one is none.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WireReport")]
pub struct Report {
    pub columns: Vec<ReportColumn>,
    /// Each as received: see [`Self::cells`].
    pub rows: Vec<Box<RawValue>>,
    /// How many rows the system counts.
    pub count: Option<u64>,
    /// Totals as received; in which unit, no document says.
    pub total_duration: Scalar,
    pub mean_duration: Scalar,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportColumn {
    pub field: String,
    pub display_name: Option<String>,
    #[serde(rename = "type")]
    pub data_type: Option<String>,
}

#[derive(Deserialize)]
struct WireReport {
    columns: Option<Vec<WireColumn>>,
    data: Option<Vec<Box<RawValue>>>,
    #[serde(default)]
    total_duration: Scalar,
    #[serde(default)]
    avg_duration: Scalar,
    #[serde(default)]
    count: Scalar,
    #[serde(default)]
    message: Scalar,
}

#[derive(Deserialize)]
struct WireColumn {
    #[serde(default)]
    field: Scalar,
    #[serde(default)]
    display_name: Scalar,
    #[serde(default, rename = "type")]
    data_type: Scalar,
}

impl TryFrom<WireReport> for Report {
    type Error = String;

    fn try_from(answered: WireReport) -> Result<Self, String> {
        let count = answered.count.whole_number();
        let rows = match answered.data {
            Some(rows) => rows,
            None if count == Some(0) => Vec::new(),
            None => {
                let message = answered.message.text().unwrap_or("no message");
                return Err(format!("no data ({message})"));
            }
        };
        let columns = answered.columns.unwrap_or_default().into_iter();
        Ok(Self {
            columns: columns
                .map(ReportColumn::try_from)
                .collect::<Result<_, _>>()?,
            rows,
            count,
            total_duration: answered.total_duration,
            mean_duration: answered.avg_duration,
        })
    }
}

impl TryFrom<WireColumn> for ReportColumn {
    type Error = String;

    fn try_from(column: WireColumn) -> Result<Self, String> {
        Ok(Self {
            field: column.field.0.ok_or("a column without a field")?,
            display_name: column.display_name.0,
            data_type: column.data_type.0,
        })
    }
}

impl Report {
    /// The cells of a row by their fields. A row is an object, or an array in the order of
    /// the columns.
    pub fn cells(&self, row: &RawValue) -> Result<Map<String, Value>, Reason> {
        let row = tolerant_json::from_str(row.get());
        match row.map_err(|error| Cause::NotRecord.of(&[&error]))? {
            Value::Object(cells) => Ok(cells),
            Value::Array(cells) if cells.len() == self.columns.len() => {
                let fields = self.columns.iter().map(|column| column.field.clone());
                Ok(fields.zip(cells).collect())
            }
            Value::Array(cells) => {
                let found = format!("{} cells in {} columns", cells.len(), self.columns.len());
                Err(Cause::NotRecord.of(&[&found]))
            }
            _ => Err(Cause::NotRecord.of(&[&"neither an object nor an array"])),
        }
    }
}

#[cfg(test)]
mod tests;
