//! Dialog's settings: what is missing or cannot be used is named, and costs Dialog alone.

use pretend_callyzer::DialogCall;
use pretend_callyzer::path::{DIALOG_LOGIN, DIALOG_REPORT};

use crate::moment::ago;
use crate::office::{DIALOG_COLUMNS, Office};

/// An office of Callyzer, with a call, and of Dialog.
fn office() -> Office {
    Office::with_calls(&[("c-1", "600100201", "601200301", "Outgoing", 50, 87)])
        .with_dialog()
        .going_back(1)
}

#[test]
fn a_setting_that_cannot_be_used_fails_dialog_alone() {
    let office = office();
    for (setting, value) in [
        ("DIALOG_BASE_URL", "http://ai-assistant.is74.ru/api"),
        ("DIALOG_LOGIN_URL", "http://ai-assistant.is74.ru/api/login/"),
        ("DIALOG_TOKEN", "two\nlines"),
        ("DIALOG_PROJECT_ID", "one"),
        ("DIALOG_SCENARIO_ID", ""),
        ("DIALOG_START_BLOCK_ID", "0"),
        ("DIALOG_CAMPAIGNS", "7001;7002"),
        ("DIALOG_CAMPAIGNS", "7001,7001"),
        ("DIALOG_COLUMNS", "call_time"),
        ("DIALOG_COLUMNS", "when=call_time"),
        ("DIALOG_COLUMNS", "time=call_time,time=call_id"),
        ("DIALOG_INTERVAL_MS", "fast"),
        ("DIALOG_TIMEOUT_S", "0"),
        ("DIALOG_TIMEZONE", "Warsaw"),
    ] {
        let run = office.failing_sync(78).with(setting, value).says(setting);
        let output = run.prints("Połączenia: 1 (").run();
        assert!(!output.stderr.contains("two\nlines"), "{}", output.stderr);
        let runs = "SELECT provider, exit_code FROM sync_runs
                    WHERE command = 'sync' ORDER BY id DESC LIMIT 2";
        let mut runs = office.rows(runs);
        runs.sort();
        assert_eq!(runs, ["callyzer|0", "dialog|78"], "{setting}={value:?}");
    }
    assert_eq!(office.asked(DIALOG_REPORT), 0);
}

#[test]
fn a_setting_that_is_missing_is_named() {
    let office = office();
    for (missing, named) in [
        ("DIALOG_TOKEN", "DIALOG_TOKEN"),
        ("DIALOG_PROJECT_ID", "DIALOG_PROJECT_ID"),
        ("DIALOG_SCENARIO_ID", "DIALOG_SCENARIO_ID"),
        ("DIALOG_START_BLOCK_ID", "DIALOG_START_BLOCK_ID"),
    ] {
        let run = office.callsync(&["-q", "sync", "--provider", "dialog"]);
        run.without(missing).fails(78).says(named).run();
    }
    let run = office.callsync(&["-q", "sync", "--provider", "dialog"]);
    let run = run.without("DIALOG_TOKEN").with("DIALOG_LOGIN", "biuro");
    run.fails(78).says("DIALOG_PASSWORD").run();
    office.callyzer.may_stay_unasked();
    assert_eq!(
        (office.asked(DIALOG_LOGIN), office.asked(DIALOG_REPORT)),
        (0, 0)
    );
}

#[test]
fn without_campaigns_a_sync_leaves_dialog_alone_and_asked_for_it_says_so() {
    let office = office();
    let run = |arguments: &[&str]| office.callsync(arguments).without("DIALOG_CAMPAIGNS");
    let stdout = run(&["sync"]).prints("Połączenia: 1 (").logs().run().stdout;
    assert!(!stdout.contains("Dialog"), "{stdout}");
    let runs = "SELECT count(*) FROM sync_runs WHERE provider = 'dialog'";
    assert_eq!(office.value(runs), "0");
    let named = run(&["-q", "sync", "--provider", "dialog"]).fails(78);
    named.says("DIALOG_CAMPAIGNS").run();
    assert_eq!(office.asked(DIALOG_REPORT), 0);
}

#[test]
fn the_least_of_columns_gives_results_and_no_calls() {
    let office = Office::of_dialog().going_back(1);
    office.dialog_call(super::call("d-1", "48601200301", 30, 41));
    let run = office.callsync(&["sync"]).prints("Połączenia: 0 (").logs();
    run.with("DIALOG_COLUMNS", "number=phone_number").run();
    assert_eq!(office.count("calls"), "0");
    let rows = office.rows("SELECT campaign_id, row FROM campaign_results");
    assert_eq!(rows, [r#"7001|{"phone_number":"48601200301"}"#]);
    office
        .callsync(&["sync"])
        .prints("Połączenia: 1 (nowe 1, ")
        .logs()
        .with("DIALOG_COLUMNS", DIALOG_COLUMNS)
        .run();
}

#[test]
fn check_looks_at_the_rows_of_a_month_where_a_day_has_none() {
    let office = Office::of_dialog();
    let check = || office.callsync(&["check"]).with("DIALOG_CAMPAIGNS", "7001");
    check()
        .prints("columns: the campaign has no row of the last 30 days")
        .run();
    let at = ago(20 * 24 * 60);
    office.dialog_call(DialogCall::new(7001, "d-1", "601200301", at, 9));
    check()
        .prints("columns: the latest rows have all that DIALOG_COLUMNS names")
        .run();
    assert_eq!(office.asked(DIALOG_REPORT), 4);
}

#[test]
fn a_project_that_dialog_does_not_know_is_for_the_settings() {
    let office = Office::of_dialog();
    let run = |arguments| office.callsync(arguments).with("DIALOG_PROJECT_ID", "2");
    let sync = run(&["-q", "sync"]).fails(76);
    sync.says("look at its settings").logs().run();
    let check = run(&["check"]).fails(1);
    check
        .prints("look at the settings that begin with DIALOG_, and whether the API has changed")
        .run();
}
