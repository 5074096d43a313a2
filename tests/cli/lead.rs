//! `callsync lead`: a lead's call register, on the screen and for a program.

mod example;
mod number;
mod phases;

use pretend_callyzer::Call;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::moment::{ago, local, text};
use crate::office::Office;
use crate::run::words;

/// An office in which lead 1 has so many calls, one a minute: the newest is `c-00`, a
/// minute old. Types and advisors alternate, and talks last `60 n + 7` seconds.
fn office(calls: u32) -> Office {
    let office = Office::new();
    for n in 0..calls {
        let (advisor, call_type) = match n % 2 {
            0 => ("600100201", "Outgoing"),
            _ => ("600100202", "Incoming"),
        };
        let (id, at) = (format!("c-{n:02}"), ago(i64::from(n) + 1));
        office.call(Call::new(
            &id,
            advisor,
            "601200301",
            call_type,
            at,
            60 * n + 7,
        ));
    }
    office.sync();
    office
}

/// The moments of lead 1's calls, the newest first.
fn moments(office: &Office) -> Vec<String> {
    office.rows("SELECT started_at FROM calls WHERE lead_id = 1 ORDER BY started_at DESC")
}

fn page(office: &Office, page: &str) -> String {
    let run = office.callsync(&["lead", "1", "--page", page]);
    run.prints("Jan Kowalski (lead 1)\n").run().stdout
}

#[test]
fn the_screen_shows_the_lead_and_its_newest_ten_calls() {
    let office = office(23);
    let screen = page(&office, "1");
    let synced = office.value("SELECT min(last_synced_at) FROM sync_dates");
    let shown = |text: &str| local(text.parse().unwrap());
    let lines: Vec<_> = screen.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "Jan Kowalski (lead 1)",
            "Numer telefonu: +48601200301",
            "Doradca: Anna Wójcik",
            &format!("Ostatnia synchronizacja: {}", shown(&synced)),
        ]
    );
    assert_eq!(
        words(lines[4]),
        "Status Data i czas Czas trwania Doradca Numer telefonu"
    );
    let calls: Vec<_> = lines[6..16].iter().map(|line| words(line)).collect();
    let expected: Vec<_> = (0..10)
        .zip(moments(&office))
        .map(|(n, moment)| {
            let (arrow, status, advisor) = match n % 2 {
                0 => ("→", "Wychodzące", "Anna Wójcik"),
                _ => ("←", "Przychodzące", "Bartosz Zieliński"),
            };
            let moment = shown(&moment);
            format!("{arrow} {status} {moment} {n:02}:07 {advisor} +48601200301")
        })
        .collect();
    assert_eq!(calls, expected);
    assert_eq!(lines[16..], ["Strona 1 z 3, liczba połączeń: 23"]);
}

#[test]
fn pages_go_on_where_the_one_before_ended() {
    let office = office(23);
    let moments = moments(&office);
    for (number, expected) in [("1", 0..10), ("2", 10..20), ("3", 20..23)] {
        let screen = page(&office, number);
        let shown = moments.iter().map(|moment| local(moment.parse().unwrap()));
        let found: Vec<_> = shown
            .enumerate()
            .filter(|(_, moment)| screen.contains(&format!("  {moment}  ")))
            .map(|(n, _)| n)
            .collect();
        assert_eq!(found, expected.collect::<Vec<_>>(), "{screen}");
        assert!(
            screen.ends_with(&format!("\nStrona {number} z 3, liczba połączeń: 23\n")),
            "{screen}"
        );
    }
    let refusal = "Strona 99 nie istnieje; rejestr ma 3 strony";
    for (format, printed) in [("table", ""), ("json", refusal)] {
        let missing = ["lead", "1", "--page", "99", "--format", format];
        let run = office.callsync(&missing).fails(65).prints(printed);
        run.says_only(&format!("callsync: {refusal}\n")).run();
    }
    let run = office.callsync(&["lead", "2", "--page", "2"]).fails(65);
    run.says("Strona 2 nie istnieje; rejestr ma 1 stronę\n")
        .run();
    for page in ["0", "-1", "x"] {
        let run = office.callsync(&["lead", "1", &format!("--page={page}")]);
        run.fails(64).says("--page").run();
    }
}

#[test]
fn a_talk_of_more_than_an_hour_is_shown_in_minutes() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 200, 3_725),
        ("c-2", "600100201", "601200301", "Missed", 50, 0),
        ("c-3", "600100201", "601200301", "Rejected", 40, 0),
    ]);
    office.sync();
    let screen = page(&office, "1");
    assert!(screen.contains("  62:05  "), "{screen}");
    let missed = screen.lines().find(|line| line.contains("Nieodebrane"));
    assert!(missed.unwrap().starts_with(" ←  "), "{screen}");
    let rejected = screen.lines().find(|line| line.contains("Odrzucone"));
    assert!(rejected.unwrap().starts_with(" ←  "), "{screen}");
}

#[test]
fn json_is_a_page_with_its_lead() {
    let office = office(11);
    office.execute(
        "UPDATE calls SET note = 'oddzwonić', recording_url = 'https://media.example/1.mp3'
         WHERE provider_call_id = 'c-10'",
    );
    let id = |call: &str| {
        let sql = format!("SELECT id FROM calls WHERE provider_call_id = '{call}'");
        office.value(&sql).parse::<i64>().unwrap()
    };
    let found = office
        .callsync(&["lead", "1", "--page", "2", "--format", "json"])
        .json();
    let oldest = &moments(&office)[10];
    let expected = json!({
        "lead": {
            "id": 1, "name": "Jan Kowalski", "number": "+48601200301", "advisor": "Anna Wójcik",
            "last_synced_at": office.value("SELECT min(last_synced_at) FROM sync_dates"),
        },
        "systems": [{
            "provider": "callyzer",
            "last_synced_at": office.value("SELECT min(last_synced_at) FROM sync_dates"),
        }],
        "page": 2, "pages": 2,
        "calls": [{
            "id": id("c-10"), "direction": "out", "status": "Wychodzące", "started_at": oldest,
            "duration_s": 607, "advisor": "Anna Wójcik", "number": "+48601200301",
            "kind": "PhoneCall/Voice", "note": "oddzwonić",
            "recording_url": "https://media.example/1.mp3", "provider": "callyzer", "notes": [],
        }],
    });
    assert_eq!(found, expected);
    let first = office.callsync(&["lead", "1", "--format", "json"]).json();
    let calls = first["calls"].as_array().unwrap();
    let ids: Vec<_> = calls.iter().map(|call| call["id"].clone()).collect();
    let newest_first = (0..10).map(|n| json!(id(&format!("c-{n:02}"))));
    assert_eq!(ids, newest_first.collect::<Vec<_>>());
    assert_eq!(calls[1]["direction"], "in");
    assert_eq!(
        (&calls[1]["note"], &calls[1]["recording_url"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_a_lead_lacks_is_said_or_null() {
    let office = Office::unasked();
    let csv = "id,name,phone\n5,Krystyna Bąk,w kadrach\n6,Bez Telefonu,\n";
    office.file("leads.csv", csv);
    office
        .callsync(&["import", "leads", "leads.csv"])
        .prints("nowe 2")
        .says("w kadrach")
        .run();
    for (id, name, phone) in [
        ("5", "Krystyna Bąk", "w kadrach"),
        ("6", "Bez Telefonu", "brak"),
    ] {
        office
            .callsync(&["lead", id])
            .prints_only(&format!(
                "{name} (lead {id})\nNumer telefonu: {phone}\nDoradca: brak\n\
                 Ostatnia synchronizacja: brak\nBrak połączeń\n"
            ))
            .run();
        let found = office.callsync(&["lead", id, "--format", "json"]).json();
        let lead = json!({
            "id": id.parse::<i64>().unwrap(), "name": name, "number": null, "advisor": null,
            "last_synced_at": null,
        });
        assert_eq!(
            found,
            json!({"lead": lead, "systems": [], "page": 1, "pages": 1, "calls": []})
        );
    }
}

#[test]
fn the_last_synchronisation_is_the_later_of_the_refresh_and_the_oldest_date() {
    let office = office(1);
    let (old, new) = (text(ago(600)), text(ago(30)));
    let shown = || {
        let found = office.callsync(&["lead", "1", "--format", "json"]).json();
        found["lead"]["last_synced_at"].clone()
    };
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = '{old}' WHERE number = '+48600100203'"
    ));
    assert_eq!(shown(), json!(old));
    office.execute(&format!("UPDATE leads SET refreshed_at = '{new}'"));
    assert_eq!(shown(), json!(new));
}

#[test]
fn calls_of_the_number_that_other_leads_hold_are_counted() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 50, 60),
        ("c-2", "600100202", "601200301", "Incoming", 40, 60),
    ]);
    office.import(
        "leads",
        "id,name,phone,advisor\n2,Ten sam,601200301,bartek\n3,Też ten sam,601200301,\n",
    );
    office.sync();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["c-1|1", "c-2|2"]
    );
    office
        .callsync(&["lead", "1"])
        .prints(
            "\nStrona 1 z 1, liczba połączeń: 1\nPołączenia tego numeru przypisane do leada 2: 1\n",
        )
        .run();
    office
        .callsync(&["lead", "3"])
        .prints(
            "\nBrak połączeń\nPołączenia tego numeru przypisane do leada 1: 1\n\
             Połączenia tego numeru przypisane do leada 2: 1\n",
        )
        .run();
}

#[test]
fn a_lead_that_does_not_exist_is_wrong_data() {
    let office = Office::unasked();
    office
        .callsync(&["lead", "42"])
        .fails(65)
        .says_only("callsync: Nie ma leada o identyfikatorze 42\n")
        .run();
    office
        .callsync(&["lead", "Kowalski"])
        .fails(64)
        .says("Kowalski")
        .run();
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let office = office(3);
    for format in ["table", "json"] {
        office
            .callsync(&["lead", "1", "--format", format])
            .into_closed_pipe()
            .run();
    }
}

#[test]
fn a_writer_at_work_does_not_disturb_those_who_read() {
    let office = office(1);
    let writer = Connection::open(office.database()).unwrap();
    writer
        .execute_batch("BEGIN IMMEDIATE; UPDATE leads SET name = 'Inny'")
        .unwrap();
    office
        .callsync(&["lead", "1"])
        .prints("Jan Kowalski (lead 1)\n")
        .run();
    office
        .callsync(&["unmatched"])
        .prints_only("Brak nieprzetworzonych rozmów\n")
        .run();
    office
        .callsync(&["status"])
        .prints("callsync działa\n")
        .run();
    writer.execute_batch("ROLLBACK").unwrap();
}
