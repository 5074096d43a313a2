//! The table on a terminal: it fits, and has bars and colours.

use super::november;
use crate::office::Office;
use crate::terminal;

/// Runs on a terminal of this width and gives the lines as they are written; `None` where
/// no terminal can be had.
fn on_terminal(
    office: &Office,
    columns: usize,
    arguments: &str,
    no_color: &str,
) -> Option<Vec<String>> {
    let arguments = format!("stats {arguments}");
    let text = terminal::on_terminal(office, columns, &arguments, &[("NO_COLOR", no_color)])?;
    let lines = text.lines().map(|line| line.trim_end_matches('\r'));
    Some(lines.map(str::to_owned).collect())
}

/// Without the sequences that set colours.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn on_a_terminal_the_table_fits_and_says_what_is_left_out() {
    let office = november();
    office
        .execute("UPDATE users SET name = 'Aleksandra Wiśniewska-Kowalczyk' WHERE login = 'anna'");
    for (columns, left_out) in [
        (
            80,
            "Kierownik zespołu, Przychodzące, Wychodzące, Nieodebrane, Odrzucone, Dni z rozmowami; ",
        ),
        (120, "Kierownik zespołu, Nieodebrane, Odrzucone; "),
        (200, ""),
    ] {
        let arguments = "--month 2026-11 --team bik";
        let Some(lines) = on_terminal(&office, columns, arguments, "") else {
            return;
        };
        for line in &lines {
            assert!(
                plain(line).chars().count() <= columns,
                "{columns}: {line:?}"
            );
        }
        let text = lines
            .iter()
            .map(|line| plain(line))
            .collect::<Vec<_>>()
            .join(" ");
        let line = format!("Pominięte kolumny: {left_out}pełna tabela: --format csv");
        assert_eq!(
            text.contains(&line),
            !left_out.is_empty(),
            "{columns}: {text}"
        );
        assert_eq!(
            text.contains("Pominięte"),
            !left_out.is_empty(),
            "{columns}: {text}"
        );
    }
}

#[test]
fn on_a_terminal_the_best_has_a_full_teal_bar_and_the_weakest_an_orange_one() {
    let office = november();
    let arguments = "--month 2026-11 --team bik";
    let Some(lines) = on_terminal(&office, 80, arguments, "") else {
        return;
    };
    let line = |start: &str| lines.iter().find(|line| line.starts_with(start)).unwrap();
    let (anna, bartek) = (line(" Anna"), line(" Bartosz"));
    // Anna has more calls to a day, Bartek longer talks.
    // The figures have the terminal's own colour, the bars one of their own.
    assert!(anna.contains(" 5,00\u{1b}[38;5;30m ██████"), "{anna:?}");
    assert!(
        bartek.contains(" 25:00:00\u{1b}[38;5;30m ██████"),
        "{bartek:?}"
    );
    assert!(bartek.contains(" 4,00\u{1b}[38;5;166m ████"), "{bartek:?}");
    assert!(!line(" Suma").contains('█'));

    let without_colours = on_terminal(&office, 80, arguments, "1").unwrap().join("\n");
    assert!(
        !without_colours.contains(['\u{1b}', '█']),
        "{without_colours}"
    );
    assert!(without_colours.contains("Pominięte"), "{without_colours}");
}
