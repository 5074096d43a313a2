//! How many requests a usual day costs, and when today's figures are asked for.

use std::fmt::Write;

use chrono::TimeDelta;
use pretend_callyzer::Call;
use pretend_callyzer::path::{CALLS_BY_ID, EMPLOYEE_SUMMARY, EMPLOYEES, HISTORY};

use crate::moment::at;
use crate::office::{KINDS, Office};

const ADVISORS: u32 = 40;
const CALLS: usize = 4_000;
/// A run every quarter of an hour.
const RUNS: usize = 96;

/// Forty advisors, who make four thousand calls a day from eight to six o'clock. It is
/// ten to midnight in Warsaw, and all until then is synchronised.
fn office() -> Office {
    let office = Office::empty();
    let mut users = "login,name,role,numbers\n".to_owned();
    for n in 0..ADVISORS {
        let number = (600_100_300 + n).to_string();
        writeln!(users, "a{n},Advisor {n},advisor-bik,{number}").unwrap();
        office.callyzer.world(|world| {
            let advisor = world.employee(&number, "Advisor");
            advisor.last_sync_req_at = Some(at("2026-07-29T22:00:00Z"));
        });
    }
    office.callyzer.world(|world| {
        world.employees.retain(|one| one.name == "Advisor");
        for day in 27..=29 {
            let hour = |hour: u32| at(&format!("2026-07-{day}T{hour:02}:00:00Z"));
            world.generate(CALLS, hour(6), hour(16), day);
        }
    });
    office.it_is(at("2026-07-28T21:50:00Z"));
    office.import("users", &users);
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=2\n");
    office.sync();
    office
}

#[test]
fn a_usual_day_asks_no_more_than_it_needs() {
    let office = office();
    let before = office.callyzer.requests().len();
    let midnight = at("2026-07-28T22:03:00Z");
    for run in 0..RUNS {
        office.it_is(midnight + TimeDelta::minutes(15) * i32::try_from(run).unwrap());
        office.sync();
    }
    assert_eq!(office.count("calls"), (3 * CALLS).to_string());
    assert_eq!(office.count("differences"), "0");
    let requests = &office.callyzer.requests()[before..];
    let count = |path: &str, key: &str| {
        let of_path = requests.iter().filter(|request| request.path == path);
        of_path.filter(|request| request.body[key].is_i64()).count()
    };
    // Two closed days of forty pages, in three kinds.
    let closed_days = count(HISTORY, "call_from");
    assert!((80..=84).contains(&closed_days), "{closed_days}");
    // Each run asks for each kind; in the busy hours an hour's overlap has several pages.
    let uploads = count(HISTORY, "synced_from");
    assert!((RUNS * KINDS..500).contains(&uploads), "{uploads}");
    // Those of today in each run that brings calls, then once an hour; two closed days.
    let figures = count(EMPLOYEE_SUMMARY, "call_from");
    assert!((40 * KINDS..=50 * KINDS).contains(&figures), "{figures}");
    assert_eq!(office.asked_since(before, EMPLOYEES), 1);
    assert_eq!(office.asked_since(before, CALLS_BY_ID), 0);
    assert!(requests.len() <= 680, "{}", requests.len());
    let by_callyzer = "SELECT sum(incoming + outgoing + missed + rejected)
                       FROM daily_stats WHERE day = '2026-07-29'";
    assert_eq!(office.value(by_callyzer), CALLS.to_string());
    let day = "SELECT sum(requests) FROM sync_runs WHERE command = 'sync' AND id > 2";
    assert_eq!(office.value(day), requests.len().to_string());
}

/// An office on the 28th of July, at ten, that has just been synchronised.
fn small_office() -> Office {
    let office = Office::new().going_back(1);
    office.it_is(at("2026-07-28T08:00:00Z"));
    office.call(call("c-1", "2026-07-28T07:00:00Z"));
    office.sync();
    office
}

fn call(id: &str, made_at: &str) -> Call {
    Call::new(id, "600100201", "601200301", "Outgoing", at(made_at), 60)
}

/// Syncs at a time of the 28th and gives how often figures were asked for.
fn figures_at(office: &Office, time: &str) -> usize {
    let before = office.asked(EMPLOYEE_SUMMARY);
    office.it_is(at(&format!("2026-07-28T{time}:00Z")));
    office.sync();
    office.asked(EMPLOYEE_SUMMARY) - before
}

#[test]
fn todays_figures_are_asked_for_after_a_call_else_once_an_hour() {
    let office = small_office();
    assert_eq!(figures_at(&office, "08:15"), 0);
    assert_eq!(figures_at(&office, "08:55"), 0);
    assert_eq!(figures_at(&office, "09:05"), KINDS);
    assert_eq!(figures_at(&office, "09:20"), 0);
    office.call(call("c-2", "2026-07-28T09:25:00Z"));
    assert_eq!(figures_at(&office, "09:35"), KINDS);
    let longer = |call: &mut Call| {
        call.duration_s = 99;
        call.synced_at = at("2026-07-28T09:40:00Z");
    };
    office.callyzer.world(|world| longer(world.call_mut("c-1")));
    assert_eq!(figures_at(&office, "09:50"), KINDS);
    // A new advisor has no figures yet.
    office.callyzer.world(|world| {
        world.employee("600100204", "Nowy");
    });
    office.import(
        "users",
        "login,name,role,numbers\nnowy,Nowy,advisor-bik,600100204\n",
    );
    assert_eq!(figures_at(&office, "10:05"), KINDS);
}

#[test]
fn the_status_shows_the_requests_of_the_last_day() {
    let office = small_office();
    let made = office.callyzer.requests().len();
    let shown = |made: usize| {
        let line = format!("Zapytania z ostatnich 24 godzin: {made}\n");
        office.callsync(&["status"]).prints(&line).run();
    };
    shown(made);
    office.execute(
        "INSERT INTO sync_runs (command, provider, started_at, outcome, requests) VALUES
             ('refresh-lead', 'callyzer', '2026-07-27T07:59:00Z', 'ok', 1000),
             ('refresh-lead', 'callyzer', '2026-07-27T08:02:00Z', 'ok', 7)",
    );
    shown(made + 7);
}
