//! Secrets of logins in files, which are closed to others.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pretend_callyzer::PretendCallyzer;
use pretend_callyzer::path::MLUVII_TOKEN;

use super::logins::{refused, unasked};
use crate::office::Office;

pub fn set_mode(file: &Path, mode: u32) {
    fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_secret_of_a_login_may_be_in_a_file_that_is_closed_to_others() {
    let office = Office::of_mluvii();
    let secret = PretendCallyzer::MLUVII_CLIENT_SECRET;
    let path = office.file("secret", format!("{secret}\r\n"));
    let path_text = path.to_str().unwrap();
    let file = ("MLUVII_CLIENT_SECRET_FILE", path_text);
    set_mode(&path, 0o644);
    let open = format!("{path_text} (mode 0644) is open to anybody; chmod o-rwx {path_text}");
    assert_eq!(
        refused(&office, &[file], &["MLUVII_CLIENT_SECRET"]),
        format!("MLUVII_CLIENT_SECRET_FILE (environment): {open}")
    );
    let check = || {
        let check = office.callsync(&["check"]).without("MLUVII_CLIENT_SECRET");
        check.with(file.0, file.1)
    };
    let unasked = "mluvii is not asked without credentials and address";
    let wrong = check().fails(1).prints(unasked).run().stdout;
    let (items, _) = wrong.split_once("\n\n").unwrap();
    let fix = format!("chmod o-rwx {path_text}\n");
    assert_eq!(items.matches(&fix).count(), 1, "{wrong}");
    assert_eq!(
        refused(&office, &[file], &[]),
        "both MLUVII_CLIENT_SECRET and MLUVII_CLIENT_SECRET_FILE are set; keep one"
    );
    assert_eq!(office.asked(MLUVII_TOKEN), 0);

    set_mode(&path, 0o640);
    let is_listed = format!("secret file {path_text} (mode 0640");
    check().prints(&is_listed).run();
    // The environment outranks the env file.
    office.file("callsync.env", "MLUVII_CLIENT_SECRET=another\n");
    set_mode(&office.path("callsync.env"), 0o600);
    let sync = office
        .callsync(&["-q", "sync"])
        .without("MLUVII_CLIENT_SECRET");
    sync.with(file.0, file.1).run();
}

#[test]
fn an_env_file_with_a_client_secret_or_a_password_is_closed_to_others() {
    let office = unasked(Office::of_mluvii());
    for setting in ["MLUVII_CLIENT_SECRET", "DIALOG_PASSWORD", "DIALOG_TOKEN"] {
        let file = office.file("callsync.env", format!("{setting}=a-secret-word\n"));
        set_mode(&file, 0o644);
        let check = office.callsync(&["check"]).without("MLUVII_CLIENT_ID");
        let check = check.without("MLUVII_CLIENT_SECRET").fails(1);
        let fix = format!("chmod o-rwx {}", file.display());
        let found = check.prints(&fix).run().stdout;
        assert!(!found.contains("a-secret-word"), "{setting}: {found}");
    }
}
