//! How much a run says: `-q` nothing unless it fails, `-v` each request, `-vv` more.

use crate::office::Office;

#[test]
fn a_record_of_the_log_is_one_line_whatever_it_quotes() {
    let office = Office::unasked();
    office
        .callsync(&["--env-file", "no\nwhere\u{1b}[31m.env", "sync"])
        .fails(78)
        .says_only(
            "ERROR sync ends: run 3, exit 78: could not read the env file no where [31m.env: \
             No such file or directory (os error 2)\n",
        )
        .run();
}

#[test]
fn verbose_tells_each_request_and_twice_also_what_it_asks_for() {
    let office = Office::with_old_calls();
    let levels = |arguments: &[&str]| {
        let output = office.callsync(arguments).prints("Połączenia").logs().run();
        ["DEBUG", "TRACE"].map(|level| {
            let lines = output.logged(level);
            let of_history = |line: &&&str| line.contains("POST /call-log/history: ");
            lines.iter().filter(of_history).count()
        })
    };
    assert_eq!(levels(&["sync"]), [0, 0]);
    assert_eq!(levels(&["-v", "sync"]), [3, 0]);
    assert_eq!(levels(&["-vv", "sync"]), [3, 3]);
    let output = office
        .callsync(&["-vv", "sync"])
        .prints("Połączenia")
        .logs()
        .run();
    let asked = output.logged("TRACE").join("\n");
    assert!(asked.contains("\"call_method\":\"PhoneCall\""), "{asked}");
    assert!(!asked.contains("600100201"), "{asked}");
}
