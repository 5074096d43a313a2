//! What `callsync explain` says of an advisor's number: the state of the phone.

use serde_json::json;

use super::{advice, assert_advises, explain};
use crate::office::Office;

const ANNA: &str = "600 100 201";

/// Anna calls a lead, and Bartek calls Anna.
fn office() -> Office {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 30, 87),
        ("c-2", "600100202", "600100201", "Outgoing", 20, 60),
    ]);
    office.sync();
    office.execute(
        "INSERT INTO phones VALUES ('callyzer', '+48600100201', '2026-11-20T10:00:00Z', NULL, '')",
    );
    office
}

#[test]
fn it_counts_calls_from_and_to_the_number_and_dates_the_phone() {
    let office = office();
    let json = explain(&office, ANNA);
    let synced = "SELECT last_synced_at FROM sync_dates WHERE number = '+48600100201'";
    assert_eq!(json["last_synced_at"], office.value(synced));
    assert_eq!(json["last_contact_at"], "2026-11-20T10:00:00Z");
    assert_eq!(json["is"], "advisor");
    assert_eq!(
        (&json["advisor"], &json["calls"]),
        (&json!("Anna Wójcik"), &json!(2))
    );
    assert_eq!(advice(&json).len(), 1, "{json}");
    assert_advises(&json, "Telefon łączy się z Callyzerem");
    office
        .callsync(&["explain", ANNA])
        .prints("+48600100201: numer doradcy: Anna Wójcik\nPołączenia w pliku: 2, ostatnie: ")
        .prints("Ostatni kontakt telefonu: 2026-11-20 11:00:00\nDane do: ")
        .prints("Niekompletne okresy: brak\nDni niezgodne z Callyzerem: brak\n")
        .run();
}

#[test]
fn each_state_of_the_phone_has_its_advice() {
    let office = office();
    for (change, part) in [
        ("phones SET reason = 'unknown'", "popraw go w Callyzerze"),
        ("phones SET reason = 'uninstalled'", "Zainstaluj ponownie"),
        (
            "phones SET reason = 'never_in_touch'",
            "Zaloguj się tym numerem",
        ),
        ("phones SET reason = 'no_contact'", "ma internet"),
        ("phones SET reason = 'unreadable_date'", "datę i godzinę"),
        ("phones SET reason = NULL", "łączy się"),
        ("phones SET last_contact_at = NULL", "z telefonu"),
        (
            "sync_dates SET last_synced_at = '2026-01-01T00:00:00Z'",
            "callsync status",
        ),
        (
            "users SET active = 0",
            "wpisz w kolumnie aktywny TAK: callsync import users PLIK",
        ),
        ("users SET role = 'manager'", "nie ma roli doradcy"),
    ] {
        office.execute(&format!("UPDATE {change}"));
        let json = explain(&office, ANNA);
        assert_advises(&json, part);
        assert_eq!(advice(&json).len(), 1, "{change}: {json}");
    }
}

#[test]
fn a_number_that_was_never_synchronised_says_so() {
    let office = Office::unasked();
    let json = explain(&office, ANNA);
    assert_eq!(json["last_synced_at"], json!(null));
    assert_eq!(
        advice(&json),
        ["Numer nie był jeszcze synchronizowany: callsync sync"]
    );
}

#[test]
fn incomplete_windows_and_differing_days_are_read_again_by_the_commands_that_are_named() {
    let office = office();
    office.execute(
        r#"INSERT INTO doubtful_windows VALUES
             ('callyzer', 'PhoneCall/Voice', '2026-11-10T08:00:00Z', '2026-11-10T09:00:00Z', 2,
              '2026-11-10T09:00:00Z', 'upload', NULL, '["+48600100201"]'),
             ('callyzer', 'PhoneCall/Voice', '2026-11-12T08:00:00Z', '2026-11-12T09:00:00Z', 2,
              '2026-11-12T09:00:00Z', 'upload', NULL, '["+48600100202"]');
           INSERT INTO differences VALUES
             ('callyzer', '+48600100201', '2026-11-15', 1, 3, 4, '', ''),
             ('callyzer', '+48600100202', '2026-11-16', 2, 3, 4, '', '')"#,
    );
    let json = explain(&office, ANNA);
    assert_eq!(json["doubtful_windows"], 1);
    assert_eq!(json["differences"], json!(["2026-11-15"]));
    let commands = [
        "callsync sync --since 2026-11-09 --until 2026-11-11",
        "callsync sync --since 2026-11-15 --until 2026-11-16",
    ];
    for command in commands {
        assert_advises(&json, command);
        // The command is one that there is.
        let arguments: Vec<_> = command.split(' ').skip(1).chain(["--dry-run"]).collect();
        office.callsync(&arguments).prints("").logs().run();
    }
    office
        .callsync(&["explain", ANNA])
        .prints("Niekompletne okresy: od 2026-11-10 09:00:00 do 2026-11-10 10:00:00\n")
        .prints("Dni niezgodne z Callyzerem: 2026-11-15\n")
        .run();
}

#[test]
fn a_number_that_leads_have_too_says_that_its_calls_stay_unmatched() {
    let office = office();
    office.import("leads", "id,phone\n2,600100201\n");
    let json = explain(&office, ANNA);
    assert_eq!(
        (&json["is"], &json["leads"][0]["id"]),
        (&json!("advisor"), &json!(2))
    );
    assert_advises(&json, "ma lead 2,");
}

#[test]
fn a_number_that_was_an_advisors_keeps_its_calls_and_its_date() {
    let office = office();
    office.import("users", "login,numbers\nanna,600100299\n");
    let json = explain(&office, ANNA);
    assert_eq!(
        (&json["is"], &json["calls"]),
        (&json!("unknown"), &json!(2))
    );
    assert_advises(&json, "Numer należał do doradcy");
}
