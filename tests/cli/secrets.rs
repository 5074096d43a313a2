//! The token and whole phone numbers are in no output and in no file that they do not belong to.

use std::fs;

use pretend_callyzer::path::{EMPLOYEE_SUMMARY, HISTORY};
use pretend_callyzer::{Call, Misbehaviour, PretendCallyzer};
use serde_json::json;

use crate::moment::ago;
use crate::office::Office;

/// Enough of the token, and no digits, which are masked wherever they are many.
const TOKEN: &str = PretendCallyzer::TOKEN.split_at(13).0;

const PRIVATE: [&str; 6] = [
    TOKEN,
    "600100201",
    "600 100 201",
    "601200301",
    "601 200 301",
    "601-200-301",
];

fn assert_private(text: &str, what: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} in {what}: {text}");
    }
}

#[test]
fn the_token_and_whole_numbers_are_in_no_log() {
    let office = Office::with_calls(&[
        ("c-1", "600100201", "601200301", "Outgoing", 60, 87),
        ("c-2", "600100203", "601200399", "Missed", 50, 0),
    ])
    .going_back(2);
    office.call(
        Call::new("odd", "600100201", "601200301", "Outgoing", ago(40), 1)
            .showing("call_type", "601200301"),
    );
    office
        .callyzer
        .next(EMPLOYEE_SUMMARY, Misbehaviour::NotJson);
    let output = office
        .callsync(&["-vv", "sync"])
        .prints("Połączenia: 3 ")
        .says("attempt 2 succeeded")
        .run();
    assert_private(&output.stdout, "stdout");
    assert_private(&output.stderr, "stderr");
}

/// Answers that repeat the token and numbers to whoever asks.
fn echoes() -> Vec<(Misbehaviour, i32)> {
    let echo = format!(
        "{} of 48-600100201, +48 601 200 301",
        PretendCallyzer::TOKEN
    );
    let message = json!({"message": echo}).to_string();
    let status = |code, body: &str| Misbehaviour::status(code, body);
    vec![
        (Misbehaviour::Refuse(echo.clone()), 76),
        (status(401, &message), 77),
        (status(403, &message), 77),
        (status(500, &message), 75),
        (status(500, &echo), 75),
        (status(400, &echo), 75),
        (status(404, &echo), 76),
        (status(200, &echo), 76),
        (status(200, &json!({"result": echo}).to_string()), 76),
        (
            Misbehaviour::Redirect(format!("http://127.0.0.1/?{echo}")),
            76,
        ),
    ]
}

#[test]
fn an_answer_that_repeats_the_token_and_numbers_is_shown_without_them() {
    let office = Office::new().going_back(1);
    for (echo, code) in echoes() {
        let what = format!("{echo:?}");
        office.callyzer.always(HISTORY, echo);
        let output = office.callsync(&["-vv", "sync"]).fails(code).logs().run();
        assert_private(&output.stderr, &what);
    }
    let errors = office.rows("SELECT error FROM sync_runs WHERE command = 'sync'");
    assert_eq!(errors.len(), echoes().len());
    for error in errors {
        assert_private(&error, "sync_runs");
    }
}

#[test]
fn a_row_of_an_employee_that_cannot_be_read_is_shown_without_token_and_number() {
    let office =
        Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 60, 87)]).going_back(1);
    for row in [
        json!("601200301"),
        json!({"emp_code": PretendCallyzer::TOKEN, "emp_number": "600100201"}),
    ] {
        let what = row.to_string();
        let summary = Misbehaviour::edit(move |answer| answer["result"][0] = row.clone());
        office.callyzer.always(EMPLOYEE_SUMMARY, summary);
        let output = office.failing_sync(76).run();
        assert_private(&output.stderr, &what);
    }
}

#[test]
fn the_token_is_in_no_file() {
    let office = Office::new().going_back(1);
    let echo = Misbehaviour::Refuse(PretendCallyzer::TOKEN.into());
    office.callyzer.always(HISTORY, echo);
    office.failing_sync(76).run();
    office.callyzer.behave();
    office.sync();
    let token = TOKEN.as_bytes();
    for file in fs::read_dir(office.path("")).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(token.len()).any(|bytes| bytes == token);
        assert!(!found, "{}", path.display());
    }
}
