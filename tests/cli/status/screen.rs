//! The screen: what matters first and last, whatever stands between.

use super::{FINE, office};
use crate::moment::{ago, text};
use crate::office::Office;
use crate::run::words;

/// So many more advisors whose data is as old as this.
fn add_advisors(office: &Office, numbers: std::ops::Range<u32>, minutes: i64) {
    for n in numbers {
        office.execute(&format!(
            "INSERT INTO users (id, login, name, role) VALUES ({n}, 'a{n}', 'A', 'advisor-bik');
             INSERT INTO advisor_numbers VALUES ('+486001003{n}', {n});
             INSERT INTO sync_dates VALUES ('callyzer', '+486001003{n}', '{}')",
            text(ago(minutes))
        ));
    }
}

#[test]
fn fresh_advisors_are_one_line_and_stale_ones_a_table_the_oldest_first() {
    let office = office();
    add_advisors(&office, 20..45, 10);
    office.execute("DELETE FROM sync_dates WHERE number = '+48600100203'");
    add_advisors(&office, 50..51, 90);
    add_advisors(&office, 51..52, 200);
    let problem = "- Dane starsze niż 30 min: celina, a51, a50\n";
    let verdict = format!("callsync wymaga uwagi:\n{problem}");
    let screen = office.callsync(&["status"]).fails(1).prints(&verdict).run();
    let screen = screen.stdout;
    assert!(screen.starts_with(&verdict), "{screen}");
    assert!(screen.ends_with(&format!("\n\n{verdict}")), "{screen}");
    let fresh = "\nDane aktualne: 27 doradców (najstarsze: ";
    assert!(screen.contains(fresh), "{screen}");
    let rows = screen.lines().filter(|line| line.starts_with(' '));
    let rows: Vec<_> = rows.skip(1).map(words).collect();
    assert_eq!(rows.len(), 3, "{screen}");
    assert_eq!(rows[0], "celina brak brak danych (nieaktualne)");
    assert!(rows[1].starts_with("a51 "), "{screen}");
    assert!(
        rows[1].ends_with(" 3 godz. 20 min (nieaktualne)"),
        "{screen}"
    );
    assert!(rows[2].starts_with("a50 "), "{screen}");
}

#[test]
fn one_fresh_advisor_is_one_in_polish() {
    let office = office();
    office.execute("UPDATE users SET active = 0 WHERE login IN ('anna', 'bartek')");
    let one = "Dane aktualne: 1 doradca (najstarsze: ";
    office.callsync(&["status"]).prints(FINE).prints(one).run();
}

#[test]
fn a_quarantined_record_is_shown_with_what_can_be_read_of_it_before_its_json() {
    let office = office();
    office.execute(
        "INSERT INTO quarantine (provider, reason, record, first_seen_at, last_seen_at, number, day, status)
         VALUES ('callyzer', 'unknown call type ''Conference''', '{\"n\":1}', '2026-01-02T10:00:00Z',
                 '2026-01-02T10:00:00Z', '+48600100202', '2026-01-01', NULL),
                ('callyzer', 'note: no uuid', '{\"n\":2}', '2026-01-01T10:00:00Z',
                 '2026-01-01T10:00:00Z', '+48600100299', NULL, 'Odrzucone')",
    );
    let expected = "Powody kwarantanny:
- notatka: brak identyfikatora uuid: 1
- nieznany rodzaj połączenia „Conference”: 1
Najnowsze rekordy w kwarantannie (pokazano 2 z 2):
- 2026-01-02 11:00:00, bartek +48600100202, rozmowa z 2026-01-01: nieznany rodzaj połączenia „Conference”
  {\"n\":1}
- 2026-01-01 11:00:00, +48600100299, Odrzucone: notatka: brak identyfikatora uuid
  {\"n\":2}
";
    office.callsync(&["status"]).prints(expected).run();
    let json = super::json(&office, 0);
    assert_eq!(json["quarantine"][0]["reason"], "note: no uuid");
}

#[test]
fn what_is_graver_comes_first_whichever_system_it_concerns() {
    let office = Office::new().with_telecube();
    office.sync();
    office.execute(&format!(
        "UPDATE sync_dates SET last_synced_at = '{}' WHERE provider = 'callyzer'",
        text(ago(100))
    ));
    office
        .callyzer
        .world(|world| world.telecube.token = "another".into());
    let telecube = ["-q", "sync", "--provider", "telecube"];
    office
        .callsync(&telecube)
        .fails(77)
        .says("look at TELECUBE_TOKEN")
        .run();
    let problems = super::problems(&office);
    let problem = |n: usize| problems[n].as_str().unwrap();
    let failed =
        "TeleCube: Ostatnia synchronizacja nie powiodła się: TeleCube odrzucił klucz (401: ";
    assert!(problem(0).starts_with(failed), "{problems}");
    assert_eq!(
        problem(1),
        "Callyzer: Dane starsze niż 30 min: anna, bartek, celina"
    );
}
