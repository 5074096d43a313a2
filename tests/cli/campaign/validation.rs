//! All of a request is checked before any of it is sent.

use super::{PEOPLE, create, office};

#[test]
fn an_option_that_cannot_be_is_named_and_nothing_is_sent() {
    let office = office();
    for (option, value) in [
        ("--name", ""),
        ("--name", "two\nlines"),
        ("--start-block", "0"),
        ("--start-block", "ten"),
        ("--phone-id", "-5"),
        ("--date", "2020-01-01"),
        ("--date", "2090-02-30"),
        ("--from", "9:00"),
        ("--from", "24:00"),
        ("--from", "17:30"),
        ("--to", "08:59"),
        ("--attempts", "0"),
        ("--attempts", "6"),
        ("--interval", "0"),
        ("--interval", "five"),
    ] {
        let set = format!("{option}={value}");
        let run = create(&office, PEOPLE, &["--yes", option, value]);
        let said = run.fails(64).says(option).run().stderr;
        assert!(!said.contains("panicked"), "{set}: {said}");
    }
    assert_eq!(office.callyzer.requests().len(), 0);
    assert_eq!(office.count("campaigns"), "0");
}

#[test]
fn every_bad_row_is_told_with_its_line_and_column() {
    let office = office();
    let people = "phone,name\n601200301,A\n48601200301,B\n12,C\n,D\n601200302\n";
    for sent in [&["--yes"][..], &[]] {
        let said = create(&office, people, sent).fails(65).logs().run().stderr;
        let bad: Vec<_> = said
            .lines()
            .filter(|line| line.contains("people.csv:"))
            .collect();
        assert_eq!(bad.len(), 5, "{said}");
        for (line, told) in (3..=6).zip(&bad) {
            assert!(told.contains(&format!("people.csv:{line}")), "{told}");
        }
        for told in &bad[..3] {
            assert!(told.contains("phone"), "{told}");
        }
    }
    for nobody in ["", "phone\n", "name\nJan\n", "phone,a,a\n601200301,1,2\n"] {
        create(&office, nobody, &["--yes"]).fails(65).logs().run();
    }
    let run = office.callsync(&["campaign", "create", "nowhere.csv", "--yes"]);
    run.fails(64).logs().run();
    assert_eq!(office.callyzer.requests().len(), 0);
    assert_eq!(office.count("campaigns"), "0");
}

#[test]
fn a_setting_that_is_missing_is_named() {
    let office = office();
    let run = create(&office, PEOPLE, &["--yes"]).without("DIALOG_PROJECT_ID");
    run.fails(78).says("DIALOG_PROJECT_ID").run();
    let run = create(&office, PEOPLE, &["--yes"]).without("DIALOG_TOKEN");
    run.fails(78).says("DIALOG_TOKEN").run();
    assert_eq!(office.count("campaigns"), "0");
    // A campaign needs nothing of what reports need.
    let mut run = create(&office, PEOPLE, &["--yes"]);
    for setting in ["SCENARIO_ID", "START_BLOCK_ID", "CAMPAIGNS", "COLUMNS"] {
        run = run.without(&format!("DIALOG_{setting}"));
    }
    run.prints("12345").run();
}
