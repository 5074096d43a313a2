//! A file that is not whole yet, and beside it which version of the file it is of, and what is
//! in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::beside::beside;

/// How the name of a part ends.
pub(super) const PART: &str = ".part";

/// How the name of the file ends that says which version of a file a part is of.
pub(super) const VALIDATOR: &str = ".validator";

/// A validator is a date or a word, and so is what is in a file; longer ones are not kept.
const MAX_VALIDATOR: usize = 1024;

#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Part {
    /// Opens a part, or creates it. Refuses a link, and what is not this account's.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let file = open(&path, OpenOptions::new().create(true).write(true))?;
        let found = file.metadata()?;
        let is_ours = found.is_file() && found.nlink() == 1;
        if !is_ours || found.uid() != uzers::get_effective_uid() {
            let reason = "what is there of it is no file of this account's";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
        }
        Ok(Self {
            path,
            file,
            length: found.len(),
        })
    }

    /// How many bytes of the file are there.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Which version of the file the bytes are of; None: nobody can say.
    pub fn validator(&self) -> io::Result<Option<String>> {
        self.line(0)
    }

    /// What is in the file, as the server said when it began to come.
    pub fn media_type(&self) -> io::Result<Option<String>> {
        self.line(1)
    }

    fn line(&self, number: usize) -> io::Result<Option<String>> {
        match open(&self.validator_path(), OpenOptions::new().read(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(file) => {
                let text = io::read_to_string(file.take(MAX_VALIDATOR as u64))?;
                let is_word = |line: &&str| line.bytes().all(|byte| (b' '..=b'~').contains(&byte));
                let line = text.split('\n').nth(number);
                let line = line.filter(is_word).filter(|line| !line.is_empty());
                Ok(line.map(str::to_owned))
            }
        }
    }

    /// Begins anew with a version of the file. At no moment the bytes of one version stand
    /// beside the validator of another.
    pub fn restart(&mut self, validator: Option<&str>, media_type: Option<&str>) -> io::Result<()> {
        remove_if_there(&self.validator_path())?;
        self.file.set_len(0)?;
        self.length = 0;
        let text = validator.map(|validator| match media_type {
            Some(media_type) => format!("{validator}\n{media_type}"),
            None => validator.to_owned(),
        });
        let Some(text) = text.filter(|text| text.len() < MAX_VALIDATOR) else {
            return Ok(());
        };
        let mut file = open(
            &self.validator_path(),
            OpenOptions::new().create_new(true).write(true),
        )?;
        file.write_all(text.as_bytes())
    }

    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Puts the file in its place, on the disk before it has its name.
    pub(super) fn finish(self, place: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        match renameat_with(CWD, &self.path, CWD, place, RenameFlags::NOREPLACE) {
            // A file system without that: a second name is never in place of another file.
            Err(Errno::INVAL | Errno::NOSYS) => {
                fs::hard_link(&self.path, place)?;
                fs::remove_file(&self.path)?;
            }
            renamed => renamed?,
        }
        remove_if_there(&self.validator_path())
    }

    /// Removes a part and what is beside it.
    pub(super) fn remove(path: &Path) -> io::Result<()> {
        remove_if_there(&beside(path, VALIDATOR))?;
        remove_if_there(path)
    }

    fn validator_path(&self) -> PathBuf {
        beside(&self.path, VALIDATOR)
    }
}

/// No symbolic link is followed, and no FIFO waited for.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    options.mode(0o600).custom_flags(flags).open(path)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_part_goes_on_where_it_ended_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (path, place) = (folder.path().join("a.part"), folder.path().join("a.mp3"));
        let mut part = Part::open(path.clone()).unwrap();
        part.restart(Some("\"v1\""), Some("audio/amr")).unwrap();
        part.append(b"one ").unwrap();
        drop(part);
        let mut part = Part::open(path.clone()).unwrap();
        assert_eq!(part.length(), 4);
        assert_eq!(part.validator().unwrap().as_deref(), Some("\"v1\""));
        assert_eq!(part.media_type().unwrap().as_deref(), Some("audio/amr"));
        part.append(b"two").unwrap();
        fs::write(&place, "there").unwrap();
        let refused = part.finish(&place).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&place).unwrap(), "there");
        fs::remove_file(&place).unwrap();
        Part::open(path.clone()).unwrap().finish(&place).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "one two");
        assert_eq!(fs::metadata(&place).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_part_that_begins_anew_has_nothing_of_the_version_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.part");
        let mut part = Part::open(path).unwrap();
        part.restart(Some("\"v1\""), None).unwrap();
        part.append(b"old bytes").unwrap();
        part.restart(None, None).unwrap();
        part.append(b"new").unwrap();
        assert_eq!(part.validator().unwrap(), None);
        assert_eq!(fs::read(&part.path).unwrap(), b"new");
    }

    #[test]
    fn no_link_is_taken_for_a_part() {
        let folder = tempfile::tempdir().unwrap();
        let (other, path) = (folder.path().join("other"), folder.path().join("a.part"));
        fs::write(&other, "precious").unwrap();
        symlink(&other, &path).unwrap();
        assert!(Part::open(path.clone()).is_err());
        fs::remove_file(&path).unwrap();
        fs::hard_link(&other, &path).unwrap();
        let refused = Part::open(path).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
    }
}
