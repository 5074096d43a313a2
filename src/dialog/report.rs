//! A campaign's report: the question, and the answer as it came.

use chrono::SecondsFormat;
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
        json!({
            "analytics_filter": {
                "scenario_id": scenario.scenario_id,
                "start_block_id": scenario.start_block_id,
                "outgoing_campaign_id": self.campaign_id,
                "date_start": in_milliseconds(self.window.from),
                "date_end": in_milliseconds(self.window.to),
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
mod tests {
    use super::*;
    use crate::campaign::{ColumnNames, Filter, FilterType, Sorting};
    use crate::moment;

    fn read(text: &str) -> Result<Report, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn the_documented_request_is_made() {
        let names = ColumnNames {
            id: None,
            time: Some("call_time".into()),
            duration: None,
            result: None,
            number: "phone_number".into(),
        };
        let mut columns = names.queries();
        columns[1].filter = Some(Filter {
            filter_type: FilterType::Contains,
            value: Some("79999999999".into()),
        });
        columns[1].sorting = Some(Sorting::Ascending);
        let at = |text: &str| moment::from_text(text).unwrap();
        let query = ReportQuery {
            campaign_id: 12345,
            window: Window {
                from: at("2000-01-01T08:00:59Z"),
                to: at("2000-01-01T18:04:59Z"),
            },
            columns: &columns,
        };
        let scenario = Scenario {
            project_id: 1,
            scenario_id: 951,
            start_block_id: 10,
        };
        let expected = json!({
            "analytics_filter": {
                "scenario_id": 951, "start_block_id": 10, "outgoing_campaign_id": 12345,
                "date_start": "2000-01-01T08:00:59.000Z", "date_end": "2000-01-01T18:04:59.000Z"},
            "columns": [
                {"id": 1, "name": "call_time", "display_name": "call_time",
                 "column_type": "field", "data_type": "datetime"},
                {"id": 2, "name": "phone_number", "display_name": "phone_number",
                 "column_type": "field", "data_type": "number", "filter_type": "contains",
                 "filter_value": "79999999999", "sorting": "asc"},
            ],
        });
        assert_eq!(query.to_json(scenario), expected);
    }

    #[test]
    fn the_documented_answer_is_read_and_so_are_its_variants() {
        let column = r#"{"field":"phone_number","display_name":"Phone Number","type":"text"}"#;
        let report = read(&format!(
            r#"{{"columns":[{column}],"data":[{{}}],"total_duration":3600,"avg_duration":120,
                "count":30}}"#
        ));
        let report = report.unwrap();
        assert_eq!((report.rows.len(), report.count), (1, Some(30)));
        assert_eq!(report.total_duration.text(), Some("3600"));
        assert_eq!(report.mean_duration.text(), Some("120"));
        assert_eq!(report.columns[0].field, "phone_number");
        assert_eq!(report.columns[0].data_type.as_deref(), Some("text"));
        for (text, rows, count) in [
            (r#"{"data":[{},[]],"count":"30"}"#, 2, Some(30)),
            (r#"{"data":[],"columns":null,"avg_duration":null}"#, 0, None),
            (r#"{"data":null,"count":0}"#, 0, Some(0)),
            (r#"{"data":[{}],"count":null}"#, 1, None),
        ] {
            let report = read(text).unwrap();
            assert_eq!((report.rows.len(), report.count), (rows, count), "{text}");
        }
        for text in [
            r#"{"message":"Maintenance"}"#,
            r#"{"data":null,"count":3}"#,
            r#"{"data":"none"}"#,
            r#"{"data":[],"columns":[{"name":"phone_number"}]}"#,
            "[]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_row_is_an_object_or_an_array_in_the_order_of_the_columns() {
        let report = read(
            r#"{"columns":[{"field":"b"},{"field":"a"}],
                "data":[{"a":1,"b":2},[2,1],[2],[2,1,0],7,"x",null]}"#,
        );
        let report = report.unwrap();
        let cells = |row: usize| report.cells(&report.rows[row]);
        for row in [0, 1] {
            assert_eq!(Value::from(cells(row).unwrap()), json!({"a": 1, "b": 2}));
        }
        assert_eq!(
            cells(2).unwrap_err().as_str(),
            "not a record: 1 cells in 2 columns"
        );
        for row in 3..7 {
            assert!(cells(row).is_err(), "{row}");
        }
    }
}
