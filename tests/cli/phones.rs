//! When each advisor's phone was last in touch: phones that fell silent are found.

use chrono::TimeDelta;
use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::EMPLOYEES;

use crate::moment::ago;
use crate::office::Office;

#[test]
fn phones_that_fell_silent_are_remembered_and_a_failure_to_look_fails_nothing() {
    let office = Office::new();
    office.sync();
    office.a_day_passes();
    office.callyzer.world(|world| {
        for (number, days) in [("600100201", 0), ("600100202", 9), ("225550102", 0)] {
            let employee = world.employee_mut(number);
            employee.last_sync_req_at = Some(ago(1) - TimeDelta::days(days));
            employee.is_app_uninstalled = number == "225550102";
        }
        world.employees.retain(|one| one.number != "600100203");
    });
    office.callyzer.always(EMPLOYEES, Misbehaviour::NotJson);
    office
        .sync_with_log()
        .says("could not look at the phones")
        .run();
    assert_eq!(office.value("SELECT count(*) FROM phones"), "0");
    office.callyzer.behave();
    // An hour later it is tried again.
    let asked = office.asked(EMPLOYEES);
    office.sync();
    assert_eq!(office.asked(EMPLOYEES), asked);
    office.execute("UPDATE phone_checks SET failed_at = '2026-01-01T00:00:00Z'");
    let output = office
        .sync_with_log()
        .says("the phone +48*****202 is silent")
        .run();
    assert!(!output.stderr.contains("+48*****201 is silent"));
    assert_eq!(
        office.rows("SELECT number, reason FROM phones ORDER BY number"),
        [
            "+48225550102|uninstalled",
            "+48600100201|null",
            "+48600100202|no_contact",
            "+48600100203|unknown",
        ]
    );
    let asked = office.asked(EMPLOYEES);
    office.sync_with_log().run();
    // Once a day; the number that Callyzer refuses is named in its message.
    assert_eq!(office.asked(EMPLOYEES), asked);
}

#[test]
fn a_phone_that_was_never_in_touch_and_one_with_an_odd_date_are_silent_for_their_own_reason() {
    let office = Office::new();
    office.sync();
    office.a_day_passes();
    office.callyzer.world(|world| {
        world.employee_mut("225550102").last_sync_req_at = Some(ago(1));
        world.employee_mut("600100202").last_sync_req_at = Some(ago(1));
        world.employee_mut("600100203").last_sync_req_at = Some(ago(1));
    });
    let odd_date = Misbehaviour::edit(|answer| {
        for row in answer["result"].as_array_mut().unwrap() {
            if row["emp_number"] == "600100203" {
                row["last_sync_req_at"] = "the day before yesterday".into();
            }
        }
    });
    office.callyzer.always(EMPLOYEES, odd_date);
    office
        .sync_with_log()
        .says("the phone +48*****201 is silent")
        .says("the phone +48*****203 is silent")
        .run();
    assert_eq!(
        office.rows("SELECT number, reason FROM phones WHERE reason IS NOT NULL ORDER BY number"),
        [
            "+48600100201|never_in_touch",
            "+48600100203|unreadable_date"
        ]
    );
    office
        .callsync(&["status"])
        .fails(1)
        .prints("- anna +48600100201: telefon jeszcze nigdy się nie zgłosił, ostatni kontakt: brak\n")
        .prints(
            "- celina +48600100203: nieczytelna lub przyszła data ostatniego kontaktu, ostatni kontakt: brak\n",
        )
        .run();
    let status = office
        .callsync(&["status", "--format", "json"])
        .fails(1)
        .json();
    let reasons = status["silent_phones"].as_array().unwrap().iter();
    let reasons: Vec<_> = reasons.map(|phone| phone["reason"].clone()).collect();
    assert_eq!(reasons, ["never_in_touch", "unreadable_date"]);
}

#[test]
fn a_contact_in_the_future_hides_no_dead_phone() {
    let office = Office::new();
    office.sync();
    office.a_day_passes();
    office.callyzer.world(|world| {
        for employee in &mut world.employees {
            employee.last_sync_req_at = Some(ago(1));
        }
        let odd = world.employee_mut("600100201");
        odd.last_sync_req_at = Some(ago(-3 * 1440));
        world.employee_mut("600100202").last_sync_req_at = Some(ago(-120));
    });
    office.sync_with_log().run();
    assert_eq!(
        office.rows("SELECT number, reason FROM phones WHERE reason IS NOT NULL"),
        ["+48600100201|unreadable_date"]
    );
}
