//! Rows of a file of teams.

use super::cell::{name, quoted, team_code};
use super::table::{self, Columns, CsvColumn, CsvRow, Unknown};
use super::{Contents, FirstLines, Remarks};
use crate::store::teams::TeamChange;

const COLUMNS: Columns = Columns {
    key: CsvColumn::new("code", "kod"),
    others: &[CsvColumn::new("name", "nazwa")],
    unknown: Unknown::Ignored,
};

/// Reads a file of teams.
pub fn read(bytes: Vec<u8>) -> Result<Contents<TeamChange>, String> {
    let mut codes = FirstLines::default();
    table::read(bytes, &COLUMNS, |row, remarks| {
        team(row, &mut codes, remarks)
    })
}

fn team(row: CsvRow, codes: &mut FirstLines<String>, remarks: &mut Remarks) -> Option<TeamChange> {
    let code = row.parse("code", remarks, code);
    let name = row.parse("name", remarks, |cell| name(cell, "zespół"));
    let code = code?;
    codes.add(code.clone(), quoted(&code), (row.line, "code"), remarks);
    Some(TeamChange { code, name })
}

fn code(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Err("pusta komórka; zespół musi mieć kod".into());
    }
    Ok(team_code(cell))
}
