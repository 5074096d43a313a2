//! Advisors whose phone is silent are marked.

use serde_json::json;

use super::{NOVEMBER, as_json, november, shown, stats};
use crate::terminal;

const SILENT: &str = "INSERT INTO phones VALUES
    ('callyzer', '+48600100201', '2026-11-20T09:00:00Z', 'uninstalled', '2026-11-24T00:00:00Z'),
    ('callyzer', '+48600100203', NULL, 'never_in_touch', '2026-11-24T00:00:00Z'),
    ('callyzer', '+48600100202', '2026-11-20T09:00:00Z', NULL, '2026-11-24T00:00:00Z')";

#[test]
fn an_advisor_with_a_silent_phone_is_marked_for_a_manager_too_and_explained_below() {
    let office = november();
    office.execute(SILENT);
    let manager = [&NOVEMBER[..], &["--as", "kierownik"]].concat();
    let table = shown(&office, &manager);
    let line = "Telefon bez kontaktu: Anna Wójcik (aplikacja odinstalowana, ostatni kontakt \
                2026-11-20 10:00:00)";
    assert!(table.ends_with(&format!("\n* {line}\n")), "{table}");
    assert!(table.contains("\n Anna Wójcik *  "), "{table}");
    assert!(!table.contains("Bartosz Zieliński *"), "{table}");
    assert_eq!(as_json(&office, &manager)["warnings"], json!([line]));
    let all = as_json(&office, &NOVEMBER)["warnings"].clone();
    let both = line.replace("Telefon ", "Telefony ")
        + ", Celina Dąbrowska (telefon jeszcze nigdy się nie zgłosił)";
    assert_eq!(all, json!([both]));
    // A day has no advisor to mark, and TeleCube knows nothing of the phones.
    let by_day = shown(&office, &[&manager[..], &["--by", "day"]].concat());
    assert!(by_day.ends_with(&format!("\n{line}\n")), "{by_day}");
    let csv = [&NOVEMBER[..], &["--format", "csv"]].concat();
    let csv = stats(&office, &csv).prints(";Anna Wójcik;").run().stdout;
    assert!(!csv.contains('*'), "{csv}");
    let telecube = as_json(
        &office,
        &[&NOVEMBER[..], &["--provider", "telecube"]].concat(),
    );
    assert!(
        !telecube["warnings"].to_string().contains("kontaktu"),
        "{telecube}"
    );
    // What was in touch after a period has brought the calls of it.
    office.execute("UPDATE phones SET last_contact_at = '2026-12-02T09:00:00Z'");
    let later = shown(&office, &manager);
    assert!(
        !later.contains("kontaktu") && !later.contains(" *"),
        "{later}"
    );
    office.execute("UPDATE users SET active = 0 WHERE login = 'anna'");
    assert_eq!(as_json(&office, &manager)["warnings"], json!([]));
}

#[test]
fn a_name_that_is_cut_keeps_its_mark() {
    let office = november();
    office.execute(SILENT);
    office
        .execute("UPDATE users SET name = 'Aleksandra Wiśniewska-Kowalczyk' WHERE login = 'anna'");
    let arguments = "stats --month 2026-11 --team bik";
    let Some(table) = terminal::on_terminal(&office, 80, arguments, &[("NO_COLOR", "1")]) else {
        return;
    };
    let row = table.lines().find(|line| line.starts_with(" Aleksandra"));
    assert!(row.unwrap().contains("… * "), "{table}");
}
