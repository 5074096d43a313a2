//! What is said of a file: on a terminal, to a program, and to nobody.

use serde_json::json;

use super::import;
use crate::office::Office;
use crate::terminal::on_terminal;

/// Three rows of which one is bad, and a column that is ignored.
const FINDINGS: &str = "id,nazwa,telefon,uwagi\n11,Ola,brak,\n0,Jan,601200311,\n12,Ula,,\n";

#[test]
fn findings_are_wrapped_between_words_on_a_terminal() {
    let office = Office::unasked();
    let file = office.file("leads.csv", "id,name,phone\n11,Ola,brak\n");
    let file = file.to_str().unwrap();
    let arguments = format!("import leads {file}");
    let Some(narrow) = on_terminal(&office, 60, &arguments, &[]) else {
        return;
    };
    let (findings, _) = narrow.split_once("Leady: 1").unwrap();
    let lines: Vec<_> = findings.lines().collect();
    assert!(lines.len() > 2, "{narrow}");
    let (first, rest) = lines.split_first().unwrap();
    assert!(first.starts_with(&format!("{file}:2: phone:")), "{narrow}");
    assert!(rest.iter().all(|line| line.starts_with("    ")), "{narrow}");
    let widths = lines.iter().map(|line| line.trim_end().chars().count());
    assert!(widths.max().unwrap() <= 60.max(file.len() + 10), "{narrow}");
    let wide = on_terminal(&office, 300, &arguments, &[]).unwrap();
    let finding = "„brak” nie jest prawidłowym numerem telefonu; \
                   lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa";
    assert!(
        wide.starts_with(&format!("{file}:2: phone: {finding}\r\n")),
        "{wide}"
    );
}

#[test]
fn a_program_gets_the_counts_and_the_findings_as_one_object() {
    let office = Office::unasked();
    office.file(
        "leads.csv",
        "id,nazwa,telefon,uwagi\n1,Jan Nowy,601200301,\n11,Ola,brak,\n",
    );
    let arguments = ["import", "leads", "leads.csv", "--format", "json"];
    let expected = json!({
        "read": 2, "new": 1, "changed": 1, "assigned": 0,
        "findings": [
            {"line": 1, "column": null, "reason": "pominięto nieznaną kolumnę: „uwagi”", "fatal": false},
            {
                "line": 3, "column": "telefon", "fatal": false,
                "reason": "„brak” nie jest prawidłowym numerem telefonu; \
                           lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa",
            },
        ],
    });
    assert_eq!(office.callsync(&arguments).json(), expected);
    assert_eq!(office.count("leads"), "4");
}

#[test]
fn a_program_gets_the_findings_of_a_file_with_a_bad_row_too() {
    let office = Office::unasked();
    office.file("leads.csv", FINDINGS);
    let message = "leads.csv: 1 błędny wiersz; nic nie zmieniono";
    let report = office
        .callsync(&["import", "leads", "leads.csv", "--format", "json"])
        .fails(65)
        .says_only(&format!("callsync: {message}\n"))
        .json();
    let count = |key: &str| report[key].as_i64().unwrap();
    assert_eq!(
        ["read", "new", "changed", "assigned"].map(count),
        [3, 0, 0, 0]
    );
    assert_eq!(report["message"], message);
    assert_eq!(report["exit_code"], 65);
    let findings = report["findings"].as_array().unwrap();
    let places = findings
        .iter()
        .map(|it| (it["line"].as_i64().unwrap(), it["fatal"] == true));
    assert_eq!(
        places.collect::<Vec<_>>(),
        [(1, false), (2, false), (3, true)]
    );
    assert_eq!(office.count("leads"), "3");
}

#[test]
fn a_quiet_import_says_no_warning_and_if_it_fails_the_errors_alone() {
    let office = Office::unasked();
    office.file("good.csv", "id,name,phone\n11,Ola,brak\n");
    office
        .callsync(&["-q", "import", "leads", "good.csv"])
        .run();
    office.file("bad.csv", FINDINGS);
    office
        .callsync(&["-q", "import", "leads", "bad.csv"])
        .fails(65)
        .says_only(
            "bad.csv:3: id: „0” nie jest liczbą całkowitą większą od 0\n\
             callsync: bad.csv: 1 błędny wiersz; nic nie zmieniono\n",
        )
        .run();
}

#[test]
fn findings_stand_in_the_order_of_the_file_and_in_its_own_words() {
    let office = Office::unasked();
    import(&office, "leads", FINDINGS)
        .fails(65)
        .says_only(
            "leads.csv:1: pominięto nieznaną kolumnę: „uwagi”\n\
             leads.csv:2: telefon: „brak” nie jest prawidłowym numerem telefonu; \
             lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa\n\
             leads.csv:3: id: „0” nie jest liczbą całkowitą większą od 0\n\
             callsync: leads.csv: 1 błędny wiersz; nic nie zmieniono\n",
        )
        .run();
}
