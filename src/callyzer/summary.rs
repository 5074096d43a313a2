//! Rows about employees: `/call-log/employee-summary` and `/employee/get`.

use chrono::{Datelike, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use serde::Deserialize;

use super::row::party;
use crate::call::YEARS;
use crate::call::{AccountLocale, Figures, Party};
use crate::moment::{self, Moment};
use crate::phone::Region;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;
use crate::tolerant_json;

/// How far in the future a contact may lie: its zone is not told.
const FUTURE: TimeDelta = TimeDelta::days(1);

/// The state of an employee's phone.
#[derive(Clone, Copy, Debug)]
pub struct Employee {
    /// When the phone last sent calls, and when it made its last one.
    contacts: [LastContact; 2],
    pub is_app_uninstalled: bool,
}

impl Employee {
    /// The last contact. One that lies in the future by more than a day cannot be right.
    pub fn last_contact(&self, now: Moment) -> LastContact {
        let latest = now + FUTURE;
        let believed = self.contacts.map(|contact| match contact {
            LastContact::At(moment) if moment > latest => LastContact::Unreadable,
            contact => contact,
        });
        believed[0].max(believed[1])
    }
}

/// The last contact of a phone with Callyzer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastContact {
    Never,
    /// Callyzer says when in a form that cannot be read, or that cannot be right.
    Unreadable,
    At(Moment),
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

/// Reads figures. One that is absent, negative, not whole or absurdly great is an error.
pub fn figures(row: &str, region: Region) -> Result<About<Figures>, Reason> {
    let fields = fields(row)?;
    let figure = |name: &str, field: &Scalar| {
        let Some(text) = field.text() else {
            return Err(Cause::NoFigure.of(&[&name]));
        };
        let number: Option<u32> = field.whole_number();
        number
            .map(i64::from)
            .ok_or_else(|| Cause::OddFigure.of(&[&name, &text]))
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
pub fn employee(row: &str, locale: AccountLocale) -> Result<About<Employee>, Reason> {
    let fields = fields(row)?;
    let employee = Employee {
        contacts: [&fields.last_sync_req_at, &fields.last_call_at]
            .map(|field| contact(field, locale.zone)),
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
fn contact(text: &Scalar, zone: Tz) -> LastContact {
    let Some(text) = text.text() else {
        return LastContact::Never;
    };
    let stamp = text.rsplit_once(' ').map_or(text, |(stamp, _)| stamp);
    let local = NaiveDateTime::parse_from_str(text, "%d %b %Y, %I:%M %p")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
        .or_else(|_| NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S"));
    match local.ok().filter(|local| YEARS.contains(&local.year())) {
        Some(local) => LastContact::At(moment::from_local(local, zone)),
        None => LastContact::Unreadable,
    }
}

fn fields(row: &str) -> Result<EmployeeRow, Reason> {
    tolerant_json::from_str(row).map_err(|_| Cause::NotEmployee.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_contact_is_read_in_both_forms() {
        for (text, expected) in [
            ("28 Jul 2026, 05:11 PM", "2026-07-28T15:11:00Z"),
            ("2026-07-28 17:11:04 CEST", "2026-07-28T15:11:04Z"),
            ("2026-07-28 17:11:04", "2026-07-28T15:11:04Z"),
        ] {
            let found = contact(&Scalar(Some(text.into())), chrono_tz::Europe::Warsaw);
            let expected = moment::from_text(expected).unwrap();
            assert_eq!(found, LastContact::At(expected), "{text}");
        }
        let contact =
            |text: Option<&str>| contact(&Scalar(text.map(Into::into)), chrono_tz::Europe::Warsaw);
        assert_eq!(contact(Some("yesterday")), LastContact::Unreadable);
        assert_eq!(contact(None), LastContact::Never);
    }
}
