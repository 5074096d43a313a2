//! TeleCube's answers.

use std::collections::HashSet;

use super::record::{assert_note, assert_records, assert_unreadable, sorted};
use super::{answer, text_of, warsaw};
use crate::call::{AccountLocale, Records};
use crate::telecube::{Envelope, Legs, RowReader, read_note};

/// Every row of a page becomes a call, is left out, or goes to quarantine. Rows of one call
/// become one, and it does not matter which of them came first.
pub fn telecube_calls(bytes: &[u8]) {
    let Some(page) = answer::read::<Envelope>(&text_of(bytes)) else {
        return;
    };
    let [read, otherwise] = answer::both_orders(&page.rows.0).map(read_rows);
    let ids: HashSet<_> = read
        .calls
        .iter()
        .map(|call| &call.provider_call_id)
        .collect();
    let records = joined(read.clone());
    assert_eq!(records.calls.len(), ids.len());
    let others = records.unreadable.len() + records.left_out.len();
    assert_eq!(read.calls.len() + others, page.rows.0.len());
    assert_records(&records, warsaw().zone);
    assert_eq!(sorted(&joined(otherwise)), sorted(&records));
}

fn read_rows(rows: Vec<&str>) -> Records {
    let AccountLocale { zone, region } = warsaw();
    let mut records = Records::default();
    for row in rows {
        RowReader { zone, region }.read_into(row, &mut records);
    }
    records
}

fn joined(mut records: Records) -> Records {
    records.calls = Legs::default().join(records.calls);
    records
}

/// A note can be stored, was deleted, or goes to quarantine.
pub fn telecube_notes(bytes: &[u8]) {
    let Some(page) = answer::read::<Envelope>(&text_of(bytes)) else {
        return;
    };
    for row in &page.rows.0 {
        match read_note(row.get(), warsaw().zone) {
            Ok(note) => note
                .iter()
                .for_each(|note| assert_note(note, warsaw().zone)),
            Err(unreadable) => {
                assert_eq!(unreadable.record, row.get());
                assert_unreadable(&unreadable);
            }
        }
    }
}
