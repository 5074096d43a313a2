//! Text from outside, made safe to show: one line without control characters.

use crate::phone;

/// Characters of foreign text that a message quotes.
const QUOTED_CHARS: usize = 200;

/// Joins the text into one line, without control characters and characters that change the
/// writing direction.
pub fn one_line(text: &str) -> String {
    let shown = |c: char| if is_harmful(c) { ' ' } else { c };
    text.chars()
        .map(shown)
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Shortens the text to one line with masked phone numbers, for logs and errors.
pub fn quoted(text: &str) -> String {
    let line = phone::masked_text(&one_line(text));
    match line.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_direction_marks_become_spaces() {
        for (text, shown) in [
            (
                "Jan\u{1b}[31m\r\nKowalski\u{202E}\u{9b}0m\t!",
                "Jan [31m Kowalski 0m !",
            ),
            ("Jan\u{061C}Kowalski", "Jan Kowalski"),
            ("\u{200F}Jan\u{2067}\u{FEFF}", "Jan"),
        ] {
            assert_eq!(one_line(text), shown);
        }
    }

    #[test]
    fn a_quotation_is_short_and_masks_numbers() {
        let text = format!("no employee 48-600100200 {}", "ł".repeat(500));
        let quoted = quoted(&text);
        assert!(!quoted.contains("600100200"), "{quoted}");
        assert_eq!(quoted.chars().count(), QUOTED_CHARS + 1);
    }
}
