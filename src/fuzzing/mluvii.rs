//! mluvii's answers.

use serde_json::value::RawValue;

use super::record::{assert_phases, assert_records, sorted};
use super::shown::assert_short_line;
use super::{answer, text_of, warsaw};
use crate::call::{AccountLocale, LeftOut, Phase, Records};
use crate::mluvii::{RoutingHistory, RowReader};
use crate::moment::{self, Moment};
use crate::reason;

/// The moment at which answers are read, so that they mean the same tomorrow.
const NOW: &str = "2026-11-20T10:00:00Z";

fn now() -> Moment {
    moment::from_text(NOW).unwrap()
}

/// Every session becomes a call, is left out, or goes to quarantine.
pub fn mluvii_sessions(bytes: &[u8]) {
    let Some(sessions) = answer::read::<Vec<Box<RawValue>>>(&text_of(bytes)) else {
        return;
    };
    let [records, otherwise] = answer::both_orders(&sessions).map(read_rows);
    let is_row = |(left_out, _): &&(LeftOut, _)| *left_out != LeftOut::NegativePhase;
    let left_out = records.left_out.iter().filter(is_row).count();
    assert_eq!(records.len() + left_out, sessions.len());
    let unfinished = |(left_out, _): &&(LeftOut, _)| *left_out == LeftOut::Unfinished;
    let unfinished = records.left_out.iter().filter(unfinished).count();
    assert_eq!(records.unfinished.len(), unfinished);
    assert_records(&records, warsaw().zone);
    assert_eq!(sorted(&otherwise), sorted(&records));
}

fn read_rows(rows: Vec<&str>) -> Records {
    let AccountLocale { zone, region } = warsaw();
    let mut records = Records::default();
    for row in rows {
        RowReader { zone, region }.read_into(row, now(), &mut records);
    }
    records
}

/// A routing history becomes phases, each once.
pub fn mluvii_routing(bytes: &[u8]) {
    let Some(history) = answer::read::<RoutingHistory>(&text_of(bytes)) else {
        return;
    };
    match history.phases(now(), warsaw().zone) {
        Ok(found) => {
            assert_phases(&found.phases);
            let of_history = |phase: &Phase| phase.name.is_of_history();
            assert!(found.phases.iter().all(of_history));
        }
        Err(reason) => assert_short_line(&reason::shown(reason.as_str())),
    }
}
