//! Clocks: no date of last synchronisation passes the system's own, each by itself.

use chrono::Utc;

use super::{KNOWN, SYSTEMS, office_of_all};
use crate::moment::{ago, at};

#[test]
fn no_date_passes_the_systems_own_clock() {
    for system in &SYSTEMS {
        let office = office_of_all();
        office.it_is(at("2026-07-20T10:00:00Z"));
        let behind = at("2026-07-20T07:00:00Z") - Utc::now();
        (system.set_clock)(&office.callyzer, behind.num_seconds());
        let words = format!("s ahead of {}'s", system.name);
        let output = office.sync_with_log().says(&words).run();
        assert_eq!(output.logged("WARN").len(), 1, "{}", output.stderr);
        let minutes = "SELECT DISTINCT provider, substr(last_synced_at, 1, 16) FROM sync_dates";
        let mut expected = vec![format!("{}|2026-07-20T07:00", system.provider)];
        let others = system.others().map(|other| other.provider);
        expected.extend(others.map(|other| format!("{other}|2026-07-20T10:00")));
        expected.sort();
        assert_eq!(office.rows(&format!("{minutes} ORDER BY 1")), expected);
    }
}

#[test]
fn without_a_clock_no_date_passes_the_newest_call_received() {
    for system in &SYSTEMS {
        let office = system.office();
        for (id, minutes) in [(1, 90), (2, 60)] {
            (system.call)(&office, id, KNOWN, ago(minutes));
        }
        (system.hide_clock)(&office.callyzer);
        let words = format!("{} sends no time", system.name);
        let sync = || office.sync_with_log().says(&words).run();
        sync();
        let newest = office.value("SELECT max(ifnull(uploaded_at, started_at)) FROM calls");
        assert_eq!(system.dates(&office), [newest.as_str()], "{}", system.name);
        assert_eq!(office.sync_dates().len(), system.dates, "{}", system.name);
        // Nothing came since.
        sync();
        assert_eq!(system.dates(&office), [newest], "{}", system.name);
        (system.call)(&office, 3, KNOWN, ago(30));
        sync();
        let newest = office.value("SELECT max(ifnull(uploaded_at, started_at)) FROM calls");
        assert_eq!(system.dates(&office), [newest], "{}", system.name);
        assert_eq!(office.count("calls"), "3", "{}", system.name);
    }
}

#[test]
fn a_date_after_the_systems_clock_is_set_back_and_what_was_missed_is_read() {
    let office = office_of_all();
    office.it_is(at("2026-07-18T10:00:00Z"));
    office.sync();
    office.it_is(at("2026-07-20T16:00:00Z"));
    for system in &SYSTEMS {
        for late in &SYSTEMS {
            late.set_dates(&office, "2026-07-22T16:00:00Z");
        }
        let dates_of_others = || -> Vec<_> {
            let others = system.others();
            others.flat_map(|other| other.dates(&office)).collect()
        };
        let before = dates_of_others();
        // Before what an overlap would read again.
        (system.call)(&office, 1, KNOWN, at("2026-07-18T11:30:00Z"));
        office
            .callsync(&["sync", "--provider", system.provider])
            .with("CALLSYNC_REREAD_DAYS", "0")
            .prints("Połączenia: 1 (nowe 1, zmienione 0)")
            .says("reading again from 2026-07-18T10:00")
            .run();
        assert_eq!(system.calls(&office), ["1"], "{}", system.name);
        let dates = system.dates(&office);
        assert_eq!(dates.len(), 1, "{}: {dates:?}", system.name);
        assert!(dates[0].starts_with("2026-07-20T16:00"), "{dates:?}");
        assert_eq!(dates_of_others(), before, "{}", system.name);
    }
}
