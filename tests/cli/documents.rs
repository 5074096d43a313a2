//! What the README, the examples and the crontab say is what happens.

mod administration;
mod crontab;
mod installed;
mod json;
mod machine;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::office::{Office, rows};

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(project(name)).unwrap()
}

/// The code blocks of the README in a language.
fn blocks(language: &str) -> Vec<String> {
    blocks_of(&read("README.md"), language)
}

/// The code blocks of a text in a language.
fn blocks_of(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// A line without what differs from run to run: numbers, and space at its end.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    for c in line.trim_end().chars() {
        match c {
            '0'..='9' if shape.ends_with('0') => {}
            '0'..='9' => shape.push('0'),
            c => shape.push(c),
        }
    }
    shape
}

/// Both outputs.
fn outputs(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The folder that the binary under test was built in.
fn target_folder() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_callsync"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

fn quick_start(folder: &Path) -> Output {
    Command::new("sh")
        .arg(project("examples/quickstart.sh"))
        .arg(folder)
        .env("CARGO_TARGET_DIR", target_folder())
        .output()
        .unwrap()
}

#[test]
fn the_quick_start_does_what_the_readme_shows() {
    assert_eq!(
        blocks("sh")[..2],
        ["sh examples/quickstart.sh\n", "cargo test\n"]
    );
    let folder = tempfile::tempdir().unwrap();
    let output = quick_start(folder.path());
    let printed = outputs(&output);
    assert!(output.status.success(), "{printed}");
    let printed: Vec<_> = printed.lines().map(shape).collect();
    for line in blocks("text")
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| *line != "…")
    {
        assert!(
            printed.contains(&shape(line)),
            "the README shows a line that is not printed: {line}"
        );
    }
    let database = folder.path().join("callsync.db");
    let syncs = "SELECT provider, outcome, calls_new FROM sync_runs
                 WHERE command = 'sync' ORDER BY id";
    assert_eq!(
        rows(&database, syncs),
        [
            "callyzer|ok|39",
            "telecube|ok|9",
            "mluvii|ok|11",
            "dialog|ok|8",
            "callyzer|ok|0",
            "telecube|ok|0",
            "mluvii|ok|0",
            "dialog|ok|0"
        ]
    );
    let one_register = "SELECT provider, count(*) FROM calls WHERE lead_id = 1 GROUP BY provider";
    assert_eq!(
        rows(&database, one_register),
        ["callyzer|3", "dialog|1", "mluvii|2", "telecube|3"]
    );
    assert_eq!(
        rows(&database, "SELECT reason FROM quarantine"),
        ["unknown call type 'Conference'"]
    );
}

#[test]
fn the_quick_start_works_in_a_folder_with_spaces_and_prints_lines_that_can_be_pasted() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("it's a new folder");
    let printed = outputs(&quick_start(&folder));
    let paste = |label: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no {label:?} in {printed}"))
            .to_owned()
    };
    let more = Command::new("sh")
        .args(["-c", &paste("Ask it more with: ")])
        .output();
    let more = outputs(&more.unwrap());
    assert!(more.starts_with("Ewa Nowak (lead 2)\n"), "{more}");
    // Not everybody has sqlite3: a shell's words are enough.
    let words = format!("printf '%s\\n' {}", paste("Look at it with: "));
    let words = Command::new("sh").args(["-c", &words]).output();
    let database = folder.join("callsync.db");
    let expected = format!("sqlite3\n{}\nSELECT * FROM sync_runs\n", database.display());
    assert_eq!(outputs(&words.unwrap()), expected);
}

#[test]
fn the_quick_start_refuses_a_folder_that_is_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["callsync.db", "callsync.db-wal", "url", ".hidden"];
    for file in files {
        fs::write(folder.path().join(file), "mine").unwrap();
    }
    for refused in [folder.path(), &folder.path().join("callsync.db")] {
        let output = quick_start(refused);
        assert_eq!(output.status.code(), Some(1));
        let shown = refused.display();
        assert_eq!(
            outputs(&output),
            format!("quickstart: {shown} is not an empty folder; name another one\n")
        );
    }
    for file in files {
        let content = fs::read_to_string(folder.path().join(file)).unwrap();
        assert_eq!(content, "mine", "{file}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), files.len());
}

#[test]
fn the_example_env_file_is_read_by_callsync_and_by_a_shell() {
    let office = Office::unasked();
    // Every setting of the file, also those that are commented out.
    let all = read("examples/callsync.env").replace("\n#C", "\nC");
    let file = office.file("all.env", &all);
    let arguments = ["--env-file", file.to_str().unwrap(), "retry-unmatched"];
    office
        .callsync(&arguments)
        .prints_only("Sprawdzono ponownie: 0, przypisane do leadów: 0\n")
        .run();
    let sourced = Command::new("sh")
        .args([
            "-c",
            ". \"$0\"; echo \"$CALLSYNC_DATABASE $CALLYZER_KINDS\"",
            file.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let kinds = "PhoneCall/Voice,WhatsAppCall/Voice,WhatsAppCall/Video";
    assert_eq!(
        outputs(&sourced),
        format!("/var/lib/callsync/callsync.db {kinds}\n")
    );
    let table = read("README.md");
    let settings = all.lines().filter(|line| line.starts_with('C'));
    for (setting, _) in settings.filter_map(|line| line.split_once('=')) {
        assert!(
            table.contains(&format!("`{setting}`")),
            "{setting} is not in the README"
        );
    }
}

#[test]
fn help_names_every_command_and_completions_need_no_settings() {
    let office = Office::empty();
    office.callyzer.may_stay_unasked();
    let help = office
        .callsync(&["--help"])
        .prints("Usage: callsync")
        .run()
        .stdout;
    let readme = read("README.md");
    for command in [
        "sync",
        "retry-unmatched",
        "lead",
        "refresh-lead",
        "unmatched",
        "explain",
        "stats",
        "import",
        "export",
        "backup",
        "forget",
        "purge",
        "status",
        "check",
        "completions",
    ] {
        assert!(
            help.contains(&format!("\n  {command}")),
            "{command} is not in the help"
        );
        let words = format!("`callsync {command}");
        let mut headings = readme.lines().filter(|line| line.starts_with("### "));
        assert!(
            headings.any(|heading| heading.contains(&words)),
            "{command} is not in the README"
        );
    }
    for shell in ["bash", "zsh", "fish"] {
        let run = office
            .callsync(&["completions", shell])
            .with("CALLYZER_TIMEZONE", "nonsense");
        run.prints("retry-unmatched").run();
    }
    office
        .callsync(&["frobnicate"])
        .fails(64)
        .says("frobnicate")
        .run();
    office.callsync(&[]).fails(64).says("Usage").run();
    office
        .callsync(&["-q", "-v", "sync"])
        .fails(64)
        .says("cannot be used with")
        .run();
}
