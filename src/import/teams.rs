//! Rows of a file of teams.

use std::collections::HashMap;

use super::cell::{name, quoted, team_code};
use super::table::{self, Columns, CsvColumn, CsvRow};
use super::{Contents, Remarks};
use crate::store::teams::TeamChange;

const COLUMNS: Columns = Columns {
    key: CsvColumn::new("code", "kod"),
    others: &[CsvColumn::new("name", "nazwa")],
};

/// Reads a file of teams.
pub fn read(bytes: Vec<u8>) -> Result<Contents<TeamChange>, String> {
    let mut lines = HashMap::new();
    table::read(bytes, &COLUMNS, |row, remarks| {
        team(row, &mut lines, remarks)
    })
}

/// Reads a row. `lines`: the line on which each code stands.
fn team(
    row: CsvRow,
    lines: &mut HashMap<String, u64>,
    remarks: &mut Remarks,
) -> Option<TeamChange> {
    let code = row.parse("code", remarks, code);
    let name = row.parse("name", remarks, |cell| name(cell, "zespół"));
    let code = code?;
    if let Some(line) = lines.get(&code) {
        let reason = format!("{} jest już w wierszu {line}", quoted(&code));
        remarks.refuse(row.line, "code", reason);
    } else {
        lines.insert(code.clone(), row.line);
    }
    Some(TeamChange { code, name })
}

fn code(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Err("pusta komórka; zespół musi mieć kod".into());
    }
    Ok(team_code(cell))
}
