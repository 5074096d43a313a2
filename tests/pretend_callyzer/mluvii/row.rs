//! How mluvii writes a session, a time, a duration.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{MluviiFile, MluviiOperator, MluviiSession};
use crate::row::merge;

/// Where a row is shown: files have other addresses each time.
pub struct Place {
    pub zone: Tz,
    pub storage: String,
    pub key: usize,
}

pub fn session(session: &MluviiSession, place: &Place) -> Value {
    let mut row = json!({
        "id": session.id,
        "companyId": 1,
        "departmentId": 12,
        "channel": session.channel,
        "source": session.source,
        "status": session.status,
        "directCallNumber": "225550100",
        "phoneCallbackNumber": (!session.number.is_empty()).then_some(&session.number),
        "chatbots": [],
        "reviewers": [],
        "guest": guest(),
        "outboundDialResult": session.dial_result,
        "guestLeftSession": "LeftSession",
        "blacklisted": session.status == "BLACKLISTED",
        "autoAccepted": false,
        "isDirectChat": false,
        "campaignId": session.campaign_id,
        "guestFeedbackStars": null,
    });
    merge(&mut row, times(session, place.zone));
    merge(&mut row, parts(session, place));
    merge(&mut row, session.extra.clone().into());
    row
}

fn times(session: &MluviiSession, zone: Tz) -> Value {
    let shown = |time: Option<DateTime<Utc>>| time.map(|time| text(time, zone));
    json!({
        "created": text(session.created, zone),
        "enteredQueue": text(session.created, zone),
        "guestJoined": shown(session.guest_joined),
        "started": shown(session.started),
        "ended": shown(session.ended),
        "phoneCallbackDialed": shown(session.dialled),
        "waited": duration(session.waited),
        "length": session.length_s.map(|seconds| duration(TimeDelta::seconds(seconds.into()))),
    })
}

fn parts(session: &MluviiSession, place: &Place) -> Value {
    let operators = session.operators.iter();
    let tags = session.tags.iter();
    let recordings = session.recordings.iter();
    json!({
        "operators": operators.map(|it| operator(it, place.zone)).collect::<Value>(),
        "tags": tags.map(|name| json!({"userId": 41, "name": name})).collect::<Value>(),
        "recordings": recordings.map(|it| recording(it, session, place)).collect::<Value>(),
        "recordingsState": (!session.recordings.is_empty()).then_some("Processed"),
        "activities": activities(session, place),
    })
}

fn guest() -> Value {
    json!({
        "tempId": "b0a4",
        "ipAddress": "192.0.2.7",
        "trackedId": null,
        "identity": null,
        "channelIdentity": null,
        "os": null,
        "browser": null,
        "language": "pl",
        "callParams": {},
        "gdprVersion": null,
    })
}

fn operator(operator: &MluviiOperator, zone: Tz) -> Value {
    let shown = |time: Option<DateTime<Utc>>| time.map(|time| precise(time, zone));
    json!({
        "userId": number(&operator.user_id),
        "userName": format!("user{}", operator.user_id),
        "firstName": operator.name.0,
        "lastName": operator.name.1,
        "joined": precise(operator.joined, zone),
        "left": shown(operator.left),
        "concluded": shown(operator.concluded),
        "note": operator.note,
        "feedbackResult": null,
    })
}

fn recording(file: &MluviiFile, session: &MluviiSession, place: &Place) -> Value {
    let mut row = shared(file, place);
    let length = TimeDelta::seconds(session.length_s.unwrap_or(0).into());
    let more = json!({
        "started": text(session.created, place.zone),
        "duration": duration(length),
        "type": file.kind,
        "userId": null,
        "serviceId": null,
    });
    merge(&mut row, more);
    row
}

fn shared(file: &MluviiFile, place: &Place) -> Value {
    json!({
        "id": number(&file.id),
        "name": file.name,
        "downloadUrl": format!("{}?id={}&key={}", place.storage, file.id, place.key),
        "isUploading": file.is_uploading,
        "isDeleted": file.is_deleted,
    })
}

fn activities(session: &MluviiSession, place: &Place) -> Value {
    let mut rows = vec![activity("Joined", session.created, place.zone)];
    for file in &session.files {
        let mut row = activity("SharedFile", session.created, place.zone);
        row["file"] = shared(file, place);
        rows.push(row);
    }
    if let Some(ended) = session.ended {
        let mut row = activity("SessionEnded", ended, place.zone);
        row["terminationReason"] = session.termination.as_str().into();
        rows.push(row);
    }
    rows.into()
}

fn activity(name: &str, at: DateTime<Utc>, zone: Tz) -> Value {
    json!({
        "activityId": at.timestamp(),
        "time": text(at, zone),
        "type": name,
        "client": "Guest",
        "userId": null,
        "chatbotId": null,
        "file": null,
        "text": null,
        "toOperatorUserId": null,
        "toGroupId": null,
        "toPhoneNumber": null,
        "note": null,
        "terminationReason": null,
    })
}

/// A number in JSON, too, if it has only digits.
pub fn number(text: &str) -> Value {
    text.parse::<i64>()
        .map_or_else(|_| text.into(), Value::from)
}

/// `2024-05-02T16:05:24.454661+02:00`
fn text(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone);
    local.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
}

/// With seven digits after the point.
pub fn precise(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone);
    let digits = local.timestamp_subsec_nanos() / 100;
    let (second, offset) = (local.format("%Y-%m-%dT%H:%M:%S"), local.format("%:z"));
    format!("{second}.{digits:07}{offset}")
}

/// `PT1H2M3S`, as ISO 8601 has it.
fn duration(time: TimeDelta) -> String {
    let (hours, minutes) = (time.num_hours(), time.num_minutes() % 60);
    let seconds = time.num_seconds() % 60;
    let parts = [(hours, 'H'), (minutes, 'M'), (seconds, 'S')];
    let shown: String = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    format!("PT{}", if shown.is_empty() { "0S" } else { &shown })
}
