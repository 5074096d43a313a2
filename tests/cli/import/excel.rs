//! Files as a Polish Excel saves them.

use super::import;
use crate::office::Office;

/// "CSV (rozdzielany przecinkami)": Windows-1250, semicolons, CRLF, and quotation marks
/// only where a cell holds a semicolon or quotation marks.
const LEADS: &[u8] = b"id;nazwa;telefon;doradca;utworzono\r\n\
    11;Za\xbf\xf3\xb3\xe6 G\xea\x9cl\xb9 Ja\x9f\xf1;601 200 311;anna;21.11.2026 14:30\r\n\
    12;\"\"\"\xa3\xf3d\x9f\"\" sp. z o.o.; oddzia\xb3\";48601200312;;21.11.2026\r\n\
    13;\xafwirek;601200313,00;bartek;2026-11-21 14:30:00\r\n\
    14;\xa3o\x9c;6,01201E+08;;\r\n";

/// "CSV UTF-8 (rozdzielany przecinkami)": with a byte order mark, as bytes.
const USERS: &[u8] = b"\xef\xbb\xbflogin;nazwa;rola;zesp\xc3\xb3\xc5\x82;numery;aktywny\r\n\
    anna;Anna W\xc3\xb3jcik-\xc5\x81o\xc5\x9b;Doradca klienta BIK;BIK;600 100 201;TAK\r\n\
    nowa;Nowa Osoba;Szef dzia\xc5\x82u;;;NIE\r\n";

#[test]
fn a_csv_file_of_polish_excel_is_read() {
    let office = Office::unasked();
    import(&office, "leads", LEADS)
        .prints_only("Leady: 4 (nowe 4, zmienione 0)\nPrzypisane połączenia: 0\n")
        .says_only(
            "leads.csv:5: telefon: Excel zamienił numer na liczbę (6,01201E+08); \
             ustaw komórkę jako tekst i wpisz numer ponownie\n",
        )
        .run();
    let leads = "SELECT l.id, l.name, phone, number, login, created_at
                 FROM leads l LEFT JOIN users u ON u.id = advisor_id WHERE l.id IN (11, 12, 13)
                 ORDER BY 1";
    let expected = [
        "11|Zażółć Gęślą Jaźń|601 200 311|+48601200311|anna|2026-11-21T13:30:00Z",
        "12|\"Łódź\" sp. z o.o.; oddział|48601200312|+48601200312|null|2026-11-20T23:00:00Z",
        "13|Żwirek|601200313,00|+48601200313|bartek|2026-11-21T13:30:00Z",
    ];
    assert_eq!(office.rows(leads), expected);
    assert_eq!(
        office.value("SELECT name, phone, number FROM leads WHERE id = 14"),
        "Łoś|6,01201E+08|null"
    );
}

#[test]
fn a_csv_utf_8_file_of_polish_excel_is_read() {
    let office = Office::unasked();
    import(&office, "users", USERS)
        .prints_only("Użytkownicy: 2 (nowi 1, zmienieni 1)\n")
        .run();
    let users = "SELECT login, name, role, team, active FROM users WHERE login IN ('anna', 'nowa')";
    let expected = [
        "anna|Anna Wójcik-Łoś|advisor-bik|bik|1",
        "nowa|Nowa Osoba|head|null|0",
    ];
    assert_eq!(office.rows(users), expected);
}

#[test]
fn a_users_number_that_excel_took_for_a_quantity_is_an_error() {
    let office = Office::unasked();
    import(
        &office,
        "users",
        "login;numery\nanna;600100201|6,00101E+08\n",
    )
    .fails(65)
    .says_only(
        "users.csv:2: numery: Excel zamienił numer na liczbę (6,00101E+08); \
             ustaw komórkę jako tekst i wpisz numer ponownie\n\
             callsync: users.csv: 1 błędny wiersz; nic nie zmieniono\n",
    )
    .run();
}

#[test]
fn a_column_named_in_both_languages_is_an_error() {
    let office = Office::unasked();
    import(&office, "users", "login;name;Nazwa\nanna;A;B\n")
        .fails(65)
        .says_only(
            "callsync: users.csv: wiersz 1 wymienia tę samą kolumnę dwa razy: „name” i „Nazwa”\n",
        )
        .run();
}
