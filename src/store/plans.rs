//! How SQLite carries out each statement of this folder: none reads a table whole that
//! grows, unless it is named here with its reason. With and without the statistics of
//! `ANALYZE`, which an administrator may have made.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::advisors::IS_ADVISOR;
use super::version::SCHEMA;
use super::{incomplete_windows, matching, team_stats};

/// Tables that grow with the years.
const GROWING: [&str; 8] = [
    "calls",
    "unmatched_calls",
    "leads",
    "daily_stats",
    "sync_runs",
    "quarantine",
    "reread_days",
    "stats_due",
];

/// Words of a statement that reads more than it needs, and why it may.
const EXCEPTIONS: [(&str, &str); 9] = [
    (
        "SELECT (SELECT count(*) FROM calls WHERE lead_id IS NULL)",
        "check --full reads the whole file",
    ),
    (
        "FROM calls WHERE +provider = ?1 ORDER BY id DESC LIMIT ?2",
        "goes back from the newest call and stops",
    ),
    (
        "FROM calls WHERE +provider = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2",
        "goes back from the newest call and stops",
    ),
    (
        "FROM sync_runs ORDER BY id DESC LIMIT ?1",
        "goes back from the newest run and stops",
    ),
    (
        "SELECT reason, count(*) FROM quarantine",
        "status: records in quarantine are few, or something is wrong",
    ),
    (
        "SELECT first_seen_at, record FROM quarantine",
        "status: as above",
    ),
    (
        "SELECT count(*) FROM quarantine WHERE first_seen_at",
        "status: as above",
    ),
    (
        "FROM reread_days WHERE provider = ?1 ORDER BY day",
        "a row a day, and all are wanted: which day is missing?",
    ),
    (
        "FROM stats_due WHERE",
        "figures are due for some days, or Callyzer has been away for long",
    ),
];

/// Statements that are put together from parts.
const ASSEMBLED: [&str; 7] = [
    matching::LEAD_OF,
    matching::ASSIGN_WAITING,
    matching::ASSIGN_NUMBERS,
    team_stats::BY_ADVISOR,
    team_stats::BY_DAY,
    incomplete_windows::KEEP,
    incomplete_windows::REMOVE,
];

/// Rows enough for statistics.
const ROWS: &str = "
    INSERT INTO users (id, login, name, role) VALUES (1, 'a', 'A', 'advisor-bik'), (2, 'b', 'B', 'advisor-bik');
    INSERT INTO advisor_numbers VALUES ('+48600100201', 1), ('+48600100202', 2);
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
    INSERT INTO leads (id, name, number, created_at) SELECT n, 'L', '+48601' || (200000 + n), '' FROM n;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
    INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id, client_number,
        status, kind, started_at, duration_s, first_seen_at, changed_at)
    SELECT 'callyzer', 'c' || n, 1 + n % 2, '+4860010020' || (1 + n % 2), iif(n % 3, 1 + n % 2000, NULL),
           '+48601' || (200001 + n % 2000), 'Odrzucone', 'PhoneCall/Voice',
           strftime('%Y-%m-%dT%H:%M:%SZ', n * 600, 'unixepoch'), 1, '', '' FROM n;
    INSERT INTO unmatched_calls SELECT id, iif(id % 50, 96, 5), '' FROM calls WHERE lead_id IS NULL;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
    INSERT INTO daily_stats SELECT 'callyzer', u.id, date(n * 86400, 'unixepoch'), 1, 1, 1, 1, 1, 1, 1, 1, '' FROM n, users u;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
    INSERT INTO sync_runs (command, provider, started_at, outcome)
    SELECT iif(n % 9, 'sync', 'refresh-lead'), 'callyzer', strftime('%Y-%m-%dT%H:%M:%SZ', n * 900, 'unixepoch'),
           iif(n % 100, 'ok', 'failed') FROM n;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
    INSERT INTO quarantine (provider, provider_call_id, reason, record, first_seen_at, last_seen_at, day)
    SELECT 'callyzer', iif(n % 2, 'q' || n, NULL), 'r', 'x' || n, '', '', date(n * 86400, 'unixepoch') FROM n;
    INSERT INTO reread_days (provider, day, read_at) SELECT DISTINCT provider, day, '' FROM daily_stats;
    INSERT INTO stats_due (provider, user_id, day) SELECT provider, user_id, day FROM daily_stats LIMIT 10;
    ANALYZE;";

#[test]
fn no_statement_reads_a_table_whole_that_grows() {
    let (empty, filled) = (database(), database());
    filled.execute_batch(ROWS).unwrap();
    let mut excused = BTreeSet::new();
    for statement in statements(&empty) {
        for (file, name) in [(&empty, "empty"), (&filled, "analysed")] {
            for step in plan(file, &statement) {
                if !reads_whole(&step, &statement) {
                    continue;
                }
                let words = EXCEPTIONS
                    .iter()
                    .find(|(words, _)| statement.contains(words));
                let words = words.map(|(words, _)| *words);
                assert!(words.is_some(), "{name}: {step}\n{statement}");
                excused.extend(words);
            }
        }
    }
    let all: BTreeSet<_> = EXCEPTIONS.iter().map(|(words, _)| *words).collect();
    assert_eq!(excused, all, "exceptions that are none");
}

fn database() -> Connection {
    let file = Connection::open_in_memory().unwrap();
    file.execute_batch(SCHEMA).unwrap();
    file
}

/// Every statement in the sources of this folder. A literal that is no statement by itself
/// must be a part of one that is put together.
fn statements(file: &Connection) -> BTreeSet<String> {
    let assembled: Vec<_> = ASSEMBLED.iter().map(|sql| on_one_line(sql)).collect();
    let mut statements: BTreeSet<_> = assembled.iter().cloned().collect();
    for source in sources() {
        let text = fs::read_to_string(&source).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for literal in literals(code).filter(|literal| is_sql(literal)) {
            let sql = on_one_line(&literal.replace("{IS_ADVISOR}", IS_ADVISOR));
            let is_part = assembled.iter().any(|whole| whole.contains(&sql));
            match file.prepare(&sql) {
                Ok(_) => drop(statements.insert(sql)),
                Err(error) => assert!(is_part, "{}: {error}: {sql}", source.display()),
            }
        }
    }
    assert!(statements.len() > 80, "{} statements", statements.len());
    statements
}

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .filter(|path| !path.ends_with("plans.rs"))
        .collect()
}

fn is_sql(literal: &str) -> bool {
    let first = literal.split_whitespace().next().unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first)
}

/// The contents of the string literals of Rust code, without its comments.
fn literals(code: &str) -> impl Iterator<Item = String> {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\\"", "\u{1}");
    let parts: Vec<_> = code.split('"').map(str::to_owned).collect();
    parts
        .into_iter()
        .skip(1)
        .step_by(2)
        .map(|literal| literal.replace("\\\n", " ").replace('\u{1}', "\""))
}

fn on_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plan(file: &Connection, sql: &str) -> Vec<String> {
    let mut query = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let values = vec![Value::Null; query.parameter_count()];
    let steps = query.query_map(params_from_iter(values), |row| row.get("detail"));
    steps.unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// Whether a step reads all rows of a growing table, or all of a provider.
fn reads_whole(step: &str, statement: &str) -> bool {
    let words: Vec<_> = step.split_whitespace().collect();
    let [verb @ ("SCAN" | "SEARCH"), name, ..] = words[..] else {
        return false;
    };
    let is_growing = GROWING
        .iter()
        .any(|table| is_name_of(name, table, statement));
    let looks_for = step.rsplit_once('(').map(|(_, terms)| terms);
    let is_whole = verb == "SCAN" || step.contains("AUTOMATIC") || looks_for == Some("provider=?)");
    is_growing && is_whole
}

/// Whether a plan's name is that table's, or what the statement calls it.
fn is_name_of(name: &str, table: &str, statement: &str) -> bool {
    let is_called = |before: &str| {
        let called = format!("{before}{table} {name} ");
        let renamed = format!("{before}{table} AS {name} ");
        let statement = format!("{statement} ").replace([',', ')'], " ");
        statement.contains(&called) || statement.contains(&renamed)
    };
    name == table || is_called(" ")
}
