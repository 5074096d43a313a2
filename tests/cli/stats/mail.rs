//! The example that mails the page.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use super::november;
use crate::office::Office;

/// Runs the example as cron does, with a stand-in for sendmail that keeps the mail.
fn mail(office: &Office, arguments: &[&str]) -> Output {
    let sendmail = "#!/bin/sh\nprintf '%s\\n' \"$@\" > arguments\ncat > mail\n";
    let sendmail = office.file("sendmail", sendmail);
    fs::set_permissions(&sendmail, fs::Permissions::from_mode(0o755)).unwrap();
    let built = Path::new(env!("CARGO_BIN_EXE_callsync")).parent().unwrap();
    let own = sendmail.parent().unwrap();
    Command::new("sh")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/mail-report.sh"))
        .args(arguments)
        .current_dir(own)
        .env_clear()
        .env(
            "PATH",
            format!("{}:{}:/usr/bin:/bin", own.display(), built.display()),
        )
        .env("TMPDIR", own)
        .env("CALLSYNC_ENV_FILE", office.path("callsync.env"))
        .env("CALLSYNC_DATABASE", office.database())
        .output()
        .unwrap()
}

fn decoded(office: &Office, base64: &str) -> String {
    let file = office.file("base64", base64);
    let output = Command::new("base64").arg("-d").arg(file).output().unwrap();
    assert!(output.status.success(), "{base64}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_month_is_mailed_as_a_page_that_a_mail_program_can_read() {
    let office = november();
    let address = "karol@example.org";
    let options = ["kierownik", address, "--team", "bik", "--month", "2026-11"];
    let output = mail(&office, &options);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        (output.stdout.len(), output.stderr.len()),
        (0, 0),
        "{output:?}"
    );
    assert_eq!(
        fs::read_to_string(office.path("arguments")).unwrap(),
        "-t\n-oi\n"
    );
    let mail = fs::read_to_string(office.path("mail")).unwrap();
    assert!(
        mail.is_ascii() && mail.lines().all(|line| line.len() < 998),
        "{mail}"
    );
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(head.contains("To: karol@example.org\n") && head.contains("\nMIME-Version: 1.0\n"));
    let (_, subject) = head.split_once("\nSubject: ").unwrap();
    let (subject, _) = subject.split_once("\nMIME").unwrap();
    let words = subject.split("\n ").map(|word| {
        let word = word.strip_prefix("=?UTF-8?B?").unwrap();
        decoded(&office, word.strip_suffix("?=").unwrap())
    });
    assert_eq!(
        words.collect::<String>(),
        "Statystyki rozmów: bik, 2026-11-01 – 2026-11-30 "
    );
    let (_, boundary) = head.split_once("boundary=\"").unwrap();
    let boundary = format!("--{}", boundary.split('"').next().unwrap());
    let parts: Vec<_> = body.split(&boundary).collect();
    let [_, shown, attached, end] = parts[..] else {
        panic!("{mail}");
    };
    assert_eq!(end, "--\n");
    assert!(attached.contains("Content-Disposition: attachment; filename=\"statystyki-"));
    for part in [shown, attached] {
        let (head, page) = part.trim_start().split_once("\n\n").unwrap();
        assert!(
            head.contains("Content-Type: text/html; charset=UTF-8"),
            "{head}"
        );
        let page = decoded(&office, page);
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Bartosz Zieliński"));
        assert!(page.ends_with("</html>\n"), "{page}");
    }
    // Nothing is left in the folder for temporary files.
    assert!(fs::read_dir(office.path(".")).unwrap().all(|entry| {
        let name = entry.unwrap().file_name();
        !name.to_string_lossy().starts_with("callsync-mail")
    }));
}

#[test]
fn no_mail_goes_out_when_callsync_fails_and_its_exit_code_is_kept() {
    let office = november();
    let refused = ["kierownik", "karol@example.org", "--team", "cesje"];
    let output = mail(&office, &refused);
    assert_eq!(output.status.code(), Some(77));
    let reason = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        reason,
        "callsync: Brak uprawnień do przeglądania statystyk zespołu\n"
    );
    for address in ["karol@example.org\nBcc: all@example.org", "-v", "a b@c", ""] {
        let output = mail(&office, &["kierownik", address]);
        let code = output.status.code();
        assert_eq!(code, Some(64), "{address:?}");
    }
    assert_eq!(mail(&office, &["kierownik"]).status.code(), Some(64));
    assert!(!office.path("mail").exists() && !office.path("arguments").exists());
}
