//! The file with which a chain of kills begins.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::office::Office;

/// So many calls of an old file make its migration last.
const OLD_CALLS: u32 = 3_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Begin {
    /// There is no file yet.
    Nothing,
    /// A file of that version, with rows in it.
    Version(u32),
}

impl Begin {
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Version(1), Self::Version(9)];

    /// Makes the file, and another one that is the same.
    pub fn make(self, office: &Office) {
        if let Self::Version(version) = self {
            write_old(&office.database(), version);
            fs::copy(office.database(), office.path("truth.db")).unwrap();
        }
    }
}

fn write_old(file: &Path, version: u32) {
    let schema = match version {
        1 => include_str!("../../schema-v1.sql"),
        _ => include_str!("../../schema-v9.sql"),
    };
    let connection = Connection::open(file).unwrap();
    connection.execute_batch(schema).unwrap();
    connection
        .execute_batch(&format!(
            "BEGIN;
             INSERT INTO teams VALUES ('bik', 'bik');
             INSERT INTO users VALUES (1, 'anna', 'Anna', 'advisor-bik', 'bik', 1);
             INSERT INTO advisor_numbers VALUES ('+48600100201', 1);
             INSERT INTO leads VALUES (900, 'Stary', '602 900 900', '+48602900900', 1, '2026-01-01T00:00:00Z', NULL);
             INSERT INTO sync_runs (command, started_at, finished_at, outcome, exit_code)
                 VALUES ('import users', '2026-06-01T10:00:00Z', '2026-06-01T10:00:01Z', 'ok', 0);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OLD_CALLS})
             INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id,
                 client_number, status, kind, started_at, duration_s, note, first_seen_at, changed_at)
             SELECT 'callyzer', 'old-' || i, 1, '+48600100201', iif(i % 3, 900, NULL),
                 iif(i % 3, '+48602900900', '+48602800' || (100 + i % 50)), 'Wychodzące',
                 iif(i % 7, 'PhoneCall/Voice', 'WhatsAppCall/Voice'),
                 strftime('%Y-%m-%dT%H:%M:%SZ', '2026-06-01', i || ' minutes'), i, 'ważne',
                 '2026-06-05T00:00:00Z', '2026-06-05T00:00:00Z' FROM n;
             DELETE FROM unmatched_calls;
             INSERT INTO unmatched_calls SELECT id, 3, first_seen_at FROM calls WHERE lead_id IS NULL;
             PRAGMA user_version = {version};
             COMMIT;"
        ))
        .unwrap();
}
