//! `callsync import`: what holds for every file. What holds for one kind of file, for
//! Excel's files and for what is said of a file is below.

mod excel;
mod findings;
mod leads;
mod teams;
mod users;

use std::fs;
use std::process::Command;

use encoding_rs::WINDOWS_1250;
use rustix::process::Signal;

use crate::office::{LEADS, Office, USERS};
use crate::run::Run;

const FOUR_NEW: &str = "Użytkownicy: 4 (nowi 4, zmienieni 0)\n";

/// An import of `users.csv` or `leads.csv`, which holds this.
fn import(office: &Office, what: &str, csv: impl AsRef<[u8]>) -> Run {
    let file = format!("{what}.csv");
    office.file(&file, csv);
    office.callsync(&["import", what, &file])
}

/// Everything that an import may write.
fn content(office: &Office) -> Vec<Vec<String>> {
    [
        "SELECT * FROM teams ORDER BY 1",
        "SELECT * FROM users ORDER BY id",
        "SELECT * FROM advisor_numbers ORDER BY 1",
        "SELECT * FROM leads ORDER BY id",
        "SELECT * FROM calls ORDER BY id",
        "SELECT * FROM unmatched_calls ORDER BY 1",
        "SELECT id, command FROM sync_runs ORDER BY id",
    ]
    .iter()
    .map(|sql| office.rows(sql))
    .collect()
}

fn files(office: &Office) -> Vec<String> {
    let entries = fs::read_dir(office.path("")).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

#[test]
fn a_dry_run_writes_nothing_and_leaves_no_file_where_there_was_none() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office.file("users.csv", USERS);
    let before = files(&office);
    office
        .callsync(&["import", "users", "users.csv", "--dry-run"])
        .prints_only("Przebieg próbny: nic nie zapisano\nUżytkownicy: 4 (nowi 4, zmienieni 0)\n")
        .run();
    assert_eq!(files(&office), before);

    import(&office, "users", USERS).prints_only(FOUR_NEW).run();
    office.file("leads.csv", LEADS);
    let before = content(&office);
    office
        .callsync(&["import", "leads", "leads.csv", "--dry-run"])
        .prints_only(
            "Przebieg próbny: nic nie zapisano\nLeady: 3 (nowe 3, zmienione 0)\nPrzypisane połączenia: 0\n",
        )
        .run();
    office.file("users.csv", "login,name\nanna,Anna Nowa\n");
    office
        .callsync(&["import", "users", "users.csv", "--dry-run"])
        .prints_only("Przebieg próbny: nic nie zapisano\nUżytkownicy: 1 (nowi 0, zmienieni 1)\n")
        .run();
    assert_eq!(content(&office), before);
}

#[test]
fn the_same_file_again_changes_nothing() {
    let office = Office::unasked();
    import(&office, "users", USERS)
        .prints_only("Użytkownicy: 4 (nowi 0, zmienieni 0)\n")
        .run();
    import(&office, "leads", LEADS)
        .prints_only("Leady: 3 (nowe 0, zmienione 0)\nPrzypisane połączenia: 0\n")
        .run();
}

#[test]
fn a_dash_is_standard_input() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    office
        .callsync(&["import", "users", "-"])
        .reads(USERS)
        .prints_only(FOUR_NEW)
        .run();
    let bad = office.callsync(&["import", "leads", "-"]);
    bad.reads("id,name\n0,Jan\n")
        .fails(65)
        .says_only(
            "standardowe wejście:2: id: „0” nie jest liczbą całkowitą większą od 0\n\
             callsync: standardowe wejście: 1 błędny wiersz; nic nie zmieniono\n",
        )
        .run();
    assert_eq!(office.count("users"), "4");
    // More than a pipe holds.
    let many: String = (1..=5_000).map(|id| format!("{id},Lead {id}\n")).collect();
    office
        .callsync(&["-q", "import", "leads", "-"])
        .reads(format!("id,name\n{many}"))
        .run();
    assert_eq!(office.count("leads"), "5000");
}

#[test]
fn windows_1250_with_semicolons_is_what_utf_8_with_commas_is() {
    let imported = |csv: &[u8]| {
        let office = Office::empty();
        office.callyzer.may_stay_unasked();
        import(&office, "users", csv).prints_only(FOUR_NEW).run();
        content(&office)
    };
    let polish_excel = USERS.replace(',', ";").replace('\n', "\r\n");
    let (windows_1250, ..) = WINDOWS_1250.encode(&polish_excel);
    assert!(str::from_utf8(&windows_1250).is_err());
    let expected = imported(USERS.as_bytes());
    assert!(expected[1][0].contains("Anna Wójcik"), "{expected:?}");
    assert_eq!(imported(&windows_1250), expected);
    let marked = format!("\u{feff}{}", USERS.replace(',', "\t"));
    assert_eq!(imported(marked.as_bytes()), expected);
}

#[test]
fn columns_stand_in_any_order() {
    let office = Office::unasked();
    import(&office, "leads", "phone,name,id\n601 200 399,Nowy Lead,9\n")
        .prints("nowe 1")
        .run();
    assert_eq!(
        office.value("SELECT name, phone, number FROM leads WHERE id = 9"),
        "Nowy Lead|601 200 399|+48601200399"
    );
}

#[test]
fn a_bad_row_changes_nothing_and_every_bad_row_is_named() {
    let office = Office::unasked();
    let before = content(&office);
    let users = "login,name,role,numbers,active
dobry,Dobry,head,,1
anna,Anna,doradca,600 100 201,1
nowy,,manager,12345,może
brak,Brak,head
";
    import(&office, "users", users)
        .fails(65)
        .says_only(
            "users.csv:3: role: „doradca” nie jest rolą; role to: Administrator (administrator), \
             Szef działu (head), Kierownik zespołu (manager), Doradca klienta BIK (advisor-bik), \
             Doradca klienta Cesje (advisor-cesje)\n\
             users.csv:4: name: pusta komórka; użytkownik musi mieć nazwę\n\
             users.csv:4: numbers: „12345” nie jest prawidłowym numerem telefonu; \
             kilka numerów oddziel znakiem |\n\
             users.csv:4: active: zamiast „może” wpisz TAK (1) albo NIE (0)\n\
             users.csv:5: wiersz ma 3 komórki, a pierwszy wiersz wymienia 5 kolumn\n\
             callsync: users.csv: 3 błędne wiersze; nic nie zmieniono\n",
        )
        .run();
    let leads = "id,name,advisor,created_at
7,Dobry,anna,2026-01-01
x,Jan,anna,2026-01-01
8,,nikt,wczoraj
";
    import(&office, "leads", leads)
        .fails(65)
        .says_only(
            "leads.csv:3: id: „x” nie jest liczbą całkowitą większą od 0\n\
             leads.csv:4: name: pusta komórka; lead musi mieć nazwę\n\
             leads.csv:4: advisor: żaden użytkownik nie ma loginu „nikt”\n\
             leads.csv:4: created_at: „wczoraj” nie jest datą ani godziną; \
             wpisz na przykład 2026-11-21 14:30 albo 21.11.2026 14:30\n\
             callsync: leads.csv: 2 błędne wiersze; nic nie zmieniono\n",
        )
        .run();
    assert_eq!(content(&office), before);
}

#[test]
fn an_id_or_login_twice_is_a_bad_row() {
    let office = Office::unasked();
    let before = content(&office);
    import(&office, "users", "login,name\nanna,A\nanna,B\n")
        .fails(65)
        .says_only(
            "users.csv:3: login: „anna” jest już w wierszu 2\n\
             callsync: users.csv: 1 błędny wiersz; nic nie zmieniono\n",
        )
        .run();
    import(&office, "leads", "id,name\n1,A\n2,B\n1,C\n1,D\n")
        .fails(65)
        .says_only(
            "leads.csv:4: id: 1 jest już w wierszu 2\n\
             leads.csv:5: id: 1 jest już w wierszu 2\n\
             callsync: leads.csv: 2 błędne wiersze; nic nie zmieniono\n",
        )
        .run();
    assert_eq!(content(&office), before);
}

#[test]
fn an_unknown_column_is_a_warning() {
    let office = Office::unasked();
    import(
        &office,
        "users",
        "login,e-mail,name\nanna,a@b.pl,Anna Nowa\n",
    )
    .prints_only("Użytkownicy: 1 (nowi 0, zmienieni 1)\n")
    .says_only("users.csv:1: pominięto nieznaną kolumnę: „e-mail”\n")
    .run();
    let name = "SELECT name FROM users WHERE login = 'anna'";
    assert_eq!(office.value(name), "Anna Nowa");
}

#[test]
fn a_file_that_cannot_be_read_or_has_no_key_column_is_wrong_data() {
    let office = Office::unasked();
    office
        .callsync(&["import", "leads", "nowhere.csv"])
        .fails(65)
        .says_only("callsync: nie można odczytać pliku nowhere.csv: nie ma takiego pliku\n")
        .run();
    import(&office, "leads", "name,phone\nJan,601200301\n")
        .fails(65)
        .says_only(
            "callsync: leads.csv: w wierszu 1 nie ma kolumny id; wpisz w nim nazwy kolumn: \
             id,name,phone,advisor,created_at albo id,nazwa,telefon,doradca,utworzono\n",
        )
        .run();
    import(&office, "leads", "")
        .fails(65)
        .says_only("callsync: leads.csv: plik jest pusty\n")
        .run();
}

#[test]
fn an_import_waits_for_another_writer() {
    let office = Office::unasked();
    office.while_another_writes(|| {
        import(&office, "leads", "id,name\n9,Nowy\n")
            .prints("nowe 1")
            .run()
    });
    assert_eq!(office.value("SELECT name FROM leads WHERE id = 9"), "Nowy");
}

#[test]
fn an_import_whose_reader_has_gone_has_imported() {
    let office = Office::unasked();
    import(&office, "leads", "id,name\n9,Nowy\n")
        .into_closed_pipe()
        .run();
    assert_eq!(office.value("SELECT name FROM leads WHERE id = 9"), "Nowy");
}

#[test]
fn a_quiet_import_that_fails_tells_every_bad_row() {
    let office = Office::unasked();
    let mut csv = "id,name,phone\n".to_owned();
    for n in 1..=2000 {
        csv += &format!("0{n}x,Jan Kowalski,601 200 301\n");
    }
    office.file("leads.csv", csv);
    let output = office
        .callsync(&["-q", "import", "leads", "leads.csv"])
        .fails(65)
        .logs()
        .run();
    let told = output.stderr.matches("nie jest liczbą").count();
    assert_eq!(told, 2000);
    assert!(output.stderr.len() > 64 * 1024);
    let last = output.stderr.lines().last();
    assert_eq!(
        last,
        Some("callsync: leads.csv: 2000 błędnych wierszy; nic nie zmieniono")
    );
}

#[test]
fn an_import_from_a_pipe_says_what_it_waits_for_and_a_signal_ends_it() {
    let office = Office::unasked();
    let pipe = office.path("users.fifo");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let pipe = pipe.to_str().unwrap();
    let mut import = office.callsync(&["import", "users", pipe]).start_talking();
    let message = import.messages().next().unwrap();
    assert!(
        message.contains(&format!("{pipe} is a pipe: waiting for")),
        "{message}"
    );
    import.signal(Signal::TERM);
    assert_eq!(import.wait(), Some(75));
}
