//! What a file says, but for ids, and for moments of the machine.

use std::path::Path;

use crate::office::rows;

/// What two files say that were filled from the same world, however often runs were killed.
const TABLES: [(&str, &str); 15] = [
    (
        "calls",
        "SELECT c.provider, c.provider_call_id, u.login, c.advisor_number, c.lead_id, c.client_number,
                c.client_name, c.status, c.kind, c.started_at, c.duration_s, c.note,
                -- mluvii gives a file another address each time.
                iif(c.provider = 'mluvii', c.recording_url IS NULL, c.recording_url),
                c.uploaded_at, c.details
         FROM calls c LEFT JOIN users u ON u.id = c.advisor_id ORDER BY 1, 2",
    ),
    (
        "unmatched_calls",
        "SELECT provider, provider_call_id FROM unmatched_calls JOIN calls ON id = call_id ORDER BY 1, 2",
    ),
    (
        "call_notes",
        "SELECT provider_call_id, note_id, author, text, created_at
         FROM call_notes JOIN calls ON id = call_id ORDER BY 1, 2",
    ),
    (
        "call_phases",
        "SELECT provider_call_id, phase, operator, seconds
         FROM call_phases JOIN calls ON id = call_id ORDER BY 1, 2, 3",
    ),
    (
        "recordings",
        "SELECT provider_call_id, recording_id, file, gone_at FROM recordings
         JOIN calls ON id = call_id WHERE fetched_at IS NOT NULL ORDER BY 1, 2",
    ),
    (
        "daily_stats",
        "SELECT provider, login, day, incoming, outgoing, missed, rejected, connected, talk_time_s,
                incoming_time_s, outgoing_time_s
         FROM daily_stats JOIN users ON id = user_id
         WHERE incoming + outgoing + missed + rejected > 0 ORDER BY 1, 2, 3",
    ),
    (
        "quarantine",
        "SELECT provider, provider_call_id, reason, record, number, day, status
         FROM quarantine ORDER BY 1, 2",
    ),
    (
        "campaign_results",
        "SELECT campaign_id, key, row FROM campaign_results ORDER BY 1, 2",
    ),
    (
        "leads",
        "SELECT l.id, l.name, l.phone, l.number, u.login, l.created_at
         FROM leads l LEFT JOIN users u ON u.id = l.advisor_id ORDER BY 1",
    ),
    ("lead_numbers", "SELECT * FROM lead_numbers ORDER BY 1, 2"),
    (
        "users",
        "SELECT login, name, role, team, active FROM users ORDER BY 1",
    ),
    (
        "advisor_numbers",
        "SELECT number, login FROM advisor_numbers JOIN users ON id = user_id ORDER BY 1",
    ),
    (
        "advisor_keys",
        "SELECT provider, key, login FROM advisor_keys JOIN users ON id = user_id ORDER BY 1, 2",
    ),
    ("teams", "SELECT code, name FROM teams ORDER BY 1"),
    (
        "sync_dates",
        "SELECT provider, number FROM sync_dates ORDER BY 1, 2",
    ),
];

/// What a file has that is whole, sound, and waits for nothing.
const SOUND: [(&str, &str); 13] = [
    ("PRAGMA integrity_check", "ok"),
    ("SELECT count(*) FROM pragma_foreign_key_check", "0"),
    ("SELECT count(*) FROM differences", "0"),
    ("SELECT count(*) FROM doubtful_windows", "0"),
    ("SELECT count(*) FROM stats_due", "0"),
    ("SELECT count(*) FROM notes_due", "0"),
    ("SELECT count(*) FROM phases_due", "0"),
    ("SELECT count(*) FROM unfinished_calls", "0"),
    (
        "SELECT count(*) FROM sync_runs WHERE outcome = 'running'",
        "0",
    ),
    (
        "SELECT value - (SELECT count(*) FROM unmatched_calls) FROM counters
         WHERE name = 'unmatched_calls'",
        "0",
    ),
    (
        "SELECT count(*) FROM calls
         WHERE (lead_id IS NULL) <> (id IN (SELECT call_id FROM unmatched_calls))",
        "0",
    ),
    ("SELECT has_remains FROM forgetting", "0"),
    (
        "SELECT count(*) FROM reread_days WHERE read_at IS NULL",
        "0",
    ),
];

/// Fails where one file says something else than the other.
#[track_caller]
pub fn assert_same(found: &Path, truth: &Path) {
    for (table, sql) in TABLES {
        let (found, truth) = (rows(found, sql), rows(truth, sql));
        let lacks = truth.iter().filter(|row| !found.contains(row)).take(5);
        let has = found.iter().filter(|row| !truth.contains(row)).take(5);
        let (lacks, has): (Vec<_>, Vec<_>) = (lacks.collect(), has.collect());
        assert_eq!((lacks, has), (vec![], vec![]), "{table} lacks, and has");
        assert_eq!(found, truth, "{table}");
    }
}

#[track_caller]
pub fn assert_sound(file: &Path) {
    for (sql, value) in SOUND {
        assert_eq!(rows(file, sql), [value], "{sql}");
    }
}
