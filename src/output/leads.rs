//! Several leads, as text and as JSON.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use super::table::{self, Cell, Column};
use crate::store::register::Lead;

const COLUMNS: [Column; 4] = [
    Column::number("ID"),
    Column::name("Lead"),
    Column::fixed("Numer telefonu"),
    Column::name("Doradca"),
];

pub fn write_table(out: &mut dyn Write, leads: &[Lead]) -> Result<()> {
    let row = |lead: &Lead| {
        vec![
            lead.id.to_string().into(),
            (&lead.name).into(),
            Cell::of_names(&lead.numbers),
            lead.advisor.as_deref().unwrap_or_default().into(),
        ]
    };
    let rows: Vec<_> = leads.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows, "--format json")
}

pub fn to_json(leads: &[Lead]) -> Value {
    let lead = |lead: &Lead| {
        json!({
            "id": lead.id,
            "name": lead.name,
            "number": lead.number,
            "advisor": lead.advisor,
        })
    };
    json!({ "leads": leads.iter().map(lead).collect::<Vec<_>>() })
}
