//! Teams: their codes and names.

use super::import;
use crate::office::Office;

fn teams(office: &Office) -> Vec<String> {
    office.rows("SELECT code, name FROM teams ORDER BY 1")
}

#[test]
fn teams_are_named_by_codes_in_small_letters() {
    let office = Office::unasked();
    let csv = "kod;nazwa\nBIK;Zespół BIK\nŻółty; Żółty zespół \n";
    import(&office, "teams", csv)
        .prints_only("Zespoły: 2 (nowe 1, zmienione 1)\n")
        .run();
    let expected = ["bik|Zespół BIK", "cesje|cesje", "żółty|Żółty zespół"];
    assert_eq!(teams(&office), expected);
    import(&office, "teams", csv)
        .prints_only("Zespoły: 2 (nowe 0, zmienione 0)\n")
        .run();
    let run = "SELECT command, outcome FROM sync_runs ORDER BY id DESC LIMIT 1";
    assert_eq!(office.value(run), "import teams|ok");
}

#[test]
fn without_a_column_of_names_a_new_team_is_called_by_its_code() {
    let office = Office::unasked();
    import(&office, "teams", "code\nbik\nWindykacja\n")
        .prints_only("Zespoły: 2 (nowe 1, zmienione 0)\n")
        .run();
    let expected = ["bik|bik", "cesje|cesje", "windykacja|windykacja"];
    assert_eq!(teams(&office), expected);
}

#[test]
fn a_code_twice_in_any_letters_an_empty_code_and_an_empty_name_are_bad_rows() {
    let office = Office::unasked();
    let before = teams(&office);
    import(
        &office,
        "teams",
        "kod,nazwa\nBIK,Jeden\nbik,Dwa\n,Trzy\ncztery,\n",
    )
    .fails(65)
    .says_only(
        "teams.csv:3: kod: „bik” jest już w wierszu 2\n\
         teams.csv:4: kod: pusta komórka; zespół musi mieć kod\n\
         teams.csv:5: nazwa: pusta komórka; zespół musi mieć nazwę\n\
         callsync: teams.csv: 3 błędne wiersze; nic nie zmieniono\n",
    )
    .run();
    assert_eq!(teams(&office), before);
}

#[test]
fn a_team_is_asked_for_in_any_letters() {
    let office = Office::unasked();
    let of = |code: &str| {
        let run = office.callsync(&["stats", "--team", code, "--format", "json"]);
        run.json()["teams"][0]["team"].clone()
    };
    assert_eq!(of("BIK"), "bik");
    assert_eq!(of("Bik"), "bik");
}

#[test]
fn a_team_that_users_bring_beside_others_is_warned_of() {
    let office = Office::unasked();
    let csv = "login,team\nanna,BIKK\nbartek,bikk\n";
    import(&office, "users", csv)
        .prints_only("Użytkownicy: 2 (nowi 0, zmienieni 2)\n")
        .says_only("users.csv:2: team: „bikk” to nowy zespół; dotychczasowe: bik, cesje\n")
        .run();
}
