//! Splits text into records: the separator, and the line on which each begins.

use csv::{ReaderBuilder, StringRecord};

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The records that are not empty.
pub struct Records<'t> {
    reader: csv::Reader<&'t [u8]>,
    body: &'t str,
    /// Lines before the body.
    before: u64,
    pub record: StringRecord,
}

impl<'t> Records<'t> {
    pub fn begin(text: &'t str) -> Result<Self, String> {
        let (separator, before, body) = take_separator(text)?;
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator as u8)
            .from_reader(body.as_bytes());
        Ok(Self {
            reader,
            body,
            before,
            record: StringRecord::new(),
        })
    }

    /// Reads the next one and gives the line on which it begins.
    pub fn next(&mut self) -> Result<Option<u64>, String> {
        let read = |error: csv::Error| error.to_string();
        while self.reader.read_record(&mut self.record).map_err(read)? {
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(self.before + line_of(&self.record, self.body)));
            }
        }
        Ok(None)
    }
}

/// The reader's position is where it went on reading: before the empty lines that it passed over.
fn line_of(record: &StringRecord, body: &str) -> u64 {
    let (line, byte) = record
        .position()
        .map_or((1, 0), |position| (position.line(), position.byte()));
    let passed_over = body.as_bytes()[byte as usize..]
        .iter()
        .take_while(|byte| **byte == b'\n');
    line + passed_over.count() as u64
}

/// The separator, how many lines stand before the column names, and the text
/// from there on. Excel's `sep=;` outranks what the column names are separated by.
fn take_separator(text: &str) -> Result<(char, u64, &str), String> {
    let first = text.lines().next().unwrap_or_default();
    let stated = first.trim().trim_matches('"').to_ascii_lowercase();
    if let Some(stated) = stated.strip_prefix("sep=") {
        // Trimmed, a stated tab is gone.
        let separator = stated.chars().next().unwrap_or('\t');
        return if SEPARATORS.contains(&separator) {
            Ok((separator, 1, &text[first.len() + 1..]))
        } else {
            Err("sep= musi podawać przecinek, średnik albo tabulator".into())
        };
    }
    let header = text.lines().find(|line| !line.trim().is_empty());
    let count = |separator: &char| header.unwrap_or_default().matches(*separator).count();
    // Of equals `max_by_key` takes the last.
    let separator = SEPARATORS.into_iter().rev().max_by_key(count);
    Ok((separator.unwrap_or(','), 0, text))
}
