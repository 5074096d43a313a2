//! Real accounts of this machine, and an office whose files belong to one of them.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::need::{self, Need};
use crate::office::Office;
use crate::run::Run;

/// A person's login, which other accounts of the machine do not have.
pub static PERSON: LazyLock<String> = LazyLock::new(|| account("person"));
pub static SERVICE: LazyLock<String> = LazyLock::new(|| account("service"));
pub static STRANGER: LazyLock<String> = LazyLock::new(|| account("stranger"));

/// Of this run of the tests alone: another may be under way.
fn account(name: &str) -> String {
    format!("callsync-{name}-{}", process::id())
}

/// Accounts that exist as long as the test runs.
pub struct Accounts {
    /// One test at a time: the accounts have the same names.
    _lock: MutexGuard<'static, ()>,
}

static LOCK: Mutex<()> = Mutex::new(());

impl Accounts {
    /// None where [`Need::Accounts`] or [`Need::NoSettings`] is not met.
    pub fn create() -> Option<Self> {
        if !need::is_met(Need::Accounts) || !need::is_met(Need::NoSettings) {
            return None;
        }
        let accounts = Self {
            _lock: LOCK.lock().unwrap_or_else(PoisonError::into_inner),
        };
        for name in [&*PERSON, &*SERVICE, &*STRANGER] {
            let made = Command::new("useradd")
                .args(["-M", "-N", "-s", "/bin/false", name])
                .output()
                .unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        Some(accounts)
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        for name in [&*PERSON, &*SERVICE, &*STRANGER] {
            Command::new("userdel").arg(name).output().unwrap();
        }
    }
}

pub fn uid(name: &str) -> u32 {
    let output = Command::new("id").args(["-u", name]).output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// An `/etc` of its own, which differs from the machine's in its settings of callsync alone.
pub struct PrivateEtc {
    folder: PathBuf,
    /// Has the view with that `/etc` as long as it lives: it waits for the end of its input.
    holder: Child,
}

impl PrivateEtc {
    /// None where [`Need::Namespace`] is not met.
    pub fn make(folder: PathBuf) -> Option<Self> {
        if !need::is_met(Need::Namespace) {
            return None;
        }
        for own in ["real", "callsync"] {
            fs::create_dir_all(folder.join(own)).unwrap();
        }
        for entry in fs::read_dir("/etc").unwrap() {
            let name = entry.unwrap().file_name();
            if name != "callsync" {
                symlink(Path::new("real").join(&name), folder.join(&name)).unwrap();
            }
        }
        let script =
            r#"mount --bind /etc "$0/real" && mount --rbind "$0" /etc && echo && exec cat"#;
        let mut holder = Command::new("unshare")
            .args(["--mount", "--propagation", "private", "sh", "-c", script])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        let mut said = BufReader::new(holder.stdout.take().unwrap());
        said.read_line(&mut ready).unwrap();
        need::met(
            Need::Namespace,
            (ready == "\n").then_some(Self { folder, holder }),
        )
    }

    /// Writes the default env file.
    pub fn settings(&self, content: &str) {
        fs::write(self.folder.join("callsync/callsync.env"), content).unwrap();
    }

    /// A program that an account runs where this is `/etc`.
    pub fn command(&self, account: &str, program: &Path) -> Command {
        let mut command = Command::new("/usr/bin/nsenter");
        command
            .arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id()))
            .arg(format!("--setuid={}", uid(account)))
            .arg("--")
            .arg(program);
        command
    }
}

impl Drop for PrivateEtc {
    fn drop(&mut self) {
        self.holder.kill().unwrap();
        self.holder.wait().unwrap();
    }
}

/// How somebody comes to ask.
#[derive(Clone, Copy, Debug)]
pub enum Caller {
    /// From the person's own account.
    Own,
    /// From the service account, through sudo.
    Sudo,
    /// Root or the service account, with `--as`.
    Behalf(&'static str),
}

/// An office whose file belongs to the service account and may be read by all.
pub struct SharedOffice {
    pub etc: Option<PrivateEtc>,
    pub office: Office,
    binary: PathBuf,
}

impl SharedOffice {
    pub fn new() -> Self {
        let office = Office::unasked();
        let binary = office.path("callsync");
        fs::copy(env!("CARGO_BIN_EXE_callsync"), &binary).unwrap();
        let etc = PrivateEtc::make(office.path("etc"));
        let shared = Self {
            etc,
            office,
            binary,
        };
        let database = shared.office.database();
        if let Some(etc) = &shared.etc {
            etc.settings(&format!("CALLSYNC_DATABASE={}\n", database.display()));
        }
        shared.hand_over();
        shared
    }

    /// All ways to ask.
    pub fn callers(&self) -> Vec<Caller> {
        let behalf = [Caller::Behalf("root"), Caller::Behalf(&SERVICE)];
        self.own_callers().into_iter().chain(behalf).collect()
    }

    /// The ways in which the person types the command.
    pub fn own_callers(&self) -> Vec<Caller> {
        [Caller::Own].into_iter().chain(self.sudo()).collect()
    }

    /// None where there is no `/etc` for it.
    pub fn sudo(&self) -> Option<Caller> {
        self.etc.as_ref().map(|_| Caller::Sudo)
    }

    /// Gives everything to the service account.
    pub fn hand_over(&self) {
        let service = uid(&SERVICE);
        let folder = self.office.path("");
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        chown(&folder, Some(service), None).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            chown(&path, Some(service), None).unwrap();
            let mode = if path == self.binary { 0o755 } else { 0o644 };
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        }
    }

    /// Makes the person somebody, or nobody.
    pub fn person(&self, role: &str, active: bool, has_lead: bool) {
        self.office.execute(&format!(
            "INSERT INTO users (id, login, name, role, active) VALUES (99, '{}', 'Osoba', '{role}', {active})
             ON CONFLICT DO UPDATE SET role = excluded.role, active = excluded.active;
             UPDATE leads SET advisor_id = iif({has_lead}, 99, 1) WHERE id = 1",
            *PERSON
        ));
        self.hand_over();
    }

    /// A command of an account, in the office's folder, with an empty environment.
    pub fn command(&self, account: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.uid(uid(account));
        self.at_home(command)
    }

    /// A command of the service account through sudo, which the person typed. Only where
    /// there is an `/etc` for it.
    pub fn through_sudo(&self) -> Command {
        let etc = self.etc.as_ref().unwrap();
        let mut command = self.at_home(etc.command(&SERVICE, &self.binary));
        command.env("SUDO_UID", uid(&PERSON).to_string());
        command
    }

    fn at_home(&self, mut command: Command) -> Command {
        command.current_dir(self.office.path("")).env_clear();
        command
    }

    /// A command run by an account, with an empty environment beside `variables`.
    pub fn run(&self, account: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut command = self.command(account);
        command.args(arguments).envs(variables.iter().copied());
        command.output().unwrap()
    }

    /// What the person runs through sudo, to be described further.
    pub fn run_through_sudo(&self, arguments: &[&str]) -> Run {
        let mut command = self.through_sudo();
        command.args(arguments);
        Run::new(command)
    }

    pub fn ask(&self, caller: Caller, arguments: &[&str]) -> Output {
        let mut command = match caller {
            Caller::Own => self.command(&PERSON),
            Caller::Sudo => self.through_sudo(),
            Caller::Behalf(account) => self.command(account),
        };
        command.args(arguments);
        if let Caller::Behalf(_) = caller {
            command.args(["--as", PERSON.as_str()]);
        }
        command.output().unwrap()
    }
}
