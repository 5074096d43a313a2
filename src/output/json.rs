//! JSON for standard output, all of it: one object on one line. Characters on which a terminal
//! would act are escaped; a parser reads the same values.

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::text;

/// Writes one JSON object on one line.
pub fn json(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    // Rendered first, so that an error of the writer stays an I/O error.
    let mut line = rendered(value)?;
    line.push(b'\n');
    Ok(out.write_all(&line)?)
}

/// One JSON object that holds one array, written row by row: there may be millions.
pub struct JsonRows<'a> {
    out: BufWriter<&'a mut dyn Write>,
    separator: &'static str,
}

impl<'a> JsonRows<'a> {
    pub fn begin(out: &'a mut dyn Write, name: &str) -> Result<Self> {
        let mut out = BufWriter::new(out);
        write!(out, "{{\"{name}\":[")?;
        Ok(Self { out, separator: "" })
    }

    pub fn write(&mut self, row: &impl Serialize) -> Result<()> {
        let row = rendered(row)?;
        self.out.write_all(self.separator.as_bytes())?;
        self.out.write_all(&row)?;
        self.separator = ",";
        Ok(())
    }

    pub fn end(mut self) -> Result<()> {
        writeln!(self.out, "]}}")?;
        Ok(self.out.flush()?)
    }
}

fn rendered(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Escaping))?;
    Ok(bytes)
}

/// Escapes in strings what JSON allows and a terminal does not bear.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly every text, and quick to see.
        if fragment.is_ascii() && !fragment.contains('\u{7F}') {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_escaped) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(out, "\\u{:04x}", u32::from(c))?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

/// DEL and C1, which drive terminals, the characters that change the writing direction, and
/// those that part lines. What is below U+0020 is always escaped.
fn is_escaped(c: char) -> bool {
    matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}') || text::changes_direction(c)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn what_drives_a_terminal_is_escaped_and_stays_the_same_value() {
        for (text, line) in [
            ("Żaneta Łoś 👋", r#""Żaneta Łoś 👋""#),
            ("a\"\\\n\u{1b}[31m", r#""a\"\\\n\u001b[31m""#),
            (
                "\u{7f}\u{80}b\u{9b}31m\u{9f}",
                r#""\u007f\u0080b\u009b31m\u009f""#,
            ),
            (
                "\u{a0}\u{61b}\u{200d}\u{2030}",
                "\"\u{a0}\u{61b}\u{200d}\u{2030}\"",
            ),
            ("\u{61c}\u{200e}\u{200f}ł", r#""\u061c\u200e\u200fł""#),
            (
                "\u{202a}a\u{202e}\u{2066}\u{2069}",
                r#""\u202aa\u202e\u2066\u2069""#,
            ),
            ("\u{2028}\u{2029}", r#""\u2028\u2029""#),
        ] {
            let object = json!({ text: [text] });
            let mut written = Vec::new();
            super::json(&mut written, &object).unwrap();
            let written = String::from_utf8(written).unwrap();
            assert_eq!(written, format!("{{{line}:[{line}]}}\n"));
            let read: Value = serde_json::from_str(&written).unwrap();
            assert_eq!(read, object);
        }
    }
}
