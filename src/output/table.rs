//! Tables for people.

use comfy_table::{ContentArrangement, LineStyle, Row, Table, TableStyle};

use crate::text;

/// A line under the headings and nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// A table that fits its terminal, each row on one line. Off a terminal it is as wide as it is.
pub fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(headings.to_vec());
    if table.is_tty() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    for cells in rows {
        let mut row = Row::from(cells.iter().map(|cell| text::one_line(cell)));
        row.max_height(1);
        table.add_row(row);
    }
    table
}
