//! How SQLite carries out each statement of this folder: none reads a table whole that
//! grows, unless it is named here with its reason. With and without the statistics of
//! `ANALYZE`, which an administrator may have made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::advisors::IS_ADVISOR;
use super::team_stats::totals;
use super::version::SCHEMA;
use super::{campaigns, incomplete_windows, matching, recordings, register, unmatched};

/// Tables with a row for each user, number or system, or for what is not in order just
/// now. Every other one grows with the years.
const SMALL: [&str; 17] = [
    "teams",
    "users",
    "advisor_numbers",
    "sync_dates",
    "phones",
    "phone_checks",
    "clocks",
    "counters",
    "advisor_keys",
    "stats_due",
    "notes_due",
    "phases_due",
    "unfinished_calls",
    "campaigns",
    "doubtful_windows",
    "differences",
    "forgetting",
];

/// What nearly all rows of a table have: to look for that alone is to read them all.
const WIDE: [&str; 4] = [
    "provider=?",
    "outcome=?",
    "outcome=? AND command=?",
    "outcome=? AND command=? AND provider=?",
];

/// Words of a statement that reads more of a table than it needs, the table, and why it may.
const EXCEPTIONS: [(&str, &str, &str); 32] = [
    (
        "EXISTS (SELECT 1 FROM forgotten)",
        "forgotten",
        "stops at the first",
    ),
    (
        "WHERE instr(phone, '|') > 0",
        "leads",
        "once, when an older file is brought up to date",
    ),
    (
        "advisor",
        "sync_runs",
        "whether a system was ever asked: the view stops at the first run",
    ),
    (
        "FROM calls ORDER BY id DESC LIMIT ?2)",
        "calls",
        "goes back from the newest call and stops",
    ),
    (
        "FROM calls WHERE +provider = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2",
        "calls",
        "goes back from the newest call and stops",
    ),
    (
        "FROM sync_runs ORDER BY id DESC LIMIT ?1",
        "sync_runs",
        "goes back from the newest run and stops",
    ),
    (
        "WHERE outcome = ?1 AND command = ?2 AND provider IS ?3 ORDER BY id DESC LIMIT 1",
        "sync_runs",
        "takes the newest of them",
    ),
    (
        "AND (?1 = 'ok' OR calls_read > 0) ORDER BY id LIMIT 1",
        "sync_runs",
        "takes the oldest of them",
    ),
    (
        "AND outcome = 'ok' AND started_at < ?1 ORDER BY id DESC LIMIT 1",
        "sync_runs",
        "goes back from the newest run to the one before a moment",
    ),
    (
        "FROM sync_runs WHERE outcome = 'running'",
        "sync_runs",
        "as many as are at work, or were killed since the last run",
    ),
    (
        "FROM reread_days WHERE provider = ?1 ORDER BY day",
        "reread_days",
        "a row a day, and all are wanted: which day is missing?",
    ),
    (
        "SELECT provider, reason, count(*) FROM quarantine",
        "quarantine",
        "status: records that cannot be read are few, or a person has to look",
    ),
    (
        "SELECT first_seen_at, reason, record, number",
        "quarantine",
        "status: as above",
    ),
    (
        "SELECT count(*) FROM quarantine WHERE first_seen_at",
        "quarantine",
        "status: as above",
    ),
    (
        "FROM sync_health",
        "sync_runs",
        "of each system the newest run of an outcome, and whether there is one",
    ),
    ("FROM sync_health", "quarantine", "as status"),
    (
        "FROM quarantine WHERE number = ?1 OR instr(",
        "quarantine",
        "explain: as above",
    ),
    (
        "FROM calls WHERE advisor_number = ?1 AND client_number IS NOT ?1",
        "calls",
        "explain, of an advisor's number alone: an index for it would slow every sync",
    ),
    (
        "FROM advisor_numbers a CROSS JOIN calls c ON c.client_number = a.number",
        "calls",
        "sorts the calls with advisors' numbers alone",
    ),
    (
        "FROM quarantine WHERE ifnull(day < ?1, last_seen_at < ?2)",
        "quarantine",
        "purge: as status",
    ),
    (
        "FROM sync_runs WHERE started_at < ?2 AND outcome <> 'running'",
        "sync_runs",
        "purge: an index for it would slow every command",
    ),
    (
        "FROM campaign_results WHERE read_at < ?2",
        "campaign_results",
        "purge: as above",
    ),
    (
        "FROM reread_days WHERE day < ?1",
        "reread_days",
        "purge: a row a day",
    ),
    (
        "SELECT id, phone FROM leads WHERE instr(phone, ?1) > 0",
        "leads",
        "forget, of a number that is not valid alone",
    ),
    (
        "SELECT id, name, phone FROM leads",
        "leads",
        "forget: a name may hold the number",
    ),
    (
        "SELECT id, advisor_number, client_name, note, details FROM calls",
        "calls",
        "forget: notes of other calls may name the number; rewriting the file takes longer",
    ),
    (
        "SELECT call_id, author, text FROM call_notes",
        "call_notes",
        "forget: as above",
    ),
    (
        "WHERE advisor_number = ?1)",
        "forgotten_figures",
        "forget: a number of an advisor's must not be forgotten",
    ),
    (
        "SELECT id, record, reason FROM quarantine",
        "quarantine",
        "forget: any record may hold the number",
    ),
    (
        "SELECT campaign_id, key, row FROM campaign_results",
        "campaign_results",
        "forget: any row may hold the number",
    ),
    (
        "SELECT id, error FROM sync_runs WHERE error IS NOT NULL",
        "sync_runs",
        "forget: an error may name the number",
    ),
    (
        "UPDATE sync_runs SET lead_id = NULL",
        "sync_runs",
        "forget --lead: runs that refreshed the lead",
    ),
];

/// Statements that are put together from parts.
const ASSEMBLED: [&str; 16] = [
    matching::LEAD_OF,
    matching::ASSIGN_WAITING,
    matching::ASSIGN_NUMBERS,
    totals::BY_ADVISOR,
    totals::BY_DAY,
    campaigns::IN_THE_WAY,
    incomplete_windows::TAKE_IN,
    incomplete_windows::KEEP,
    incomplete_windows::REMOVE,
    recordings::ALL,
    recordings::OF_LEAD,
    register::LEAD,
    register::LEADS_OF_NUMBER,
    unmatched::UNMATCHED,
    unmatched::UNMATCHED_BEFORE,
    unmatched::OWN_UNMATCHED,
];

/// What the CRM asks the views.
const OF_THE_CRM: [&str; 5] = [
    "SELECT * FROM lead_register WHERE lead_id = ?1 ORDER BY started_at DESC, call_id DESC LIMIT 10",
    "SELECT count(*) FROM lead_register WHERE lead_id = ?1",
    "SELECT * FROM team_days WHERE team = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, advisor",
    "SELECT advisor, sum(calls), sum(talk_time_s) FROM team_days
     WHERE team IN (?1, ?2) AND day >= ?3 GROUP BY user_id",
    "SELECT * FROM sync_health",
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
fn figures_of_a_team_s_days_are_looked_up_by_user_and_day() {
    let file = database();
    file.execute_batch(ROWS).unwrap();
    for sql in &OF_THE_CRM[2..4] {
        let steps = plan(&file, sql);
        let by_day = "USING PRIMARY KEY (provider=? AND user_id=? AND day>";
        let is_by_day = |step: &String| step.starts_with("SEARCH d ") && step.contains(by_day);
        assert!(steps.iter().any(is_by_day), "{steps:#?}");
    }
}

#[test]
fn no_statement_reads_a_table_whole_that_grows() {
    let (empty, filled) = (database(), database());
    filled.execute_batch(ROWS).unwrap();
    let tables = tables(&empty);
    let mut excused = BTreeSet::new();
    for statement in statements(&empty) {
        for (file, name) in [(&empty, "empty"), (&filled, "analysed")] {
            for step in plan(file, &statement) {
                let Some(table) = read_whole(&step, &statement, &tables) else {
                    continue;
                };
                let is_meant = |(words, of, _): &&(&str, &str, &str)| {
                    *of == table && statement.contains(words)
                };
                let exception = EXCEPTIONS.iter().find(is_meant);
                assert!(exception.is_some(), "{name}: {table}: {step}\n{statement}");
                excused.extend(exception);
            }
        }
    }
    let all: BTreeSet<_> = EXCEPTIONS.iter().collect();
    assert_eq!(excused, all, "exceptions that are none");
}

fn database() -> Connection {
    let file = Connection::open_in_memory().unwrap();
    file.execute_batch(SCHEMA).unwrap();
    // What the triggers do is a part of each plan.
    file.set_db_config(DbConfig::SQLITE_DBCONFIG_TRIGGER_EQP, true)
        .unwrap();
    file
}

fn tables(file: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut query = file.prepare(sql).unwrap();
    let names = query.query_map([], |row| row.get(0)).unwrap();
    names.collect::<rusqlite::Result<_>>().unwrap()
}

/// Every statement in the sources of this folder. A literal that is no statement by itself
/// must be a part of one that is put together, as often as it stands in the sources.
fn statements(file: &Connection) -> BTreeSet<String> {
    let assembled: Vec<_> = ASSEMBLED.iter().map(|sql| on_one_line(sql)).collect();
    let mut statements: BTreeSet<_> = OF_THE_CRM.iter().map(|sql| on_one_line(sql)).collect();
    statements.extend(assembled.iter().cloned());
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store")) {
        let text = fs::read_to_string(&source).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for literal in literals(code).filter(|literal| is_sql(literal)) {
            let sql = on_one_line(&literal.replace("{IS_ADVISOR}", IS_ADVISOR));
            if file.prepare(&sql).is_ok() {
                statements.insert(sql);
            } else {
                *parts.entry(sql).or_default() += 1;
            }
        }
    }
    for (part, times) in parts {
        let wholes = assembled.iter().filter(|whole| whole.contains(&part));
        assert!(wholes.count() >= times, "no statement: {part}");
    }
    assert!(statements.len() > 90, "{} statements", statements.len());
    statements
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .filter(|path| !path.ends_with("plans.rs") && !path.ends_with("tests.rs"))
        .collect()
}

fn is_sql(literal: &str) -> bool {
    let first = literal.split_whitespace().next().unwrap_or_default();
    ["SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH"].contains(&first)
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
    let steps: Vec<Option<String>> = steps.unwrap().collect::<rusqlite::Result<_>>().unwrap();
    steps.into_iter().flatten().collect()
}

/// The growing table of which a step reads all rows, or all of a provider, or that it
/// sorts to give only some rows.
fn read_whole<'a>(step: &str, statement: &str, tables: &'a [String]) -> Option<&'a str> {
    let is_growing = |table: &&str| !SMALL.contains(table);
    let tables = || tables.iter().map(String::as_str);
    if step == "USE TEMP B-TREE FOR ORDER BY" && statement.contains(" LIMIT ") {
        return tables()
            .filter(is_growing)
            .find(|table| names(statement, table));
    }
    if step.contains("VIRTUAL TABLE") {
        return None;
    }
    let words: Vec<_> = step.split_whitespace().collect();
    let [verb @ ("SCAN" | "SEARCH"), name, ..] = words[..] else {
        return None;
    };
    let terms = step
        .rsplit_once('(')
        .and_then(|(_, terms)| terms.split_once(')'));
    let is_wide = terms.is_some_and(|(terms, _)| WIDE.contains(&terms));
    if verb == "SEARCH" && !is_wide && !step.contains("AUTOMATIC") {
        return None;
    }
    // A view's names are in the schema.
    let table = tables()
        .find(|table| *table == name)
        .or_else(|| tables().find(|table| is_called(table, name, statement)))
        .or_else(|| tables().find(|table| is_called(table, name, SCHEMA)));
    table.filter(is_growing)
}

fn names(statement: &str, table: &str) -> bool {
    let mut words = statement.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.any(|word| word == table)
}

/// Whether a text calls a table by that name.
fn is_called(table: &str, name: &str, text: &str) -> bool {
    let text = on_one_line(&text.replace([',', ')', '(', ';'], " ")) + " ";
    text.contains(&format!(" {table} {name} ")) || text.contains(&format!(" {table} AS {name} "))
}
