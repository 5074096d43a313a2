//! Rows about employees: `/call-log/employee-summary` and `/employee/get`.

use chrono::{Datelike, NaiveDateTime};
use chrono_tz::Tz;
use serde::Deserialize;

use super::row::{YEARS, party};
use super::scalar::Scalar;
use crate::call::{AccountLocale, Figures, Party};
use crate::moment::{self, Moment};
use crate::phone::Region;

/// The state of an employee's phone.
#[derive(Clone, Copy, Debug)]
pub struct Employee {
    /// The last contact with Callyzer, if that could be read.
    pub last_contact_at: Option<Moment>,
    pub is_app_uninstalled: bool,
}

/// What a row says of an employee.
#[derive(Debug)]
pub struct About<T> {
    /// Tells employees apart: several may have one number, and one may come twice.
    pub who: String,
    pub party: Party,
    pub content: T,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmployeeRow {
    emp_name: Scalar,
    emp_code: Scalar,
    emp_country_code: Scalar,
    emp_number: Scalar,
    total_incoming_calls: Scalar,
    total_incoming_duration: Scalar,
    total_outgoing_calls: Scalar,
    total_outgoing_duration: Scalar,
    total_missed_calls: Scalar,
    total_rejected_calls: Scalar,
    total_connected_calls: Scalar,
    total_duration: Scalar,
    last_sync_req_at: Scalar,
    last_call_at: Scalar,
    device_preference: Option<Preference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Preference {
    is_app_uninstalled: Scalar,
}

/// Reads figures. A figure that is absent is an error.
pub fn figures(row: &str, region: Region) -> Result<About<Figures>, String> {
    let fields = fields(row)?;
    let figure = |name: &str, field: &Scalar| {
        let missing = || format!("no {name} in a row about an employee");
        field.whole_number().ok_or_else(missing)
    };
    let figures = Figures {
        incoming: figure("total_incoming_calls", &fields.total_incoming_calls)?,
        outgoing: figure("total_outgoing_calls", &fields.total_outgoing_calls)?,
        missed: figure("total_missed_calls", &fields.total_missed_calls)?,
        rejected: figure("total_rejected_calls", &fields.total_rejected_calls)?,
        connected: figure("total_connected_calls", &fields.total_connected_calls)?,
        talk_time_s: figure("total_duration", &fields.total_duration)?,
        incoming_time_s: figure("total_incoming_duration", &fields.total_incoming_duration)?,
        outgoing_time_s: figure("total_outgoing_duration", &fields.total_outgoing_duration)?,
    };
    Ok(fields.about(figures, region))
}

/// Reads the state of an employee's phone.
pub fn employee(row: &str, locale: AccountLocale) -> Result<About<Employee>, String> {
    let fields = fields(row)?;
    let contacts = [&fields.last_sync_req_at, &fields.last_call_at];
    let employee = Employee {
        last_contact_at: contacts
            .into_iter()
            .filter_map(|text| contact(text, locale.zone))
            .max(),
        is_app_uninstalled: fields.device_preference.as_ref().is_some_and(|preference| {
            matches!(preference.is_app_uninstalled.text(), Some("true" | "1"))
        }),
    };
    Ok(fields.about(employee, locale.region))
}

impl EmployeeRow {
    fn about<T>(&self, content: T, region: Region) -> About<T> {
        let who = [
            &self.emp_country_code,
            &self.emp_number,
            &self.emp_code,
            &self.emp_name,
        ];
        About {
            who: who.map(|field| field.text().unwrap_or_default()).join("|"),
            party: party(&self.emp_country_code, &self.emp_number, region),
            content,
        }
    }
}

/// `28 Jul 2026, 05:11 PM` without a zone, or `2026-07-28 17:11:04 CEST`.
fn contact(text: &Scalar, zone: Tz) -> Option<Moment> {
    let text = text.text()?;
    let stamp = text.rsplit_once(' ').map_or(text, |(stamp, _)| stamp);
    let local = NaiveDateTime::parse_from_str(text, "%d %b %Y, %I:%M %p")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
        .or_else(|_| NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S"));
    let local = local.ok().filter(|local| YEARS.contains(&local.year()))?;
    Some(moment::from_local(local, zone))
}

fn fields(row: &str) -> Result<EmployeeRow, String> {
    serde_json::from_str(row).map_err(|_| "a row about an employee is not an object".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_contact_is_read_in_both_forms() {
        for (text, expected) in [
            ("28 Jul 2026, 05:11 PM", Some("2026-07-28T15:11:00Z")),
            ("2026-07-28 17:11:04 CEST", Some("2026-07-28T15:11:04Z")),
            ("2026-07-28 17:11:04", Some("2026-07-28T15:11:04Z")),
            ("yesterday", None),
        ] {
            let found = contact(&Scalar(Some(text.into())), chrono_tz::Europe::Warsaw);
            assert_eq!(found.map(moment::to_text).as_deref(), expected, "{text}");
        }
    }
}
