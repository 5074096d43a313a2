//! Dialog's rows of somebody who was forgotten: results without a time, and calls whose ids
//! are shown later.

use pretend_callyzer::DialogCall;
use pretend_callyzer::path::DIALOG_REPORT;

use super::{FORGOTTEN, OTHER, calls, forget};
use crate::moment::ago;
use crate::office::{DIALOG_CAMPAIGN, DIALOG_COLUMNS, Office};

fn call(id: &str, client: &str) -> DialogCall {
    DialogCall::new(DIALOG_CAMPAIGN, id, &format!("48{client}"), ago(30), 60)
}

fn results(office: &Office) -> Vec<String> {
    office.rows("SELECT row ->> 'call_id' FROM campaign_results ORDER BY 1")
}

#[test]
fn a_result_that_mentions_them_is_not_kept() {
    let office = Office::of_dialog().going_back(1);
    office.dialog_call(call("d-1", FORGOTTEN).showing("call_time", ""));
    office.dialog_call(call("d-2", OTHER).showing("call_time", ""));
    office.dialog_call(call("d-3", "").showing("call_time", ""));
    office.sync();
    assert_eq!(results(&office), ["d-1", "d-2", "d-3"]);
    forget(&office, FORGOTTEN);
    office.callyzer.world(|world| {
        let result = "zamiast +48 601 200 301".into();
        world.dialog.calls[2]
            .extra
            .insert("call_result".into(), result);
    });
    office.sync();
    assert_eq!(results(&office), ["d-2"]);
    let report = ["campaign", "report", &DIALOG_CAMPAIGN.to_string()];
    let before = office.asked(DIALOG_REPORT);
    office.callsync(&report).prints("d-1").run();
    assert!(office.asked(DIALOG_REPORT) > before);
    assert_eq!(results(&office), ["d-2"]);
    assert_eq!(calls(&office), [""; 0]);
}

#[test]
fn an_id_that_is_shown_later_brings_no_call_back() {
    let office = Office::of_dialog().going_back(1);
    office.dialog_call(call("d-1", FORGOTTEN));
    office.dialog_call(call("d-2", OTHER));
    let sync = office.callsync(&["-q", "sync"]);
    let without_id = DIALOG_COLUMNS.replace("id=call_id,", "");
    sync.with("DIALOG_COLUMNS", without_id).run();
    forget(&office, FORGOTTEN);
    office.sync();
    assert_eq!(calls(&office), ["7001-d-2"]);
}
