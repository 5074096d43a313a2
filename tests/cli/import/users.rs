//! Users: numbers that move, teams, who is active.

use super::{content, import};
use crate::office::Office;

/// Each number with its user's login.
fn numbers(office: &Office) -> Vec<String> {
    office.rows(
        "SELECT number, login FROM advisor_numbers JOIN users ON users.id = user_id ORDER BY 1",
    )
}

#[test]
fn an_absent_column_keeps_and_an_empty_cell_clears() {
    let office = Office::unasked();
    let before = content(&office);
    import(&office, "users", "login\nanna\nbartek\n")
        .prints_only("Użytkownicy: 2 (nowi 0, zmienieni 0)\n")
        .run();
    assert_eq!(content(&office)[..6], before[..6]);
    import(&office, "users", "login,team,numbers\nbartek,,\n")
        .prints_only("Użytkownicy: 1 (nowi 0, zmienieni 1)\n")
        .run();
    let bartek = "SELECT name, role, team, active FROM users WHERE login = 'bartek'";
    assert_eq!(office.value(bartek), "Bartosz Zieliński|advisor-bik|null|1");
    assert_eq!(
        numbers(&office),
        ["+48600100201|anna", "+48600100203|celina"]
    );
}

#[test]
fn users_that_a_file_lacks_stay() {
    let office = Office::unasked();
    import(&office, "users", "login,name,role\nnowa,Nowa,head\n")
        .prints_only("Użytkownicy: 1 (nowi 1, zmienieni 0)\n")
        .run();
    assert_eq!(
        office.rows("SELECT login FROM users ORDER BY id"),
        ["anna", "bartek", "celina", "kierownik", "nowa"]
    );
}

#[test]
fn a_new_user_needs_a_name_and_a_role() {
    let office = Office::unasked();
    import(&office, "users", "login,active\nnowa,1\n")
        .fails(65)
        .says_only(
            "users.csv:2: name: „nowa” to nowy użytkownik i musi mieć nazwę\n\
             users.csv:2: role: „nowa” to nowy użytkownik i musi mieć rolę\n\
             callsync: users.csv: 1 błędny wiersz; nic nie zmieniono\n",
        )
        .run();
    assert_eq!(office.count("users"), "4");
}

#[test]
fn several_numbers_replace_the_former_ones() {
    let office = Office::unasked();
    import(
        &office,
        "users",
        "login,numbers\nbartek,22 555 01 02 | +48 600-100-299|600100299\n",
    )
    .prints_only("Użytkownicy: 1 (nowi 0, zmienieni 1)\n")
    .run();
    assert_eq!(
        numbers(&office),
        [
            "+48225550102|bartek",
            "+48600100201|anna",
            "+48600100203|celina",
            "+48600100299|bartek",
        ]
    );
}

#[test]
fn a_number_that_moves_to_another_user_is_reported() {
    let office = Office::unasked();
    import(
        &office,
        "users",
        "login,numbers\ncelina,600100203|600100201\n",
    )
    .prints_only("Użytkownicy: 1 (nowi 0, zmienieni 1)\n")
    .says_only("users.csv:2: numbers: +48*****201 przechodzi od „anna” do „celina”\n")
    .run();
    assert_eq!(
        numbers(&office),
        [
            "+48225550102|bartek",
            "+48600100201|celina",
            "+48600100202|bartek",
            "+48600100203|celina",
        ]
    );
}

#[test]
fn two_users_swap_their_numbers_within_one_file() {
    let office = Office::unasked();
    import(
        &office,
        "users",
        "login,numbers\nanna,600100203\ncelina,600100201\n",
    )
    .prints_only("Użytkownicy: 2 (nowi 0, zmienieni 2)\n")
    .says_only(
        "users.csv:2: numbers: +48*****203 przechodzi od „celina” do „anna”\n\
         users.csv:3: numbers: +48*****201 przechodzi od „anna” do „celina”\n",
    )
    .run();
    assert_eq!(
        numbers(&office),
        [
            "+48225550102|bartek",
            "+48600100201|celina",
            "+48600100202|bartek",
            "+48600100203|anna",
        ]
    );
}

#[test]
fn a_number_of_two_users_in_one_file_is_a_bad_row() {
    let office = Office::unasked();
    let before = numbers(&office);
    import(
        &office,
        "users",
        "login,numbers\nanna,600100299\ncelina,600 100 299\n",
    )
    .fails(65)
    .says_only(
        "users.csv:3: numbers: +48*****299 jest już w wierszu 2\n\
         callsync: users.csv: 1 błędny wiersz; nic nie zmieniono\n",
    )
    .run();
    assert_eq!(numbers(&office), before);
}

#[test]
fn active_is_1_0_or_empty_which_is_1() {
    let office = Office::unasked();
    let active = || office.rows("SELECT login, active FROM users WHERE role LIKE 'advisor-%'");
    office.import("users", "login,active\nanna,0\nbartek,0\ncelina,0\n");
    assert_eq!(active(), ["anna|0", "bartek|0", "celina|0"]);
    office.import("users", "login,active\nanna,\nbartek,1\ncelina,0\n");
    assert_eq!(active(), ["anna|1", "bartek|1", "celina|0"]);
    office.import("users", "login,name\ncelina,Celina\n");
    assert_eq!(active(), ["anna|1", "bartek|1", "celina|0"]);
}

#[test]
fn a_team_that_is_not_known_is_created_and_its_code_kept_in_small_letters() {
    let office = Office::unasked();
    office.execute("UPDATE teams SET name = 'Zespół BIK' WHERE code = 'bik'");
    office.import("users", "login,team\nanna,BIK\nbartek,Windykacja\n");
    assert_eq!(
        office.rows("SELECT code, name FROM teams ORDER BY 1"),
        ["bik|Zespół BIK", "cesje|cesje", "windykacja|windykacja"]
    );
    let team = "SELECT team FROM users WHERE login = 'bartek'";
    assert_eq!(office.value(team), "windykacja");
}
