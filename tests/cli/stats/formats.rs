//! CSV, and the table where there is no terminal.

use crate::run::words;

use super::{NOVEMBER, november, shown, stats};

/// The cells of a CSV file, the headings first.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let csv = csv.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect()
}

#[test]
fn csv_is_read_back_by_a_polish_spreadsheet_and_holds_no_formula() {
    let office = november();
    office.execute("UPDATE users SET name = '=HYPERLINK(\"x\";\"y\")' WHERE login = 'celina'");
    let csv = |arguments: &[&str]| {
        let arguments = [&NOVEMBER[..], &["--format", "csv"], arguments].concat();
        cells(&stats(&office, &arguments).prints("\u{feff}").run().stdout)
    };
    let rows = csv(&[]);
    let headings = [
        "Zespół",
        "Doradca",
        "Kierownik zespołu",
        "Przychodzące",
        "Wychodzące",
        "Nieodebrane",
        "Odrzucone",
        "Liczba rozmów OUT+IN",
        "Łączny czas rozmów",
        "Średni czas rozmowy",
        "Dni z rozmowami",
        "Średni dzienny czas rozmowy",
        "Średnia liczba połączeń dziennie",
    ];
    assert_eq!(rows[0], headings);
    let anna = [
        "bik",
        "Anna Wójcik",
        "Karol Maj",
        "3",
        "7",
        "8",
        "1",
        "10",
        "00:13:21",
        "00:01:20",
        "2",
        "00:06:41",
        "5,00",
    ];
    assert_eq!(rows[1], anna);
    assert_eq!(rows[2][8], "25:00:00");
    assert_eq!(rows[3][..3], ["cesje", "'=HYPERLINK(\"x\";\"y\")", ""]);
    assert_eq!(rows.len(), 4, "no summaries: {rows:?}");
    let days = csv(&["--by", "day"]);
    assert_eq!(days[0][..2], ["Dzień", "Przychodzące"]);
    assert_eq!(days[3][..2], ["2026-11-04", "0"]);
    assert_eq!(days[3][6..], ["00:00:00", "", "0", "", ""]);
}

#[test]
fn off_a_terminal_the_table_is_plain_and_whole() {
    let table = shown(&november(), &[&NOVEMBER[..], &["--team", "bik"]].concat());
    for sign in ["\u{1b}", "█", "Pominięte"] {
        assert!(!table.contains(sign), "{sign:?} in {table}");
    }
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "Statystyki od 2026-11-01 do 2026-11-30 (dane od 2026-11-02), strefa czasowa Europe/Warsaw",
            "Stan na 2026-11-04 22:30:00 (najstarsze dane pobrano 2026-11-02 22:30:00)",
            ""
        ]
    );
    let row = |start: &str| {
        let line = lines.iter().find(|line| line.starts_with(start));
        words(line.unwrap())
    };
    assert_eq!(
        row(" Bartosz"),
        "Bartosz Zieliński Karol Maj 0 4 0 2 4 25:00:00 06:15:00 1 25:00:00 4,00"
    );
    assert_eq!(
        row(" Suma"),
        "Suma / średnia 3 11 8 3 14 25:13:21 03:08:10 3 12:33:20 4,50"
    );
    assert_eq!(
        lines[lines.len() - 2..],
        [
            "Suma / średnia: dni z rozmowami to osobodni, a średnie to średnie wyników doradców z rozmowami",
            "Dane od 2026-11-02: wcześniejszych dni nie ma w pliku"
        ]
    );
}

#[test]
fn a_name_from_outside_drives_no_terminal() {
    let office = november();
    office.execute("UPDATE users SET name = 'Jan' || char(27) || '[31m' || char(10) || 'X'");
    let table = shown(&office, &NOVEMBER);
    assert!(
        !table.contains('\u{1b}') && table.contains(" Jan [31m X "),
        "{table}"
    );
}
