//! A refresh that fails or is killed leaves the register as it was, and says why.

use std::time::Duration;

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::{CALLS_BY_ID, HISTORY};
use serde_json::json;

use super::{FAILED, UPDATED, call, refresh, register, seven_months};
use crate::office::Office;

#[test]
fn where_looking_up_finds_nothing_nothing_is_removed() {
    let office = Office::new();
    office.call(call("c-1", 3));
    office.call(call("c-2", 2));
    refresh(&office).prints(UPDATED).run();
    let before = register(&office);
    office
        .callyzer
        .world(|world| world.calls.retain(|call| call.id != "c-1"));
    office.callyzer.always(
        CALLS_BY_ID,
        Misbehaviour::edit(|answer| answer["result"] = json!([])),
    );
    refresh(&office).fails(76).says(FAILED).run();
    assert_eq!(register(&office), before);
}

#[test]
fn a_failure_in_any_request_leaves_the_register_as_it_was() {
    let office = seven_months(250);
    office.sync();
    refresh(&office).prints(UPDATED).run();
    // Something new, something changed, and enough that is gone for two questions by id.
    office.callyzer.world(|world| {
        world.call(call("new", 1));
        world.call_mut("c-010").note = Some("nowa".into());
        world
            .calls
            .retain(|call| !("c-020".."c-050").contains(&call.id.as_str()));
    });
    let before = register(&office);
    let requests = [
        (HISTORY, 1),
        (HISTORY, 2),
        (HISTORY, 3),
        (CALLS_BY_ID, 1),
        (CALLS_BY_ID, 2),
    ];
    for (path, nth) in requests {
        office
            .callyzer
            .nth(path, nth, Misbehaviour::Refuse("no".into()));
        refresh(&office)
            .fails(76)
            .says(&format!("{FAILED}\n"))
            .run();
        assert_eq!(register(&office), before, "{path} {nth}");
    }
    let failed = "SELECT count(*) FROM sync_runs WHERE command = 'refresh-lead' AND outcome = 'failed' AND exit_code = 76";
    assert_eq!(office.value(failed), requests.len().to_string());
    refresh(&office)
        .prints("Nowe: 1, zmienione: 1, usunięte: 30")
        .run();
}

#[test]
fn a_kill_at_any_request_leaves_the_register_as_it_was() {
    let office = seven_months(150);
    refresh(&office).prints(UPDATED).run();
    office.callyzer.world(|world| {
        world
            .calls
            .retain(|call| !("c-020".."c-030").contains(&call.id.as_str()))
    });
    let before = register(&office);
    for nth in 1..=3 {
        let asked = office.callyzer.requests().len();
        let path = if nth == 3 { CALLS_BY_ID } else { HISTORY };
        office.callyzer.nth(
            path,
            if nth == 3 { 1 } else { nth },
            Misbehaviour::Delay(Duration::from_secs(2)),
        );
        let mut child = refresh(&office).start();
        office.wait_for_requests(asked + nth);
        child.kill();
        assert_eq!(register(&office), before, "killed at request {nth}");
    }
    refresh(&office).prints("usunięte: 10").run();
}

#[test]
fn the_person_who_waits_is_told_in_polish_what_is_wrong() {
    let cases = [
        (
            Misbehaviour::status(401, r#"{"message":"bad"}"#),
            77,
            "callsync: Błąd autoryzacji API Callyzer\n",
            1,
        ),
        (
            Misbehaviour::status(403, r#"{"message":"expired"}"#),
            77,
            "callsync: Błąd autoryzacji API Callyzer\n",
            1,
        ),
        (
            Misbehaviour::Hang,
            75,
            "callsync: Przekroczono czas oczekiwania. Spróbuj ponownie.\n",
            1,
        ),
        (
            Misbehaviour::status(500, ""),
            75,
            "callsync: Wystąpił błąd podczas aktualizacji historii połączeń\n",
            3,
        ),
        (
            Misbehaviour::NotJson,
            76,
            "callsync: Wystąpił błąd podczas aktualizacji historii połączeń\n",
            3,
        ),
        (
            Misbehaviour::RetryAfter("11".into()),
            75,
            "callsync: Wystąpił błąd podczas aktualizacji historii połączeń\n",
            1,
        ),
    ];
    for (misbehaviour, code, sentence, requests) in cases {
        let office = Office::new();
        office.callyzer.always(HISTORY, misbehaviour.clone());
        let output = refresh(&office)
            .with("CALLYZER_TIMEOUT_S", "1")
            .fails(code)
            .says(sentence)
            .run();
        assert_eq!(
            office.callyzer.requests().len(),
            requests,
            "{misbehaviour:?} {}",
            output.stderr
        );
        assert_eq!(
            office.value("SELECT exit_code FROM sync_runs WHERE command = 'refresh-lead'"),
            code.to_string()
        );
        office.callyzer.behave();
    }
}

#[test]
fn a_rate_limit_of_a_second_is_waited_for() {
    let office = Office::new();
    office
        .callyzer
        .next(HISTORY, Misbehaviour::RetryAfter("1".into()));
    refresh(&office)
        .prints(UPDATED)
        .says_only("ERROR /call-log/history: rate limit (429); waiting 1.0 s\n")
        .run();
    let requests = office.callyzer.requests();
    let waited = requests[1].started - requests[0].started;
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
}

#[test]
fn a_lead_that_is_not_there_or_has_no_valid_number_costs_no_request() {
    let office = Office::unasked();
    office
        .callsync(&["refresh-lead", "42"])
        .fails(65)
        .says_only("callsync: Nie ma leada o identyfikatorze 42\n")
        .run();
    let csv = office.file(
        "more.csv",
        "id,name,phone\n5,Krystyna Bąk,w kadrach\n6,Nikt,\n",
    );
    office
        .callsync(&["import", "leads", csv.to_str().unwrap()])
        .prints("Leady: 2")
        .says_only(&format!(
            "{}:2: phone: „w kadrach” nie jest prawidłowym numerem telefonu; \
             lead ma go tak, jak w pliku, ale nie pasuje do niego żadna rozmowa\n",
            csv.display()
        ))
        .run();
    office
        .callsync(&["refresh-lead", "5"])
        .fails(65)
        .says_only("callsync: Nieprawidłowy format numeru telefonu: w kadrach\n")
        .run();
    office
        .callsync(&["refresh-lead", "6"])
        .fails(65)
        .says_only("callsync: Nieprawidłowy format numeru telefonu\n")
        .run();
    assert_eq!(office.callyzer.requests().len(), 0);
}
