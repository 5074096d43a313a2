//! What a database says, as far as it does not depend on chance, on the second in which a run
//! began, or on how many runs there were.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::work::HOUR;

#[derive(Debug, Default, PartialEq)]
pub struct Content {
    /// The rows of each table, in order; what SQLite finds wrong is one of them.
    tables: BTreeMap<String, Vec<String>>,
    /// How each run ended: command, outcome, exit code.
    pub runs: Vec<String>,
}

impl Content {
    /// Looks at a copy of the database, so that it stays as it is. None if there is none.
    pub fn of(database: &Path) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        fs::copy(database, &copy).ok()?;
        let log = database.with_extension("db-wal");
        if log.exists() {
            fs::copy(log, folder.path().join("copy.db-wal")).unwrap();
        }
        Some(Self::read(&Connection::open(&copy).unwrap()))
    }

    fn read(connection: &Connection) -> Self {
        let look = |sql: &str| rows(connection, sql);
        let names =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        let tables = look(names).into_iter().map(|name| {
            let mut rows = look(&select(connection, &name));
            rows.sort();
            (name, rows)
        });
        let mut tables: BTreeMap<_, _> = tables.collect();
        let runs = tables.contains_key("sync_runs");
        let runs =
            runs.then(|| look("SELECT command, outcome, exit_code FROM sync_runs ORDER BY id"));
        if runs.is_some() {
            let stored = "SELECT sum(calls_new), sum(calls_removed) FROM sync_runs";
            tables.insert("sync_runs".into(), look(stored));
        }
        for faults in ["integrity_check", "foreign_key_check"] {
            tables.insert(faults.into(), look(&format!("PRAGMA {faults}")));
        }
        Self {
            tables,
            runs: runs.unwrap_or_default(),
        }
    }

    /// Whether SQLite finds nothing wrong with the file.
    pub fn is_sound(&self) -> bool {
        self.tables["integrity_check"] == ["ok"] && self.tables["foreign_key_check"].is_empty()
    }

    /// What is neither as in one nor as in the other of two contents, row by row; empty if
    /// it is one of them, or between them.
    pub fn strange_to(&self, one: &Self, other: &Self) -> String {
        let mut strange = String::new();
        let nothing = Vec::new();
        for (name, rows) in &self.tables {
            let of = |content: &Self| content.tables.get(name).unwrap_or(&nothing).clone();
            let (one, other) = (of(one), of(other));
            let is_known = |row: &&String| one.contains(row) || other.contains(row);
            for row in rows.iter().filter(|row| !is_known(row)) {
                strange += &format!("\n  {name} has {row}");
            }
            for row in one
                .iter()
                .filter(|row| other.contains(row) && !rows.contains(row))
            {
                strange += &format!("\n  {name} lacks {row}");
            }
            if rows.len() != one.len() && rows.len() != other.len() {
                strange += &format!("\n  {name} has {} rows", rows.len());
            }
        }
        if self.tables.len() != one.tables.len() {
            strange += "\n  it has other tables";
        }
        strange
    }
}

/// Calls by their systems' ids: those of the file depend on the order in which they came. The
/// key for hashes is drawn. A campaign that was not created is no campaign.
fn select(connection: &Connection, table: &str) -> String {
    let columns = rows(
        connection,
        &format!("SELECT name FROM pragma_table_info('{table}')"),
    );
    let columns = columns.iter().map(|column| match (table, column.as_str()) {
        ("calls" | "quarantine", "id") | ("campaigns", "request_id") | ("forgetting", "key") => {
            "''"
        }
        (_, "call_id") => {
            "(SELECT provider || ' ' || provider_call_id FROM calls WHERE calls.id = call_id)"
        }
        (_, column) => column,
    });
    let columns: Vec<_> = columns.map(str::to_owned).collect();
    if table == "forgotten_figures" {
        // Several rows of the same are their sum.
        let (keys, counts) = columns.split_at(5);
        let sums = counts.iter().map(|count| format!("sum({count})"));
        let keys = keys.join(", ");
        let sums = sums.collect::<Vec<_>>().join(", ");
        return format!("SELECT {keys}, {sums} FROM {table} GROUP BY {keys}");
    }
    let rows = match table {
        "campaigns" => "campaigns WHERE state <> 'failed'",
        table => table,
    };
    format!("SELECT {} FROM {rows}", columns.join(", "))
}

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut query = connection.prepare(sql).unwrap();
    let columns = query.column_count();
    let rows = query.query_map([], |row| {
        let values = (0..columns).map(|column| Ok(text(row.get(column)?)));
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) if text.starts_with(HOUR) => "now".into(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    }
}
