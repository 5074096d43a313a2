//! The commands that write, each in an office where it has much to write.

mod calls;

use chrono::{DateTime, TimeDelta, Utc};
use pretend_callyzer::{Call, HostedFile, MluviiFile, MluviiSession};
use rusqlite::Connection;

use super::snapshot::Snapshot;
use crate::migration;
use crate::moment::at;
use crate::office::{Office, USERS};
use calls::{add_calls, change_calls};

/// The moments of an hour begin so; in it all runs take place.
pub const HOUR: &str = "2026-06-10T10:";

pub fn now() -> DateTime<Utc> {
    at("2026-06-10T10:00:00Z")
}

fn hours_ago(hours: i64) -> DateTime<Utc> {
    now() - TimeDelta::hours(hours)
}

pub struct Work {
    pub name: &'static str,
    pub office: fn() -> Office,
    pub arguments: &'static [&'static str],
    /// Whether it creates a campaign, which it may refuse (65) when it is run again.
    pub is_done_once: bool,
    /// Of what nothing may be left.
    pub forgets: Option<&'static str>,
}

impl Work {
    const fn new(
        name: &'static str,
        office: fn() -> Office,
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            office,
            arguments,
            is_done_once: false,
            forgets: None,
        }
    }
}

pub const SYNC: Work = Work::new("sync", with_new_calls, &["sync"]);
pub const SYNC_AFTER_KILL: Work = Work::new("sync after a kill", with_a_full_log, &["sync"]);
pub const REFRESH: Work = Work::new("refresh-lead", with_new_calls, &["refresh-lead", "1"]);
pub const RETRY: Work = Work::new("retry-unmatched", with_a_new_lead, &["retry-unmatched"]);
pub const IMPORT: Work = Work::new("import", with_many_leads, &["import", "leads", "many.csv"]);
pub const BACKUP: Work = Work::new("backup", with_a_backup, &["backup", "copy.db"]);
pub const RECORDINGS: Work = Work::new(
    "recordings fetch",
    with_recordings,
    &["recordings", "fetch", "saved"],
);
pub const CAMPAIGN: Work = Work {
    is_done_once: true,
    ..Work::new("campaign create", with_people, &CAMPAIGN_ARGUMENTS)
};
pub const MIGRATION: Work = Work::new("migration", of_version_1, &["retry-unmatched"]);
pub const FIRST_START: Work =
    Work::new("first start", of_nothing, &["import", "users", "users.csv"]);

pub const FORGET: Work = Work {
    forgets: Some("601200301"),
    ..Work::new(
        "forget",
        with_old_calls,
        &["forget", "--number", "601200301", "--yes"],
    )
};
pub const PURGE: Work = Work {
    forgets: Some("c-0-1"),
    ..Work::new(
        "purge",
        with_old_calls,
        &["purge", "--before", "2026-06-10", "--yes"],
    )
};

const CAMPAIGN_ARGUMENTS: [&str; 20] = [
    "campaign",
    "create",
    "people.csv",
    "--yes",
    "--name",
    "Majowa",
    "--start-block",
    "10",
    "--phone-id",
    "5",
    "--date",
    "2090-05-04",
    "--from",
    "09:00",
    "--to",
    "17:30",
    "--attempts",
    "3",
    "--interval",
    "15",
];

/// An office of all systems that did a sync a day ago.
fn with_old_calls() -> Office {
    let office = Office::with_all();
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=1\nMLUVII_PHASES=1\n");
    office.it_is(hours_ago(24));
    add_calls(&office, 0, hours_ago(30));
    office.sync_with_log().run();
    office.it_is(now());
    office
}

fn with_new_calls() -> Office {
    let office = with_old_calls();
    add_calls(&office, 1, hours_ago(5));
    change_calls(&office, 0, hours_ago(3));
    office
}

/// With a log that nobody copied into the database, as after a kill.
fn with_a_full_log() -> Office {
    let office = with_new_calls();
    let reader = Connection::open(office.database()).unwrap();
    let snapshot = reader.unchecked_transaction().unwrap();
    let look = "SELECT count(*) FROM calls";
    let _: i64 = snapshot.query_row(look, [], |row| row.get(0)).unwrap();
    office.callsync(&["-q", "retry-unmatched"]).run();
    let as_killed = Snapshot::of(office.folder());
    drop(snapshot);
    drop(reader);
    as_killed.restore(office.folder());
    office
}

fn with_a_new_lead() -> Office {
    let office = with_old_calls();
    office.execute(
        "INSERT INTO leads (id, name, phone, number, created_at)
         VALUES (50, 'Nowy', '601200304', '+48601200304', '2026-06-01T00:00:00Z')",
    );
    office
}

fn with_many_leads() -> Office {
    let office = with_old_calls();
    let lead = |id: u32| format!("{id},Lead {id},{},anna,2026-01-01\n", 601_200_301 + id);
    let leads: String = (3..200).map(lead).collect();
    office.file(
        "many.csv",
        format!("id,name,phone,advisor,created_at\n{leads}"),
    );
    office
}

fn with_a_backup() -> Office {
    let office = with_old_calls();
    office.callsync(&["-q", "backup", "copy.db"]).run();
    office.execute("UPDATE leads SET name = 'Inna' WHERE id = 3");
    office
}

fn with_recordings() -> Office {
    let office = Office::new().with_mluvii().going_back(1);
    office.it_is(now());
    let mut session =
        MluviiSession::new(77, "IncomingCall", "+48601200301", "41", hours_ago(3), 60);
    session.recordings = vec![
        MluviiFile::new("12", *b"both voices"),
        MluviiFile::new("13", *b"the operator"),
    ];
    office.mluvii_session(session);
    let mut call = Call::new(
        "c-1",
        "600100201",
        "601200301",
        "Outgoing",
        hours_ago(4),
        60,
    );
    call.recording_url = Some(office.callyzer.recording_url("c-1"));
    office.call(call);
    let content = HostedFile::new(vec![7; 20_000]);
    office
        .callyzer
        .world(|world| world.recordings.insert("c-1".into(), content));
    office.sync_with_log().run();
    office
}

fn with_people() -> Office {
    let office = Office::of_dialog();
    office.it_is(now());
    office.file(
        "people.csv",
        "phone,name\n601 200 301,Jan\n+48 601-200-302,Ewa\n",
    );
    office
}

fn of_version_1() -> Office {
    let (version, schema) = migration::VERSIONS[0];
    let office = migration::office(version, schema);
    office.callyzer.may_stay_unasked();
    office.it_is(now());
    office
}

fn of_nothing() -> Office {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.it_is(now());
    office.file("users.csv", USERS);
    office
}
