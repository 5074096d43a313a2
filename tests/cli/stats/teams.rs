//! Sections of teams, their managers, and who may see them.

use serde_json::{Value, json};

use super::{NOVEMBER, as_json, november, office, shown, stats};

const REFUSAL: &str = "callsync: Brak uprawnień do przeglądania statystyk zespołu\n";

#[test]
fn every_team_has_its_section_and_summary_and_those_without_a_team_come_last() {
    let office = november();
    office.execute(
        "INSERT INTO teams VALUES ('pusty', 'Pusty');
         INSERT INTO users (login, name, role) VALUES ('d', 'Dorota', 'advisor-bik');
         UPDATE advisor_numbers SET user_id = (SELECT id FROM users WHERE login = 'd')
         WHERE number = '+48225550102'",
    );
    let report = as_json(&office, &NOVEMBER);
    let teams = report["teams"].as_array().unwrap();
    let codes: Vec<_> = teams.iter().map(|team| &team["team"]).collect();
    assert_eq!(codes, [&json!("bik"), &json!("cesje"), &Value::Null]);
    let calls: Vec<_> = teams.iter().map(|team| &team["summary"]["calls"]).collect();
    assert_eq!(calls, [&json!(14), &json!(6), &json!(0)]);
    assert_eq!(report["summary"]["calls"], json!(20));
    // Over the three advisors with calls: (5 + 4 + 6) ÷ 3.
    assert_eq!(report["summary"]["calls_per_day"], json!(5.0));
    let table = shown(&office, &NOVEMBER);
    let titles: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_uppercase()))
        .collect();
    assert_eq!(
        titles[2..],
        [
            "Zespół bik, kierownik: Karol Maj",
            "Zespół cesje",
            "Doradcy bez zespołu",
            "Brak danych za ten okres",
            "Zespoły razem: bik, cesje, bez zespołu",
            "Suma / średnia: dni z rozmowami to osobodni, a średnie to średnie wyników doradców z rozmowami",
            "Dane od 2026-11-02: wcześniejszych dni nie ma w pliku"
        ]
    );
    assert_eq!(table.matches("\n Suma / średnia ").count(), 3);
    let one = shown(&office, &["--team", "pusty"]);
    assert!(one.ends_with("\nBrak danych za ten okres\n"), "{one}");
}

#[test]
fn the_manager_is_the_active_one_of_several_the_one_with_the_least_id() {
    let office = november();
    let manager = || as_json(&office, &["--team", "bik"])["teams"][0]["rows"][0]["manager"].clone();
    office.execute(
        "INSERT INTO users (login, name, role, team) VALUES
         ('m2', 'Łucja Ptak', 'manager', 'bik'), ('m3', 'Lucyna Ptak', 'manager', 'bik');
         UPDATE users SET active = 0 WHERE login = 'kierownik'",
    );
    assert_eq!(manager(), json!("Łucja Ptak"));
    office.execute("UPDATE users SET active = 0 WHERE role = 'manager'");
    assert_eq!(manager(), Value::Null);
}

#[test]
fn an_unknown_team_is_an_error_that_lists_the_teams() {
    let office = office();
    stats(
        &office,
        &["--team", "bik", "--team", "windykacja\u{1b}[31m"],
    )
    .fails(65)
    .says_only("callsync: Nie ma zespołu „windykacja [31m”. Dostępne zespoły: bik, cesje\n")
    .run();
}

#[test]
fn a_manager_sees_the_own_team_and_of_others_not_even_whether_they_exist() {
    let office = november();
    office.execute(
        "INSERT INTO users (login, name, role, team) VALUES
         ('szef', 'S', 'head', 'cesje'), ('admin', 'A', 'administrator', NULL),
         ('bez', 'B', 'manager', NULL)",
    );
    let seen = |login: &str, arguments: &[&str]| {
        let report = as_json(
            &office,
            &[&NOVEMBER[..], &["--as", login], arguments].concat(),
        );
        let teams = report["teams"].as_array().unwrap().iter();
        let teams: Vec<_> = teams
            .map(|team| team["team"].as_str().unwrap().to_owned())
            .collect();
        teams.join(" ")
    };
    for login in ["szef", "admin"] {
        assert_eq!(seen(login, &[]), "bik cesje");
        assert_eq!(seen(login, &["--team", "bik"]), "bik");
    }
    assert_eq!(seen("kierownik", &[]), "bik");
    assert_eq!(
        seen("kierownik", &["--team", "bik", "--team", "bik"]),
        "bik"
    );
    let refused: [(&str, &[&str]); 8] = [
        ("kierownik", &["--team", "cesje"]),
        ("kierownik", &["--team", "windykacja"]),
        ("kierownik", &["--team", "bik", "--team", "cesje"]),
        ("bez", &[]),
        ("bez", &["--team", "bik"]),
        ("anna", &[]),
        ("anna", &["--team", "bik"]),
        ("nikt", &[]),
    ];
    for (login, arguments) in refused {
        for format in ["table", "json", "csv"] {
            let arguments = [arguments, &["--as", login, "--format", format]].concat();
            let message = REFUSAL.trim_end().trim_start_matches("callsync: ");
            let object = format!("{{\"exit_code\":77,\"message\":\"{message}\"}}\n");
            stats(&office, &arguments)
                .fails(77)
                .prints_only(if format == "json" { &object } else { "" })
                .says_only(REFUSAL)
                .run();
        }
    }
    office.execute("UPDATE users SET active = 0 WHERE login = 'szef'");
    stats(&office, &["--as", "szef"])
        .fails(77)
        .says_only(REFUSAL)
        .run();
}
