//! `callsync lead --phases`: how long each call was in the phases of a contact centre.

use serde_json::json;

use crate::office::Office;

/// Lead 1 has a call of the contact centre with all phases, one of a campaign without any.
fn office() -> Office {
    let office = Office::unasked();
    office.execute(
        r#"INSERT INTO calls (id, provider, provider_call_id, advisor_id, lead_id, client_number,
            status, kind, started_at, duration_s, first_seen_at, changed_at, details)
        VALUES (1, 'mluvii', '501', 1, 1, '+48601200301', 'Przychodzące', 'PhoneCall/Voice',
                '2026-11-20T10:00:00Z', 4500, '', '',
                '{"operators": [{"id": "41", "name": "Anna\u001b[31m W."}]}'),
            (2, 'dialog', '7001-1', NULL, 1, '+48601200301', 'Wychodzące', 'Campaign/Voice',
                '2026-11-20T09:00:00Z', 30, '', '', '{"operators": ["41"]}');
        INSERT INTO call_notes VALUES (1, '41', 'Anna W.', 'ważne', '2026-11-20T10:00:00Z');
        INSERT INTO call_phases VALUES (1, 'exchange', NULL, 21), (1, 'ringing', NULL, 24),
            (1, 'operator_acw', '99', 0), (1, 'operator_acw', '41', 38),
            (1, 'operator_queue', '43', 5), (1, 'acw', NULL, 40), (1, 'active', NULL, 4500),
            (1, 'bcw', NULL, 3), (1, 'waiting', NULL, 5), (1, 'in_queue', NULL, 14),
            (1, 'created', NULL, 2);"#,
    );
    office
}

const SHOWN: &str = "
    Fazy: utworzenie 0:02, kolejka 0:14, oczekiwanie 0:05, praca przed rozmową 0:03, \
    rozmowa 75:00, praca po rozmowie 0:40, kolejka konsultanta (Celina Dąbrowska) 0:05, \
    praca po rozmowie konsultanta (Anna [31m W.) 0:38, \
    praca po rozmowie konsultanta (99) 0:00, dzwonienie 0:24, od centrali do konsultanta 0:21
    Notatka 2026-11-20 11:00:00 Anna W.: ważne
";

#[test]
fn the_phases_stand_under_their_call_in_the_order_of_a_call() {
    let office = office();
    for lead in [&["1"][..], &["--number", "601200301"]] {
        let arguments = [&["lead", "--phases"][..], lead].concat();
        let shown = office.callsync(&arguments).prints(SHOWN).run().stdout;
        assert_eq!(shown.matches("Fazy").count(), 1, "{shown}");
        let systems = ["mluvii", "Dialog"].map(|name| shown.contains(name));
        assert_eq!(systems, [true, true], "{shown}");
    }
    let without = office.callsync(&["lead", "1"]).prints("ważne").run().stdout;
    assert!(!without.contains("Fazy"), "{without}");
}

#[test]
fn json_has_each_call_s_phases_if_they_are_asked_for() {
    let office = office();
    let found = office
        .callsync(&["lead", "1", "--phases", "--format", "json"])
        .json();
    let phases = found["calls"][0]["phases"].as_array().unwrap();
    assert_eq!(
        phases[..2],
        [
            json!({"phase": "created", "operator": null, "seconds": 2}),
            json!({"phase": "in_queue", "operator": null, "seconds": 14}),
        ]
    );
    let of_operators = phases.iter().filter(|phase| !phase["operator"].is_null());
    assert_eq!(
        of_operators.cloned().collect::<Vec<_>>(),
        [
            json!({"phase": "operator_queue", "operator": "43", "seconds": 5}),
            json!({"phase": "operator_acw", "operator": "41", "seconds": 38}),
            json!({"phase": "operator_acw", "operator": "99", "seconds": 0}),
        ]
    );
    assert_eq!(phases.len(), 11);
    assert_eq!(found["calls"][1]["phases"], json!([]));
    let without = office.callsync(&["lead", "1", "--format", "json"]).json();
    assert_eq!(without["calls"][0].get("phases"), None);
}

#[test]
fn the_phases_of_a_call_go_with_it() {
    let office = office();
    office.execute(
        "PRAGMA foreign_keys = on;
         INSERT INTO phases_due VALUES (1, 'mluvii', '2026-11-20T10:00:00Z', NULL);
         INSERT INTO recordings VALUES (1, 'r-1', 'a.mp3', '2026-11-20T12:00:00Z', NULL);
         DELETE FROM calls WHERE id = 1",
    );
    for table in ["call_notes", "call_phases", "phases_due", "recordings"] {
        assert_eq!(office.count(table), "0", "{table}");
    }
}
