//! How the account writes a call, an employee, a time.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::world::{Call, Employee, World};

pub fn call(call: &Call, world: &World, version: &str) -> Value {
    let mut row = person(world, &call.emp_country_code, &call.emp_number);
    let local = call.at.with_timezone(&world.zone);
    merge(
        &mut row,
        json!({
            "id": call.id,
            "client_name": call.client_name,
            "client_country_code": call.client_country_code,
            "client_number": call.client_number,
            "duration": call.duration_s,
            "call_type": call.call_type,
            "call_date": local.format("%Y-%m-%d").to_string(),
            "call_time": local.format("%H:%M:%S").to_string(),
            "note": call.note,
            "call_recording_url": call.recording_url,
            "crm_status": null,
            "reminder_date": null,
            "reminder_time": null,
            "synced_at": stamp(call.synced_at, world.zone),
            "modified_at": call.modified_at.map(|time| stamp(time, world.zone)),
            "lead_id": null,
        }),
    );
    if version != "v2.1" {
        merge(
            &mut row,
            json!({"call_method": call.method, "call_mode": call.mode}),
        );
    }
    merge(&mut row, call.extra.clone().into());
    row
}

/// The five fields with which each row names an employee.
pub fn person(world: &World, country_code: &str, number: &str) -> Value {
    let employee = world.find_employee(country_code, number);
    json!({
        "emp_name": employee.map_or("", |employee| &employee.name),
        "emp_code": employee.map_or("", |employee| &employee.code),
        "emp_country_code": country_code,
        "emp_number": number,
        "emp_tags": employee.map_or(&[][..], |employee| &employee.tags),
    })
}

pub fn employee(employee: &Employee, world: &World) -> Value {
    let is_own = |call: &&Call| {
        call.emp_number == employee.number && call.emp_country_code == employee.country_code
    };
    let own = || world.calls.iter().filter(is_own);
    let text = |time: DateTime<Utc>| twelve_hours(time, world.zone);
    let last_sync = employee
        .last_sync_req_at
        .or_else(|| own().map(|call| call.synced_at).max());
    let mut row = person(world, &employee.country_code, &employee.number);
    merge(
        &mut row,
        json!({
            "app_version": "4.2.0",
            "registered_at": "05 Jan 2026, 09:12 AM",
            "modified_at": "05 Jan 2026, 09:12 AM",
            "last_call_at": own().map(|call| call.at).max().map(text),
            "last_sync_req_at": last_sync.map(text),
            "is_lead_active": false,
            "is_call_recording_active": true,
            "device_details": {"device_model": "SM-A546B", "android_version": "15"},
            "device_preference": {"is_app_uninstalled": employee.is_app_uninstalled},
            "app_settings": {},
        }),
    );
    row
}

fn stamp(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

fn twelve_hours(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone)
        .format("%d %b %Y, %I:%M %p")
        .to_string()
}

pub fn merge(row: &mut Value, fields: Value) {
    if let (Value::Object(row), Value::Object(fields)) = (row, fields) {
        row.extend(fields);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_accounts_and_say_their_zone() {
        for (zone, utc, expected) in [
            (
                "Europe/Warsaw",
                "2026-07-28T08:44:41Z",
                "2026-07-28 10:44:41 CEST",
            ),
            (
                "Europe/Warsaw",
                "2026-12-31T23:30:00Z",
                "2027-01-01 00:30:00 CET",
            ),
            (
                "Europe/Warsaw",
                "2026-10-25T00:30:00Z",
                "2026-10-25 02:30:00 CEST",
            ),
            (
                "Europe/Warsaw",
                "2026-10-25T01:30:00Z",
                "2026-10-25 02:30:00 CET",
            ),
            (
                "Asia/Kolkata",
                "2026-07-28T05:14:41Z",
                "2026-07-28 10:44:41 IST",
            ),
        ] {
            assert_eq!(stamp(utc.parse().unwrap(), zone.parse().unwrap()), expected);
        }
        let afternoon = "2026-07-28T15:11:00Z".parse().unwrap();
        assert_eq!(
            twelve_hours(afternoon, chrono_tz::Europe::Warsaw),
            "28 Jul 2026, 05:11 PM"
        );
    }

    #[test]
    fn a_row_shows_what_its_call_is_told_to() {
        let at = "2026-07-28T22:30:00Z".parse().unwrap();
        let made = Call::new("c-1", "600100201", "601200301", "Outgoing", at, 87);
        let made = made.showing("duration", "87").showing("id", Value::Null);
        let row = call(&made, &World::new(), "v2.1");
        assert_eq!((&row["id"], &row["duration"]), (&Value::Null, &json!("87")));
        assert_eq!(
            (&row["call_date"], &row["call_time"]),
            (&json!("2026-07-29"), &json!("00:30:00"))
        );
        assert_eq!(row.get("call_method"), None);
    }
}
