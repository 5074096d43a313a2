//! Files of earlier versions, with real rows in them: they open, keep all that
//! they hold, and are worked with as a new one is.

mod leads_and_teams;

use pretend_callyzer::Call;
use rusqlite::Connection;

use crate::moment::{ago, text};
use crate::office::Office;

/// The schemas of earlier versions, as files in the world have them.
pub const VERSIONS: [(u32, &str); 9] = [
    (1, include_str!("schema-v1.sql")),
    (2, include_str!("schema-v2.sql")),
    (3, include_str!("schema-v3.sql")),
    (4, include_str!("schema-v4.sql")),
    (5, include_str!("schema-v5.sql")),
    (6, include_str!("schema-v6.sql")),
    (7, include_str!("schema-v7.sql")),
    (8, include_str!("schema-v8.sql")),
    (9, include_str!("schema-v9.sql")),
];

/// Rows that all versions can hold.
const ROWS: &str = "
    INSERT INTO teams VALUES ('bik', 'bik');
    INSERT INTO users VALUES (1, 'anna', 'Anna Wójcik', 'advisor-bik', 'bik', 1),
        (2, 'bartek', 'Bartosz Zieliński', 'advisor-bik', 'bik', 1),
        (3, 'dawny', 'Dawny Doradca', 'advisor-bik', 'bik', 0);
    INSERT INTO advisor_numbers VALUES ('+48600100201', 1), ('+48600100202', 2), ('+48600100209', 3);
    INSERT INTO sync_dates VALUES ('callyzer', '+48600100201', '2026-11-01T10:00:00Z');
    INSERT INTO leads VALUES (1, 'Jan', '601200301', '+48601200301', 1, '2026-01-01T00:00:00Z', NULL);
    INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id, client_number,
            status, kind, started_at, duration_s, note, first_seen_at, changed_at)
        VALUES ('callyzer', 'old-1', 1, '+48600100201', 1, '+48601200301', 'Wychodzące',
            'PhoneCall/Voice', '2026-10-01T10:00:00Z', 60, 'ważne', '2026-10-01T10:05:00Z', '2026-10-01T10:05:00Z'),
        ('callyzer', 'old-2', 2, '+48600100202', NULL, '112', 'Wychodzące',
            'PhoneCall/Voice', '2026-10-02T10:00:00Z', 5, NULL, '2026-10-02T10:05:00Z', '2026-10-02T10:05:00Z');
    DELETE FROM unmatched_calls;
    INSERT INTO unmatched_calls SELECT id, 96, first_seen_at FROM calls WHERE lead_id IS NULL;
    INSERT INTO daily_stats VALUES ('callyzer', 1, '2026-10-01', 0, 1, 0, 0, 1, 60, 0, 60, '2026-10-01T12:00:00Z');
    INSERT INTO stats_due VALUES ('callyzer', 2, '2026-10-02', 3);
    INSERT INTO sync_runs (command, started_at, finished_at, outcome, exit_code, calls_new, error)
        VALUES ('import users', '2026-09-01T10:00:00Z', '2026-09-01T10:00:01Z', 'ok', 0, 0, NULL),
        ('sync', '2026-10-01T10:00:00Z', '2026-10-01T10:05:00Z', 'ok', 0, 2, NULL),
        ('refresh-lead', '2026-10-01T11:00:00Z', '2026-10-01T11:00:05Z', 'failed', 75, 0, 'time-out'),
        ('sync --since', '2026-10-02T10:00:00Z', '2026-10-02T10:05:00Z', 'ok', 0, 0, NULL),
        ('sync', '2026-10-03T10:00:00Z', NULL, 'running', NULL, 0, NULL);
    INSERT INTO quarantine (provider, provider_call_id, reason, record, first_seen_at, last_seen_at)
        VALUES ('callyzer', 'odd', 'no call type', '{}', '2026-10-01T10:05:00Z', '2026-10-01T10:05:00Z');
";

const ROWS_OF_VERSION_2: &str = "
    INSERT INTO reread_days (provider, day, read_at)
        VALUES ('callyzer', '2026-10-01', '2026-10-02T00:05:00Z');
    INSERT INTO phones VALUES ('callyzer', '+48600100201', '2026-10-01T10:00:00Z', NULL, '2026-10-02T00:05:00Z');
";

const DIFFERENCE_OF_AN_ADVISOR: &str = "
    INSERT INTO differences VALUES ('callyzer', 1, '2026-10-01', 1, 2, '2026-10-02T00:05:00Z', '2026-10-02T00:05:00Z');
";

const DIFFERENCE_OF_A_NUMBER: &str = "
    INSERT INTO differences VALUES ('callyzer', '+48600100201', '2026-10-01', 1, 1, 2,
        '2026-10-02T00:05:00Z', '2026-10-02T00:05:00Z');
";

/// An office with a file of that version, which has an incomplete window of the
/// last hours in which Callyzer has a call.
pub fn office(version: u32, schema: &str) -> Office {
    let office = Office::empty();
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=1\n");
    office.call(Call::new(
        "late",
        "600100201",
        "601200301",
        "Incoming",
        ago(90),
        30,
    ));
    let connection = Connection::open(office.database()).unwrap();
    connection.execute_batch(schema).unwrap();
    connection.execute_batch(ROWS).unwrap();
    let (from, to) = (text(ago(120)), text(ago(60)));
    let (columns, values) = match version {
        1 => ("", ""),
        _ => (", numbers", r#", '["+48600100201"]'"#),
    };
    connection
        .execute_batch(&format!(
            "INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at{columns})
             VALUES ('callyzer', 'PhoneCall/Voice', '{from}', '{to}', 1, '{to}'{values});
             PRAGMA user_version = {version};"
        ))
        .unwrap();
    let differences = match version {
        1 => return office,
        2 | 3 => DIFFERENCE_OF_AN_ADVISOR,
        _ => DIFFERENCE_OF_A_NUMBER,
    };
    connection.execute_batch(ROWS_OF_VERSION_2).unwrap();
    connection.execute_batch(differences).unwrap();
    office
}

/// Every row of every table, by the columns that the file has now.
fn content(office: &Office) -> Vec<(String, Vec<String>)> {
    let tables = office.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
    tables
        .into_iter()
        .map(|table| {
            let rows = office.rows(&format!("SELECT * FROM {table} ORDER BY 1, 2"));
            (table, rows)
        })
        .collect()
}

#[test]
fn a_file_of_an_earlier_version_keeps_every_row_and_has_the_shape_of_a_new_one() {
    let new = Office::new();
    new.callyzer.may_stay_unasked();
    for (version, schema) in VERSIONS {
        let office = office(version, schema);
        office.callyzer.may_stay_unasked();
        let before = content(&office);
        office
            .callsync(&["-q", "import", "leads", "-"])
            .fails(65)
            .says("plik jest pusty")
            .run();
        let after = content(&office);
        for (table, rows) in &before {
            let (_, now) = after.iter().find(|(name, _)| name == table).unwrap();
            let is_kept = |row: &String| now.iter().any(|now| now.starts_with(row.as_str()));
            let changed =
                ["differences", "doubtful_windows", "sync_runs"].contains(&table.as_str());
            // A new one is there too.
            let is_more = table == "counters";
            assert!(rows.len() == now.len() || is_more, "{version}: {table}");
            assert!(
                changed || rows.iter().all(is_kept),
                "{version}: {table}: {now:?}"
            );
        }
        let shape = "SELECT t.type, t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk
                     FROM sqlite_schema t, pragma_table_info(t.name) c
                     WHERE t.type IN ('table', 'view') ORDER BY 1, 2, 3";
        assert_eq!(office.rows(shape), new.rows(shape), "{version}");
        let views = "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY 1";
        assert_eq!(office.rows(views), new.rows(views), "{version}");
        let others = "SELECT type, name, tbl_name FROM sqlite_schema
                      WHERE type IN ('index', 'trigger') ORDER BY 1, 2";
        assert_eq!(office.rows(others), new.rows(others), "{version}");
        assert_eq!(
            office.value("PRAGMA user_version"),
            new.value("PRAGMA user_version")
        );
        assert_eq!(office.value("PRAGMA integrity_check"), "ok");
        assert_eq!(office.rows("PRAGMA foreign_key_check"), [""; 0]);
    }
}

#[test]
fn differences_of_an_earlier_version_become_those_of_a_number() {
    // Version 4 has them already.
    for (version, schema) in &VERSIONS[1..3] {
        let office = office(*version, schema);
        office.callyzer.may_stay_unasked();
        // Of two advisors without a number now, one had one on the day.
        office.execute(
            "UPDATE advisor_numbers SET user_id = 1 WHERE number = '+48600100202';
             DELETE FROM advisor_numbers WHERE user_id = 3;
             INSERT INTO differences VALUES
                 ('callyzer', 2, '2026-10-02', 3, 4, '2026-10-03T00:05:00Z', '2026-10-04T00:05:00Z'),
                 ('callyzer', 3, '2026-10-02', 5, 6, '2026-10-03T00:05:00Z', '2026-10-04T00:05:00Z')",
        );
        office.callsync(&["-q", "retry-unmatched"]).run();
        assert_eq!(
            office.rows("SELECT number, day, user_id, ours, theirs, compared_at FROM differences"),
            [
                "+48600100201|2026-10-01|1|1|2|2026-10-02T00:05:00Z",
                "+48600100202|2026-10-02|2|3|4|2026-10-04T00:05:00Z",
            ],
            "{version}"
        );
    }
}

#[test]
fn what_can_be_read_of_quarantined_records_of_an_earlier_version_is_read() {
    // Version 4 has read it already.
    for (version, schema) in &VERSIONS[..3] {
        let office = office(*version, schema);
        office.callyzer.may_stay_unasked();
        office.execute(
            r#"INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at) VALUES
               ('callyzer', 'impossible duration', '{"emp_country_code": "+48", "emp_number": 600100201,
                 "call_date": "2026-10-01", "call_type": "Missed"}', '', ''),
               ('callyzer', 'unknown call type', '{"emp_number": "600100299", "call_date": "soon",
                 "call_type": "Conference"}', '', ''),
               ('callyzer', 'not a record', '[', '', '')"#,
        );
        office.callsync(&["-q", "retry-unmatched"]).run();
        assert_eq!(
            office.rows(
                "SELECT number, day, status FROM quarantine WHERE first_seen_at = '' ORDER BY id"
            ),
            [
                "+48600100201|2026-10-01|Nieodebrane",
                "null|null|null",
                "null|null|null"
            ],
            "{version}"
        );
    }
}

#[test]
fn runs_of_an_earlier_version_get_their_system() {
    // Version 3 has it already.
    for (version, schema) in &VERSIONS[..2] {
        let office = office(*version, schema);
        office.sync();
        assert_eq!(
            office.rows("SELECT command, provider, outcome FROM sync_runs ORDER BY id"),
            [
                "import users|null|ok",
                "sync|callyzer|ok",
                "refresh-lead|callyzer|failed",
                "sync --since|callyzer|ok",
                "sync|callyzer|killed",
                "sync|callyzer|ok",
            ],
            "{version}"
        );
    }
}

#[test]
fn an_incomplete_window_of_an_earlier_version_is_read_again() {
    for (version, schema) in VERSIONS {
        let office = office(version, schema);
        // The date lies after the window: nothing else reads it.
        office.execute(&format!(
            "UPDATE sync_dates SET last_synced_at = '{}'",
            text(ago(1))
        ));
        office
            .callsync(&["-q", "sync"])
            .with("CALLSYNC_OVERLAP_MINUTES", "0")
            .run();
        assert_eq!(
            office.rows("SELECT provider_call_id FROM calls WHERE provider_call_id = 'late'"),
            ["late"],
            "{version}"
        );
        assert_eq!(office.value("SELECT count(*) FROM doubtful_windows"), "0");
    }
}

#[test]
fn a_file_of_version_1_becomes_what_a_new_one_is() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    Connection::open(office.database())
        .unwrap()
        .execute_batch(VERSIONS[0].1)
        .unwrap();
    office.execute(
        "PRAGMA user_version = 1;
         INSERT INTO leads VALUES (1, 'Jan', '601200301', '+48601200301', NULL, '2026-01-01T00:00:00Z', NULL)",
    );
    office.callsync(&["-q", "retry-unmatched"]).run();
    let new = Office::new();
    new.callyzer.may_stay_unasked();
    let shape = "SELECT t.name, t.type, c.name, c.type, c.\"notnull\", c.pk
                 FROM sqlite_schema t, pragma_table_info(t.name) c
                 WHERE t.type IN ('table', 'view') ORDER BY 1, 3";
    assert_eq!(office.rows(shape), new.rows(shape));
    assert_eq!(
        office.value("PRAGMA user_version"),
        new.value("PRAGMA user_version")
    );
    assert_eq!(office.value("SELECT name FROM leads"), "Jan");
    office.callsync(&["-q", "retry-unmatched"]).run();
}

#[test]
fn a_file_is_not_brought_up_to_date_while_an_older_version_is_at_work_on_it() {
    for (version, schema) in &VERSIONS[2..] {
        let office = office(*version, schema);
        office.callyzer.may_stay_unasked();
        // This process stands for the older version's.
        office.execute(&format!(
            "UPDATE sync_runs SET process = '{} ' WHERE outcome = 'running'",
            std::process::id()
        ));
        office
            .callsync(&["-q", "retry-unmatched"])
            .fails(75)
            .says("sync of an older callsync is still at work on it (run 5); try again")
            .run();
        assert_eq!(office.value("PRAGMA user_version"), version.to_string());
        office.execute("UPDATE sync_runs SET process = '4194305 1' WHERE outcome = 'running'");
        office.callsync(&["-q", "retry-unmatched"]).run();
    }
}

#[test]
fn every_call_without_a_lead_of_an_earlier_version_is_counted_once() {
    for (version, schema) in VERSIONS {
        let office = office(version, schema);
        office.callyzer.may_stay_unasked();
        office.callsync(&["-q", "retry-unmatched"]).run();
        let counter = "SELECT value FROM counters WHERE name = 'unmatched_calls'";
        assert_eq!(office.value(counter), "1", "{version}");
        office.execute("DELETE FROM calls WHERE lead_id IS NULL");
        assert_eq!(office.value(counter), "0", "{version}");
    }
}
