//! How much a run says: `-q` nothing unless it fails, `-v` each request, `-vv` more.

use crate::office::Office;

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
