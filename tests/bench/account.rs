//! The account that is measured, and the file of its earlier years.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::World;
use rusqlite::{Connection, named_params};

pub const ADVISORS: usize = 40;
/// Calls of a day of all advisors.
const CALLS_A_DAY: i64 = 1_111;
/// The most calls that Callyzer is asked for: those of 90 days.
const MOST_SERVED: usize = 100_000;
const RUNS_A_DAY: i64 = 96;

/// A file that ends up with so many calls: Callyzer serves the newest of them, and the
/// older ones are filled in.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    pub calls: usize,
    pub served: usize,
    pub now: DateTime<Utc>,
}

impl Account {
    pub fn new(calls: usize) -> Self {
        let now = DateTime::from_timestamp(Utc::now().timestamp() - 60, 0).unwrap();
        Self {
            calls,
            served: calls.min(MOST_SERVED),
            now,
        }
    }

    pub fn to_arguments(self) -> [String; 2] {
        [self.calls.to_string(), self.now.timestamp().to_string()]
    }

    pub fn from_arguments(arguments: &[String]) -> Self {
        let mut account = Self::new(arguments[0].parse().unwrap());
        account.now = DateTime::from_timestamp(arguments[1].parse().unwrap(), 0).unwrap();
        account
    }

    pub fn served_from(&self) -> DateTime<Utc> {
        self.now - days(self.served)
    }

    /// How many days Callyzer serves, begun ones too.
    pub fn served_days(&self) -> i64 {
        days(self.served).num_days() + 1
    }

    fn leads(&self) -> usize {
        self.calls / 10
    }

    /// Gives the calls from `first` on ids as live accounts have, and their clients.
    pub fn disguise(&self, world: &mut World, first: usize) {
        for (number, call) in world.calls.iter_mut().enumerate().skip(first) {
            call.id = self.id(number);
            call.client_number = self.client(number);
        }
    }

    pub fn id(&self, number: usize) -> String {
        format!("{:016x}-{number:08x}", self.dice(number))
    }

    /// Seven clients in ten are leads.
    pub fn client(&self, number: usize) -> String {
        let dice = self.dice(number);
        match dice % 10 {
            0..7 => lead_number(dice as usize / 16 % self.leads()),
            _ => format!("{}", 690_000_000 + dice / 16 % 9_999_999),
        }
    }

    /// The lead with the number of the call's client.
    pub fn lead(&self, number: usize) -> Option<i64> {
        let dice = self.dice(number);
        (dice % 10 < 7).then(|| (dice as usize / 16 % self.leads()) as i64 + 1)
    }

    pub fn made_at(&self, number: usize) -> DateTime<Utc> {
        self.now - days(self.served - number)
    }

    fn dice(&self, number: usize) -> u64 {
        scatter((number + self.calls) as u64)
    }

    /// Fills a new file: users, leads, and the calls, figures and runs of all years before
    /// what Callyzer serves.
    pub fn fill(&self, database: &Path) {
        let older = self.calls - self.served;
        let mut file = Connection::open(database).unwrap();
        file.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -500000")
            .unwrap();
        let tx = file.transaction().unwrap();
        for number in 0..self.leads() {
            tx.prepare_cached(LEAD)
                .unwrap()
                .execute((number as i64 + 1, format!("+48{}", lead_number(number))))
                .unwrap();
        }
        tx.execute(
            CALLS,
            named_params! {
                ":calls": older as i64, ":leads": self.leads() as i64, ":a_day": CALLS_A_DAY,
                ":until": self.served_from().timestamp(),
            },
        )
        .unwrap();
        tx.execute_batch(EXHAUSTED).unwrap();
        let all_days = days(self.calls).num_days() + 1;
        let values = named_params! {":days": all_days, ":now": self.now.timestamp()};
        tx.execute(FIGURES, values).unwrap();
        tx.execute(
            READINGS,
            named_params! {":days": all_days, ":now": self.now.timestamp()},
        )
        .unwrap();
        tx.execute(
            RUNS,
            named_params! {
                ":days": all_days, ":now": self.now.timestamp(), ":a_day": RUNS_A_DAY,
            },
        )
        .unwrap();
        tx.commit().unwrap();
    }
}

const LEAD: &str = "INSERT INTO leads (id, name, phone, number, created_at)
    VALUES (?1, 'Klient', ?2, ?2, '2020-01-01T00:00:00Z')";

/// Calls spread evenly before a moment, of which three in ten fit no lead.
const CALLS: &str = "
    WITH RECURSIVE n (n) AS (SELECT 0 WHERE :calls > 0 UNION ALL
                             SELECT n + 1 FROM n WHERE n + 1 < :calls),
         dice (n, dice) AS (SELECT n, (n * 40503 + 12345) * 69621 % 2147483647 FROM n),
         made (n, dice, advisor, lead, at) AS (
             SELECT n, dice, 1 + dice % 40,
                    iif(dice / 64 % 10 < 7, 1 + dice / 7 % :leads, NULL),
                    strftime('%Y-%m-%dT%H:%M:%SZ',
                             :until - (:calls - n) * 86400 / :a_day, 'unixepoch')
             FROM dice)
    INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id,
        client_number, status, kind, started_at, duration_s, uploaded_at, first_seen_at, changed_at)
    SELECT 'callyzer', printf('%08x%08x-%08x', dice, dice * 7 % 2147483647, n),
           advisor, '+48600100' || (200 + advisor),
           lead, iif(lead IS NULL, '+48' || (690000000 + dice % 9999999),
                     '+48601' || (200000 + lead - 1)),
           CASE dice % 4 WHEN 0 THEN 'Przychodzące' WHEN 1 THEN 'Wychodzące'
                         WHEN 2 THEN 'Nieodebrane' ELSE 'Odrzucone' END,
           'PhoneCall/Voice', at, dice % 300, at, at, at
    FROM made";

/// A file of an earlier version has these rows already.
const EXHAUSTED: &str = "
    DELETE FROM unmatched_calls;
    INSERT INTO unmatched_calls SELECT id, 96, first_seen_at FROM calls WHERE lead_id IS NULL;";

const FIGURES: &str = "
    WITH RECURSIVE day (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < :days)
    INSERT INTO daily_stats (provider, user_id, day, incoming, outgoing, missed, rejected,
        connected, talk_time_s, incoming_time_s, outgoing_time_s, fetched_at)
    SELECT 'callyzer', users.id, date(:now - n * 86400, 'unixepoch'), 9, 9, 9, 9, 18, 900, 450, 450,
           strftime('%Y-%m-%dT%H:%M:%SZ', :now - (n - 1) * 86400, 'unixepoch')
    FROM day, users WHERE role LIKE 'advisor%'";

const READINGS: &str = "
    WITH RECURSIVE day (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < :days)
    INSERT INTO reread_days (provider, day, read_at)
    SELECT 'callyzer', date(:now - n * 86400, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', :now, 'unixepoch')
    FROM day";

const RUNS: &str = "
    WITH RECURSIVE run (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM run WHERE n + 1 < :days * :a_day),
         at (at) AS (SELECT strftime('%Y-%m-%dT%H:%M:%SZ',
                            :now - (:days * :a_day - n) * 86400 / :a_day, 'unixepoch') FROM run)
    INSERT INTO sync_runs (command, provider, started_at, finished_at, outcome, exit_code, account)
    SELECT 'sync', 'callyzer', at, at, 'ok', 0, 'callsync' FROM at";

pub fn advisor_number(number: usize) -> String {
    format!("{}", 600_100_201 + number)
}

fn lead_number(number: usize) -> String {
    format!("{}", 601_200_000 + number)
}

fn days(calls: usize) -> TimeDelta {
    TimeDelta::seconds(calls as i64 * 86_400 / CALLS_A_DAY)
}

/// `SplitMix64`.
fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
