//! One row of `/call-log/history`. Tolerates what live accounts send.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::{OffsetName, Tz};
use serde::Deserialize;

use crate::call::{AccountLocale, Call, Kind, Party, Status, Unreadable, YEARS};
use crate::moment::{self, Moment};
use crate::phone::{PhoneNumber, Region};
use crate::reason::{Cause, Reason};
use crate::scalar::{self, Scalar};
use crate::tolerant_json;

#[derive(Default, Deserialize)]
#[serde(default)]
struct HistoryRow {
    id: Scalar,
    emp_country_code: Scalar,
    emp_number: Scalar,
    client_name: Scalar,
    client_country_code: Scalar,
    client_number: Scalar,
    duration: Scalar,
    call_type: Scalar,
    call_date: Scalar,
    call_time: Scalar,
    note: Scalar,
    call_recording_url: Scalar,
    synced_at: Scalar,
    call_method: Scalar,
    call_mode: Scalar,
}

/// A row that was read.
pub struct ReadRow {
    pub call: Call,
    /// What stands behind the time of upload, if it is not the account's zone.
    pub odd_zone_word: Option<String>,
}

/// Reads rows as one account writes them. A number that came before, as an advisor's
/// does on row after row, is not read anew.
#[derive(Debug)]
pub struct RowReader {
    locale: AccountLocale,
    parties: RefCell<HashMap<String, Party>>,
}

/// More clients than an organisation has phoned with in a month.
const MOST_PARTIES: usize = 50_000;

impl RowReader {
    pub fn new(locale: AccountLocale) -> Self {
        Self {
            locale,
            parties: RefCell::default(),
        }
    }

    /// Reads a row as it was received. `asked` is the kind of the question, which a
    /// row without a kind has.
    pub fn read(&self, text: &str, asked: &Kind) -> Result<ReadRow, Unreadable> {
        let parsed: Result<HistoryRow, _> = tolerant_json::from_str(text);
        parsed
            .map_err(|error| Cause::NotRecord.of(&[&error]))
            .and_then(|row| row.into_call(asked, self))
            .map_err(|reason| unreadable(text, reason, self.locale.region))
    }

    fn party(&self, code: &Scalar, number: &Scalar) -> Party {
        let (code_text, number_text) = (code.text().unwrap_or_default(), number.text());
        let key = format!("{code_text}\0{}", number_text.unwrap_or_default());
        let mut parties = self.parties.borrow_mut();
        if parties.len() >= MOST_PARTIES {
            parties.clear();
        }
        let read = || party(code, number, self.locale.region);
        parties.entry(key).or_insert_with(read).clone()
    }
}

fn unreadable(text: &str, reason: Reason, region: Region) -> Unreadable {
    let row: HistoryRow = tolerant_json::from_str(text).unwrap_or_default();
    let advisor = party(&row.emp_country_code, &row.emp_number, region);
    Unreadable {
        advisor_number: match advisor {
            Party::Number(number) => Some(number),
            Party::Other(_) | Party::Hidden => None,
        },
        day: call_day(row.call_date.text()).ok(),
        status: status(row.call_type.text()).ok(),
        provider_call_id: scalar::field(text, "id").0,
        reason,
        record: text.to_owned(),
    }
}

impl HistoryRow {
    fn into_call(self, asked: &Kind, reader: &RowReader) -> Result<ReadRow, Reason> {
        let locale = reader.locale;
        let uploaded_at = self
            .synced_at
            .text()
            .map(|text| upload_time(text, locale.zone));
        let call = Call {
            advisor: reader.party(&self.emp_country_code, &self.emp_number),
            advisor_keys: Vec::new(),
            client: reader.party(&self.client_country_code, &self.client_number),
            status: status(self.call_type.text())?,
            kind: kind(&self.call_method, &self.call_mode, asked)?,
            started_at: call_time(self.call_date.text(), self.call_time.text(), locale.zone)?,
            duration_s: duration(&self.duration)?,
            provider_call_id: self.id.0.ok_or(Cause::NoId)?,
            client_name: self.client_name.0,
            note: self.note.0,
            recording_url: self.call_recording_url.0,
            uploaded_at: uploaded_at
                .as_ref()
                .and_then(|time| time.as_ref().ok().copied()),
            details: None,
            has_notes: false,
            recording_url_varies: false,
            attached: None,
        };
        Ok(ReadRow {
            call,
            odd_zone_word: uploaded_at.and_then(Result::err),
        })
    }
}

/// Reads a number that Callyzer splits into two fields.
pub fn party(code: &Scalar, number: &Scalar, region: Region) -> Party {
    let Some(number) = number.text() else {
        return Party::Hidden;
    };
    match PhoneNumber::from_parts(code.text().unwrap_or_default(), number, region) {
        Some(number) => Party::Number(number),
        None => Party::Other(number.to_owned()),
    }
}

fn status(call_type: Option<&str>) -> Result<Status, Reason> {
    match call_type {
        Some("Incoming") => Ok(Status::Incoming),
        Some("Outgoing") => Ok(Status::Outgoing),
        Some("Missed") => Ok(Status::Missed),
        Some("Rejected") => Ok(Status::Rejected),
        Some(other) => Err(Cause::UnknownCallType.of(&[&other])),
        None => Err(Cause::NoCallType.into()),
    }
}

fn kind(method: &Scalar, mode: &Scalar, asked: &Kind) -> Result<Kind, Reason> {
    match (method.text(), mode.text()) {
        (Some(method), Some(mode)) => format!("{method}/{mode}").parse(),
        _ => Ok(asked.clone()),
    }
}

fn call_time(date: Option<&str>, time: Option<&str>, zone: Tz) -> Result<Moment, Reason> {
    let (day, time) = (call_day(date)?, time.ok_or(Cause::NoCallTime)?);
    // A leap second, which chrono keeps in the nanoseconds, is no time of a phone.
    let clock = NaiveTime::parse_from_str(time, "%H:%M:%S")
        .ok()
        .filter(|clock| clock.nanosecond() == 0);
    let clock = clock.ok_or_else(|| Cause::ImpossibleTime.of(&[&time]))?;
    Ok(moment::from_local(day.and_time(clock), zone))
}

fn call_day(date: Option<&str>) -> Result<NaiveDate, Reason> {
    let date = date.ok_or(Cause::NoCallDate)?;
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d");
    day.ok()
        .filter(|day| YEARS.contains(&day.year()))
        .ok_or_else(|| Cause::ImpossibleDate.of(&[&date]))
}

/// Seconds; a missed call may have none.
fn duration(field: &Scalar) -> Result<u32, Reason> {
    match field.text() {
        None => Ok(0),
        Some(text) => field
            .whole_number()
            .ok_or_else(|| Cause::ImpossibleDuration.of(&[&text])),
    }
}

/// Reads `2026-07-28 10:44:41 CEST` if its last word is the name of `zone` at
/// that time, else gives that word back: `IST` alone is three zones.
fn upload_time(text: &str, zone: Tz) -> Result<Moment, String> {
    let (local, word) = text.rsplit_once(' ').unwrap_or((text, ""));
    let stamp = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S");
    let Some(local) = stamp.ok().filter(|local| YEARS.contains(&local.year())) else {
        return Err(text.to_owned());
    };
    let moments = zone.from_local_datetime(&local);
    let fits = |moment: &DateTime<Tz>| moment.offset().abbreviation() == Some(word);
    let moment = [moments.earliest(), moments.latest()]
        .into_iter()
        .flatten()
        .find(fits);
    moment
        .map(|moment| moment.to_utc())
        .ok_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn warsaw() -> AccountLocale {
        AccountLocale {
            zone: chrono_tz::Europe::Warsaw,
            region: "PL".parse().unwrap(),
        }
    }

    fn row(changes: &Value) -> String {
        let mut row = json!({
            "id": "c-1", "emp_name": "Anna Wójcik", "emp_code": null, "emp_country_code": "48",
            "emp_number": "600100201", "emp_tags": null, "client_name": "Jan", "client_country_code": "48",
            "client_number": "601200301", "duration": 87, "call_type": "Outgoing",
            "call_date": "2026-07-28", "call_time": "10:41:09", "note": "", "call_recording_url": null,
            "synced_at": "2026-07-28 10:44:41 CEST", "modified_at": null, "lead_id": null,
        });
        for (key, value) in changes.as_object().unwrap() {
            row[key] = value.clone();
        }
        row.to_string()
    }

    fn read_row(changes: &Value) -> Result<ReadRow, Unreadable> {
        RowReader::new(warsaw()).read(&row(changes), &Kind::phone_call())
    }

    #[test]
    fn what_live_accounts_send_is_understood() {
        for (changes, duration_s, client) in [
            (json!({}), 87, Some("+48601200301")),
            (json!({"duration": "87"}), 87, Some("+48601200301")),
            (json!({"duration": 87.0}), 87, Some("+48601200301")),
            (json!({"duration": null}), 0, Some("+48601200301")),
            (
                json!({"client_country_code": "+48"}),
                87,
                Some("+48601200301"),
            ),
            (json!({"client_country_code": ""}), 87, Some("+48601200301")),
            (
                json!({"client_country_code": null, "client_number": "+4915123456789"}),
                87,
                Some("+4915123456789"),
            ),
            (
                json!({"client_country_code": 49, "client_number": 15_123_456_789_u64}),
                87,
                Some("+4915123456789"),
            ),
            (json!({"client_number": ""}), 87, None),
            (json!({"client_number": null}), 87, None),
            (json!({"client_number": "112"}), 87, Some("112")),
            (json!({"client_number": "*100#"}), 87, Some("*100#")),
            (
                json!({"emp_tags": {"odd": 1}, "new_field": [1, 2]}),
                87,
                Some("+48601200301"),
            ),
        ] {
            let call = read_row(&changes).unwrap().call;
            assert_eq!(
                (call.duration_s, call.client.as_str()),
                (duration_s, client),
                "{changes}"
            );
            assert_eq!(moment::to_text(call.started_at), "2026-07-28T08:41:09Z");
            assert_eq!((call.note, call.recording_url), (None, None));
        }
    }

    #[test]
    fn what_cannot_be_understood_is_given_back_with_its_reason() {
        for (changes, id, reason) in [
            (json!({"id": null}), None, "no id"),
            (json!({"id": "  "}), None, "no id"),
            (
                json!({"call_type": "Conference"}),
                Some("c-1"),
                "unknown call type 'Conference'",
            ),
            (json!({"call_type": null}), Some("c-1"), "no call type"),
            (
                json!({"call_date": "2026-02-30"}),
                Some("c-1"),
                "impossible date '2026-02-30'",
            ),
            (
                json!({"call_date": "+262142-12-31"}),
                Some("c-1"),
                "impossible date '+262142-12-31'",
            ),
            (
                json!({"call_date": "26-01-02"}),
                Some("c-1"),
                "impossible date '26-01-02'",
            ),
            (
                json!({"call_time": "10:41:60"}),
                Some("c-1"),
                "impossible time '10:41:60'",
            ),
            (
                json!({"call_time": "25:00:00"}),
                Some("c-1"),
                "impossible time '25:00:00'",
            ),
            (
                json!({"duration": -5}),
                Some("c-1"),
                "impossible duration '-5'",
            ),
            (
                json!({"duration": "soon"}),
                Some("c-1"),
                "impossible duration 'soon'",
            ),
        ] {
            let unreadable = read_row(&changes).err().unwrap();
            assert_eq!(
                (
                    unreadable.provider_call_id.as_deref(),
                    unreadable.reason.as_str()
                ),
                (id, reason)
            );
            assert_eq!(unreadable.record, row(&changes));
        }
        let reader = RowReader::new(warsaw());
        assert!(reader.read("\"a word\"", &Kind::phone_call()).is_err());
        let too_great = row(&json!({})).replace("87", "1e999");
        let unreadable = reader.read(&too_great, &Kind::phone_call()).err().unwrap();
        assert_eq!(unreadable.provider_call_id.as_deref(), Some("c-1"));
    }

    #[test]
    fn a_time_of_upload_counts_only_with_the_accounts_zone() {
        for (text, upload) in [
            ("2026-07-28 10:44:41 CEST", Ok("2026-07-28T08:44:41Z")),
            ("2026-01-28 10:44:41 CET", Ok("2026-01-28T09:44:41Z")),
            ("2026-10-25 02:30:00 CEST", Ok("2026-10-25T00:30:00Z")),
            ("2026-10-25 02:30:00 CET", Ok("2026-10-25T01:30:00Z")),
            ("2026-07-28 10:44:41 CET", Err("CET")),
            ("2026-07-28 10:44:41 IST", Err("IST")),
            ("2026-07-28 10:44:41", Err("2026-07-28 10:44:41")),
        ] {
            let read = upload_time(text, warsaw().zone).map(moment::to_text);
            assert_eq!(read.as_deref().map_err(String::as_str), upload, "{text}");
        }
    }

    #[test]
    fn a_row_says_its_own_kind_or_has_the_one_that_was_asked() {
        let kind = |changes| read_row(&changes).unwrap().call.kind.to_string();
        assert_eq!(kind(json!({})), "PhoneCall/Voice");
        assert_eq!(
            kind(json!({"call_method": "WhatsAppCall", "call_mode": "Video"})),
            "WhatsAppCall/Video"
        );
    }
}
