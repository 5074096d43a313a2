//! The files that are installed beside the binary, by hand or by the package.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{outputs, project, read};

/// The value of the only line that begins so.
fn value(file: &str, key: &str) -> String {
    let text = read(file);
    let values: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix(key))
        .collect();
    let [value] = values[..] else {
        panic!("{file}: {key} {values:?}");
    };
    value.to_owned()
}

/// Whether a file of the project has this name; its last part may begin with a star.
fn is_there(name: &str) -> bool {
    let (folder, last) = name.rsplit_once('/').unwrap_or((".", name));
    let Some(ending) = last.strip_prefix('*') else {
        return project(name).exists();
    };
    let mut files = fs::read_dir(project(folder)).unwrap();
    files.any(|file| file.unwrap().path().to_string_lossy().ends_with(ending))
}

#[test]
fn the_installed_files_name_the_same_paths() {
    let database = value("examples/callsync.env", "CALLSYNC_DATABASE=");
    let folder = Path::new(&database).parent().unwrap().to_str().unwrap();
    for unit in ["callsync", "callsync-status"] {
        let unit = format!("examples/{unit}.service");
        assert_eq!(value(&unit, "ReadWritePaths="), folder);
        assert_eq!(value(&unit, "OnFailure="), "callsync-failure.service");
    }
    let log = value("examples/callsync.logrotate", "/");
    let log = format!("/{}", log.strip_suffix(" {").unwrap());
    assert!(read("crontab.example").contains(&format!(">> {log} ")));
    let readme = read("README.md");
    let folders = format!("{folder} {}", Path::new(&log).parent().unwrap().display());
    assert!(readme.contains(&format!("0750 {folders}\n")), "{folders}");
    let token = value("examples/callsync.env", "CALLYZER_TOKEN_FILE=");
    assert!(readme.contains(&format!("/dev/stdin {token} ")), "{token}");
}

#[test]
fn the_units_are_shut_off_in_the_same_way() {
    let sandbox = |unit: &str| {
        let unit = read(unit);
        let (_, sandbox) = unit.split_once("\nCapabilityBoundingSet=").unwrap();
        sandbox.to_owned()
    };
    assert_eq!(
        sandbox("examples/callsync.service"),
        sandbox("examples/callsync-status.service")
    );
}

#[test]
fn every_example_that_is_installed_is_there() {
    let texts = [read("README.md"), read("Cargo.toml")].concat();
    let words = texts.split(|c: char| c.is_whitespace() || "\"`();,:".contains(c));
    let mut names = words.filter(|word| word.starts_with("examples/"));
    let missing = names.find(|name| !is_there(name));
    assert_eq!(missing, None);
}

#[test]
fn the_completions_are_those_of_the_installed_binary() {
    let folder = Path::new(env!("CARGO_BIN_EXE_callsync")).parent().unwrap();
    let completed = Command::new("bash")
        .args(["-c", ". \"$0\"; complete -p callsync"])
        .arg(project("examples/completions/callsync"))
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .output();
    assert!(outputs(&completed.unwrap()).contains("-F _callsync"));
}
