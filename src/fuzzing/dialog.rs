//! Dialog's reports.

use std::collections::HashSet;

use super::record::{assert_records, sorted};
use super::{answer, text_of, warsaw};
use crate::call::{AccountLocale, Records};
use crate::campaign::ColumnNames;
use crate::dialog::{Report, RowReader};

const CAMPAIGN: i64 = 7001;

/// Every row of a report becomes a call, a result without a time, or goes to quarantine,
/// whether rows have ids or not, and whatever their order.
pub fn dialog_report(bytes: &[u8]) {
    let Some(mut report) = answer::read::<Report>(&text_of(bytes)) else {
        return;
    };
    let read = |report: &Report| [Some("id"), None].map(|id| read_rows(report, id));
    let in_order = read(&report);
    for records in &in_order {
        let rows = records.len() + records.results.len();
        assert_eq!(rows, report.rows.len());
        assert_records(records, warsaw().zone);
    }
    let without_ids = &in_order[1].calls;
    let ids: HashSet<_> = without_ids
        .iter()
        .map(|call| &call.provider_call_id)
        .collect();
    assert_eq!(ids.len(), without_ids.len());
    report.rows.reverse();
    assert_eq!(
        read(&report).map(|records| sorted(&records)),
        in_order.map(|records| sorted(&records))
    );
}

fn read_rows(report: &Report, id: Option<&str>) -> Records {
    let AccountLocale { zone, region } = warsaw();
    let columns = ColumnNames {
        id: id.map(Into::into),
        time: Some("call_time".into()),
        duration: Some("duration".into()),
        result: Some("result".into()),
        number: "phone_number".into(),
    };
    let reader = RowReader {
        campaign_id: CAMPAIGN,
        columns: &columns,
        zone,
        region,
    };
    reader.read(report).records
}
