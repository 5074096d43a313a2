//! Text for people: text from outside made safe to show, and long lists shortened.

mod line;

use chrono::TimeDelta;

pub use line::{
    changes_direction, one_line, quoted, safe_lines, shown, shown_note, without_middle,
};

/// Items of a long list that are shown.
const MAX_LISTED: usize = 5;

/// Lists the first items after a heading: `Dane: a1, a2 i jeszcze 3`. `None` without items.
pub fn list(heading: &str, items: impl Iterator<Item = String>) -> Option<String> {
    let joined = joined(items);
    (!joined.is_empty()).then(|| format!("{heading}: {joined}"))
}

/// The first items, and how many there are besides: `a1, a2 i jeszcze 3`.
pub fn joined(items: impl Iterator<Item = String>) -> String {
    let (first, rest) = split(items);
    let rest = rest.map_or(String::new(), |rest| format!(" {rest}"));
    first.join(", ") + &rest
}

/// The first items, then one that counts the others: `i jeszcze 3`.
pub fn first_items(items: impl Iterator<Item = String>) -> Vec<String> {
    let (mut first, rest) = split(items);
    first.extend(rest);
    first
}

fn split(mut items: impl Iterator<Item = String>) -> (Vec<String>, Option<String>) {
    let first = items.by_ref().take(MAX_LISTED).collect();
    let rest = items.count();
    (first, (rest > 0).then(|| format!("i jeszcze {rest}")))
}

/// A number with a decimal comma: `4,67`.
pub fn decimal(number: f64, decimals: usize) -> String {
    format!("{number:.decimals$}").replace('.', ",")
}

/// `1 call`, `2 calls`: for logs, which are in English.
pub fn counted(count: impl TryInto<i64>, noun: &str) -> String {
    // A count that overflows is plural.
    match count.try_into().unwrap_or(i64::MAX) {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The Polish form for a count: `plural(5, "wiersz", "wiersze", "wierszy")`.
pub fn plural<'a>(count: usize, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (count % 10, count % 100) {
        _ if count == 1 => one,
        (2..=4, 0..=11 | 15..) => few,
        _ => many,
    }
}

/// Breaks a line between words where it exceeds `width`; the rest of it is indented.
pub fn wrapped(line: &str, width: usize, indent: usize) -> String {
    let mut text = String::with_capacity(line.len());
    let mut used = 0;
    for (number, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && used + 1 + length > width {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else if number > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += length;
    }
    text
}

/// `7 min`, `3 godz. 20 min`, `12 dni`; a negative age is `0 min`.
pub fn age(age: TimeDelta) -> String {
    let minutes = age.num_minutes().max(0);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours @ 1..=47, minutes) => format!("{hours} godz. {minutes} min"),
        (hours, _) => format!("{} dni", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        for (minutes, expected) in [
            (-3, "0 min"),
            (59, "59 min"),
            (200, "3 godz. 20 min"),
            (48 * 60, "2 dni"),
        ] {
            assert_eq!(age(TimeDelta::minutes(minutes)), expected);
        }
    }

    #[test]
    fn polish_counts_have_three_forms() {
        let rows = |count| plural(count, "wiersz", "wiersze", "wierszy");
        assert_eq!(rows(1), "wiersz");
        for count in [2, 3, 4, 22, 34, 102, 122] {
            assert_eq!(rows(count), "wiersze", "{count}");
        }
        for count in [0, 5, 11, 12, 13, 14, 21, 25, 101, 111, 112, 114] {
            assert_eq!(rows(count), "wierszy", "{count}");
        }
    }

    #[test]
    fn a_line_is_wrapped_between_words() {
        assert_eq!(wrapped("a bb ccc", 8, 2), "a bb ccc");
        assert_eq!(wrapped("a bb ccc", 7, 2), "a bb\n  ccc");
        assert_eq!(wrapped("łódź żółć ab", 9, 1), "łódź żółć\n ab");
        assert_eq!(wrapped("a/long/path: b", 5, 2), "a/long/path:\n  b");
    }

    #[test]
    fn a_long_list_names_five_items_and_counts_the_rest() {
        for (count, expected) in [
            (0, None),
            (1, Some("Dane: a1")),
            (5, Some("Dane: a1, a2, a3, a4, a5")),
            (7, Some("Dane: a1, a2, a3, a4, a5 i jeszcze 2")),
        ] {
            let items = (1..=count).map(|n| format!("a{n}"));
            assert_eq!(list("Dane", items).as_deref(), expected);
        }
    }
}
