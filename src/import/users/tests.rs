//! Rows of users, and what is said of them.

use super::*;

fn read(text: &str) -> Contents<UserChange> {
    let known = HashMap::from([("jan".to_owned(), 1)]);
    super::read(text.into(), &known, "PL".parse().unwrap()).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let remarks = read(text).remarks.into_sorted();
    assert!(remarks.iter().all(|remark| remark.fatal));
    remarks.iter().map(ToString::to_string).collect()
}

#[test]
fn a_row_says_what_its_columns_say() {
    let text = "login,name,role,team,numbers,active,telecube,mluvii\n\
                ala,Ala Żak,advisor-bik,BIK, 600 100 200 | +48 22 555 01 02|600100200 ,,FDF75D0C-fc9f | 107,41\n\
                jan,Jan,head,,,0,,\n";
    let contents = read(text);
    let number = |text| PhoneNumber::parse(text, "PL".parse().unwrap()).unwrap();
    let ala = UserChange {
        line: 2,
        login: "ala".into(),
        name: Some("Ala Żak".into()),
        role: Some(Role::AdvisorBik),
        team: Some(Some("bik".into())),
        numbers: Some(vec![number("600100200"), number("225550102")]),
        keys: vec![
            ("telecube", vec!["fdf75d0c-fc9f".into(), "107".into()]),
            ("mluvii", vec!["41".into()]),
        ],
        active: Some(true),
    };
    let jan = UserChange {
        line: 3,
        login: "jan".into(),
        name: Some("Jan".into()),
        role: Some(Role::Head),
        team: Some(None),
        numbers: Some(vec![]),
        keys: vec![("telecube", vec![]), ("mluvii", vec![])],
        active: Some(false),
    };
    assert_eq!(contents.rows, [ala, jan]);
    assert_eq!(contents.remarks.into_sorted().len(), 0);
}

#[test]
fn an_absent_column_says_nothing() {
    let jan = UserChange {
        line: 2,
        login: "jan".into(),
        name: None,
        role: None,
        team: None,
        numbers: None,
        keys: vec![],
        active: None,
    };
    assert_eq!(read("login\njan\n").rows, [jan]);
}

#[test]
fn cells_are_understood_in_polish() {
    let text = "LOGIN;Nazwa;Rola;Zespol;Numery;Aktywny\n\
                ala;Ala;Doradca klienta BIK;BIK;;TAK\n\
                ola;Ola;KIEROWNIK ZESPOŁU;ŻÓŁĆ;;nie\n\
                ula;Ula;Head;;;Tak\n";
    let contents = read(text);
    let cells = contents.rows.iter().map(|row| {
        let team = row.team.as_ref().unwrap().as_deref();
        (row.role.unwrap(), team, row.active.unwrap())
    });
    let expected = [
        (Role::AdvisorBik, Some("bik"), true),
        (Role::Manager, Some("żółć"), false),
        (Role::Head, None, true),
    ];
    assert_eq!(cells.collect::<Vec<_>>(), expected);
}

#[test]
fn every_problem_is_told_by_line_and_column() {
    let roles = "Administrator (administrator), Szef działu (head), \
                 Kierownik zespołu (manager), Doradca klienta BIK (advisor-bik), \
                 Doradca klienta Cesje (advisor-cesje)";
    let text = "login,name,role,numbers,active\n\
                a b,,doradca,12|600100200,może\n\
                \u{feff}ala,A\u{7}la,head,600100200,1\n\
                ola,Ola,head,600 100 200,1\n\
                ola,Ola,head,,1\n\
                ,Ula,head,,1,\n";
    let expected = [
        "2: login: „a b” zawiera spację albo niewidoczny znak".to_owned(),
        "2: name: pusta komórka; użytkownik musi mieć nazwę".to_owned(),
        format!("2: role: „doradca” nie jest rolą; role to: {roles}"),
        "2: numbers: „12” nie jest prawidłowym numerem telefonu; kilka numerów oddziel znakiem |"
            .to_owned(),
        "2: active: zamiast „może” wpisz TAK (1) albo NIE (0)".to_owned(),
        "3: login: „ala” zawiera spację albo niewidoczny znak".to_owned(),
        "3: name: „A la” zawiera znak sterujący".to_owned(),
        "4: numbers: +48*****200 jest już w wierszu 3".to_owned(),
        "5: login: „ola” jest już w wierszu 4".to_owned(),
        "6: wiersz ma 6 komórek, a pierwszy wiersz wymienia 5 kolumn".to_owned(),
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn a_new_user_needs_a_name_and_a_role() {
    let expected = [
        "3: name: „ala” to nowy użytkownik i musi mieć nazwę",
        "3: role: „ala” to nowy użytkownik i musi mieć rolę",
    ];
    assert_eq!(problems("login,active\njan,1\nala,1\n"), expected);
}
