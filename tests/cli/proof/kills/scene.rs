//! An office whose time goes on in leaps, and the inputs of its commands.

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::{DateTime, Days, TimeDelta, Utc};
use fastrand::Rng;
use rusqlite::Connection;

use super::begin::Begin;
use super::uploads::{Span, Uploads, client};
use crate::moment::at;
use crate::office::{Office, USERS};
use crate::proof;
use crate::run::Run;

/// When it begins: a Monday morning, and no change of clocks near.
const START: &str = "2026-11-16T05:00:00Z";

/// A leap of time is no longer.
const LONGEST_LEAP_S: i64 = 8 * 3600;

/// Nothing is left for another run.
const SETTINGS: &str = "TELECUBE_NOTES_A_RUN=2000
MLUVII_PHASES=1
MLUVII_PHASES_A_RUN=2000
";

/// Leads have the numbers of the first clients.
const FIRST_LEADS: u32 = 10;
const LAST_LEADS: u32 = 30;

pub struct Scene {
    pub office: Office,
    pub chance: Rng,
    pub begin: Begin,
    pub uploads: Uploads,
    /// The leads whose calls changed where only a refresh sees it.
    pub refreshed: BTreeSet<u32>,
    /// How far the clocks of all are ahead of the real one, in whole seconds.
    ahead: TimeDelta,
    /// Up to when calls have come in.
    came_until: DateTime<Utc>,
    /// How often something was imported: names say it.
    version: u32,
    leads: u32,
    crm_leads: u32,
    pub campaigns: u32,
}

impl Scene {
    /// It has past enough for so many kills, and a first synchronisation goes back so far that
    /// it has all calls in the end too.
    pub fn new(seed: u64, begin: Begin, kills: u64) -> Self {
        let start = at(START);
        let past_days = 1 + kills / 7;
        let initial_days = past_days + kills / 3 + 3;
        let mut scene = Self {
            office: Office::empty().with_telecube().with_mluvii().with_dialog(),
            chance: proof::chance(seed),
            begin,
            uploads: Uploads::default(),
            refreshed: BTreeSet::new(),
            ahead: TimeDelta::seconds((start - Utc::now()).num_seconds()),
            came_until: start - Days::new(past_days),
            version: 0,
            leads: FIRST_LEADS,
            crm_leads: 0,
            campaigns: 0,
        };
        scene.office.callyzer.may_stay_unasked();
        let settings = format!("CALLSYNC_INITIAL_DAYS={initial_days}\n{SETTINGS}");
        scene.office.file("callsync.env", settings);
        scene.leap(TimeDelta::zero());
        begin.make(&scene.office);
        scene.calls_come(60 + 10 * kills as u32);
        scene
    }

    /// In whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now() + self.ahead;
        DateTime::from_timestamp(now.timestamp(), 0).unwrap()
    }

    /// Some hours pass, or none, and calls come in meanwhile.
    pub fn time_passes(&mut self) {
        let leap = self.chance.i64(0..LONGEST_LEAP_S) * self.chance.i64(0..4).min(1);
        self.leap(TimeDelta::seconds(leap));
        let count = self.chance.u32(..40);
        self.calls_come(count);
    }

    /// So much time passes, in whole seconds.
    pub fn leap(&mut self, leap: TimeDelta) {
        self.ahead += leap;
        self.office.it_is(Utc::now() + self.ahead);
    }

    /// So many calls come in, since the last ones did.
    pub fn calls_come(&mut self, count: u32) {
        let span = Span {
            from: self.came_until,
            to: self.now(),
        };
        if span.to > span.from {
            self.uploads
                .come(&self.office, &mut self.chance, (span, count));
            self.came_until = span.to;
        }
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let quiet = [&["-q"], arguments].concat();
        self.office.callsync(&quiet)
    }

    /// The next version of what is imported, each time with more leads.
    pub fn write_imports(&mut self) {
        self.version += 1;
        self.leads = (self.leads + 2).min(LAST_LEADS);
        let (version, leads) = (format!("v{}", self.version), self.leads);
        self.write_files(&version, leads);
    }

    /// What is imported in the end.
    pub fn write_last_imports(&mut self) {
        self.write_files("last", LAST_LEADS);
    }

    /// A lead that the CRM writes into the database by itself: nothing but a new try gives it
    /// its calls.
    pub fn crm_adds_lead(&mut self) {
        self.crm_leads += 1;
        let database = Connection::open(self.office.database()).unwrap();
        database.execute_batch(&self.crm_leads_sql()).unwrap();
    }

    /// Writes the leads of the CRM, those that are there already too.
    pub fn crm_leads_sql(&self) -> String {
        let mut sql = String::new();
        for number in 1..=self.crm_leads.min(5) {
            let (id, phone) = (500 + number, client(LAST_LEADS + number));
            write!(
                sql,
                "INSERT OR IGNORE INTO leads (id, name, phone, number, created_at)
                 VALUES ({id}, 'CRM', '{phone}', '+48{phone}', '2026-11-01T00:00:00Z');"
            )
            .unwrap();
        }
        sql
    }

    /// People who are called for the first time. Gives the name of their file.
    pub fn new_people(&mut self) -> String {
        self.campaigns += 1;
        let name = format!("people-{}.csv", self.campaigns);
        let people = (0..40).map(|n| format!("{}\n", 700_000_000 + 100 * self.campaigns + n));
        let file = self
            .office
            .file(&name, format!("phone\n{}", people.collect::<String>()));
        file.to_str().unwrap().into()
    }

    /// One of the first leads.
    pub fn draw_lead(&mut self) -> u32 {
        self.chance.u32(1..=FIRST_LEADS)
    }

    /// Changes calls of a lead where only a refresh sees it.
    pub fn calls_change(&mut self, lead: u32) {
        self.refreshed.insert(lead);
        self.uploads
            .change_unseen(&self.office, &mut self.chance, &client(lead));
    }

    fn write_files(&self, version: &str, leads: u32) {
        let mut users = String::new();
        for line in USERS.lines() {
            let line = line.replacen("Anna", &format!("Anna {version}"), 1);
            writeln!(users, "{line}").unwrap();
        }
        let mut teams = String::from("code,name\n");
        let mut csv = String::from("id,name,phone,advisor,created_at\n");
        for n in 0..150 {
            writeln!(users, "u{n:03},Były {version},advisor-bik,bik,,0,,").unwrap();
            writeln!(teams, "t{n:03},Zespół {version}").unwrap();
            let phone = 602_000_000 + n;
            writeln!(csv, "{},Lead {version},{phone},,2026-01-01", 1000 + n).unwrap();
        }
        for n in 1..=leads {
            let advisor = ["anna", "bartek", ""][n as usize % 3];
            let phone = client(n);
            writeln!(csv, "{n},Lead {version},{phone},{advisor},2026-01-01").unwrap();
        }
        self.office.file("users.csv", users);
        self.office.file("teams.csv", teams);
        self.office.file("leads.csv", csv);
    }
}
