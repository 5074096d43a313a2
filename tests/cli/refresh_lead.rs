//! One lead's last six months, at once: all of it or nothing of it.

mod concurrency;
mod failures;
mod numbers;

use std::process::Command;

use chrono::{DateTime, Months, Utc};
use pretend_callyzer::path::{CALLS_BY_ID, HISTORY};
use pretend_callyzer::{Call, Misbehaviour, PretendCallyzer};
use serde_json::{Value, json};

use crate::moment::{ago, text};
use crate::office::Office;
use crate::run::Run;

const UPDATED: &str = "Historia połączeń została zaktualizowana";
const FAILED: &str = "Wystąpił błąd podczas aktualizacji historii połączeń";
const DAY: i64 = 24 * 60;

fn refresh(office: &Office) -> Run {
    office.callsync(&["refresh-lead", "1"])
}

/// A call of lead 1's number, so many days old.
fn call(id: &str, days: i64) -> Call {
    Call::new(
        id,
        "600100201",
        "601200301",
        "Outgoing",
        ago(days * DAY),
        60,
    )
}

/// Calls spread over seven months, a little less than one a day, and some of other numbers.
fn seven_months(count: i64) -> Office {
    let office = Office::new();
    for n in 0..count {
        office.call(Call {
            at: ago(n * 7 * 30 * DAY / count + 5),
            ..call(&format!("c-{n:03}"), 0)
        });
    }
    office.call(Call::new(
        "other",
        "600100201",
        "601200302",
        "Incoming",
        ago(DAY),
        5,
    ));
    office
}

/// Everything that a refresh may touch.
fn register(office: &Office) -> Vec<Vec<String>> {
    [
        "SELECT * FROM calls ORDER BY id",
        "SELECT * FROM unmatched_calls ORDER BY 1",
        "SELECT * FROM leads",
        "SELECT * FROM stats_due",
        "SELECT * FROM quarantine",
        "SELECT * FROM sync_dates",
    ]
    .iter()
    .map(|sql| office.rows(sql))
    .collect()
}

fn six_months_ago() -> DateTime<Utc> {
    let zone = chrono_tz::Europe::Warsaw;
    let local = Utc::now().with_timezone(&zone);
    local.checked_sub_months(Months::new(6)).unwrap().to_utc()
}

#[test]
fn a_refresh_brings_six_months_and_shows_the_first_page() {
    let office = seven_months(250);
    let output = refresh(&office)
        .prints(&format!("{UPDATED}\nNowe: "))
        .prints("Jan Kowalski (lead 1)")
        .prints("Numer telefonu: +48601200301")
        .prints("Ostatnia synchronizacja: ")
        .prints("Strona 1 z ")
        .run();
    assert_eq!(output.stdout.matches(" → ").count(), 10);
    let since = text(six_months_ago());
    let expected = office.callyzer.world(|world| {
        let of_lead = world
            .calls
            .iter()
            .filter(|call| call.client_number == "601200301");
        of_lead.filter(|call| text(call.at) >= since).count()
    });
    assert!(expected > 200, "{expected}");
    assert_eq!(
        office.value("SELECT count(*) FROM calls WHERE lead_id = 1"),
        expected.to_string()
    );
    assert_eq!(
        office.value("SELECT count(*) FROM calls"),
        expected.to_string()
    );
    assert_eq!(
        office.value("SELECT refreshed_at IS NOT NULL FROM leads WHERE id = 1"),
        "1"
    );
    assert_eq!(office.value("SELECT count(*) > 100 FROM stats_due"), "1");
}

#[test]
fn the_six_months_are_asked_for_in_parts_of_less_than_180_days_without_a_gap() {
    let office = Office::new();
    refresh(&office).prints(UPDATED).run();
    let requests = office.callyzer.requests();
    assert_eq!(
        requests.len(),
        2,
        "one a part: a usual refresh is two requests"
    );
    let bound = |n: usize, name: &str| requests[n].body[name].as_i64().unwrap();
    assert!(bound(0, "call_to") - bound(0, "call_from") < 180 * 86_400);
    assert!(bound(1, "call_from") <= bound(0, "call_to"));
    assert!((bound(0, "call_from") - six_months_ago().timestamp()).abs() < 60);
    assert!((bound(1, "call_to") - Utc::now().timestamp()).abs() < 60);
    for request in &requests {
        assert_eq!(request.path, HISTORY);
        assert_eq!(
            request.body["client_numbers"],
            json!(["48-601200301", "601200301"])
        );
        assert_eq!(request.body["call_method"], "PhoneCall");
    }
}

#[test]
fn kinds_that_the_file_has_seen_are_asked_for_too() {
    let office = Office::new();
    office.call(Call {
        method: "WhatsAppCall".into(),
        ..Call::new("w", "600100201", "601200302", "Missed", ago(30), 0)
    });
    office.sync();
    let before = office.callyzer.requests().len();
    refresh(&office).prints(UPDATED).run();
    let requests = office.callyzer.requests();
    let kinds: Vec<_> = requests[before..]
        .iter()
        .map(|request| request.body["call_method"].clone())
        .collect();
    assert_eq!(
        kinds,
        ["PhoneCall", "PhoneCall", "WhatsAppCall", "WhatsAppCall"]
    );
}

#[test]
fn a_kind_that_is_not_configured_is_not_asked_for_and_its_calls_stay() {
    let office = Office::new();
    office.call(Call {
        method: "WhatsAppCall".into(),
        ..Call::new("w", "600100201", "601200302", "Missed", ago(30), 0)
    });
    office.sync();
    office.execute("UPDATE calls SET kind = 'TelegramCall/Voice'");
    let before = office.callyzer.requests().len();
    refresh(&office).prints(UPDATED).run();
    office.callyzer.world(|world| world.calls.clear());
    refresh(&office)
        .with("CALLYZER_KINDS", "PhoneCall/Voice")
        .prints(UPDATED)
        .run();
    let requests = office.callyzer.requests();
    for request in &requests[before..] {
        assert_eq!(request.body["call_method"], "PhoneCall", "{request:?}");
    }
    assert_eq!(office.count("calls"), "1");
}

#[test]
fn what_changed_is_updated_what_is_gone_goes_and_older_calls_stay() {
    let office = Office::new();
    for (id, days) in [("old", 210), ("gone", 20), ("noted", 10), ("same", 5)] {
        office.call(call(id, days));
    }
    office
        .callsync(&["-q", "sync", "--since", &text(ago(220 * DAY))])
        .run();
    let ids = office.rows("SELECT provider_call_id, id, first_seen_at FROM calls WHERE provider_call_id <> 'gone' ORDER BY 1");
    office.execute("DELETE FROM stats_due");
    office.callyzer.world(|world| {
        world
            .calls
            .retain(|call| !["gone", "old"].contains(&call.id.as_str()));
        world.call_mut("noted").note = Some("oddzwonić".into());
        world.call(call("new", 1));
    });
    refresh(&office)
        .prints("Nowe: 1, zmienione: 1, usunięte: 1")
        .run();
    assert_eq!(
        office.rows("SELECT provider_call_id, note, lead_id FROM calls ORDER BY 1"),
        [
            "new|null|1",
            "noted|oddzwonić|1",
            "old|null|1",
            "same|null|1"
        ]
    );
    let kept = "SELECT provider_call_id, id, first_seen_at FROM calls WHERE provider_call_id <> 'new' ORDER BY 1";
    assert_eq!(office.rows(kept), ids);
    assert_eq!(
        office.value("SELECT count(DISTINCT day) FROM stats_due"),
        "3",
        "of the new, the noted and the gone"
    );
    assert_eq!(
        office.rows("SELECT command, outcome, calls_new, calls_changed, calls_removed, lead_id FROM sync_runs WHERE lead_id = 1"),
        ["refresh-lead|ok|1|1|1|1"]
    );
    refresh(&office)
        .prints("Nowe: 0, zmienione: 0, usunięte: 0")
        .run();
}

#[test]
fn a_call_that_the_answer_lacks_and_callyzer_still_knows_stays() {
    let office = Office::new();
    for n in 0..45 {
        office.call(call(&format!("c-{n:02}"), n + 1));
    }
    refresh(&office).prints("Nowe: 45").run();
    // The answers leave out the same rows and count without them.
    let forgetful = Misbehaviour::edit(|answer| {
        let rows = answer["result"].as_array_mut().unwrap();
        rows.retain(|row| row["id"].as_str().unwrap() > "c-40");
        answer["total_records"] = json!(answer["result"].as_array().unwrap().len());
    });
    office.callyzer.always(HISTORY, forgetful);
    office
        .callyzer
        .world(|world| world.calls.retain(|call| call.id != "c-07"));
    let before = office.asked(CALLS_BY_ID);
    refresh(&office)
        .prints("Nowe: 0, zmienione: 0, usunięte: 1")
        .run();
    assert_eq!(office.value("SELECT count(*) FROM calls"), "44");
    let lookups = &office.callyzer.requests_to(CALLS_BY_ID)[before..];
    let sizes: Vec<_> = lookups
        .iter()
        .map(|request| request.body["unique_ids"].as_array().unwrap().len())
        .collect();
    assert_eq!(
        sizes,
        [20, 20, 4],
        "41 calls, each time beside one that is there"
    );
}

#[test]
fn json_tells_a_program_what_happened_also_on_failure() {
    let office = Office::new();
    office.call(call("c-1", 1));
    let done = office
        .callsync(&["refresh-lead", "1", "--format", "json"])
        .json();
    assert_eq!(done["status"], UPDATED);
    assert_eq!(
        [&done["message"], &done["exit_code"], &done["new"]],
        [&Value::Null, &json!(0), &json!(1)]
    );
    assert_eq!(done["lead"]["number"], "+48601200301");
    assert_eq!(done["lead"]["advisor"], "Anna Wójcik");
    let expected = json!({
        "id": 1, "direction": "out", "status": "Wychodzące", "started_at": text(ago(DAY)), "duration_s": 60,
        "advisor": "Anna Wójcik", "number": "+48601200301", "kind": "PhoneCall/Voice",
        "note": null, "recording_url": null, "provider": "callyzer", "notes": [],
    });
    let mut found = done["calls"][0].clone();
    // The test's own now may be a second later.
    found["started_at"] = expected["started_at"].clone();
    assert_eq!(found, expected);

    office.callyzer.always(
        HISTORY,
        Misbehaviour::status(401, r#"{"message":"bad token"}"#),
    );
    let failed = office
        .callsync(&["refresh-lead", "1", "--format", "json"])
        .fails(77)
        .logs()
        .json();
    assert_eq!(failed["status"], FAILED);
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .starts_with("Błąd autoryzacji API Callyzer"),
        "{failed}"
    );
    assert_eq!(
        [&failed["exit_code"], &failed["new"], &failed["removed"]],
        [&json!(77), &json!(0), &json!(0)]
    );
    let nobody = office
        .callsync(&["refresh-lead", "42", "--format", "json"])
        .fails(65)
        .logs()
        .json();
    assert_eq!(nobody["message"], "Nie ma leada o identyfikatorze 42");
}

#[test]
fn who_refreshed_which_lead_is_in_the_file() {
    let office = Office::new();
    office
        .callsync(&["refresh-lead", "1", "--as", "anna"])
        .prints(UPDATED)
        .run();
    let account = Command::new("id").arg("-un").output().unwrap();
    let account = String::from_utf8(account.stdout).unwrap();
    assert_eq!(
        office.value(
            "SELECT account, as_login, lead_id FROM sync_runs WHERE command = 'refresh-lead'"
        ),
        format!("{}|anna|1", account.trim())
    );
    assert_eq!(
        office.callyzer.requests()[0]
            .header("authorization")
            .unwrap(),
        format!("Bearer {}", PretendCallyzer::TOKEN)
    );
}

#[test]
fn two_readings_that_each_lose_another_row_are_whole_together() {
    let loses = |index: usize| {
        Misbehaviour::edit(move |answer| {
            answer["result"].as_array_mut().unwrap().remove(index);
        })
    };
    let office = Office::new();
    for n in 1..=3 {
        office.call(call(&format!("c-{n}"), n));
    }
    // The six months are two windows; the calls are in the later one.
    office.callyzer.nth(HISTORY, 2, loses(0));
    office.callyzer.nth(HISTORY, 3, loses(2));
    refresh(&office)
        .prints("Nowe: 3")
        .says_only("INFO  1 row missing; reading again\n")
        .run();
    assert_eq!(office.asked(HISTORY), 3);
    // A row that both lose is one that the register would lack.
    office.callyzer.nth(HISTORY, 2, loses(0));
    office.callyzer.nth(HISTORY, 3, loses(0));
    refresh(&office)
        .fails(76)
        .says("liczba połączeń leada, których nie otrzymano: 1")
        .run();
}
