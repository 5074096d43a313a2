//! `callsync lead --number`: the leads that have a number.

use serde_json::json;

use crate::office::Office;
use crate::run::words;

const REFUSAL: &str = "callsync: Brak uprawnień do przeglądania historii połączeń\n";

/// Leads 1 and 2 are Anna's and Bartek's; 4 is Anna's and 5 nobody's, with the number of
/// lead 1 as their second.
fn office() -> Office {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 60),
        ("c-2", "600100202", "601200302", "Incoming", 40, 60),
    ]);
    office.import(
        "leads",
        "id,name,phone,advisor\n4,Firma,601200304|601200301,anna\n5,Inna firma,601200305|601200301,\n",
    );
    office.sync();
    office
}

#[test]
fn the_register_of_the_only_lead_with_the_number_is_shown() {
    let office = office();
    for number in ["601200302", "+48 601-200-302", "48601200302"] {
        let run = office.callsync(&["lead", "--number", number]);
        run.prints("Ewa Nowak (lead 2)\n")
            .prints("\nStrona 1 z 1, liczba połączeń: 1\n")
            .run();
    }
    let second = office.callsync(&["lead", "--number", "601200304"]);
    second
        .prints("Firma (lead 4)\nNumer telefonu: +48601200304, +48601200301\n")
        .run();
    let found = ["lead", "--number", "601200302", "--format", "json"];
    let by_id = ["lead", "2", "--format", "json"];
    assert_eq!(
        office.callsync(&found).json(),
        office.callsync(&by_id).json()
    );
    let run = office.callsync(&["lead", "--number", "601200302", "--page", "2"]);
    run.fails(65).says("Strona 2 nie istnieje").run();
}

#[test]
fn several_leads_are_listed() {
    let office = office();
    let arguments = ["lead", "--number", "601200301"];
    let table = office.callsync(&arguments).prints("ID").run().stdout;
    let lines: Vec<_> = table.lines().map(words).collect();
    assert_eq!(lines[0], "ID Lead Numer telefonu Doradca");
    assert_eq!(
        lines[2..],
        [
            "1 Jan Kowalski +48601200301 Anna Wójcik",
            "4 Firma +48601200304, +48601200301 Anna Wójcik",
            "5 Inna firma +48601200305, +48601200301",
        ]
    );
    let found = office.callsync(&[&arguments[..], &["--format", "json"]].concat());
    let lead = |id: i64, name: &str, number: &str, advisor: Option<&str>| json!({"id": id, "name": name, "number": number, "advisor": advisor});
    assert_eq!(
        found.json(),
        json!({"leads": [
            lead(1, "Jan Kowalski", "+48601200301", Some("Anna Wójcik")),
            lead(4, "Firma", "+48601200304", Some("Anna Wójcik")),
            lead(5, "Inna firma", "+48601200305", None),
        ]})
    );
}

#[test]
fn a_number_of_no_lead_and_one_that_is_none_are_wrong_data() {
    let office = Office::unasked();
    let run = office.callsync(&["lead", "--number", "600 100 301"]);
    run.fails(65)
        .says_only("callsync: Nie ma leada z numerem +48600100301\n")
        .run();
    for (given, shown) in [
        ("112", "112"),
        ("w\u{1b}[31m kadrach", "w [31m kadrach"),
        ("", ""),
    ] {
        let run = office.callsync(&["lead", "--number", given]).fails(65);
        let message = format!("callsync: Nieprawidłowy format numeru telefonu: {shown}");
        run.says_only(&format!("{}\n", message.trim_end())).run();
    }
}

#[test]
fn an_id_or_a_number_is_needed_and_not_both() {
    let office = Office::unasked();
    for arguments in [&["lead"][..], &["lead", "1", "--number", "601200301"]] {
        let run = office.callsync(arguments).fails(64);
        run.says("--number").run();
    }
}

#[test]
fn an_advisor_sees_the_own_leads_among_them_and_of_others_not_whether_they_exist() {
    let office = office();
    office.execute("UPDATE users SET role = 'advisor-cesje' WHERE login = 'celina'");
    office.import("leads", "id,advisor\n4,celina\n");
    let ask =
        |number: &str, login: &str| office.callsync(&["lead", "--number", number, "--as", login]);
    ask("601200301", "anna")
        .prints("Jan Kowalski (lead 1)\n")
        .run();
    ask("601200301", "kierownik").prints(" Inna firma ").run();
    for (number, login) in [
        ("601200301", "bartek"),
        ("601200305", "anna"),
        ("601999999", "anna"),
        ("601200304", "celina"),
        ("112", "celina"),
        ("601200301", "nikt"),
    ] {
        ask(number, login).fails(77).says_only(REFUSAL).run();
    }
    ask("112", "anna")
        .fails(65)
        .says("Nieprawidłowy format")
        .run();
    ask("601999999", "kierownik")
        .fails(65)
        .says("Nie ma leada z numerem +48601999999")
        .run();
}

#[test]
fn other_leads_with_the_number_are_named_only_to_who_may_see_them() {
    let office = office();
    // The register of lead 4 has the call of lead 1's number; it becomes Bartek's.
    office.import("leads", "id,advisor\n4,bartek\n");
    let line = "Połączenia tego numeru przypisane do leada 4: 1\n";
    let shown = office.callsync(&["lead", "1"]).prints(line).run();
    let anna = office.callsync(&["lead", "1", "--as", "anna"]);
    let anna = anna.prints("Jan Kowalski (lead 1)").run();
    assert_eq!(anna.stdout, shown.stdout.replace(line, ""));
}
