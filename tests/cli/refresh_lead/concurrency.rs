//! A refresh beside a `sync`, and beside another refresh.

use super::{UPDATED, call, refresh, seven_months};
use crate::moment::ago;
use crate::office::Office;

#[test]
fn a_refresh_waits_for_one_page_of_a_sync_and_neither_undoes_the_other() {
    let office = Office::new();
    office
        .callyzer
        .world(|world| world.generate(1_000, ago(20 * 60), ago(60), 5));
    office.call(call("c-1", 100));
    let mut sync = office
        .callsync(&["-q", "sync"])
        .with("CALLSYNC_INITIAL_DAYS", "1")
        .with("CALLYZER_INTERVAL_MS", "300")
        .start();
    office.wait_for_requests(2);
    let before = office.callyzer.requests().len();
    refresh(&office)
        .with("CALLYZER_INTERVAL_MS", "300")
        .prints(UPDATED)
        .run();
    let requests = office.callyzer.requests();
    let first = requests
        .iter()
        .position(|request| !request.body["client_numbers"].is_null())
        .unwrap();
    assert!(
        first <= before + 1,
        "{} pages came before it",
        first - before
    );
    assert!(
        !requests[first + 1].body["client_numbers"].is_null(),
        "it keeps the permit"
    );
    assert_eq!(sync.wait(), Some(0));
    assert_eq!(office.callyzer.overlaps(), 0);
    assert_eq!(office.value("SELECT count(*) FROM calls"), "1001");
}

#[test]
fn two_refreshes_of_one_lead_end_in_the_same_register() {
    let office = seven_months(150);
    let mut children = [(); 3].map(|()| refresh(&office).start());
    for child in &mut children {
        assert_eq!(child.wait(), Some(0));
    }
    let found = office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1");
    refresh(&office)
        .prints("Nowe: 0, zmienione: 0, usunięte: 0")
        .run();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        found
    );
    assert_eq!(office.callyzer.overlaps(), 0);
}
