//! Leads: their numbers, and the calls that wait for these.

use pretend_callyzer::Call;

use super::{content, import};
use crate::moment::ago;
use crate::office::Office;

#[test]
fn importing_a_lead_assigns_the_calls_that_wait_for_its_number() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    office.sync();
    let file = office.file("leads.csv", "id,name,phone\n50,Nowy Lead,601 200 399\n");
    office
        .callsync(&["import", "leads", file.to_str().unwrap()])
        .prints("Przypisane połączenia: 1")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "50");
}

#[test]
fn calls_without_attempts_left_are_assigned_too_and_those_of_other_numbers_wait() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200399", "Missed", 30, 0),
        ("c-2", "600100202", "601200398", "Incoming", 20, 9),
    ]);
    office.sync();
    office.execute("UPDATE unmatched_calls SET attempts = 96");
    import(&office, "leads", "id,name,phone\n50,Nowy Lead,601200399\n")
        .prints_only("Leady: 1 (nowe 1, zmienione 0)\nPrzypisane połączenia: 1\n")
        .run();
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["c-1|50", "c-2|null"]
    );
    assert_eq!(
        office.rows("SELECT number, attempts FROM unmatched"),
        ["+48601200398|96"]
    );
    assert_eq!(
        office.value("SELECT calls_assigned FROM sync_runs ORDER BY id DESC LIMIT 1"),
        "1"
    );
}

#[test]
fn an_absent_column_keeps_and_an_empty_cell_clears() {
    let office = Office::unasked();
    let before = content(&office);
    import(&office, "leads", "id\n1\n2\n")
        .prints("nowe 0, zmienione 0")
        .run();
    assert_eq!(content(&office)[..6], before[..6]);
    import(&office, "leads", "id,phone,advisor,created_at\n1,,,\n")
        .prints("nowe 0, zmienione 1")
        .run();
    assert_eq!(
        office.rows("SELECT id, name, phone, number, advisor_id FROM leads ORDER BY id"),
        [
            "1|Jan Kowalski|null|null|null",
            "2|Ewa Nowak|+48 601-200-302|+48601200302|2",
            "3|Żaneta Łoś|601200303|+48601200303|null",
        ]
    );
}

#[test]
fn a_lead_may_have_several_numbers_and_calls_of_each_are_its_own() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200398", "Missed", 40, 0),
        ("c-2", "600100202", "225550199", "Incoming", 30, 9),
    ]);
    office.sync();
    import(
        &office,
        "leads",
        "id,name,phone\n50,Nowy Lead,w kadrach| 601 200 398 |+48 22 555 01 99|601200398|112\n",
    )
    .prints("Przypisane połączenia: 2")
    .says("phone: „w kadrach” nie jest prawidłowym numerem telefonu")
    .says("phone: „112” nie jest prawidłowym numerem telefonu")
    .run();
    assert_eq!(
        office.value("SELECT phone, number FROM leads WHERE id = 50"),
        "w kadrach| 601 200 398 |+48 22 555 01 99|601200398|112|+48601200398"
    );
    let numbers = "SELECT number FROM lead_numbers WHERE lead_id = 50";
    assert_eq!(office.rows(numbers), ["+48225550199", "+48601200398"]);
    // Calls of both numbers that arrive later go to it too; what it has it keeps.
    for (id, client) in [("c-3", "601200398"), ("c-4", "225550199")] {
        office.call(Call::new(id, "600100201", client, "Missed", ago(20), 0));
    }
    office.sync();
    import(&office, "leads", "id,phone\n50,601200398|601200397\n")
        .prints("zmienione 1")
        .run();
    assert_eq!(office.rows(numbers), ["+48601200397", "+48601200398"]);
    assert_eq!(
        office.rows("SELECT provider_call_id, lead_id FROM calls ORDER BY 1"),
        ["c-1|50", "c-2|50", "c-3|50", "c-4|50"]
    );
    import(&office, "leads", "id,phone\n50,601200398|601200397\n")
        .prints("nowe 0, zmienione 0")
        .run();
    import(&office, "leads", "id,phone\n50,\n")
        .prints("zmienione 1")
        .run();
    assert_eq!(office.rows(numbers), [""; 0]);
}

#[test]
fn a_number_that_another_program_writes_into_a_lead_is_one_of_its_numbers() {
    let office = Office::unasked();
    let numbers = || office.rows("SELECT number FROM lead_numbers WHERE lead_id = 9");
    office.execute(
        "INSERT INTO leads (id, name, number, created_at) VALUES (9, 'X', '+48601200399', '')",
    );
    assert_eq!(numbers(), ["+48601200399"]);
    office.execute("UPDATE leads SET number = '+48601200398' WHERE id = 9");
    assert_eq!(numbers(), ["+48601200398"]);
    office.execute("UPDATE leads SET number = NULL WHERE id = 9");
    assert_eq!(numbers(), [""; 0]);
    // Nobody's numbers go to a lead that takes the id, also without foreign keys.
    office.execute(
        "PRAGMA foreign_keys = off; UPDATE leads SET number = '+48601200397' WHERE id = 9;
         REPLACE INTO leads (id, name, created_at) VALUES (9, 'Y', '')",
    );
    assert_eq!(numbers(), [""; 0]);
    office.execute(
        "PRAGMA foreign_keys = off; UPDATE leads SET number = '+48601200397' WHERE id = 9;
         DELETE FROM leads WHERE id = 9",
    );
    assert_eq!(numbers(), [""; 0]);
}

#[test]
fn a_lead_whose_phone_is_invalid_is_kept_with_a_warning() {
    let office = Office::unasked();
    import(
        &office,
        "leads",
        "id,name,phone\n5,Krystyna Bąk,w kadrach\n",
    )
    .prints("nowe 1")
    .says_only(
        "leads.csv:2: phone: „w kadrach” nie jest prawidłowym numerem telefonu; \
         lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa\n",
    )
    .run();
    assert_eq!(
        office.value("SELECT name, phone, number FROM leads WHERE id = 5"),
        "Krystyna Bąk|w kadrach|null"
    );
}

#[test]
fn a_lead_whose_number_changes_keeps_its_calls() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 30, 60)]);
    office.sync();
    import(&office, "leads", "id,phone\n1,601200399\n")
        .prints("zmienione 1")
        .run();
    assert_eq!(office.value("SELECT lead_id FROM calls"), "1");
    office
        .callsync(&["lead", "1"])
        .prints("Numer telefonu: +48601200399")
        .prints("  +48601200301\n")
        .prints("Strona 1 z 1, liczba połączeń: 1\n")
        .run();
}

#[test]
fn a_new_lead_is_created_now_and_a_known_one_when_it_was() {
    let office = Office::unasked();
    let before = crate::moment::text(crate::moment::ago(0));
    import(
        &office,
        "leads",
        "id,name,created_at\n5,Nowy,\n1,Jan,\n6,Dawny,2025-03-04T10:00\n",
    )
    .prints("nowe 2, zmienione 1")
    .run();
    let created = |id: i64| office.value(&format!("SELECT created_at FROM leads WHERE id = {id}"));
    assert!(created(5) >= before, "{}", created(5));
    assert_eq!(created(1), "2025-12-31T23:00:00Z");
    assert_eq!(created(6), "2025-03-04T09:00:00Z");
}
