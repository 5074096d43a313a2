//! Text from outside: it drives no terminal, and however long it is, it slows nothing.

use crate::office::Office;

/// What one screen may hold of a few names and notes, in bytes.
const MUCH: usize = 30_000;

/// A call of Anna's with a note in the register of lead 1, one that is unmatched, and figures.
fn office() -> Office {
    let office = Office::unasked();
    office.execute(
        "INSERT INTO calls (provider, provider_call_id, advisor_id, advisor_number, lead_id,
             client_number, status, kind, started_at, duration_s, first_seen_at, changed_at)
         VALUES ('callyzer', 'c-1', 1, '+48600100201', 1, '+48601200301', 'Wychodzące',
             'PhoneCall/Voice', '2026-11-02T10:00:00Z', 60, '2026-11-02T10:00:00Z', '2026-11-02T10:00:00Z'),
             ('callyzer', 'c-2', 1, '+48600100201', NULL, '+48601200309', 'Wychodzące',
             'PhoneCall/Voice', '2026-11-02T10:00:00Z', 60, '2026-11-02T10:00:00Z', '2026-11-02T10:00:00Z');
         INSERT INTO unmatched_calls (call_id, attempts, last_attempt_at)
         SELECT id, 1, '2026-11-02T10:00:00Z' FROM calls WHERE lead_id IS NULL;
         INSERT INTO call_notes (call_id, note_id, author, text, created_at)
         SELECT id, 'n-1', 'Anna', 'note', '2026-11-02T10:05:00Z' FROM calls WHERE lead_id = 1;
         INSERT INTO daily_stats (provider, user_id, day, incoming, outgoing, missed, rejected,
             connected, talk_time_s, incoming_time_s, outgoing_time_s, fetched_at)
         VALUES ('callyzer', 1, '2026-11-02', 0, 2, 0, 0, 2, 120, 0, 120, '2026-11-02T11:00:00Z')",
    );
    office
}

const COMMANDS: [&str; 5] = [
    "stats --month 2026-11",
    "lead 1",
    "unmatched",
    "explain 601200301",
    "status",
];

fn run(office: &Office, command: &str) -> String {
    let arguments: Vec<_> = command.split(' ').collect();
    let fails = if command.starts_with("status") { 1 } else { 0 };
    let run = office.callsync(&arguments).fails(fails).prints("");
    run.run().stdout
}

#[test]
fn json_escapes_what_drives_a_terminal_and_keeps_the_value() {
    let office = office();
    let name = "a\u{9b}31m\u{7f}\u{202e}\u{2028}\u{61c}ł";
    office.execute(&format!(
        "UPDATE users SET name = '{name}'; UPDATE leads SET name = '{name}'"
    ));
    for (command, pointer) in [
        ("stats --month 2026-11", "/teams/0/rows/0/advisor"),
        ("lead 1", "/lead/name"),
        ("unmatched", "/calls/0/advisor"),
    ] {
        let printed = run(&office, &format!("{command} --format json"));
        let escaped = r"a\u009b31m\u007f\u202e\u2028\u061cł";
        assert!(printed.contains(escaped), "{printed}");
        let object: serde_json::Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(object.pointer(pointer), Some(&name.into()), "{printed}");
    }
}

#[test]
fn a_long_text_is_shown_in_part_and_given_to_programs_whole() {
    let office = office();
    // Every kind of text that was slow: many words, many reasons, many marks, many digits.
    let long = |text: &str| text.repeat(100_000 / text.len());
    let names = [
        long("ż "),
        long("x; "),
        long("a\u{301}"),
        long("601200301 "),
    ];
    for (id, name) in names.iter().enumerate() {
        let id = id + 1;
        office.execute(&format!(
            "UPDATE users SET name = '{name}' WHERE id = {id};
             UPDATE leads SET name = '{name}' WHERE id = {id};
             UPDATE call_notes SET author = '{name}', text = '{name}';
             INSERT INTO quarantine (provider, provider_call_id, reason, record, first_seen_at, last_seen_at)
             VALUES ('callyzer', '{name}', '{name}', '{name} 601200301', '2026-11-02T10:00:00Z', '2026-11-02T10:00:00Z')"
        ));
    }
    office.execute(&format!(
        "INSERT INTO sync_runs (command, provider, started_at, finished_at, outcome, exit_code, error)
         VALUES ('sync', 'callyzer', '2026-11-02T10:00:00Z', '2026-11-02T10:00:00Z', 'failed', 76, '{}')",
        names[1]
    ));
    for command in COMMANDS {
        let table = run(&office, command);
        assert!(
            table.len() < MUCH && table.contains('…'),
            "{command}: {table:.5000}"
        );
    }
    let page = run(&office, "stats --month 2026-11 --format html");
    assert!(page.len() < 3 * MUCH && page.contains('…'));
    let json = run(&office, "lead 1 --format json");
    assert!(json.contains(&names[0]) && json.contains(&names[3]));
    let csv = run(&office, "unmatched --format csv");
    assert!(csv.contains(names[0].trim()));
}

#[test]
fn an_error_holds_no_control_character() {
    let office = Office::unasked();
    let run = office.callsync(&["--database", "a\u{1b}[31m\u{9b}b", "status"]);
    let said = run.fails(74).says("a [31m b").run().stderr;
    assert!(!said.contains(['\u{1b}', '\u{9b}']), "{said:?}");
}
