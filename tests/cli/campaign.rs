//! `callsync campaign`: people are called only with `--yes`, once, and nobody twice.

mod answers;
mod permission;
mod report;
mod validation;

use pretend_callyzer::path::DIALOG_CAMPAIGNS;
use serde_json::{Value, json};

use crate::office::Office;
use crate::run::Run;

const PEOPLE: &str = "phone,name,kwota\n601 200 301,Jan,10\n+48 601-200-302,Ewa,\n";

/// The day of the calls: never past.
const DAY: &str = "2090-05-04";

/// Options of a request, all in order.
const OPTIONS: [(&str, &str); 8] = [
    ("--name", "Majowa"),
    ("--start-block", "10"),
    ("--phone-id", "5"),
    ("--date", DAY),
    ("--from", "09:00"),
    ("--to", "17:30"),
    ("--attempts", "3"),
    ("--interval", "15"),
];

fn office() -> Office {
    let office = Office::of_dialog();
    office.callyzer.may_stay_unasked();
    office
}

/// A request for a campaign of the people in the file, with more options.
fn create(office: &Office, people: &str, more: &[&str]) -> Run {
    let file = office.file("people.csv", people);
    let mut arguments = vec!["campaign", "create", file.to_str().unwrap()];
    for (name, value) in OPTIONS {
        if !more.contains(&name) {
            arguments.extend([name, value]);
        }
    }
    arguments.extend(more);
    office.callsync(&arguments)
}

fn states(office: &Office) -> Vec<String> {
    office.rows("SELECT state, id FROM campaigns ORDER BY request_id")
}

#[test]
fn without_yes_it_is_shown_and_not_sent() {
    let office = office();
    let more = ["--description", "Majowa oferta"];
    let shown = create(&office, PEOPLE, &more)
        .prints("Osoby: 2\n")
        .prints(&format!("Kiedy: {DAY} od 09:00 do 17:30"))
        .prints("Nic nie wysłano")
        .run()
        .stdout;
    // What would be sent, to the letter.
    for part in [
        r#""periods":{"id":1,"title":"Однократно"}"#,
        r#""attempts":{"id":3,"title":"3"}"#,
        r#""interval":"15""#,
        r#""phone":"+48601200301""#,
        r#""phone":"+48601200302""#,
        r#""description":"Majowa oferta""#,
    ] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
    assert!(!shown.contains("state"), "{shown}");
    assert!(!shown.contains("pretend-bearer"), "{shown}");
    assert_eq!(office.callyzer.requests().len(), 0);
    assert_eq!(office.count("campaigns"), "0");
}

#[test]
fn with_yes_it_is_sent_as_documented_and_remembered() {
    let office = office();
    create(&office, PEOPLE, &["--yes"]).prints("12345").run();
    let asked = office.callyzer.requests_to(DIALOG_CAMPAIGNS);
    let expected = json!({
        "campaign": {
            "project_id": 1,
            "name": "Majowa",
            "start_block_id": 10,
            "schedule": {
                "date": DAY,
                "start_time": "09:00",
                "end_time": "17:30",
                "periods": {"id": 1, "title": "Однократно"},
                "attempts": {"id": 3, "title": "3"},
                "interval": "15",
            },
            "phone_id": 5,
        },
        "phones": [
            {"phone": "+48601200301", "add_data": {"name": "Jan", "kwota": "10"}},
            {"phone": "+48601200302", "add_data": {"name": "Ewa", "kwota": ""}},
        ],
    });
    let bodies: Vec<Value> = asked.into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [expected]);
    let kept = "SELECT id, state, name, numbers, sent_by <> '', sent_at LIKE '20%Z' FROM campaigns";
    let numbers = r#"["+48601200301","+48601200302"]"#;
    assert_eq!(
        office.value(kept),
        format!("12345|created|Majowa|{numbers}|1|1")
    );
    let run = "SELECT command, provider, outcome, exit_code, requests FROM sync_runs
               WHERE command LIKE 'campaign%'";
    assert_eq!(office.value(run), "campaign create|dialog|ok|0|1");
}

#[test]
fn the_same_request_is_sent_once_however_its_file_is_written() {
    let office = office();
    create(&office, PEOPLE, &["--yes"]).prints("12345").run();
    for same in [
        PEOPLE,
        // Rows and columns in another order, as Polish Excel writes them.
        "\u{feff}kwota;telefon;name\r\n;601200302;Ewa\r\n10;0048 601 200 301;Jan\r\n",
        "name\tphone\tkwota\nEwa\t+48601200302\t\nJan\t(601) 200-301\t10\n",
    ] {
        let refused = create(&office, same, &["--yes"]).fails(65);
        refused.says("12345").says("--again").run();
        create(&office, same, &[]).prints("12345").run();
    }
    assert_eq!(office.asked(DIALOG_CAMPAIGNS), 1);
    assert_eq!(
        office.value("SELECT exit_code, error FROM sync_runs ORDER BY id DESC LIMIT 1"),
        "65|not sent: the same request was sent before, or may have been (1)"
    );
    // Other people, another day or another text make another request.
    let others = PEOPLE.replace("Ewa", "Anna");
    create(&office, &others, &["--yes"]).prints("12346").run();
    create(&office, PEOPLE, &["--yes", "--date", "2090-05-05"])
        .prints("12347")
        .run();
    create(&office, PEOPLE, &["--yes", "--again"])
        .prints("12348")
        .run();
    let created = [12345, 12346, 12347, 12348].map(|id| format!("created|{id}"));
    assert_eq!(states(&office), created);
}

#[test]
fn its_results_are_read_by_the_next_sync() {
    let office = office().going_back(1);
    create(&office, PEOPLE, &["--yes"]).prints("12345").run();
    let at = crate::moment::ago(20);
    office.dialog_call(pretend_callyzer::DialogCall::new(
        12345,
        "d-1",
        "48601200301",
        at,
        33,
    ));
    let sync = office.callsync(&["-q", "sync"]);
    sync.with("DIALOG_CAMPAIGNS", "12345").run();
    let calls = "SELECT lead_id, kind, duration_s FROM calls";
    assert_eq!(office.value(calls), "1|Campaign/Voice|33");
}
