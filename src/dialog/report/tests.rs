//! Questions as Dialog documents them, and answers in their variants.

use super::*;
use crate::campaign::{ColumnFilter, ColumnNames, Sorting};
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
    let filter = ColumnFilter::parse("phone_number:contains:79999999999").unwrap();
    columns[1].filter = Some(filter.filter);
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
            "date_start": "2000-01-01T08:00:59.000Z", "date_end": "2000-01-01T18:04:59.999Z"},
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
