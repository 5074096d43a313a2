//! Certificates of the authorities (CAs) that are trusted instead of the machine's.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Certificate;

/// Certificates, at least one of which can be used, and where they come from.
#[derive(Clone, Debug)]
pub struct Authorities {
    certificates: Vec<Certificate>,
    /// For messages: `/etc/callsync/ca.pem (SSL_CERT_FILE)`.
    pub source: String,
}

impl Authorities {
    /// Reads a file of certificates in PEM form.
    pub fn in_file(file: &str, setting: &str) -> Result<Self, String> {
        Self::of(read(Path::new(file))?, file, setting)
    }

    /// Reads all files of folders, which a colon separates. A file without a certificate
    /// is passed over.
    pub fn in_folders(folders: &str, setting: &str) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for folder in folders.split(':').filter(|folder| !folder.is_empty()) {
            for file in files(Path::new(folder))? {
                certificates.extend(read(&file)?);
            }
        }
        Self::of(certificates, folders, setting)
    }

    /// Both together.
    pub fn and(mut self, other: Self) -> Self {
        self.certificates.extend(other.certificates);
        self.source = format!("{} and {}", self.source, other.source);
        self
    }

    pub(super) fn certificates(&self) -> Vec<Certificate> {
        self.certificates.clone()
    }

    fn of(read: Vec<Certificate>, place: &str, setting: &str) -> Result<Self, String> {
        let certificates = usable(read);
        if certificates.is_empty() {
            return Err(format!("{place} holds no certificate in PEM form"));
        }
        Ok(Self {
            certificates,
            source: format!("{place} ({setting})"),
        })
    }
}

fn read(file: &Path) -> Result<Vec<Certificate>, String> {
    let pem = fs::read(file).map_err(|error| unreadable(file, &error))?;
    Certificate::from_pem_bundle(&pem)
        .map_err(|_| format!("{} holds a broken certificate", file.display()))
}

/// The files of a folder, each once: it may hold several links to one. Links to nowhere
/// are passed over.
fn files(folder: &Path) -> Result<HashSet<PathBuf>, String> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| unreadable(folder, &error))?;
    let targets = entries
        .iter()
        .filter_map(|entry| fs::canonicalize(entry.path()).ok());
    Ok(targets.filter(|target| target.is_file()).collect())
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("could not read {}: {error}", path.display())
}

/// Leaves out what the library cannot use, such as an unknown version of certificates.
fn usable(certificates: Vec<Certificate>) -> Vec<Certificate> {
    let can_be_used = |certificates: &[Certificate]| {
        let client = reqwest::Client::builder().no_proxy();
        client.tls_certs_only(certificates.to_vec()).build().is_ok()
    };
    // One try for all of them, unless one is odd.
    if can_be_used(&certificates) {
        return certificates;
    }
    let each = certificates.into_iter();
    each.filter(|one| can_be_used(std::slice::from_ref(one)))
        .collect()
}
