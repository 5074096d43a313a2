//! What the pretend account holds: settings, employees, calls, and the other systems beside them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::dialog::Dialog;
use crate::hosted_file::HostedFile;
use crate::mluvii::Mluvii;
use crate::telecube::Telecube;
use crate::{PretendCallyzer, row};

pub struct World {
    pub zone: Tz,
    pub token: String,
    pub subscription_expired: bool,
    /// Whether the refusal of an unknown employee number says which one.
    pub names_unknown_numbers: bool,
    /// 405 for POST `/employee/get`, whose documented method is GET.
    pub refuses_employee_post: bool,
    /// Whether the figures of a question count the calls of every kind.
    pub figures_ignore_kinds: bool,
    pub employees: Vec<Employee>,
    pub calls: Vec<Call>,
    /// Callyzer's recordings by their ids.
    pub recordings: BTreeMap<String, HostedFile>,
    pub telecube: Telecube,
    pub mluvii: Mluvii,
    pub dialog: Dialog,
}

#[derive(Clone, Debug, Default)]
pub struct Employee {
    pub name: String,
    pub country_code: String,
    pub number: String,
    pub code: String,
    pub tags: Vec<String>,
    /// By default when the last call was uploaded.
    pub last_sync_req_at: Option<DateTime<Utc>>,
    pub is_app_uninstalled: bool,
}

/// A call as the account knows it. Filters and figures go by these fields;
/// `extra` only overwrites what the row shows.
#[derive(Clone, Debug, Default)]
pub struct Call {
    pub id: String,
    pub emp_country_code: String,
    pub emp_number: String,
    pub client_name: Option<String>,
    pub client_country_code: String,
    /// Empty for a hidden number.
    pub client_number: String,
    pub call_type: String,
    pub method: String,
    pub mode: String,
    pub at: DateTime<Utc>,
    pub duration_s: u32,
    pub note: Option<String>,
    pub recording_url: Option<String>,
    pub synced_at: DateTime<Utc>,
    pub modified_at: Option<DateTime<Utc>>,
    pub extra: Map<String, Value>,
    /// The JSON of its row, if [`World::render`] made it beforehand.
    pub rendered: Option<String>,
}

impl World {
    /// An empty account in Warsaw that accepts [`PretendCallyzer::TOKEN`].
    pub fn new() -> Self {
        Self {
            zone: chrono_tz::Europe::Warsaw,
            token: PretendCallyzer::TOKEN.into(),
            subscription_expired: false,
            names_unknown_numbers: true,
            refuses_employee_post: false,
            figures_ignore_kinds: false,
            employees: Vec::new(),
            calls: Vec::new(),
            recordings: BTreeMap::new(),
            telecube: Telecube::default(),
            mluvii: Mluvii::default(),
            dialog: Dialog::default(),
        }
    }

    /// Makes the rows of calls that have none beforehand, so that an answer costs little.
    /// A call that is changed later shows its old row.
    pub fn render(&mut self) {
        let rows = self.calls.iter().map(|call| match &call.rendered {
            Some(row) => row.clone(),
            None => row::call(call, self, "v2.2").to_string(),
        });
        let rows: Vec<_> = rows.collect();
        for (call, row) in self.calls.iter_mut().zip(rows) {
            call.rendered = Some(row);
        }
    }

    /// A Polish number, without the country code.
    pub fn employee(&mut self, number: &str, name: &str) -> &mut Employee {
        self.employees.push(Employee {
            name: name.into(),
            country_code: "48".into(),
            number: number.into(),
            ..Employee::default()
        });
        let last = self.employees.len() - 1;
        &mut self.employees[last]
    }

    pub fn call(&mut self, call: Call) -> &mut Call {
        self.calls.push(call);
        let last = self.calls.len() - 1;
        &mut self.calls[last]
    }

    /// The employee with that number, to change it.
    pub fn employee_mut(&mut self, number: &str) -> &mut Employee {
        self.employees
            .iter_mut()
            .find(|employee| employee.number == number)
            .unwrap_or_else(|| panic!("no employee {number}"))
    }

    /// The call with that id, to change it.
    pub fn call_mut(&mut self, id: &str) -> &mut Call {
        self.calls
            .iter_mut()
            .find(|call| call.id == id)
            .unwrap_or_else(|| panic!("no call {id}"))
    }

    pub(crate) fn find_employee(&self, country_code: &str, number: &str) -> Option<&Employee> {
        self.employees
            .iter()
            .find(|employee| employee.country_code == country_code && employee.number == number)
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// A phone call between two Polish numbers, uploaded a minute after it began.
    pub fn new(
        id: &str,
        emp_number: &str,
        client_number: &str,
        call_type: &str,
        at: DateTime<Utc>,
        duration_s: u32,
    ) -> Self {
        Self {
            id: id.into(),
            emp_country_code: "48".into(),
            emp_number: emp_number.into(),
            client_country_code: if client_number.is_empty() { "" } else { "48" }.into(),
            client_number: client_number.into(),
            call_type: call_type.into(),
            method: "PhoneCall".into(),
            mode: "Voice".into(),
            at,
            duration_s,
            synced_at: at + TimeDelta::minutes(1),
            ..Self::default()
        }
    }

    /// The order of the history: by upload, then by id.
    pub(crate) fn newest_first(&self, other: &Self) -> Ordering {
        other
            .synced_at
            .cmp(&self.synced_at)
            .then_with(|| self.id.cmp(&other.id))
    }

    /// Has the row show that value, whatever the call is.
    pub fn showing(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}
