//! The views that the CRM reads: their columns are those of the contract with it, and they
//! say what the commands say.

use chrono::NaiveDate;
use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::HISTORY;
use serde_json::Value;

use crate::moment::{ago, text};
use crate::office::Office;

/// The rows of a query, as the texts of these members of JSON objects.
fn texts(objects: &Value, keys: &[&str]) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let row = |object: &Value| {
        let values: Vec<_> = keys.iter().map(|key| text(&object[key])).collect();
        values.join("|")
    };
    objects.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn their_columns_are_those_that_others_rely_on() {
    let office = Office::unasked();
    for (view, columns) in [
        (
            "lead_register",
            "lead_id call_id direction status started_at duration_s advisor number kind note \
             recording_url provider",
        ),
        (
            "team_days",
            "team day user_id advisor manager incoming outgoing missed rejected calls connected \
             talk_time_s",
        ),
        (
            "sync_health",
            "last_success last_failure last_error oldest_last_synced_at waiting exhausted \
             quarantined differences doubtful_windows silent_phones",
        ),
    ] {
        let found = office.rows(&format!("SELECT name FROM pragma_table_info('{view}')"));
        assert_eq!(found.join(" "), columns, "{view}");
    }
}

#[test]
fn lead_register_is_what_lead_shows() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 60, 61),
        ("c-2", "600100202", "601200301", "Incoming", 50, 62),
        ("c-3", "600100201", "601200301", "Missed", 40, 0),
        ("c-4", "600100201", "601200301", "Rejected", 30, 0),
        ("c-5", "600100201", "601200399", "Missed", 20, 0),
        ("c-6", "600100202", "601200302", "Missed", 10, 0),
    ]);
    office.callyzer.world(|world| {
        world.call_mut("c-1").note = Some("oddzwonić".into());
        world.call_mut("c-2").recording_url = Some("https://media.example/1.mp3".into());
    });
    office.sync();
    // Its advisor is not known.
    office.execute("UPDATE calls SET advisor_id = NULL WHERE provider_call_id = 'c-3'");
    let shown = office.callsync(&["lead", "1", "--format", "json"]).json();
    let view = office.rows(
        "SELECT call_id, direction, status, started_at, duration_s, advisor, number, kind, note,
             recording_url, provider
         FROM lead_register WHERE lead_id = 1 ORDER BY started_at DESC, call_id DESC",
    );
    let keys = [
        "id",
        "direction",
        "status",
        "started_at",
        "duration_s",
        "advisor",
        "number",
        "kind",
        "note",
        "recording_url",
        "provider",
    ];
    assert_eq!(view, texts(&shown["calls"], &keys));
    assert_eq!(view.len(), 4);
    assert_eq!(office.count("lead_register"), "5", "only calls with a lead");
}

/// Anna and Celina have figures in both systems, the manager has some that count nowhere.
const FIGURES: &str = "
    INSERT INTO users (login, name, role, team) VALUES ('m2', 'Adam Pierwszy', 'manager', 'bik');
    INSERT INTO users (login, name, role, team, active)
        VALUES ('dawny', 'Dawny', 'advisor-bik', 'bik', 0), ('bez', 'Bez Zespołu', 'advisor-bik', NULL, 1);
    WITH system (provider) AS (VALUES ('callyzer'), ('telecube')),
         days (day) AS (VALUES ('2026-10-31'), ('2026-11-01'), ('2026-11-02'))
    INSERT INTO daily_stats
    SELECT provider, id, day, id, 2 * id, 1, 3, id, 60 * id, 0, 0, day || 'T21:30:00Z'
    FROM system, users, days WHERE provider = 'callyzer' OR login IN ('anna', 'celina');";

#[test]
fn team_days_add_up_to_what_stats_shows() {
    let office = Office::unasked();
    office.execute(FIGURES);
    let report = office
        .callsync(&["stats", "--month", "2026-11", "--format", "json"])
        .logs()
        .json();
    let keys = [
        "advisor",
        "manager",
        "incoming",
        "outgoing",
        "missed",
        "rejected",
        "calls",
        "talk_time_s",
    ];
    let mut shown = Vec::new();
    for team in report["teams"].as_array().unwrap() {
        let code = team["team"].as_str().unwrap_or("null");
        let rows = texts(&team["rows"], &keys).into_iter();
        shown.extend(rows.map(|row| format!("{code}|{row}")));
    }
    // Those without figures have no day.
    shown.retain(|row| !row.ends_with("|0|0"));
    shown.sort();
    let view = "SELECT team, advisor, manager, sum(incoming), sum(outgoing), sum(missed),
                    sum(rejected), sum(calls), sum(talk_time_s)
                FROM team_days WHERE day BETWEEN '2026-11-01' AND '2026-11-30'
                GROUP BY user_id ORDER BY team, advisor";
    let mut view = office.rows(view);
    view.sort();
    assert_eq!(view, shown);
    assert!(
        view.contains(&"bik|Anna Wójcik|Karol Maj|4|8|4|12|12|240".to_owned()),
        "{view:?}"
    );
    let days = "SELECT day, calls, connected FROM team_days WHERE team = 'bik' AND user_id = 1";
    assert_eq!(
        office.rows(days),
        ["2026-10-31|6|2", "2026-11-01|6|2", "2026-11-02|6|2"]
    );
    // The least id of those who are active now.
    office.execute("UPDATE users SET active = 0 WHERE login = 'kierownik'");
    let manager = "SELECT DISTINCT manager FROM team_days WHERE team = 'bik'";
    assert_eq!(office.value(manager), "Adam Pierwszy");
}

/// What `sync_health` and `status` say, in the same order.
fn healths(office: &Office, code: i32) -> [String; 2] {
    let status = office.callsync(&["status", "--format", "json"]).fails(code);
    let status = status.logs().json();
    let dates: Vec<_> = status["advisors"].as_array().unwrap().iter().collect();
    let dates: Vec<_> = dates
        .iter()
        .map(|it| it["last_synced_at"].as_str())
        .collect();
    let count = |value: &Value| value.as_array().unwrap().len().to_string();
    let text = |value: &Value| value.as_str().unwrap_or("null").to_owned();
    let quarantined = status["quarantine"].as_array().unwrap().iter();
    let quarantined: i64 = quarantined.map(|it| it["count"].as_i64().unwrap()).sum();
    let said = [
        text(&status["last_success"]),
        text(&status["last_failure"]["at"]),
        text(&status["last_failure"]["error"]),
        dates
            .into_iter()
            .min()
            .flatten()
            .unwrap_or("null")
            .to_owned(),
        status["unmatched"]["waiting"].to_string(),
        status["unmatched"]["exhausted"].to_string(),
        quarantined.to_string(),
        count(&status["differences"]),
        status["doubtful_windows"].to_string(),
        count(&status["silent_phones"]),
    ];
    [office.value("SELECT * FROM sync_health"), said.join("|")]
}

#[test]
fn sync_health_is_what_status_says() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 60, 61),
        ("c-2", "600100202", "601200398", "Incoming", 50, 62),
        ("c-3", "600100202", "601200399", "Incoming", 40, 62),
    ]);
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    assert_eq!(view, "null|null|null|null|0|0|0|0|0|0");
    office.sync();
    let [view, status] = healths(&office, 0);
    assert_eq!(view, status);
    assert!(view.ends_with("|2|0|0|0|0|0"), "{view}");

    let now = text(ago(1));
    office.execute(&format!(
        "UPDATE unmatched_calls SET attempts = 96 WHERE call_id = 2;
         INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
         VALUES ('callyzer', 'no id', '{{}}', '{now}', '{now}'), ('callyzer', 'odd', '1', '{now}', '{now}');
         INSERT INTO differences VALUES ('callyzer', '+48600100201', '{}', 1, 5, 6, '{now}', '{now}');
         INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
         VALUES ('callyzer', 'PhoneCall/Voice', '{now}', '{now}', 1, '{now}');
         INSERT INTO advisor_numbers VALUES ('+48600100299', 2), ('+48600100298', 4);
         INSERT OR REPLACE INTO phones VALUES ('callyzer', '+48600100298', NULL, 'unknown', '{now}'),
             ('callyzer', '+48600100201', NULL, 'uninstalled', '{now}')",
        NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()
    ));
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    // The number that was never synchronised; the manager's phone counts nowhere.
    assert!(view.ends_with("|null|1|1|2|1|1|1"), "{view}");

    office
        .callyzer
        .always(HISTORY, Misbehaviour::status(401, "{}"));
    office.failing_sync(77).run();
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    assert!(view.contains("401"), "{view}");
    // Nobody is left to say why a killed one failed.
    office
        .execute("UPDATE sync_runs SET outcome = 'killed', error = NULL WHERE outcome = 'failed'");
    assert!(healths(&office, 1)[1].contains("|proces przerwano przed końcem|"));
    assert_eq!(office.value("SELECT last_error FROM sync_health"), "null");
}

#[test]
fn sync_health_knows_of_a_sync_that_asked_no_system() {
    let office = Office::with_old_calls();
    let refused = || {
        let run = office.failing_sync(78);
        run.with("CALLSYNC_OVERLAP_MINUTES", "soon").run();
    };
    refused();
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    assert!(view.starts_with("null|20"), "{view}");
    office.sync();
    let [view, status] = healths(&office, 0);
    assert_eq!(view, status);
    assert!(view.starts_with("20") && view.contains("'soon'"), "{view}");
    office.execute(
        "UPDATE sync_runs SET finished_at = '2026-01-01T00:00:00Z' WHERE provider = 'callyzer'",
    );
    refused();
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    assert!(view.starts_with("2026-01-01T00:00:00Z|20"), "{view}");
}

#[test]
fn sync_health_knows_the_maximum_of_attempts_from_the_last_run_that_tried() {
    let office = Office::with_calls(&[("c-1", "600100201", "601200399", "Missed", 30, 0)]);
    let exhausted = || office.value("SELECT waiting, exhausted FROM sync_health");
    office.sync();
    assert_eq!(exhausted(), "1|0");
    let run = |arguments: &[&str], max: &str| {
        let run = office
            .callsync(arguments)
            .with("CALLSYNC_MAX_ATTEMPTS", max);
        run.run();
    };
    run(&["-q", "retry-unmatched"], "2");
    assert_eq!(exhausted(), "0|1");
    run(&["-q", "sync", "--dry-run"], "5");
    assert_eq!(exhausted(), "0|1");
    run(&["-q", "sync"], "5");
    assert_eq!(exhausted(), "1|0");
}

#[test]
fn the_health_of_two_systems_is_the_worse_one_s() {
    let office = Office::new().with_telecube();
    office.sync();
    let [view, status] = healths(&office, 0);
    assert_eq!(view, status);
    office.execute(&format!(
        "UPDATE sync_runs SET finished_at = '{}' WHERE provider = 'callyzer'",
        text(ago(20))
    ));
    let [view, status] = healths(&office, 0);
    assert_eq!(view, status);
    office.execute(
        "UPDATE sync_runs SET outcome = 'failed', error = 'x' WHERE provider = 'telecube'",
    );
    let [view, status] = healths(&office, 1);
    assert_eq!(view, status);
    assert!(view.starts_with("null|2"), "{view}");
}
