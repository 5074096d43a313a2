//! What was made until somebody was forgotten, or before a purge, comes back by no reading.

use super::{KNOWN, SYSTEMS, SystemUnderTest, UNKNOWN};
use crate::forgotten::{calls, forget, forget_before};
use crate::moment::{ago, day_before, midnight, noon, text};
use crate::office::{LEADS, Office};

/// An office that stored calls with both clients of the day before yesterday and of today,
/// and forgot one client twenty minutes ago.
fn office(system: &SystemUnderTest) -> Office {
    let office = (system.alone)().going_back(3);
    let earlier = noon(day_before(2));
    for (id, client, at) in [
        (1, KNOWN, earlier),
        (2, UNKNOWN, earlier),
        (3, KNOWN, ago(30)),
    ] {
        (system.call)(&office, id, client, at);
    }
    office.sync();
    assert_eq!(calls(&office).len(), 3, "{}", system.name);
    forget_before(&office, KNOWN, 20);
    office
}

/// Dates of last synchronisation that have every reading go back three days.
fn begin_anew(system: &SystemUnderTest, office: &Office) {
    system.set_dates(office, &text(ago(3 * 24 * 60)));
}

#[test]
fn calls_until_somebody_was_forgotten_come_back_by_no_reading() {
    for system in &SYSTEMS {
        let (office, name) = (office(system), system.name);
        (system.call)(&office, 4, KNOWN, ago(25));
        let sync = || office.sync_with_log().prints("(nowe 0, zmienione 0)");
        let read = sync()
            .prints("Poza rejestrem: zapomniane lub usunięte ")
            .run();
        let lines = read.logged("INFO").into_iter();
        let left_out = lines.filter(|line| line.contains("forgotten or purged"));
        assert_eq!(left_out.count(), 1, "{name}");
        let since = text(ago(3 * 24 * 60));
        office.callsync(&["-q", "sync", "--since", &since]).run();
        begin_anew(system, &office);
        sync().run();
        office.a_day_passes();
        sync().says("again").run();
        assert_eq!(system.calls(&office), ["2"], "{name}");
        let counts = "SELECT DISTINCT calls_new, calls_changed, calls_removed, quarantined
                      FROM sync_runs WHERE command LIKE 'sync%' AND id > 3";
        assert_eq!(office.rows(counts), ["0|0|0|0"], "{name}");
        assert_eq!(office.count("differences"), "0", "{name}");
    }
}

#[test]
fn a_call_after_somebody_was_forgotten_is_new_and_finds_a_lead() {
    for system in &SYSTEMS {
        let (office, name) = (office(system), system.name);
        office.import("leads", LEADS);
        (system.call)(&office, 5, KNOWN, ago(10));
        let sync = office.callsync(&["sync"]).logs();
        sync.prints("(nowe 1, zmienione 0)").run();
        assert_eq!(system.calls(&office), ["2", "5"], "{name}");
        let lead = "SELECT lead_id FROM calls WHERE provider_call_id LIKE '%5'";
        assert_eq!(office.value(lead), "1", "{name}");
    }
}

#[test]
fn a_stored_call_whose_number_becomes_a_forgotten_one_goes() {
    for system in &SYSTEMS {
        let office = system.office();
        (system.call)(&office, 1, UNKNOWN, ago(30));
        office.sync();
        forget_before(&office, KNOWN, 20);
        office.callyzer.world(|world| {
            world.calls.clear();
            world.telecube.calls.clear();
            world.mluvii.sessions.clear();
            world.dialog.calls.clear();
        });
        (system.call)(&office, 1, KNOWN, ago(30));
        let figures = office.rows("SELECT user_id, outgoing FROM daily_stats");
        office.sync();
        assert_eq!(system.calls(&office), [""; 0], "{}", system.name);
        let counts = "SELECT calls_read, calls_new, calls_changed, calls_removed FROM sync_runs
                      WHERE command = 'sync' ORDER BY id DESC LIMIT 1";
        assert_eq!(office.value(counts), "1|0|0|1", "{}", system.name);
        let counted = "SELECT sum(outgoing) FROM forgotten_figures";
        assert_eq!(office.value(counted), "1", "{}", system.name);
        let after = office.rows("SELECT user_id, outgoing FROM daily_stats");
        assert_eq!(after, figures, "{}", system.name);
    }
}

#[test]
fn figures_that_are_counted_anew_have_the_forgotten_calls_and_what_is_new() {
    for system in SYSTEMS
        .iter()
        .filter(|it| ["telecube", "mluvii"].contains(&it.provider))
    {
        let office = (system.alone)().going_back(3);
        let (day, at) = (day_before(1), noon(day_before(1)));
        (system.call)(&office, 1, KNOWN, at);
        (system.call)(&office, 2, UNKNOWN, at);
        office.sync();
        let figures = || {
            let sql = "SELECT outgoing, connected, talk_time_s, outgoing_time_s FROM daily_stats
                       WHERE user_id = 1 AND day =";
            office.value(&format!("{sql} '{day}'"))
        };
        assert_eq!(figures(), "2|2|120|120", "{}", system.name);
        forget(&office, KNOWN);
        (system.call)(&office, 3, UNKNOWN, at);
        let since = ["-q", "sync", "--since", &day.to_string()];
        office.callsync(&since).run();
        assert_eq!(system.calls(&office), ["2", "3"], "{}", system.name);
        assert_eq!(figures(), "3|3|180|180", "{}", system.name);
    }
}

#[test]
fn nothing_before_a_purge_is_asked_for_or_stored() {
    let day = day_before(2);
    for system in &SYSTEMS {
        let (office, name) = ((system.alone)().going_back(6), system.name);
        for (id, at) in [(1, noon(day_before(4))), (2, midnight(day)), (3, ago(30))] {
            (system.call)(&office, id, UNKNOWN, at);
        }
        let purge = ["-q", "purge", "--before", &day.to_string(), "--yes"];
        office.sync();
        office.callsync(&purge).run();
        assert_eq!(system.calls(&office), ["2", "3"], "{name}");
        let (asked, provider, old) = (
            office.callyzer.requests().len(),
            system.provider,
            day_before(4),
        );
        office.execute(&format!(
            "DELETE FROM sync_dates;
             INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
             VALUES ('{provider}', '{}', '{old}T10:00:00Z', '{old}T11:00:00Z', 1, '');
             INSERT INTO differences VALUES ('{provider}', '+48600100201', '{old}', 1, 1, 2, '', '')",
            system.kind
        ));
        let sync = office.sync_with_log().run();
        assert!(
            !sync.stderr.contains(&format!("reading {old} again")),
            "{name}"
        );
        assert_eq!(office.count("doubtful_windows"), "0", "{name}");
        let earlier = day_before(6).to_string();
        office.callsync(&["-q", "sync", "--since", &earlier]).run();
        let windows = system.windows(&office, asked);
        let first = midnight(day).timestamp();
        let earliest = windows.iter().map(|(from, _)| *from).min();
        assert_eq!(earliest, Some(first), "{name}");
        let asked = office.asked(system.path);
        let purged = ["sync", "--since", &earlier, "--until", &day.to_string()];
        let nothing = office
            .callsync(&purged)
            .says("all of the window was purged");
        nothing
            .logs()
            .prints("Połączenia: 0 (nowe 0, zmienione 0)")
            .run();
        assert_eq!(office.asked(system.path), asked, "{name}");
        assert_eq!(system.calls(&office), ["2", "3"], "{name}");
    }
}
