//! What rows become, in the forms that an account may send.

use serde_json::json;

use super::*;

fn names(id: Option<&str>) -> ColumnNames {
    ColumnNames {
        id: id.map(Into::into),
        time: Some("call_time".into()),
        duration: Some("call_duration".into()),
        result: Some("call_result".into()),
        number: "phone_number".into(),
    }
}

fn read_with(names: &ColumnNames, answer: &Value) -> Records {
    let reader = RowReader {
        campaign_id: 7001,
        columns: names,
        zone: chrono_tz::Europe::Warsaw,
        region: "PL".parse().unwrap(),
    };
    reader
        .read(&serde_json::from_value(answer.clone()).unwrap())
        .records
}

fn sample() -> Value {
    json!({"call_id": "c-1", "call_time": "2026-07-28T10:41:09+02:00", "call_duration": 87,
           "call_result": "Согласен", "phone_number": "79999999999"})
}

/// Reads the sample with these changes.
fn read(changes: &Value) -> Records {
    let mut row = sample();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    read_with(&names(Some("call_id")), &json!({"data": [row]}))
}

fn ids(records: &Records) -> Vec<&str> {
    let calls = records.calls.iter();
    calls.map(|call| call.provider_call_id.as_str()).collect()
}

#[test]
fn a_row_with_a_time_is_an_outgoing_call_of_the_campaign() {
    let records = read(&json!({}));
    let call = &records.calls[0];
    assert_eq!(call.provider_call_id, "7001-c-1");
    assert_eq!(moment::to_text(call.started_at), "2026-07-28T08:41:09Z");
    assert_eq!((call.status, call.duration_s), (Status::Outgoing, 87));
    assert_eq!(call.kind.to_string(), "Campaign/Voice");
    assert_eq!(call.client.as_str(), Some("+79999999999"));
    assert_eq!(call.advisor, Party::Hidden);
    let details: Value = serde_json::from_str(call.details.as_deref().unwrap()).unwrap();
    let expected = json!({"result": "Согласен", "campaign": 7001, "row": sample()});
    assert_eq!(details, expected);
}

#[test]
fn an_array_says_what_an_object_says() {
    let fields = [
        "phone_number",
        "call_result",
        "call_duration",
        "call_time",
        "call_id",
    ];
    let columns: Vec<_> = fields.iter().map(|field| json!({"field": field})).collect();
    let cells: Vec<_> = fields.iter().map(|field| sample()[field].clone()).collect();
    let mixed = json!({"columns": columns, "data": [sample(), cells, cells[1..]]});
    let records = read_with(&names(Some("call_id")), &mixed);
    assert_eq!(ids(&records), ["7001-c-1"; 2]);
    assert_eq!(records.calls[0].details, records.calls[1].details);
    let unreadable = &records.unreadable[0];
    assert_eq!(unreadable.record, json!(cells[1..]).to_string());
}

#[test]
fn a_row_without_a_time_is_a_result_and_no_call() {
    for time in [json!(null), json!(""), json!("  ")] {
        let records = read(&json!({"call_time": time}));
        assert!(records.calls.is_empty() && records.unreadable.is_empty());
        let result = &records.results[0];
        assert_eq!(
            (result.campaign_id, result.key.as_str()),
            (7001, "7001-c-1")
        );
        let row: Value = serde_json::from_str(&result.row).unwrap();
        assert_eq!((&row["call_id"], &row["call_time"]), (&json!("c-1"), &time));
    }
    let mut timeless = names(Some("call_id"));
    timeless.time = None;
    let records = read_with(&timeless, &json!({"data": [sample()]}));
    assert_eq!((records.calls.len(), records.results.len()), (0, 1));
}

#[test]
fn what_cannot_be_understood_is_given_back_with_its_id_and_reason() {
    for (changes, id, reason) in [
        (
            json!({"call_time": "28.07.2026"}),
            Some("7001-c-1"),
            "impossible time '28.07.2026'",
        ),
        (json!({"call_id": null}), None, "no id"),
        (json!({"phone_number": ""}), Some("7001-c-1"), "no number"),
        (
            json!({"call_duration": "soon"}),
            Some("7001-c-1"),
            "impossible duration 'soon'",
        ),
        (
            json!({"call_duration": -5}),
            Some("7001-c-1"),
            "impossible duration '-5'",
        ),
    ] {
        let records = read(&changes);
        let unreadable = &records.unreadable[0];
        assert_eq!(unreadable.reason.as_str(), reason);
        assert_eq!(unreadable.provider_call_id.as_deref(), id, "{reason}");
        assert_eq!(records.calls.len() + records.results.len(), 0, "{reason}");
    }
}

#[test]
fn a_duration_is_in_whole_seconds_and_nothing_where_none_is_said() {
    for (duration, seconds) in [
        (json!(87.9), 87),
        (json!("87"), 87),
        (json!("12.5"), 12),
        (json!(0), 0),
        (json!(null), 0),
    ] {
        let records = read(&json!({"call_duration": duration}));
        assert_eq!(records.calls[0].duration_s, seconds, "{duration}");
    }
}

#[test]
fn without_a_column_of_ids_a_call_is_told_by_number_time_and_place() {
    let row = |time: &str, duration: u32| {
        let mut row = sample();
        (row["call_time"], row["call_duration"]) = (time.into(), duration.into());
        row
    };
    let (early, late) = ("2026-07-28 10:41:09", "2026-07-28 10:50:00");
    let rows = [row(early, 5), row(early, 7), row(late, 5), row(late, 5)];
    let read = |rows: &[Value]| read_with(&names(None), &json!({"data": rows}));
    let records = read(&rows);
    let mut distinct = ids(&records);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4);
    let mut turned = rows.clone();
    turned.reverse();
    assert_eq!(ids(&read(&turned)), ids(&records));
    // A number's spelling and the form of a time change nothing.
    let mut other = row("2026-07-28T08:41:09Z", 5);
    other["phone_number"] = "+7 999 999-99-99".into();
    assert_eq!(ids(&read(&[other])), [ids(&records)[0]]);
    let details = records.calls[0].details.as_deref().unwrap();
    assert!(details.contains("\"synthetic_id\":true"), "{details}");
}

#[test]
fn results_without_an_id_are_kept_apart_by_all_that_they_say() {
    let row = |result: &str| json!({"phone_number": "79999999999", "call_result": result});
    let rows = json!({"data": [row("busy"), row("busy"), row("agreed")]});
    let keys = |answer: &Value| {
        let results = read_with(&names(None), answer).results;
        let mut keys: Vec<_> = results.into_iter().map(|result| result.key).collect();
        keys.sort_unstable();
        keys
    };
    let all = keys(&rows);
    assert!(all[0] != all[1] && all[1] != all[2], "{all:?}");
    let part = keys(&json!({"data": [row("agreed")]}));
    assert!(all.contains(&part[0]), "{part:?}");
}

#[test]
fn a_time_is_missed_where_no_row_has_one_and_some_are_of_calls() {
    let names = names(Some("call_id"));
    let missed = |rows: Value| {
        let reader = RowReader {
            campaign_id: 7001,
            columns: &names,
            zone: chrono_tz::Europe::Warsaw,
            region: "PL".parse().unwrap(),
        };
        reader
            .read(&serde_json::from_value(json!({"data": rows})).unwrap())
            .calls_without_time()
    };
    let renamed = json!({"call_id": "c-2", "called_at": "2026-07-28T10:41:09Z"});
    assert_eq!(missed(json!([renamed, renamed])), 2);
    assert_eq!(missed(json!([renamed, sample()])), 0);
    let long = json!({"call_time": null, "call_duration": 5});
    let waiting = json!({"call_time": null, "call_duration": 0});
    assert_eq!(missed(json!([long, waiting])), 1);
    assert_eq!(missed(json!([waiting])), 0);
}
