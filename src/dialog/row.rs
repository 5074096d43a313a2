//! The rows of a report: calls, and results without a time. Which column says what, the
//! settings say.

mod key;
mod number;

use chrono_tz::Tz;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::report::Report;
use super::time;
use crate::call::{
    Call, CampaignResult, Kind, LeftOut, Party, Records, RenamedCall, Status, Unreadable,
};
use crate::campaign::ColumnNames;
use crate::moment::{self, Moment};
use crate::phone::Region;
use crate::reason::{Cause, Reason};
use crate::scalar::Scalar;
use key::SyntheticKeys;

/// Reads the rows of one campaign.
#[derive(Clone, Copy, Debug)]
pub struct RowReader<'a> {
    pub campaign_id: i64,
    pub columns: &'a ColumnNames,
    /// Of times that name none.
    pub zone: Tz,
    pub region: Region,
}

/// A row whose form is known.
struct Row {
    cells: Map<String, Value>,
    /// As received.
    text: String,
}

impl Row {
    fn cell(&self, column: Option<&String>) -> Scalar {
        let value = column.and_then(|column| self.cells.get(column));
        value.cloned().map(Scalar::from).unwrap_or_default()
    }
}

/// What the rows of a report became.
#[derive(Debug, Default)]
pub struct ReadRows {
    pub records: Records,
    keys: SyntheticKeys,
    /// How many rows say a time, though perhaps none that can be read.
    timed: u64,
    /// How many rows of calls say none.
    untimed: u64,
}

impl ReadRows {
    /// How many rows are of calls, though no row of the report says a time.
    pub fn calls_without_time(&self) -> u64 {
        if self.timed == 0 { self.untimed } else { 0 }
    }
}

impl RowReader<'_> {
    pub fn read(&self, report: &Report) -> ReadRows {
        let mut read = ReadRows::default();
        let mut rows: Vec<&RawValue> = report.rows.iter().map(AsRef::as_ref).collect();
        // Then equal rows have the same places, whatever their order in the answer.
        rows.sort_by_key(|row| row.get());
        for row in rows {
            if let Err(unreadable) = self.read_row(report, row, &mut read) {
                read.records.unreadable.push(unreadable);
            }
        }
        read
    }

    fn read_row(
        &self,
        report: &Report,
        row: &RawValue,
        read: &mut ReadRows,
    ) -> Result<(), Unreadable> {
        let ReadRows { records, keys, .. } = read;
        let text = row.get().to_owned();
        let row = match report.cells(row) {
            Ok(cells) => Row { cells, text },
            Err(reason) => return Err(unreadable(text, reason)),
        };
        match row.cell(self.columns.time.as_ref()).text() {
            None => {
                read.untimed += u64::from(self.is_of_call(&row));
                let result = self.result(row, keys);
                let row = (LeftOut::Timeless, Some(result.key.clone()));
                records.left_out.push(row);
                records.results.push(result);
            }
            Some(time) => {
                read.timed += 1;
                let call = time::read(time, self.zone)
                    .and_then(|started_at| self.call(&row, started_at, keys));
                let call = call.map_err(|reason| self.unreadable(row, reason))?;
                if self.columns.id.is_some() {
                    records.renamed.push(RenamedCall {
                        from: self.synthetic_id(&call.client, call.started_at, keys),
                        to: call.provider_call_id.clone(),
                    });
                }
                records.calls.push(call);
            }
        }
        Ok(())
    }

    /// Whether a row without a time should have one: it has a length, or not even the column.
    fn is_of_call(&self, row: &Row) -> bool {
        let Some(time) = &self.columns.time else {
            return false;
        };
        let length = duration(&row.cell(self.columns.duration.as_ref()));
        !row.cells.contains_key(time) || length.is_ok_and(|length| length > 0)
    }

    fn result(&self, row: Row, keys: &mut SyntheticKeys) -> CampaignResult {
        let campaign = self.campaign_id.to_string();
        let cells = |row: &Row| Value::from(row.cells.clone()).to_string();
        // With an id, the call that the row may become takes the result's place. Without
        // one all of the row counts, so that no result takes the place of another one.
        let id = self.call_id(&row);
        CampaignResult {
            campaign_id: self.campaign_id,
            key: id.unwrap_or_else(|| keys.next(&[&campaign, &cells(&row)])),
            row: row.text,
        }
    }

    fn call(
        &self,
        row: &Row,
        started_at: Moment,
        keys: &mut SyntheticKeys,
    ) -> Result<Call, Reason> {
        let number = row.cell(Some(&self.columns.number));
        let client = number::party(number.text().ok_or(Cause::NoNumber)?, self.region);
        let provider_call_id = match &self.columns.id {
            Some(_) => self.call_id(row).ok_or(Cause::NoId)?,
            None => self.synthetic_id(&client, started_at, keys),
        };
        Ok(Call {
            provider_call_id,
            advisor: Party::Hidden,
            advisor_keys: Vec::new(),
            client,
            client_name: None,
            status: Status::Outgoing,
            kind: Kind::campaign_call(),
            started_at,
            duration_s: duration(&row.cell(self.columns.duration.as_ref()))?,
            note: None,
            recording_url: None,
            recording_url_varies: false,
            uploaded_at: None,
            details: Some(self.details(row)),
            has_notes: false,
            attached: None,
        })
    }

    /// Ids may be unique within a campaign only.
    fn call_id(&self, row: &Row) -> Option<String> {
        let id = row.cell(self.columns.id.as_ref()).0?;
        Some(format!("{}-{id}", self.campaign_id))
    }

    fn synthetic_id(&self, client: &Party, at: Moment, keys: &mut SyntheticKeys) -> String {
        let digits = number::digits(client.as_str().unwrap_or_default());
        let campaign = self.campaign_id.to_string();
        let key = keys.next(&[&campaign, &digits, &moment::to_text(at)]);
        format!("{campaign}-{key}")
    }

    /// No `status`: which results mean that somebody answered, no document says.
    fn details(&self, row: &Row) -> String {
        let mut details = Map::new();
        if let Some(result) = row.cell(self.columns.result.as_ref()).0 {
            details.insert("result".into(), result.into());
        }
        if self.columns.id.is_none() {
            details.insert("synthetic_id".into(), true.into());
        }
        details.insert("campaign".into(), self.campaign_id.into());
        details.insert("row".into(), row.cells.clone().into());
        Value::Object(details).to_string()
    }

    fn unreadable(&self, row: Row, reason: Reason) -> Unreadable {
        let time = row.cell(self.columns.time.as_ref());
        let started_at = time
            .text()
            .and_then(|text| time::read(text, self.zone).ok());
        Unreadable {
            provider_call_id: self.call_id(&row),
            day: started_at.map(|at| moment::day_of(at, self.zone)),
            ..unreadable(row.text, reason)
        }
    }
}

fn unreadable(record: String, reason: Reason) -> Unreadable {
    Unreadable {
        provider_call_id: None,
        reason,
        record,
        advisor_number: None,
        day: None,
        status: Some(Status::Outgoing),
    }
}

/// Whole seconds; a fraction is cut off.
fn duration(cell: &Scalar) -> Result<u32, Reason> {
    let Some(text) = cell.text() else {
        return Ok(0);
    };
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .filter(|seconds| (0.0..=f64::from(u32::MAX)).contains(seconds))
        .map(|seconds| seconds as u32)
        .ok_or_else(|| Cause::ImpossibleDuration.of(&[&text]))
}

#[cfg(test)]
mod tests;
