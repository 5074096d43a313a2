//! The windows that are asked for: the overlap, the slices, and rows that do not come.

use pretend_callyzer::Misbehaviour;

use super::{KNOWN, SYSTEMS, SystemUnderTest};
use crate::moment::{ago, at, text, timestamp};
use crate::office::Office;

/// The incomplete windows: provider and missing rows.
fn incomplete(office: &Office) -> Vec<String> {
    office.rows("SELECT DISTINCT provider, missing FROM doubtful_windows")
}

/// So many calls, all of five hours ago: only the first sync asks for them.
fn office_with_old_calls(system: &SystemUnderTest, count: usize) -> Office {
    let office = system.office();
    for n in 0..count {
        (system.call)(&office, n as i64, KNOWN, ago(300));
    }
    office
}

#[test]
fn a_window_goes_back_by_the_overlap_and_its_slices_overlap_by_a_second() {
    for system in &SYSTEMS {
        let office = system.office();
        office.it_is(at("2026-07-20T10:00:00Z"));
        office.sync();
        system.set_dates(&office, "2026-07-18T09:00:00Z");
        let before = office.callyzer.requests().len();
        let sync = office.callsync(&["-q", "sync"]);
        system.with_overlap(sync, 24 * 60).run();
        let windows = system.windows(&office, before);
        let start = office.value("SELECT max(started_at) FROM sync_runs WHERE command = 'sync'");
        let expected = [
            ("2026-07-17T09:00:00Z", "2026-07-18T09:00:00Z"),
            ("2026-07-18T08:59:59Z", "2026-07-19T09:00:00Z"),
            ("2026-07-19T08:59:59Z", "2026-07-20T09:00:00Z"),
            ("2026-07-20T08:59:59Z", start.as_str()),
        ];
        let expected = expected.map(|(from, to)| (timestamp(from), timestamp(to)));
        assert_eq!(windows, expected, "{}", system.name);
    }
}

#[test]
fn rows_that_never_come_leave_a_window_that_is_read_again_the_next_day() {
    for system in SYSTEMS.iter().filter(|system| system.counts_rows) {
        let office = office_with_old_calls(system, 3);
        let wrong = Misbehaviour::WrongTotal(3);
        office.callyzer.always(system.path, wrong);
        let begun = text(ago(0));
        let said = format!("3 rows of {}", system.kind);
        office.sync_with_log().says(&said).run();
        let expected = [format!("{}|3", system.provider)];
        assert_eq!(incomplete(&office), expected, "{}", system.name);
        assert_eq!(office.count("calls"), "3", "{}", system.name);
        assert_eq!(system.runs(&office), ["ok|0"], "{}", system.name);
        let dates = system.dates(&office);
        assert!(dates.iter().all(|date| *date >= begun), "{dates:?}");
        assert_eq!(office.sync_dates().len(), system.dates, "{}", system.name);

        office.callyzer.behave();
        office.a_day_passes();
        office.sync();
        assert_eq!(incomplete(&office), [""; 0], "{}", system.name);
        assert_eq!(office.count("calls"), "3", "{}", system.name);
    }
}

#[test]
fn a_page_that_is_repeated_is_not_asked_for_for_ever() {
    for system in &SYSTEMS {
        let Some(page_size) = system.page_size else {
            continue;
        };
        let calls = page_size + 5;
        let office = office_with_old_calls(system, calls);
        let repeats = Misbehaviour::RepeatsPage;
        office.callyzer.always(system.path, repeats);
        // Where rows are not counted, one at least is missing.
        let (missing, rows) = match system.counts_rows {
            true => (5, "5 rows"),
            false => (1, "1 row"),
        };
        let said = format!("{rows} of {}", system.kind);
        office.sync_with_log().says(&said).run();
        let asked = office.asked(system.path);
        assert!(asked < 10, "{}: {asked} requests", system.name);
        let expected = [format!("{}|{missing}", system.provider)];
        assert_eq!(incomplete(&office), expected, "{}", system.name);

        office.callyzer.behave();
        office.sync();
        assert_eq!(system.calls(&office).len(), calls, "{}", system.name);
        assert_eq!(incomplete(&office), [""; 0], "{}", system.name);
    }
}
