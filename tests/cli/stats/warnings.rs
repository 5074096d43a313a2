//! What the figures may lack, said under the table.

use serde_json::json;

use super::{NOVEMBER, as_json, november, office, shown, stats, synchronised};

#[test]
fn stale_data_a_day_that_disagrees_and_figures_still_due_are_said() {
    let office = november();
    let warnings = || as_json(&office, &NOVEMBER)["warnings"].clone();
    assert_eq!(warnings(), json!([]));
    synchronised(&office, 29);
    assert_eq!(warnings(), json!([]));
    office.execute(
        "UPDATE sync_dates SET last_synced_at = '2026-11-05T11:00:00Z' WHERE number = '+48225550102';
         DELETE FROM sync_dates WHERE number = '+48600100203';
         INSERT INTO differences VALUES
         ('callyzer', '+48600100201', '2026-11-03', 1, 3, 5, '2026-11-04T00:00:00Z', '2026-11-04T00:00:00Z'),
         ('callyzer', '+48600100201', '2026-10-31', 1, 3, 5, '2026-11-04T00:00:00Z', '2026-11-04T00:00:00Z');
         INSERT INTO stats_due (provider, user_id, day) VALUES
         ('callyzer', 1, '2026-11-03'), ('callyzer', 2, '2026-11-03'), ('callyzer', 3, '2026-11-05')",
    );
    let [stale, difference, due] = [
        "Dane nieaktualne, ostatnia synchronizacja: \
         Bartosz Zieliński (2026-11-05 12:00:00), Celina Dąbrowska (nigdy)",
        "Liczba połączeń inna niż w Callyzerze: 2026-11-03 Anna Wójcik (w pliku 3, w Callyzerze 5)",
        "Statystyki do pobrania za dni: 2026-11-03, 2026-11-05",
    ];
    assert_eq!(warnings(), json!([stale, difference, due]));
    let table = shown(&office, &NOVEMBER);
    assert!(
        table.ends_with(&format!("\n{stale}\n{difference}\n{due}\n")),
        "{table}"
    );
    // Of the other team nothing is said.
    let cesje = as_json(&office, &["--month", "2026-11", "--team", "cesje"]);
    let expected = [
        "Dane nieaktualne, ostatnia synchronizacja: Celina Dąbrowska (nigdy)",
        "Statystyki do pobrania za dni: 2026-11-05",
    ];
    assert_eq!(cesje["warnings"], json!(expected));
    let rare = stats(&office, &["--team", "bik"]).with("CALLSYNC_INTERVAL_MINUTES", "14");
    rare.prints("synchronizacja: Anna Wójcik (").run();
}

#[test]
fn a_long_warning_names_the_first_five() {
    let office = office();
    for day in 10..17 {
        office.execute(&format!(
            "INSERT INTO stats_due (provider, user_id, day) VALUES ('callyzer', 1, '2026-11-{day}')"
        ));
    }
    let warnings = as_json(&office, &NOVEMBER)["warnings"].clone();
    let days = "2026-11-10, 2026-11-11, 2026-11-12, 2026-11-13, 2026-11-14 i jeszcze 2";
    assert_eq!(
        warnings,
        json!([format!("Statystyki do pobrania za dni: {days}")])
    );
}
