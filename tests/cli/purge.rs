//! `purge`: what is older than a day goes for good, and figures stay.

mod cleaning;
mod figures;
mod readings;

use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate, TimeDelta};

use crate::moment::{day_before, midnight, text};
use crate::office::Office;
use crate::run::Run;

/// The day before which everything goes.
fn day() -> NaiveDate {
    day_before(10)
}

fn purge(office: &Office, day: NaiveDate) -> Run {
    office.callsync(&["purge", "--before", &day.to_string(), "--yes"])
}

/// Rows of all kinds, of the last moments before [`day`] and of its first ones. Of each, two
/// calls: one of a lead's, and one that waits for a lead. The texts of what goes have the
/// word `stary`.
fn office() -> Office {
    let office = Office::unasked();
    let midnight = midnight(day());
    let second_before = midnight - TimeDelta::seconds(1);
    fill(
        &office,
        "stary",
        5,
        &text(second_before),
        day() - Days::new(1),
    );
    fill(&office, "nowy", 100, &text(midnight), day());
    office
}

fn fill(office: &Office, word: &str, id: i64, at: &str, day: NaiveDate) {
    let other = id + 1;
    office.execute(&format!(
        "INSERT INTO calls (id, provider, provider_call_id, advisor_id, advisor_number, lead_id,
             client_number, client_name, status, kind, started_at, duration_s, note, recording_url,
             first_seen_at, changed_at, details)
         VALUES ({id}, 'mluvii', '{word}-1', 1, NULL, 1, '+48601200301', '{word} Jan',
                 'Wychodzące', 'PhoneCall/Voice', '{at}', 60, NULL, NULL, '', '',
                 '{{\"status\":\"answered\",\"x\":\"{word} szczegół\"}}'),
                ({other}, 'callyzer', '{word}-2', 1, '+48600100201', NULL, '+48601200399',
                 '{word} Ewa', 'Przychodzące', 'PhoneCall/Voice', '{at}', 30, '{word} notatka',
                 'https://callyzer.example/{word}.mp3', '', '', NULL);
         INSERT INTO unmatched_calls VALUES ({other}, 3, '{at}');
         INSERT INTO call_notes VALUES ({id}, '{word}-n', 'Anna', '{word} tekst', '{at}');
         INSERT INTO notes_due VALUES ({id}, 'mluvii', '{at}', NULL);
         INSERT INTO phases_due VALUES ({id}, 'mluvii', '{at}', NULL);
         INSERT INTO call_phases VALUES ({id}, 'active', '41', 60);
         INSERT INTO recordings VALUES ({id}, '{word}-r', '{word}-nagranie.mp3', '{at}', NULL);
         INSERT INTO unfinished_calls VALUES ('mluvii', '{word}-3', '{at}', NULL);
         INSERT INTO quarantine (provider, provider_call_id, reason, record, first_seen_at,
             last_seen_at, day)
         VALUES ('callyzer', '{word}-4', 'no status', '{word} rekord', '{at}', '9999', '{day}'),
                ('callyzer', NULL, 'no status', '{word} zapis', '{at}', '{at}', NULL);
         INSERT INTO campaigns (id, state, name, numbers, request, sent_at, sent_by)
         VALUES ({id}, 'created', 'Kampania', '[\"+4860120077{id}\"]', '{word}-q', '{at}', 'root');
         INSERT INTO campaign_results VALUES (7001, '{word}-5', '[\"{word} wynik\"]', '{at}');
         INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
         VALUES ('callyzer', 'PhoneCall/Voice', '2020-01-01T00:00:00Z', '{at}', 1, '{at}');
         INSERT INTO reread_days VALUES ('callyzer', '{day}', '{at}', NULL);
         INSERT INTO differences
         VALUES ('callyzer', '+48600100201', '{day}', 1, 1, 2, '{at}', '{at}');
         INSERT INTO stats_due (provider, user_id, day) VALUES ('mluvii', 1, '{day}');
         INSERT INTO daily_stats VALUES ('callyzer', 1, '{day}', 1, 0, 0, 0, 1, 30, 30, 0, '{at}');
         INSERT INTO sync_runs (command, provider, started_at, finished_at, outcome, exit_code,
             error, account)
         VALUES ('sync', 'callyzer', '{at}', '{at}', 'ok', 0, '{word} pierwszy', 'root'),
                ('sync', 'callyzer', '{at}', '{at}', 'failed', 75, '{word} błąd', 'root'),
                ('refresh-lead', 'callyzer', '{at}', '{at}', 'ok', 0, '{word} lead', 'root')"
    ));
}

/// The tables and columns of [`office`] in which a text can stand, each value with one.
fn texts(office: &Office, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in office.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1") {
        let columns = office.rows(&format!("SELECT name FROM pragma_table_info('{table}')"));
        for column in columns {
            let sql = format!("SELECT count(*) FROM {table} WHERE instr({column}, '{word}')");
            if office.value(&sql) != "0" {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

/// The files of a database in which a text stands.
pub fn files_with(database: &Path, text: &str) -> Vec<String> {
    let suffixes = ["", "-wal", "-shm", "-journal", "-sync", "-turn", "-line"];
    let holds = |suffix: &&&str| {
        let file = fs::read(format!("{}{suffix}", database.display())).unwrap_or_default();
        let mut windows = file.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    let found = suffixes.iter().filter(holds);
    found.map(|suffix| format!("DATABASE{suffix}")).collect()
}

/// All that the file holds, a line a row.
fn content(office: &Office) -> Vec<String> {
    let tables = office.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1");
    let rows = |table: &String| office.rows(&format!("SELECT * FROM {table}"));
    tables.iter().flat_map(rows).collect()
}

const COUNTS: &str = "  Połączenia: 2
  Notatki: 1
  Czasy faz: 1
  Nazwy pobranych nagrań: 1
  Rekordy w kwarantannie: 2
  Przebiegi: 3
  Wyniki kampanii: 1
  Kampanie bez numerów: 1
  Połączenia w toku: 1
  Dni niezgodne z Callyzerem: 1
  Zapisy o odczytanych dniach: 1
  Niekompletne okresy: 1
";

#[test]
fn without_yes_it_says_what_would_go_and_writes_nothing() {
    let office = office();
    let before = content(&office);
    let day = day().to_string();
    let plan = format!(
        "Do usunięcia sprzed {day}:\n{COUNTS}\
         Nic nie usunięto. Z --yes zniknie to na zawsze; statystyki zostają\n"
    );
    for flags in [&[][..], &["--dry-run"], &["--dry-run", "--yes"]] {
        let arguments = [&["purge", "--before", &day], flags].concat();
        office.callsync(&arguments).prints_only(&plan).run();
    }
    assert_eq!(content(&office), before);
}

#[test]
fn what_is_older_goes_and_the_rest_stays() {
    let office = office();
    let kept = "SELECT * FROM daily_stats ORDER BY day";
    let figures = office.rows(kept);
    let people = ["users", "leads", "teams", "lead_numbers", "advisor_numbers"];
    let people = || people.map(|table| office.rows(&format!("SELECT * FROM {table}")));
    let (people_before, new) = (people(), texts(&office, "nowy"));
    let day = day();
    let printed = format!(
        "Usunięto sprzed {day}:\n{COUNTS}\
         Pliki, które zostały w folderach nagrań; usuń je:\n  stary-nagranie.mp3\n\
         W bazie danych i plikach obok niej nic z tego nie zostało\n\
         Może to być jeszcze w: kopiach zapasowych, logach i listach crona, folderach nagrań, \
         eksportach, systemach telefonicznych i CRM\n"
    );
    purge(&office, day).prints_only(&printed).run();
    assert_eq!(files_with(&office.database(), "stary"), ["DATABASE"]);
    // The same request is known without its numbers.
    assert_eq!(texts(&office, "stary"), ["campaigns.request"]);
    assert_eq!(texts(&office, "nowy"), new);
    assert_eq!(
        office.rows("SELECT numbers FROM campaigns"),
        ["[]", "[\"+4860120077100\"]"]
    );
    assert_eq!(office.rows(kept), figures);
    assert_eq!(people(), people_before);
    let counter = "SELECT value, (SELECT count(*) FROM unmatched_calls) FROM counters
                   WHERE name = 'unmatched_calls'";
    assert_eq!(office.value(counter), "1|1");
    for table in [
        "calls",
        "notes_due",
        "phases_due",
        "call_phases",
        "recordings",
        "stats_due",
    ] {
        let left = office.count(table);
        let expected = if ["calls", "stats_due"].contains(&table) {
            "2"
        } else {
            "1"
        };
        assert_eq!(left, expected, "{table}");
    }
    assert_eq!(
        office.value(
            "SELECT command, outcome, exit_code, calls_removed, error FROM sync_runs
             WHERE command = 'purge'"
        ),
        "purge|ok|0|2|null"
    );
    assert_eq!(
        office.value("SELECT purged_before, has_remains FROM forgetting"),
        format!("{day}|0")
    );
}

#[test]
fn of_each_system_s_syncs_the_last_success_and_the_last_failure_stay() {
    let office = office();
    office.execute("DELETE FROM sync_runs WHERE error LIKE 'nowy%'");
    purge(&office, day()).prints("Przebiegi: 1").run();
    assert_eq!(
        office.rows("SELECT error FROM sync_runs WHERE error IS NOT NULL ORDER BY id"),
        ["stary pierwszy", "stary błąd"]
    );
}

#[test]
fn a_day_after_today_is_refused_and_today_is_not() {
    let office = office();
    let (today, tomorrow) = (day_before(0), day_before(0) + Days::new(1));
    let reason = format!("--before {tomorrow} is after today, {today}");
    for flag in ["--yes", "--dry-run"] {
        let arguments = ["purge", "--before", &tomorrow.to_string(), flag];
        office.callsync(&arguments).fails(65).says(&reason).run();
    }
    assert_eq!(office.value("SELECT purged_before FROM forgetting"), "null");
    purge(&office, today).prints("Połączenia: 4").run();
    assert_eq!(office.count("calls"), "0");
}

#[test]
fn today_is_the_account_s() {
    let office = office();
    // 23:30 in Warsaw on the 20th is half past midnight in Helsinki.
    office.it_is("2026-11-20T22:30:00Z".parse().unwrap());
    let purge = |zone: &str| {
        let run = office.callsync(&["purge", "--before", "2026-11-21"]);
        run.with("CALLYZER_TIMEZONE", zone)
    };
    purge("Europe/Warsaw")
        .fails(65)
        .says("today, 2026-11-20")
        .run();
    purge("Europe/Helsinki").prints("Do usunięcia").run();
}

#[test]
fn an_earlier_day_than_the_last_purge_s_moves_it_not_back() {
    let office = office();
    let last = day();
    purge(&office, last).prints("Połączenia: 2").run();
    let printed = format!("Usunięto sprzed {last}:\n  Połączenia: 0\n");
    purge(&office, last - Days::new(30)).prints(&printed).run();
    assert_eq!(
        office.value("SELECT purged_before FROM forgetting"),
        last.to_string()
    );
}
