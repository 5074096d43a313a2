//! Text from outside made safe to show: on one line, without what nobody sees, and no
//! longer than a screen bears.

use std::borrow::Cow;
use std::str::Chars;

use crate::phone;

/// Characters of a name, a reason or an id that are shown.
const SHOWN_CHARS: usize = 200;
/// Characters of a note that are shown.
const NOTE_CHARS: usize = 2_000;
/// Characters of which a quotation is made: numbers get shorter when they are masked.
const READ_CHARS: usize = 5 * SHOWN_CHARS;
/// Combining marks that one letter may have.
const MOST_MARKS: usize = 4;

/// Joins the text into one line, without control characters and characters that are
/// invisible or change the writing direction.
pub fn one_line(text: &str) -> String {
    Line::of(text).collect()
}

/// The lines of a message, each as [`one_line`].
pub fn safe_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(one_line).collect();
    lines.join("\n")
}

/// The line of a name, a reason or an id, shortened.
pub fn shown(text: &str) -> String {
    start_of_line(text, SHOWN_CHARS)
}

/// The line of a note, which may be longer.
pub fn shown_note(text: &str) -> String {
    start_of_line(text, NOTE_CHARS)
}

/// Shortens the text to one line with masked phone numbers, for logs and errors.
pub fn quoted(text: &str) -> String {
    let mut chars = Line::of(text);
    let mut line: String = chars.by_ref().take(READ_CHARS).collect();
    if chars.next().is_some() {
        // Less than seven digits of a number are not masked.
        let whole = line.trim_end_matches(|c: char| !c.is_alphabetic());
        line.truncate(whole.len());
        line.push('…');
    }
    start_of_line(&phone::masked_text(&line), SHOWN_CHARS)
}

/// The beginning and the end of a text that is too long to be looked through.
pub fn without_middle(text: &str) -> Cow<'_, str> {
    let end = text.char_indices().nth(READ_CHARS);
    let start = text.char_indices().rev().nth(READ_CHARS - 1);
    match (end, start) {
        (Some((end, _)), Some((start, _))) if end < start => {
            format!("{}…{}", &text[..end], &text[start..]).into()
        }
        _ => text.into(),
    }
}

fn start_of_line(text: &str, length: usize) -> String {
    let mut chars = Line::of(text);
    let mut start: String = chars.by_ref().take(length).collect();
    if chars.next().is_some() {
        start.push('…');
    }
    start
}

/// The characters of a text as one line.
struct Line<'a> {
    chars: Chars<'a>,
    /// Combining marks since the last letter.
    marks: usize,
    has_begun: bool,
    /// Whether a space stands before the next character.
    is_parted: bool,
    /// What follows the space that was given.
    next: Option<char>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            chars: text.chars(),
            marks: 0,
            has_begun: false,
            is_parted: false,
            next: None,
        }
    }

    /// Takes in a character; true if it is shown.
    fn shows(&mut self, c: char) -> bool {
        if c.is_ascii_graphic() {
            self.marks = 0;
            return true;
        }
        if c.is_whitespace() || c.is_control() {
            self.is_parted = self.has_begun;
            self.marks = 0;
            return false;
        }
        self.marks = if is_mark(c) {
            self.marks + 1
        } else {
            self.marks
        };
        !is_invisible(c) && self.marks <= MOST_MARKS
    }
}

impl Iterator for Line<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if self.next.is_some() {
            return self.next.take();
        }
        loop {
            let c = self.chars.next()?;
            if !self.shows(c) {
                continue;
            }
            self.has_begun = true;
            if !std::mem::take(&mut self.is_parted) {
                return Some(c);
            }
            self.next = Some(c);
            return Some(' ');
        }
    }
}

/// Whether the character changes the direction in which text is written.
pub fn changes_direction(c: char) -> bool {
    matches!(c,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nobody sees the character: it formats, joins, tags or changes the direction.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        || changes_direction(c)
}

/// Whether the character stands above, below or upon the letter before it: the marks of
/// the scripts that pile them up, and the variation selectors.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}'
        | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{E31}' | '\u{E34}'..='\u{E3A}'
        | '\u{E47}'..='\u{E4E}' | '\u{EB1}' | '\u{EB4}'..='\u{EBC}' | '\u{EC8}'..='\u{ECE}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_spaces_and_what_is_invisible_goes() {
        for (text, line) in [
            (
                "Jan\u{1b}[31m\r\nKowalski\u{202E}\u{9b}0m\t!",
                "Jan [31m Kowalski 0m !",
            ),
            (" Jan\u{2028}\u{a0} Kowalski\u{2029}\0", "Jan Kowalski"),
            ("\u{200F}Jan\u{2067}\u{FEFF}", "Jan"),
            ("Ko\u{AD}wal\u{61C}ski\u{180E}", "Kowalski"),
            ("J\u{FFF9}a\u{FFFA}n\u{FFFB}", "Jan"),
            ("Jan\u{E0001}\u{E0041}\u{E007F}", "Jan"),
            ("Zażółć 你好 👩🏽\u{FE0F}", "Zażółć 你好 👩🏽\u{FE0F}"),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn a_letter_has_four_combining_marks_at_most() {
        for (mark, other) in [("\u{301}", "\u{489}"), ("\u{E47}", "\u{20DD}")] {
            for (marks, kept) in [(1, 1), (4, 4), (5, 4), (50_000, 4)] {
                let text = format!("a{}b{other} c{mark}", mark.repeat(marks));
                let line = format!("a{}b{other} c{mark}", mark.repeat(kept));
                assert_eq!(one_line(&text), line);
            }
        }
        let parted = format!("a{}", "\u{301}\u{200D}".repeat(6));
        assert_eq!(one_line(&parted), format!("a{}", "\u{301}".repeat(4)));
    }

    #[test]
    fn what_is_shown_has_an_end() {
        for (show, length) in [
            (shown as fn(&str) -> String, SHOWN_CHARS),
            (shown_note, NOTE_CHARS),
        ] {
            let whole = "ł".repeat(length);
            assert_eq!(show(&whole), whole);
            assert_eq!(show(&format!("  {whole} \n")), whole);
            assert_eq!(show(&format!("{whole} b")), format!("{whole}…"));
        }
    }

    #[test]
    fn only_a_long_text_loses_its_middle() {
        for length in [0, 1, READ_CHARS, 2 * READ_CHARS] {
            let text = "ł".repeat(length);
            assert_eq!(without_middle(&text), text);
        }
        let [start, end] = ["a", "z"].map(|letter| letter.repeat(READ_CHARS));
        let long = format!("{start}{}{end}", "ł".repeat(50_000));
        assert_eq!(without_middle(&long), format!("{start}…{end}"));
    }

    #[test]
    fn a_quotation_is_short_and_masks_numbers() {
        let text = format!("no employee 48-600100200 {}", "ł".repeat(500));
        let quoted_text = quoted(&text);
        assert!(!quoted_text.contains("600100200"), "{quoted_text}");
        assert_eq!(quoted_text.chars().count(), SHOWN_CHARS + 1);
        for (text, expected) in [
            ("6".repeat(2_000), "…".to_owned()),
            (format!("a{}", " 6".repeat(2_000)), "a…".to_owned()),
            (format!("{}x", "6".repeat(900)), "*****666x".to_owned()),
        ] {
            assert_eq!(quoted(&text), expected);
        }
    }
}
