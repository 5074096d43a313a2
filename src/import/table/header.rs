//! The first line of a file: which columns it has, in English or in Polish.

use std::collections::{HashMap, HashSet};

use csv::StringRecord;

use crate::import::cell::{is_same_word, quoted};
use crate::import::remark::Remarks;

/// A column that a kind of file may have.
#[derive(Clone, Copy, Debug)]
pub struct CsvColumn {
    pub name: &'static str,
    pub polish: &'static str,
}

/// The columns that a kind of file may have.
#[derive(Debug)]
pub struct Columns {
    pub key: CsvColumn,
    pub others: &'static [CsvColumn],
    pub unknown: Unknown,
}

/// What becomes of columns that the kind of file does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are ignored, with a warning.
    Ignored,
    /// They are read under their own names, see [`super::CsvRow::unknown`].
    Kept,
}

impl CsvColumn {
    pub const fn new(name: &'static str, polish: &'static str) -> Self {
        Self { name, polish }
    }

    fn is_called(&self, given: &str) -> bool {
        is_same_word(given, self.name) || is_same_word(given, self.polish)
    }
}

impl Columns {
    fn iter(&self) -> impl Iterator<Item = &CsvColumn> {
        std::iter::once(&self.key).chain(self.others)
    }

    /// Their English names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|column| column.name)
    }

    fn list(&self, name: impl Fn(&CsvColumn) -> &'static str) -> String {
        self.iter().map(name).collect::<Vec<_>>().join(",")
    }

    /// The columns of a file in its order; None: one that is ignored. From here on
    /// `remarks` name the columns as the file does.
    pub fn of_file(
        &self,
        header: &StringRecord,
        line: u64,
        remarks: &mut Remarks,
    ) -> Result<Vec<Option<&'static str>>, String> {
        let found = header.iter().map(|given| self.find(given.trim(), line));
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        let names: Vec<_> = found
            .iter()
            .map(|found| found.map(|column| column.name))
            .collect();
        refuse_repeated(header, &names, line)?;
        if !names.contains(&Some(self.key.name)) {
            return Err(self.no_key(line));
        }
        remarks.use_headings(self.headings(header, &names));
        match self.unknown {
            Unknown::Ignored => warn_of_ignored(header, &names, line, remarks),
            Unknown::Kept => refuse_unclear(header, &names, line)?,
        }
        Ok(names)
    }

    fn find(&self, given: &str, line: u64) -> Result<Option<&CsvColumn>, String> {
        if given.contains('\n') {
            return Err(format!("wiersz {line}: {}", super::OPEN_QUOTE));
        }
        Ok(self.iter().find(|column| column.is_called(given)))
    }

    fn no_key(&self, line: u64) -> String {
        format!(
            "w wierszu {line} nie ma kolumny {}; wpisz w nim nazwy kolumn: {} albo {}",
            self.key.name,
            self.list(|column| column.name),
            self.list(|column| column.polish),
        )
    }

    /// What the file calls its columns. One that it lacks has its Polish name if others do.
    fn headings(
        &self,
        header: &StringRecord,
        names: &[Option<&'static str>],
    ) -> HashMap<&'static str, String> {
        let given: HashMap<_, _> = names
            .iter()
            .zip(header)
            .filter_map(|(name, given)| Some(((*name)?, given.trim())))
            .collect();
        let is_polish = self.iter().any(|column| {
            let given = given.get(column.name);
            given.is_some_and(|given| !is_same_word(given, column.name))
        });
        let default = |column: &CsvColumn| {
            if is_polish {
                column.polish
            } else {
                column.name
            }
        };
        self.iter()
            .map(|column| {
                let heading = given.get(column.name).copied();
                (column.name, heading.unwrap_or(default(column)).to_owned())
            })
            .collect()
    }
}

fn refuse_repeated(
    header: &StringRecord,
    names: &[Option<&'static str>],
    line: u64,
) -> Result<(), String> {
    for (place, name) in names.iter().enumerate() {
        let earlier = names[..place].iter().position(|other| other == name);
        if let (Some(_), Some(earlier)) = (name, earlier) {
            let (one, other) = (quoted(header[earlier].trim()), quoted(header[place].trim()));
            return Err(format!(
                "wiersz {line} wymienia tę samą kolumnę dwa razy: {one} i {other}"
            ));
        }
    }
    Ok(())
}

/// Refuses columns that are kept and have no name, an unreadable one, or the same one.
fn refuse_unclear(
    header: &StringRecord,
    names: &[Option<&'static str>],
    line: u64,
) -> Result<(), String> {
    let mut known = HashSet::new();
    let kept = (1..).zip(header.iter().map(str::trim)).zip(names);
    for ((place, given), _) in kept.filter(|(_, name)| name.is_none()) {
        if given.is_empty() {
            return Err(format!("w wierszu {line} kolumna nr {place} nie ma nazwy"));
        }
        if given.contains(char::is_control) {
            let given = quoted(given);
            return Err(format!(
                "wiersz {line}: nazwa {given} zawiera znak sterujący"
            ));
        }
        if !known.insert(given) {
            let given = quoted(given);
            return Err(format!("wiersz {line} wymienia kolumnę {given} dwa razy"));
        }
    }
    Ok(())
}

fn warn_of_ignored(
    header: &StringRecord,
    names: &[Option<&'static str>],
    line: u64,
    remarks: &mut Remarks,
) {
    let ignored: Vec<_> = (1..)
        .zip(header.iter().map(str::trim))
        .zip(names)
        .filter(|(_, name)| name.is_none())
        .map(|((place, given), _)| match given {
            "" => format!("nr {place} (bez nazwy)"),
            _ => quoted(given),
        })
        .collect();
    if !ignored.is_empty() {
        let what = match ignored.len() {
            1 => "pominięto nieznaną kolumnę",
            _ => "pominięto nieznane kolumny",
        };
        remarks.warn_of_row(line, format!("{what}: {}", ignored.join(", ")));
    }
}
