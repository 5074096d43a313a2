//! A folder as it was at a moment.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub struct Snapshot(Vec<Entry>);

struct Entry {
    name: PathBuf,
    mode: u32,
    /// None: a folder.
    bytes: Option<Vec<u8>>,
}

impl Snapshot {
    pub fn of(folder: &Path) -> Self {
        let mut entries = Vec::new();
        collect(folder, Path::new(""), &mut entries);
        Self(entries)
    }

    /// The names of its files and folders, and what is in the files of its folders.
    pub fn files(&self) -> Vec<String> {
        let file = |entry: &Entry| match &entry.bytes {
            Some(bytes) if entry.name.components().count() > 1 => {
                format!("{}: {bytes:?}", entry.name.display())
            }
            _ => entry.name.display().to_string(),
        };
        self.0.iter().map(file).collect()
    }

    pub fn restore(&self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => fs::remove_dir_all(path).unwrap(),
                false => fs::remove_file(path).unwrap(),
            }
        }
        for entry in &self.0 {
            let path = folder.join(&entry.name);
            match &entry.bytes {
                None => fs::create_dir(&path).unwrap(),
                Some(bytes) => fs::write(&path, bytes).unwrap(),
            }
            fs::set_permissions(&path, Permissions::from_mode(entry.mode)).unwrap();
        }
    }
}

fn collect(folder: &Path, below: &Path, entries: &mut Vec<Entry>) {
    let names = fs::read_dir(folder.join(below)).unwrap();
    let names = names.map(|entry| below.join(entry.unwrap().file_name()));
    let mut names: Vec<_> = names.collect();
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let is_folder = path.is_dir();
        entries.push(Entry {
            mode: fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            bytes: (!is_folder).then(|| fs::read(&path).unwrap()),
            name: name.clone(),
        });
        if is_folder {
            collect(folder, &name, entries);
        }
    }
}
