//! A machine on which the README's commands are run as they stand. Its folders are below a
//! temporary one, and what needs root is replaced by small programs.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Output};

use pretend_callyzer::PretendCallyzer;

use super::{blocks_of, outputs, read};
use crate::office::{Office, rows};

const SUDO: &str = r#"exec "$@""#;
/// The crontab of the one account is a file.
const CRONTAB: &str = r#"case "$3" in
-l) exec cat "$MACHINE/crontab" ;;
-r) exec rm "$MACHINE/crontab" ;;
*) exec cp "$3" "$MACHINE/crontab" ;;
esac"#;
/// Makes everything the own account's.
const INSTALL: &str = r#"for argument; do
    shift
    case "$argument$skip" in
    -o | -g) skip=yes ;;
    *yes) skip= ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec /usr/bin/install "$@""#;
/// Notes that it was called.
const NOTE: &str = r#"echo "${0##*/} $*" >> "$MACHINE/noted""#;
const FAIL: &str = "exit 1";

pub struct Machine {
    pub office: Office,
}

impl Machine {
    /// With callsync as it is installed, and a crontab.
    pub fn new() -> Self {
        let office = Office::new().going_back(1);
        office.callyzer.may_stay_unasked();
        let machine = Self { office };
        let stubs = machine.office.path("stubs");
        fs::create_dir(&stubs).unwrap();
        for (name, script) in [
            ("sudo", SUDO),
            ("crontab", CRONTAB),
            ("install", INSTALL),
            ("useradd", NOTE),
            ("userdel", NOTE),
            ("groupadd", NOTE),
            ("groupdel", NOTE),
            ("usermod", NOTE),
            ("chgrp", NOTE),
            ("pkill", FAIL),
            ("pgrep", FAIL),
        ] {
            let path = stubs.join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        for folder in ["usr/local/bin", "etc/callsync", "var/lib/callsync"] {
            fs::create_dir_all(machine.path(folder)).unwrap();
        }
        symlink(
            env!("CARGO_BIN_EXE_callsync"),
            machine.path("usr/local/bin/callsync"),
        )
        .unwrap();
        fs::rename(machine.office.database(), machine.database()).unwrap();
        machine.write_settings();
        fs::write(machine.path("crontab"), read("crontab.example")).unwrap();
        machine
    }

    fn write_settings(&self) {
        let token = self.path("etc/callsync/token");
        fs::write(&token, PretendCallyzer::TOKEN).unwrap();
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&token, private).unwrap();
        let settings = format!(
            "CALLSYNC_DATABASE={}\nCALLYZER_TOKEN_FILE={}\nCALLYZER_BASE_URL={}\nCALLYZER_INTERVAL_MS=0\n",
            self.database().display(),
            token.display(),
            self.office.callyzer.base_url(),
        );
        fs::write(self.path("etc/callsync/callsync.env"), settings).unwrap();
    }

    /// A path on this machine, without the first slash.
    pub fn path(&self, path: &str) -> PathBuf {
        self.office.path("machine").join(path)
    }

    pub fn database(&self) -> PathBuf {
        self.path("var/lib/callsync/callsync.db")
    }

    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.database(), sql)
    }

    pub fn crontab(&self) -> Option<String> {
        fs::read_to_string(self.path("crontab")).ok()
    }

    /// The commands that were called and only noted.
    pub fn noted(&self) -> String {
        fs::read_to_string(self.path("noted")).unwrap_or_default()
    }

    /// Runs the commands of a block below a heading of the README; all succeed.
    #[track_caller]
    pub fn does(&self, heading: &str, block: usize) {
        self.runs(&blocks_of(&section(heading), "sh")[block]);
    }

    #[track_caller]
    pub fn runs(&self, commands: &str) {
        let output = self.tries(commands);
        assert!(output.status.success(), "{commands}{}", outputs(&output));
    }

    /// Runs commands until one fails.
    #[track_caller]
    pub fn tries(&self, commands: &str) -> Output {
        let root = self.path("");
        let below = format!(" {}", root.display());
        let (stubs, own) = (self.office.path("stubs"), self.path("usr/local/bin"));
        let path = format!("{}:{}:/usr/bin:/bin", stubs.display(), own.display());
        Command::new("/bin/sh")
            .args(["-e", "-c", &commands.replace(" /", &below)])
            .current_dir(self.office.path(""))
            .env_clear()
            .env("PATH", path)
            .env("MACHINE", &root)
            .env("CALLSYNC_ENV_FILE", self.path("etc/callsync/callsync.env"))
            .output()
            .unwrap()
    }
}

/// What the README says below a heading, up to the next one.
#[track_caller]
pub fn section(heading: &str) -> String {
    let readme = read("README.md");
    let begin = format!("\n### {heading}\n");
    let (_, section) = readme.split_once(&begin).unwrap();
    let end = section.find("\n##").unwrap();
    section[..end].to_owned()
}
