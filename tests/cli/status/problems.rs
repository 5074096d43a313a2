//! What needs a person, and what does not.

use serde_json::json;

use super::{FINE, NOT_FINE, is_fine, office, problems};
use crate::moment::{ago, text};

/// What makes a problem, what ends it, and how it is named.
fn provocations() -> Vec<(String, &'static str, String)> {
    let now = text(ago(0));
    let day = |days: i64| ago(days * 1440).date_naive();
    let phone = |reason: &str| {
        format!("INSERT INTO phones VALUES ('callyzer', '+48600100201', NULL, '{reason}', '{now}')")
    };
    let set_back =
        "UPDATE sync_dates SET last_synced_at = (SELECT max(last_synced_at) FROM sync_dates)";
    vec![
        (
            format!(
                "UPDATE sync_dates SET last_synced_at = '{}' WHERE number = '+48600100201'",
                text(ago(31))
            ),
            set_back,
            "Dane starsze niż 30 min: anna".into(),
        ),
        (
            "UPDATE advisor_numbers SET number = '+48600100209' WHERE number = '+48225550102'"
                .into(),
            "UPDATE advisor_numbers SET number = '+48225550102' WHERE number = '+48600100209'",
            "Dane starsze niż 30 min: bartek".into(),
        ),
        (
            format!(
                "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
                 VALUES ('callyzer', 'no id', '{{}}', '{}', '{now}')",
                text(ago(1439))
            ),
            "DELETE FROM quarantine",
            "Rekordy w kwarantannie z ostatniej doby: 1".into(),
        ),
        (
            format!(
                "INSERT INTO differences VALUES ('callyzer', '+48600100201', '{}', 1, 5, 6, '{now}', '{now}')",
                day(29)
            ),
            "DELETE FROM differences",
            format!("Dni niezgodne z Callyzerem: anna {}", day(29)),
        ),
        (
            format!(
                "INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
                 VALUES ('callyzer', 'PhoneCall/Voice', '{}', '{}', 3, '{now}')",
                text(ago(30 * 1440)),
                text(ago(29 * 1440))
            ),
            "DELETE FROM doubtful_windows",
            "Niekompletne okresy z ostatnich 30 dni: 1".into(),
        ),
        (
            phone("unknown"),
            "DELETE FROM phones",
            "Telefony bez kontaktu: anna (Callyzer nie zna numeru)".into(),
        ),
        (
            phone("uninstalled"),
            "DELETE FROM phones",
            "Telefony bez kontaktu: anna (aplikacja odinstalowana)".into(),
        ),
        (
            phone("no_contact"),
            "DELETE FROM phones",
            "Telefony bez kontaktu: anna (brak kontaktu od ponad 24 godzin (nie licząc weekendów))"
                .into(),
        ),
        (
            phone("never_in_touch"),
            "DELETE FROM phones",
            "Telefony bez kontaktu: anna (telefon jeszcze nigdy się nie zgłosił)".into(),
        ),
        (
            phone("unreadable_date"),
            "DELETE FROM phones",
            "Telefony bez kontaktu: anna (nieczytelna lub przyszła data ostatniego kontaktu)"
                .into(),
        ),
        (
            format!(
                "INSERT INTO phone_checks VALUES ('callyzer', '{}', '{now}')",
                text(ago(2 * 1440))
            ),
            "DELETE FROM phone_checks",
            "Telefonów nie można sprawdzić od: 2 dni".into(),
        ),
        (
            format!(
                "UPDATE clocks SET ours = '{}', theirs = '{now}'",
                text(ago(-180))
            ),
            "UPDATE clocks SET theirs = ours",
            "Zegar tego komputera śpieszy się o 3 godz. 0 min względem Callyzera".into(),
        ),
        (
            format!(
                "UPDATE clocks SET ours = '{}', theirs = '{now}'",
                text(ago(3))
            ),
            "UPDATE clocks SET theirs = ours",
            "Zegar tego komputera spóźnia się o 3 min względem Callyzera".into(),
        ),
    ]
}

#[test]
fn each_problem_is_named_and_is_exit_code_1() {
    let office = office();
    for (provoke, end, problem) in provocations() {
        is_fine(&office);
        office.execute(&provoke);
        assert_eq!(problems(&office), json!([problem]));
        let expected = format!("{NOT_FINE}{problem}\nOstatnia udana");
        office
            .callsync(&["status"])
            .fails(1)
            .prints(&expected)
            .run();
        let quiet = office.callsync(&["-q", "status"]).fails(1);
        quiet.says_only(&format!("callsync: {problem}\n")).run();
        office.execute(end);
    }
    is_fine(&office);
}

#[test]
fn what_is_long_past_or_of_nobody_at_work_is_shown_and_needs_nobody() {
    let office = office();
    office.execute(&format!(
        "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at)
         VALUES ('callyzer', 'no id', '{{}}', '{}', '{now}');
         INSERT INTO differences VALUES ('callyzer', '+48600100201', '{}', 1, 5, 6, '{now}', '{now}');
         INSERT INTO doubtful_windows (provider, kind, from_at, to_at, missing, found_at)
         VALUES ('callyzer', 'PhoneCall/Voice', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 3, '{now}');
         INSERT INTO users (id, login, name, role, active) VALUES (90, 'dawny', 'Dawny', 'advisor-bik', 0),
                                                                 (91, 'nowa', 'Nowa', 'advisor-bik', 1);
         INSERT INTO advisor_numbers VALUES ('+48600100290', 90);
         INSERT INTO phones VALUES ('callyzer', '+48600100290', NULL, 'unknown', '{now}'),
                                   ('callyzer', '+48600100201', '{now}', NULL, '{now}')",
        text(ago(1441)),
        ago(32 * 1440).date_naive(),
        now = text(ago(0)),
    ));
    let screen = office.callsync(&["status"]).prints(FINE).run().stdout;
    for line in [
        "- brak identyfikatora: 1\n",
        ": w pliku 5, w Callyzerze 6 (może to rekord w kwarantannie)\n",
        "Niekompletne okresy: 1 (brakujące połączenia: 3)\n",
        "Telefony bez kontaktu: brak\n",
    ] {
        assert!(screen.contains(line), "no {line:?} in {screen}");
    }
    assert!(
        !screen.contains("dawny") && !screen.contains("nowa"),
        "{screen}"
    );
}

#[test]
fn data_is_stale_after_two_intervals() {
    let office = office();
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = '{}'",
        text(ago(90))
    ));
    let status = |minutes: &str| {
        let run = office.callsync(&["status"]);
        run.with("CALLSYNC_INTERVAL_MINUTES", minutes)
    };
    status("60")
        .prints("Dane aktualne: 3 doradców (najstarsze: ")
        .run();
    let stale = "Dane starsze niż 80 min: anna, bartek, celina\n";
    let screen = status("40").fails(1).prints(stale).run().stdout;
    assert_eq!(
        screen.matches("1 godz. 30 min (nieaktualne)").count(),
        3,
        "{screen}"
    );
    status("0")
        .fails(78)
        .says_only("callsync: CALLSYNC_INTERVAL_MINUTES (environment): '0' is no whole number from 1 to 1440\n")
        .run();
}

#[test]
fn a_long_list_of_advisors_is_cut() {
    let office = office();
    for n in 10..30 {
        office.execute(&format!(
            "INSERT INTO users (id, login, name, role) VALUES ({n}, 'a{n}', 'A', 'advisor-bik');
             INSERT INTO advisor_numbers VALUES ('+486001003{n}', {n})"
        ));
    }
    let expected = json!(["Dane starsze niż 30 min: a10, a11, a12, a13, a14 i jeszcze 15"]);
    assert_eq!(problems(&office), expected);
}
