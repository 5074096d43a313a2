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
            let employee = world
                .employees
                .iter_mut()
                .find(|one| one.number == number)
                .unwrap();
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
