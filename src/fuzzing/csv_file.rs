//! Files to import: users, leads, teams, people to call.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;

use anyhow::Result;

use super::number::assert_number;
use super::shown::assert_one_line;
use super::{poland, warsaw};
use crate::import::{Contents, callees, leads, teams, users};
use crate::output::export::{write_leads, write_users};
use crate::store::Store;
use crate::store::runs::{Run, RunStart};
use crate::store::users::SavedRows;

/// Users that were imported and exported are imported again without a change.
pub fn csv_users(bytes: &[u8]) {
    let read = |bytes| users::read(bytes, &HashMap::new(), poland());
    let Some(contents) = good_file(read(bytes.to_vec()), |row| row.line) else {
        return;
    };
    let mut store = Store::empty().unwrap();
    saved(&mut store, |store, run| {
        store.save_users(&contents.rows, run)
    });
    let mut exported = Vec::new();
    write_users(&mut exported, &store).unwrap();
    let again = good_file(read(exported), |row| row.line).unwrap();
    let saved = saved(&mut store, |store, run| store.save_users(&again.rows, run));
    assert_unchanged(&saved);
}

/// As [`csv_users`].
pub fn csv_leads(bytes: &[u8]) {
    let read = |bytes| leads::read(bytes, &HashMap::new(), warsaw().zone, poland());
    let Ok(mut contents) = read(bytes.to_vec()) else {
        return;
    };
    leads::refuse_new_without_name(&mut contents, |_| Ok(false)).unwrap();
    let Some(contents) = good_file(Ok(contents), |row| row.line) else {
        return;
    };
    let mut store = Store::empty().unwrap();
    saved(&mut store, |store, run| {
        store.save_leads(&contents.rows, run)
    });
    let mut exported = Vec::new();
    write_leads(&mut exported, &store).unwrap();
    let again = good_file(read(exported), |row| row.line).unwrap();
    let saved = saved(&mut store, |store, run| store.save_leads(&again.rows, run));
    assert_unchanged(&saved);
}

/// Teams that were imported are imported again without a change.
pub fn csv_teams(bytes: &[u8]) {
    let Ok(contents) = teams::read(bytes.to_vec()) else {
        return;
    };
    assert_contents(&contents);
    if contents.remarks.has_bad_row() {
        return;
    }
    let mut store = Store::empty().unwrap();
    let first = saved(&mut store, |store, run| {
        store.save_teams(&contents.rows, run)
    });
    assert_eq!(first.new, contents.rows.len());
    let again = saved(&mut store, |store, run| {
        store.save_teams(&contents.rows, run)
    });
    assert_unchanged(&again);
}

/// Nobody is called twice, and what the bot is told has no control characters.
pub fn csv_callees(bytes: &[u8]) {
    let Ok(contents) = callees::read(bytes.to_vec(), poland()) else {
        return;
    };
    assert_contents(&contents);
    let mut numbers = HashSet::new();
    for callee in &contents.rows {
        assert_number(&callee.number);
        assert!(numbers.insert(callee.number.as_str()));
        let parameters = callee.parameters.iter();
        for (name, value) in parameters.filter(|_| !contents.remarks.has_bad_row()) {
            let value = value.as_str().unwrap();
            assert!(!format!("{name}{value}").contains(char::is_control));
        }
    }
}

/// The contents of a file without a bad row. An error, and every remark, is a line.
fn good_file<Row: Debug>(
    read: Result<Contents<Row>, String>,
    line: impl Fn(&Row) -> u64,
) -> Option<Contents<Row>> {
    let contents = read.map_err(|reason| assert_one_line(&reason)).ok()?;
    assert_contents(&contents);
    let rows = contents.rows.iter().map(line);
    let remarks = contents.remarks.iter();
    let bad = remarks
        .filter(|remark| remark.fatal)
        .map(|remark| remark.line);
    let lines: HashSet<_> = rows.chain(bad).collect();
    assert_eq!(lines.len(), contents.read);
    (!contents.remarks.has_bad_row()).then_some(contents)
}

/// Every row is read or refused.
fn assert_contents<Row>(contents: &Contents<Row>) {
    assert!(contents.rows.len() <= contents.read);
    if !contents.remarks.has_bad_row() {
        assert_eq!(contents.rows.len(), contents.read);
    }
    for remark in contents.remarks.iter() {
        assert_one_line(&remark.to_string());
    }
}

fn saved(store: &mut Store, save: impl FnOnce(&mut Store, &Run) -> Result<SavedRows>) -> SavedRows {
    let start = RunStart {
        command: "import",
        ..RunStart::default()
    };
    store
        .record_run(start, |store, run| save(store, run))
        .unwrap()
}

fn assert_unchanged(saved: &SavedRows) {
    assert_eq!((saved.new, saved.changed, saved.moves.len()), (0, 0, 0));
}
