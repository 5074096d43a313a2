//! Settings: what cannot be used is said, and nothing is guessed.

mod logins;
mod secret_files;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::office::Office;

const EMPTY: &str = "it is empty; remove it to have the default";

/// How the last record of the next failed `sync` begins.
fn next_end(office: &Office) -> String {
    let run = office.value("SELECT max(id) + 1 FROM sync_runs");
    format!("ERROR sync ends: run {run}, exit 78: ")
}

#[test]
fn a_setting_that_cannot_be_used_is_named_with_its_place_and_reason() {
    let office = Office::unasked();
    for (setting, value, reason) in [
        (
            "CALLYZER_TIMEZONE",
            "Warsaw",
            "'Warsaw' is no time zone such as Europe/Warsaw",
        ),
        (
            "CALLYZER_KINDS",
            "PhoneCall",
            "'PhoneCall' is not a pair such as PhoneCall/Voice",
        ),
        (
            "CALLYZER_INTERVAL_MS",
            "fast",
            "'fast' is no whole number from 0 to 600000",
        ),
        (
            "CALLYZER_INTERVAL_MS",
            "-1",
            "'-1' is no whole number from 0 to 600000",
        ),
        (
            "CALLYZER_TIMEOUT_S",
            "0",
            "'0' is no whole number from 1 to 600",
        ),
        (
            "CALLYZER_BASE_URL",
            "http://api1.callyzer.co/api/v2.2",
            "http only to a loopback address; write https",
        ),
        (
            "CALLYZER_BASE_URL",
            "callyzer",
            "no address such as https://NAME/PATH: relative URL without a base",
        ),
        (
            "CALLSYNC_REGION",
            "Polska",
            "'Polska' is not a country: write two letters such as PL",
        ),
        (
            "CALLSYNC_OVERLAP_MINUTES",
            "1.5",
            "'1.5' is no whole number from 0 to 10080",
        ),
        (
            "CALLSYNC_INITIAL_DAYS",
            "0",
            "'0' is no whole number from 1 to 3650",
        ),
        ("CALLSYNC_MAX_ATTEMPTS", "", EMPTY),
        ("CALLSYNC_DATABASE", "", EMPTY),
        (
            "CALLYZER_TOKEN",
            "two words",
            "a token is one word of visible ASCII characters",
        ),
    ] {
        // Where the database is not known, no row can be written.
        let end = || match setting {
            "CALLSYNC_DATABASE" => "ERROR sync ends: exit 78: ".into(),
            _ => next_end(&office),
        };
        let end_begins = end();
        office
            .callsync(&["-q", "sync"])
            .with(setting, value)
            .fails(78)
            .says_only(&format!("{end_begins}{setting} (environment): {reason}\n"))
            .run();

        let file = office.file("callsync.env", format!("{setting}='{value}'\n"));
        let file = file.display();
        let end_begins = end();
        let run = office.callsync(&["-q", "sync"]).without(setting).fails(78);
        run.says_only(&format!("{end_begins}{setting} ({file}): {reason}\n"))
            .run();
        office.file("callsync.env", "");
    }
}

#[test]
fn the_flag_outranks_the_environment_and_the_environment_the_file() {
    let office = Office::unasked();
    let missing = |name: &str| {
        format!(
            "callsync: the database {name}.db does not exist; \
             begin with: callsync --database {name}.db import users FILE\n"
        )
    };
    office.file("callsync.env", "CALLSYNC_DATABASE=file.db\n");
    let run = |arguments: &[&str]| office.callsync(arguments).fails(74);
    run(&["retry-unmatched"])
        .without("CALLSYNC_DATABASE")
        .says_only(&missing("file"))
        .run();
    run(&["retry-unmatched"])
        .with("CALLSYNC_DATABASE", "environment.db")
        .says_only(&missing("environment"))
        .run();
    run(&["--database", "flag.db", "retry-unmatched"])
        .says_only(&missing("flag"))
        .run();
    office.file("other.env", "CALLSYNC_DATABASE=other.db\n");
    let other = run(&["--env-file", "other.env", "retry-unmatched"]);
    other
        .without("CALLSYNC_DATABASE")
        .says_only(&missing("other"))
        .run();
}

#[test]
fn an_env_file_that_is_named_must_be_there_and_readable_line_by_line() {
    let office = Office::unasked();
    office
        .callsync(&["--env-file", "nowhere.env", "sync"])
        .fails(78)
        .says_only(
            &(next_end(&office)
                + "could not read the env file nowhere.env: \
                   No such file or directory (os error 2)\n"),
        )
        .run();
    office.file(
        "broken.env",
        "CALLYZER_TIMEZONE=Europe/Warsaw\nCALLYZER_TOKEN secret-word\n",
    );
    let broken = office.callsync(&["--env-file", "broken.env", "sync"]);
    broken
        .fails(78)
        .says_only(
            &(next_end(&office)
                + "broken.env: not a KEY=VALUE line; quote values with signs such as \\ or $\n"),
        )
        .run();
}

#[test]
fn a_setting_that_does_not_exist_is_warned_of() {
    let office = Office::unasked();
    let file = office.file(
        "callsync.env",
        "# a comment\nexport CALLSYNC_OVERLAP='10'\n\nPATH=/bin\nhttps_proxy=127.0.0.1:1\n",
    );
    office
        .callsync(&["retry-unmatched"])
        .prints_only("Sprawdzono ponownie: 0, przypisane do leadów: 0\n")
        .says_only(&format!(
            "WARN  {}: CALLSYNC_OVERLAP is not a setting of this version of callsync\n",
            file.display()
        ))
        .run();
}

#[test]
fn the_token_comes_from_the_environment_or_a_file_but_not_from_both() {
    let office = Office::new();
    let token = office.file(
        "token",
        format!("{}\n", pretend_callyzer::PretendCallyzer::TOKEN),
    );
    let sync = || office.callsync(&["-q", "sync"]).without("CALLYZER_TOKEN");
    sync()
        .fails(78)
        .says_only(&format!(
            "{}CALLYZER_TOKEN or CALLYZER_TOKEN_FILE is not set; \
             put it into {} or the environment\n",
            next_end(&office),
            office.path("callsync.env").display()
        ))
        .run();
    sync()
        .with("CALLYZER_TOKEN_FILE", office.path("no-token"))
        .fails(78)
        .says_only(
            &(next_end(&office)
                + &format!(
                    "CALLYZER_TOKEN_FILE (environment): could not read {}: \
                     No such file or directory (os error 2)\n",
                    office.path("no-token").display()
                )),
        )
        .run();
    let set_mode = |mode| fs::set_permissions(&token, Permissions::from_mode(mode)).unwrap();
    for mode in [0o644, 0o602, 0o601] {
        set_mode(mode);
        let open = format!(
            "{1}CALLYZER_TOKEN_FILE (environment): {0} (mode {mode:04o}) is open to anybody; \
             chmod o-rwx {0}\n",
            token.display(),
            next_end(&office)
        );
        let run = sync().with("CALLYZER_TOKEN_FILE", &token);
        run.fails(78).says_only(&open).run();
    }
    set_mode(0o640);
    sync().with("CALLYZER_TOKEN_FILE", &token).run();
    office
        .callsync(&["-q", "sync"])
        .with("CALLYZER_TOKEN_FILE", &token)
        .fails(78)
        .says_only(
            &(next_end(&office)
                + "both CALLYZER_TOKEN and CALLYZER_TOKEN_FILE are set; keep one\n"),
        )
        .run();
    let syncs = "SELECT outcome, exit_code FROM sync_runs WHERE command = 'sync' ORDER BY id";
    assert_eq!(
        office.rows(syncs),
        [
            "failed|78",
            "failed|78",
            "failed|78",
            "failed|78",
            "failed|78",
            "ok|0",
            "failed|78"
        ]
    );
}
