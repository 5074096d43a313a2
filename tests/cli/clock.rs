//! Clocks that disagree: no date of last synchronisation passes Callyzer's clock.

use crate::moment::{ago, text, timestamp};
use crate::office::{KINDS, Office};

#[test]
fn no_date_passes_a_clock_of_callyzers_that_is_behind() {
    let office = Office::new().going_back(1);
    office.callyzer.set_clock_offset(-7200);
    let before = text(ago(120));
    for _ in 0..2 {
        office.sync();
        let dates = office.rows("SELECT DISTINCT last_synced_at FROM sync_dates");
        assert_eq!(dates.len(), 1);
        assert!(
            before <= dates[0] && dates[0] <= text(ago(120)),
            "{before} {dates:?}"
        );
    }
}

#[test]
fn a_date_after_callyzers_clock_goes_back_to_the_last_successful_run_before_it() {
    let office = Office::new().going_back(1);
    office.sync();
    let (success, late) = (text(ago(180)), text(ago(-180)));
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{success}' WHERE command = 'sync';
         UPDATE sync_dates SET last_synced_at = '{late}' WHERE number = '+48600100203'"
    ));
    let before = office.callyzer.requests().len();
    let output = office.sync_with_log().run();
    let warnings = output.logged("WARN");
    assert_eq!(warnings.len(), 1, "{}", output.stderr);
    assert!(warnings[0].contains("+48*****203"), "{}", warnings[0]);
    assert!(warnings[0].contains(&success), "{}", warnings[0]);
    let reaches_back = office
        .upload_windows(before)
        .into_iter()
        .filter(|window| window.0 == timestamp(&success) - 3600);
    assert_eq!(reaches_back.count(), KINDS);
    assert!(office.value("SELECT max(last_synced_at) FROM sync_dates") <= text(ago(0)));
}

#[test]
fn a_date_goes_back_past_the_reading_of_a_single_window() {
    let office = Office::new().going_back(1);
    office.sync();
    let (success, late) = (text(ago(180)), text(ago(-180)));
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{success}' WHERE command = 'sync'"
    ));
    let since = text(ago(60));
    office.callsync(&["-q", "sync", "--since", &since]).run();
    office.execute(&format!(
        "UPDATE sync_runs SET started_at = '{}' WHERE started_at > '{success}';
         UPDATE sync_dates SET last_synced_at = '{late}'",
        text(ago(30))
    ));
    let before = office.callyzer.requests().len();
    office.sync_with_log().run();
    let earliest = office.upload_windows(before).into_iter().min().unwrap();
    assert_eq!(earliest.0, timestamp(&success) - 3600);
}
