//! Forgetting: what is left of somebody in the file's bytes, in its tables and in its figures.

mod refusals;

use std::fs;

use pretend_callyzer::{
    Call, DialogCall, HostedFile, MluviiFile, MluviiSession, TelecubeCall, TelecubeNote,
};
use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::moment::ago;
use crate::office::{DIALOG_CAMPAIGN, Office};

/// What the file must not hold of lead 1's first number.
const OF_THE_NUMBER: [&str; 18] = [
    "601200301",
    "601 200 301",
    "601-200-301",
    "Janusz Tajny",
    "tajna notatka",
    "tajny telefonat",
    "tajna sesja",
    "dawna treść",
    "tajny rekord",
    "tajny wynik",
    "tajna kolumna",
    "recordings/c-1",
    "c-tajne",
    "c-dziwne",
    "t-tajne",
    "t-dziwne",
    "7001-d-tajne",
    "7700077",
];

/// All systems know calls with lead 1, of which some cannot be read, and one with lead 2.
fn office() -> Office {
    let office = Office::with_all().going_back(1);
    office.import("leads", "id,phone\n1,601 200 301|601 200 311\n");
    add_callyzer(&office);
    add_telecube(&office);
    let mut session = MluviiSession::new(
        7_700_077,
        "IncomingCall",
        "+48601200301",
        "41",
        ago(120),
        60,
    )
    .noting("tajna sesja");
    session.recordings = vec![MluviiFile::new("12", *b"voices")];
    office.mluvii_session(session);
    for (id, number, result) in [
        ("d-tajne", "48601200301", "tajna kolumna"),
        ("d-jawne", "48601200302", "zwykła"),
    ] {
        let call = DialogCall::new(DIALOG_CAMPAIGN, id, number, ago(40), 41);
        office.dialog_call(call.showing("call_result", result));
    }
    let waiting = DialogCall::new(DIALOG_CAMPAIGN, "d-czeka", "48601200301", ago(30), 0);
    let waiting = waiting.showing("call_result", "tajny wynik");
    office.dialog_call(waiting.showing("call_time", ""));
    office
}

fn add_callyzer(office: &Office) {
    let call = |id: &str, client: &str, minutes, duration_s| {
        let mut call = Call::new(
            id,
            "600100201",
            client,
            "Outgoing",
            ago(minutes),
            duration_s,
        );
        call.client_name = Some("Janusz Tajny".into());
        call.note = Some("tajna notatka".into());
        call
    };
    let mut recorded = call("c-tajne", "601200301", 60, 87);
    recorded.recording_url = Some(office.callyzer.recording_url("c-1"));
    office.call(recorded);
    let mut other = call("c-jawne", "601200302", 50, 30);
    (other.client_name, other.note) = (None, None);
    office.call(other);
    let odd = call("c-dziwne", "601200301", 55, 12).showing("call_type", "Conference");
    office.call(odd.showing("note", "tajny rekord"));
    let content = HostedFile::new("voices");
    office
        .callyzer
        .world(|world| world.recordings.insert("c-1".into(), content));
}

fn add_telecube(office: &Office) {
    let call = |id: &str| TelecubeCall::new(id, "OUT", "48601200301", "u-anna", ago(70), 30);
    let mut noted = call("t-tajne");
    noted.notes = vec![TelecubeNote::new("n-1", "tajny telefonat", ago(69))];
    office.telecube_call(noted);
    let odd = json!([{"numbers": ["+48 601-200-301"], "name": "tajny rekord"}]);
    office.telecube_call(
        call("t-dziwne")
            .showing("service", "PIGEON")
            .showing("extra", odd),
    );
}

/// What earlier versions left: a note that was replaced, a run's error with the number, a
/// campaign.
fn add_leftovers(office: &Office) {
    office.execute(
        "PRAGMA secure_delete = OFF;
         UPDATE calls SET note = replace(hex(zeroblob(3000)), '00', 'dawna treść ')
         WHERE provider_call_id = 'c-tajne';
         UPDATE calls SET note = 'tajna notatka' WHERE provider_call_id = 'c-tajne';
         UPDATE sync_runs SET error = 'could not read 601-200-301' WHERE id = 3;
         INSERT INTO campaigns (state, name, numbers, request, sent_at, sent_by)
         VALUES ('created', 'Listopad', '[\"+48601200301\",\"+48601200302\"]', 'x',
                 '2026-11-20T10:00:00Z', 'root')",
    );
}

/// Which of these texts the database or a file beside it holds.
fn found(office: &Office, texts: &[&'static str]) -> Vec<&'static str> {
    let entries = fs::read_dir(office.database().parent().unwrap()).unwrap();
    let files = entries.map(|entry| entry.unwrap());
    let files = files.filter(|file| {
        file.file_name()
            .to_str()
            .unwrap()
            .starts_with("callsync.db")
    });
    let bytes: Vec<_> = files.map(|file| fs::read(file.path()).unwrap()).collect();
    assert!(bytes.len() > 2, "no files beside the database");
    let holds = |bytes: &Vec<u8>, text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    let mut texts = texts.to_vec();
    texts.retain(|text| bytes.iter().any(|bytes| holds(bytes, text)));
    texts
}

/// The figures of all teams.
fn figures(office: &Office) -> Value {
    let mut stats = office
        .callsync(&["stats", "--from", "2020-01-01", "--format", "json"])
        .json();
    stats["teams"].take()
}

#[test]
fn nothing_of_a_forgotten_number_is_left_or_comes_back_and_no_figure_falls() {
    let office = office();
    office.sync();
    office
        .callsync(&["-q", "recordings", "fetch", "saved"])
        .run();
    add_leftovers(&office);
    assert_eq!(found(&office, &OF_THE_NUMBER), OF_THE_NUMBER);
    let (before, bytes) = (figures(&office), fs::read(office.database()).unwrap());
    let plan = office.callsync(&[
        "forget",
        "--number",
        "tel. 601 200 301",
        "--yes",
        "--dry-run",
    ]);
    let plan = plan.prints("Do usunięcia:\n").run().stdout;
    assert_eq!(fs::read(office.database()).unwrap(), bytes);

    let forget = office.callsync(&["forget", "--number", "601200301", "--yes"]);
    let printed = forget.prints("Usunięto:\n").run().stdout;
    let counts = "  Numery: +48601200301
  Połączenia: 4 (Callyzer 1, Dialog 1, mluvii 1, TeleCube 1)
  Notatki: 3
  Nazwy pobranych nagrań: 2
  Rekordy w kwarantannie: 2
  Wyniki kampanii: 1
  Zlecenia kampanii z numerem: 1
  Opisy przebiegów z numerem: 1
";
    assert!(
        plan.contains(counts) && printed.contains(counts),
        "{plan}{printed}"
    );
    let saved = fs::read_dir(office.path("saved")).unwrap();
    let saved = saved.map(|file| file.unwrap().file_name().into_string().unwrap());
    let saved: Vec<_> = saved.filter(|name| name.contains("+48601200301")).collect();
    assert_eq!(saved.len(), 2);
    assert!(
        saved
            .iter()
            .all(|name| printed.contains(&format!("\n  {name}\n"))),
        "{printed}"
    );
    assert!(
        printed.contains("\nBez tego numeru zostaje lead 1: Jan Kowalski\n"),
        "{printed}"
    );

    assert_eq!(found(&office, &OF_THE_NUMBER), [""; 0]);
    assert_eq!(figures(&office), before);
    let lead = "SELECT phone, number, (SELECT group_concat(number) FROM lead_numbers
                WHERE lead_id = 1) FROM leads WHERE id = 1";
    assert_eq!(office.value(lead), "601 200 311|+48601200311|+48601200311");
    let others = "SELECT provider_call_id FROM calls ORDER BY 1";
    assert_eq!(office.rows(others), ["7001-d-jawne", "c-jawne"]);
    let run = "SELECT outcome, exit_code, calls_removed, error, lead_id, provider FROM sync_runs
               WHERE command = 'forget'";
    assert_eq!(office.rows(run), ["ok|0|4|null|null|null"]);
    assert_eq!(
        office.value("SELECT numbers FROM campaigns"),
        r#"["+48601200302"]"#
    );
    assert_eq!(
        office.value("SELECT error FROM sync_runs WHERE id = 3"),
        "could not read *****301"
    );
    assert_eq!(office.value("SELECT has_remains FROM forgetting"), "0");

    office.sync();
    assert_eq!(found(&office, &OF_THE_NUMBER), [""; 0]);
    assert_eq!(office.rows(others), ["7001-d-jawne", "c-jawne"]);
    assert_eq!(figures(&office), before);
}

#[test]
fn a_forgotten_lead_is_gone_with_all_its_numbers_also_where_a_reader_kept_the_log_at_first() {
    let office = office();
    // With a number that the lead had once.
    let former = Call::new("c-dawne", "600100201", "601200399", "Incoming", ago(90), 5);
    office.call(former);
    office.sync();
    office.execute(
        "UPDATE calls SET lead_id = 1 WHERE provider_call_id = 'c-dawne';
         UPDATE sync_runs SET lead_id = 1 WHERE id = 3",
    );
    let before = figures(&office);
    let reader = Connection::open(office.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM calls").unwrap();
    let forget = || office.callsync(&["forget", "--lead", "1", "--yes"]);
    let mut running = forget().start_printing();
    office.wait_for("SELECT has_remains FROM forgetting", "1");
    running.signal(Signal::TERM);
    let (code, printed) = running.finish();
    drop(reader);
    let counts = "  Numery: +48601200301, +48601200311, +48601200399
  Lead 1: Jan Kowalski
  Połączenia: 5 (";
    assert!(
        code == Some(75) && printed.contains(counts),
        "{code:?} {printed}"
    );
    assert!(!printed.contains("nic z tego nie zostało"), "{printed}");
    let remains = "Leada 1 nie ma w bazie; plik bazy danych ma pozostałości";
    let looked = office.callsync(&["forget", "--lead", "1"]);
    looked.prints(remains).run();
    let done = "Leada 1 nie ma w bazie; pozostałości po wcześniejszym usuwaniu zniknęły";
    forget().prints(done).run();
    let gone = "Nie ma leada o identyfikatorze 1\n";
    forget().fails(65).says(gone).run();

    let of_lead = ["601200311", "601200399", "c-dawne", "Jan Kowalski"];
    let of_both = [&OF_THE_NUMBER[..], &of_lead].concat();
    assert_eq!(found(&office, &of_both), [""; 0]);
    assert_eq!(figures(&office), before);
    assert_eq!(office.count("sync_runs WHERE lead_id = 1"), "0");
    assert_eq!(office.rows("SELECT id FROM leads"), ["2", "3"]);
    let remembered =
        "SELECT count(*), min(length(hash)), count(DISTINCT forgotten_at) FROM forgotten";
    assert_eq!(office.value(remembered), "3|64|1");
    let runs = "SELECT exit_code, calls_removed FROM sync_runs WHERE command = 'forget'";
    assert_eq!(office.rows(runs), ["75|5", "0|0"]);

    // Later they call again.
    office.execute(
        "UPDATE forgotten SET forgotten_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-3 minutes')",
    );
    let call = Call::new("c-nowe", "600100201", "601200301", "Incoming", ago(2), 5);
    office.call(call);
    office.sync();
    let of_numbers = "SELECT provider_call_id, lead_id FROM calls
                      WHERE client_number IN ('+48601200301', '+48601200399')";
    assert_eq!(office.rows(of_numbers), ["c-nowe|null"]);
}

#[test]
fn a_number_that_is_not_valid_is_forgotten_as_it_was_received_and_others_that_name_it_are_told() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "112", "Outgoing", 60, 112),
        ("c-2", "600100201", "601200302", "Outgoing", 50, 112),
        ("c-3", "600100201", "601200399", "Incoming", 40, 5),
    ]);
    office.import("leads", "id,name,phone\n5,Straż (601 200 399),112|999\n");
    office.callyzer.world(|world| {
        world.call_mut("c-2").note = Some("oddzwonić na 601-200-399".into());
        let odd = Call::new("c-4", "600100201", "601200302", "Conference", ago(30), 112);
        world.call(odd);
    });
    office.sync();
    let forget = |number| {
        let command = ["-vv", "forget", "--number", number, "--yes"];
        office.callsync(&command).logs()
    };
    let printed = forget("112")
        .prints("Numery: 112\n  Połączenia: 1 (Callyzer 1)\n")
        .run();
    assert!(
        printed.stdout.contains("zostaje lead 5: Straż"),
        "{}",
        printed.stdout
    );
    assert_eq!(office.value("SELECT phone FROM leads WHERE id = 5"), "999");
    office.sync();
    // Its duration is 112.
    assert_eq!(office.count("quarantine"), "1");

    let id = office.value("SELECT id FROM calls WHERE provider_call_id = 'c-2'");
    let printed = forget("601200399")
        .prints(&format!("innych połączeń, które zostają (id): {id}\n"))
        .prints("telefonie innych leadów, które zostają (id): 5\n")
        .run();
    assert!(!printed.stderr.contains("200399"), "{}", printed.stderr);
    office.execute("UPDATE forgotten SET forgotten_at = '2026-01-01T00:00:00Z'");
    // Nothing is left of it, but the moment moves on.
    forget("601200399").prints("  Połączenia: 0\n").run();
    office.sync();
    assert_eq!(
        office.count("forgotten WHERE forgotten_at > '2026-01-02'"),
        "1"
    );
    assert_eq!(
        office.rows("SELECT provider_call_id FROM calls ORDER BY 1"),
        ["c-1", "c-2"]
    );
    let runs = "SELECT calls_removed FROM sync_runs WHERE command = 'forget'";
    assert_eq!(office.rows(runs), ["1", "1", "0"]);
}
