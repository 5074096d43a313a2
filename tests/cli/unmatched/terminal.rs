//! Lists of calls on a narrow terminal: names are cut, and no date, status or duration.

use pretend_callyzer::Call;

use crate::moment::{ago, local};
use crate::office::Office;
use crate::terminal;

#[test]
fn at_eighty_columns_no_date_status_or_duration_is_cut_and_the_table_fits() {
    let office = Office::new();
    for (id, advisor, number) in [
        ("c-1", "600100201", "601200301"),
        ("c-2", "600100201", "601300001"),
        ("c-3", "600100202", "601300001"),
    ] {
        office.call(Call::new(id, advisor, number, "Incoming", ago(9), 3_723));
    }
    office.sync();
    office.execute("UPDATE users SET name = 'Aleksandra Wiśniewska-Kowalczyk z Bielska-Białej'");
    let of = |column: &str, table: &str| {
        let time = office.value(&format!("SELECT max({column}) FROM {table}"));
        local(time.parse().unwrap())
    };
    let (started, tried) = (
        of("started_at", "calls"),
        of("last_attempt_at", "unmatched"),
    );
    for (arguments, whole) in [
        ("lead 1", vec!["Przychodzące", &started, "62:03"]),
        ("unmatched", vec!["+48601300001", "Przychodzące", &started]),
        (
            "unmatched --by number",
            vec!["+48601300001", &started, "Aleksandra Wiśn"],
        ),
    ] {
        for columns in [80, 120] {
            let Some(text) = terminal::on_terminal(&office, columns, arguments, &[]) else {
                return;
            };
            for line in text.lines() {
                let width = line.trim_end().chars().count();
                assert!(width <= columns, "{columns}: {line:?}");
            }
            for part in &whole {
                assert!(text.contains(*part), "{columns}: no {part} in {text}");
            }
            let left_out = text.contains("Pominięte kolumny: ");
            assert_eq!(
                columns == 80 && arguments.starts_with("unmatched"),
                left_out,
                "{text}"
            );
            assert!(
                left_out || arguments != "unmatched" || text.contains(&tried),
                "{text}"
            );
        }
    }
}
