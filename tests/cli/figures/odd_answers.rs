//! Figures in answers that are long, in changing order, or no numbers.

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use pretend_callyzer::Misbehaviour;
use pretend_callyzer::path::EMPLOYEE_SUMMARY;
use serde_json::json;

use super::{figures, office_with_a_call, phone_call};
use crate::moment::{ago, day_of};
use crate::office::{KINDS, Office};

#[test]
fn figures_of_more_than_a_hundred_advisors_are_asked_in_questions_of_one_page() {
    let office = Office::empty();
    office.file("callsync.env", "CALLSYNC_INITIAL_DAYS=1\n");
    let (count, at) = (120, ago(60));
    let mut users = "login,name,role,numbers\n".to_owned();
    for n in 0..count {
        let number = format!("{}", 600_100_300 + n);
        writeln!(users, "a{n},Advisor {n},advisor-bik,{number}").unwrap();
        office.callyzer.world(|world| {
            world.employee(&number, "Advisor");
        });
        office.call(phone_call(&number, &number, "Outgoing", at, 10 + n));
    }
    office.import("users", &users);
    // The rows of every answer come in another order.
    let answers = AtomicUsize::new(0);
    let shuffle = Misbehaviour::edit(move |answer| {
        let turn = answers.fetch_add(1, Ordering::SeqCst) * 37;
        let rows = answer["result"].as_array_mut().unwrap();
        let middle = turn % rows.len().max(1);
        rows.rotate_left(middle);
    });
    office.callyzer.always(EMPLOYEE_SUMMARY, shuffle);
    office.sync();
    let questions = office.callyzer.requests_to(EMPLOYEE_SUMMARY);
    assert_eq!(questions.len(), 2 * KINDS);
    for question in &questions {
        let numbers = question.body["emp_numbers"].as_array().unwrap().len();
        assert!(numbers <= 100, "{numbers}");
        assert_eq!(question.body["page_no"], 1);
    }
    for n in [0, 99, 100, 119] {
        let talk_s = 10 + n;
        assert_eq!(
            figures(&office, &format!("a{n}"), day_of(at)),
            format!("0|1|0|0|1|{talk_s}|0|{talk_s}")
        );
    }
    assert_eq!(
        office.value(&format!(
            "SELECT count(*), sum(outgoing) FROM daily_stats WHERE day = '{}'",
            day_of(at)
        )),
        format!("{count}|{count}")
    );
}

#[test]
fn figures_that_are_no_count_are_a_bad_answer() {
    for odd in [
        json!(-1),
        json!("-1"),
        json!(1.5),
        json!("many"),
        json!(4_294_967_296_u64),
        json!(u64::MAX),
        json!("99999999999999999999"),
    ] {
        let (office, day) = office_with_a_call();
        let shown = odd.to_string().replace('"', "");
        let edit = Misbehaviour::edit(move |answer| {
            for row in answer["result"].as_array_mut().unwrap() {
                row["total_duration"] = odd.clone();
            }
        });
        office.callyzer.always(EMPLOYEE_SUMMARY, edit);
        let failed = office.failing_sync(76).says("total_duration is ").run();
        assert!(
            failed.stderr.contains("is not what its API documents"),
            "{shown}"
        );
        let stored = format!("SELECT count(*) FROM daily_stats WHERE day = '{day}'");
        assert_eq!(office.value(&stored), "0", "{shown}");
        assert_ne!(office.count("stats_due"), "0", "{shown}");
    }
}
