//! Rows about employees: `/call-log/employee-summary` and `/employee/get`.

use serde::Deserialize;

use super::record::party;
use super::scalar::Scalar;
use crate::call::{Figures, Party};
use crate::phone::Region;
use crate::provider::{Error, Result};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
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
}

/// Whose row it is, and the figures in it; a figure that is absent is no figure.
pub fn figures(row: &str, region: Region) -> Result<(Party, Figures)> {
    let fields = fields(row)?;
    let figure = |name: &str, field: &Scalar| {
        let missing = || Error::BadAnswer(format!("no {name} in a row about an employee"));
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
    Ok((
        party(&fields.emp_country_code, &fields.emp_number, region),
        figures,
    ))
}

pub fn employee(row: &str, region: Region) -> Result<Party> {
    let fields = fields(row)?;
    Ok(party(&fields.emp_country_code, &fields.emp_number, region))
}

fn fields(row: &str) -> Result<Row> {
    serde_json::from_str(row)
        .map_err(|_| Error::BadAnswer("a row about an employee is not an object".into()))
}
