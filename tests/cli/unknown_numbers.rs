//! Numbers of advisors that the Callyzer account does not know.

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::{EMPLOYEES, HISTORY};

use crate::office::{KINDS, Office};

#[test]
fn a_number_that_callyzer_does_not_know_is_left_out() {
    for (named, refuses_post, employees_asked) in
        [(true, false, 0), (false, false, 1), (false, true, 2)]
    {
        let office = Office::with_old_calls();
        office.callyzer.world(|world| {
            world
                .employees
                .retain(|employee| employee.number != "600100203");
            world.names_unknown_numbers = named;
            world.refuses_employee_post = refuses_post;
        });
        let output = office.sync_with_log().run();
        let warnings = output.logged("WARN");
        assert_eq!(warnings.len(), 1, "{}", output.stderr);
        assert!(warnings[0].contains("+48*****203"), "{}", warnings[0]);
        assert!(!output.stderr.contains("600100203"), "{}", output.stderr);
        assert_eq!(
            office.rows("SELECT number FROM sync_dates ORDER BY 1"),
            ["+48225550102", "+48600100201", "+48600100202"]
        );
        assert_eq!(
            office.rows("SELECT provider_call_id FROM calls ORDER BY 1"),
            ["c-1", "c-2"]
        );
        assert_eq!(office.asked(HISTORY), KINDS + 1);
        assert_eq!(office.asked(EMPLOYEES), employees_asked);
    }
}

#[test]
fn when_callyzer_knows_no_number_at_all_there_is_nothing_to_do() {
    for (named, requests) in [(true, 4), (false, 2)] {
        let office = Office::with_old_calls();
        office.callyzer.world(|world| {
            world.employees.clear();
            world.names_unknown_numbers = named;
        });
        let output = office
            .callsync(&["sync"])
            .prints("Połączenia: 0 ")
            .logs()
            .run();
        assert_eq!(output.logged("WARN").len(), 4, "{}", output.stderr);
        assert_eq!(office.last_run(), format!("ok|0|{requests}"));
        assert_eq!(office.sync_dates(), [""; 0]);
    }
}

#[test]
fn a_refusal_of_numbers_that_callyzer_does_know_ends_the_run() {
    let office = Office::new().going_back(1);
    let refusal = Misbehaviour::Refuse("Employee number doesn't exist".into());
    office.callyzer.always(HISTORY, refusal);
    office.failing_sync(76).says("refused the request").run();
    assert_eq!(office.last_run(), "failed|76|2");
}
