//! An account with many advisors and the calls of some days.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use pretend_callyzer::Call;

use crate::moment::{ago, day_of, text};
use crate::office::Office;

const ADVISORS_A_TIME: u64 = 10;
const CALLS_A_TIME: u64 = 2_500;
const DAYS: u32 = 5;

/// Every second client of the calls has a lead.
const LEADS: u32 = 100;
const FIRST_CLIENT: u32 = 601_200_000;

pub struct Account {
    office: Office,
    pub advisors: u64,
    pub calls: u64,
}

impl Account {
    pub fn new(times: u64) -> Self {
        let (advisors, calls) = (ADVISORS_A_TIME * times, CALLS_A_TIME * times);
        let office = Office::empty().going_back(DAYS + 1);
        office.callyzer.world(|world| world.employees.clear());
        let mut users = String::from("login,name,role,team,numbers\n");
        let mut leads = String::from("id,name,phone\n");
        for n in 0..advisors {
            let number = 501_000_000 + n;
            writeln!(users, "a{n},Doradca {n},advisor-bik,bik,{number}").unwrap();
            office.callyzer.world(|world| {
                world.employee(&number.to_string(), &format!("Doradca {n}"));
            });
        }
        for n in 0..LEADS {
            writeln!(leads, "{},Lead {n},{}", 100 + n, FIRST_CLIENT + 2 * n).unwrap();
        }
        office.import("users", &users);
        office.import("leads", &leads);
        office.callyzer.world(|world| {
            let from = ago(i64::from(DAYS) * 24 * 60);
            world.generate(calls as usize, from, ago(1), 1);
            world.render();
        });
        Self {
            office,
            advisors,
            calls,
        }
    }

    /// Brings all calls, and gives the most memory that took, in kilobytes.
    pub fn sync(&mut self) -> u64 {
        let run = self.office.callsync(&["-q", "sync"]);
        let mut sync = run.start();
        let mut peak_kb = 0;
        while let Some(kb) = sync.peak_memory_kb() {
            peak_kb = kb;
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(sync.wait(), Some(0));
        let counts = "SELECT calls_read, calls_new, calls_changed, quarantined FROM sync_runs
                      WHERE command = 'sync'";
        let all = self.calls;
        assert_eq!(self.office.value(counts), format!("{all}|{all}|0|0"));
        peak_kb
    }

    /// Every call is there as the account has it, with its lead and in its day's figures.
    pub fn assert_is_stored(&self) {
        let (mut calls, mut figures) = (Vec::new(), BTreeMap::new());
        self.office.callyzer.world(|world| {
            calls.extend(world.calls.iter().map(row));
            for call in &world.calls {
                let day = (call.emp_number.clone(), day_of(call.at));
                let [incoming, outgoing, missed, rejected, seconds] =
                    figures.entry(day).or_insert([0; 5]);
                *match call.call_type.as_str() {
                    "Incoming" => incoming,
                    "Outgoing" => outgoing,
                    "Missed" => missed,
                    _ => rejected,
                } += 1;
                *seconds += call.duration_s;
            }
        });
        let stored = "SELECT provider_call_id, advisor_number, client_number, lead_id, kind,
                             started_at, duration_s FROM calls ORDER BY 1";
        self.assert_rows(stored, calls);
        let figures = figures
            .into_iter()
            .map(|((number, day), [i, o, m, r, seconds])| {
                format!("+48{number}|{day}|{i}|{o}|{m}|{r}|{seconds}")
            });
        let stored = "SELECT number, day, incoming, outgoing, missed, rejected, talk_time_s
                      FROM daily_stats JOIN advisor_numbers USING (user_id)
                      WHERE incoming + outgoing + missed + rejected > 0 ORDER BY 1, 2";
        self.assert_rows(stored, figures.collect());
    }

    fn assert_rows(&self, sql: &str, mut expected: Vec<String>) {
        let mut found = self.office.rows(sql);
        expected.sort();
        found.sort();
        let differs = found
            .iter()
            .zip(&expected)
            .find(|(one, other)| one != other);
        assert_eq!((differs, found.len()), (None, expected.len()), "{sql}");
    }

    /// Closed days are read again and compared.
    pub fn assert_next_day_finds_no_difference(&self) {
        self.office.it_is(ago(0) + TimeDelta::days(1));
        self.office.sync();
        for (sql, value) in [
            (
                "SELECT count(*) > 0 FROM reread_days WHERE read_at IS NOT NULL",
                "1",
            ),
            ("SELECT count(*) FROM differences", "0"),
            ("SELECT count(*) FROM doubtful_windows", "0"),
            ("SELECT count(*) FROM stats_due", "0"),
            (
                "SELECT sum(calls_new) - (SELECT count(*) FROM calls) FROM sync_runs",
                "0",
            ),
            (
                "SELECT sum(calls_changed + calls_removed) FROM sync_runs",
                "0",
            ),
            ("PRAGMA integrity_check", "ok"),
        ] {
            assert_eq!(self.office.value(sql), value, "{sql}");
        }
    }
}

/// As it is stored.
fn row(call: &Call) -> String {
    let number = call.client_number.parse::<u32>().unwrap() - FIRST_CLIENT;
    let lead = match number % 2 {
        0 if number / 2 < LEADS => (100 + number / 2).to_string(),
        _ => "null".into(),
    };
    format!(
        "{}|+48{}|+48{}|{lead}|{}/{}|{}|{}",
        call.id,
        call.emp_number,
        call.client_number,
        call.method,
        call.mode,
        text(call.at),
        call.duration_s
    )
}
