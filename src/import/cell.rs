//! Cells that several kinds of file have: as people and Excel write them.

use chrono_tz::Tz;

use crate::moment::{self, Moment};
use crate::text;

/// Quotes a cell for a remark.
pub fn quoted(cell: &str) -> String {
    format!("„{}”", text::quoted(cell))
}

/// Reads a name as it is shown and exported: on one line, without what nobody sees. It may
/// not be empty. `owner` says who needs it.
pub fn name(cell: &str, owner: &str) -> Result<String, String> {
    let name = text::one_line(cell);
    if name.is_empty() {
        return Err(format!("pusta komórka; {owner} musi mieć nazwę"));
    }
    Ok(name)
}

/// Codes of teams are kept in small letters.
pub fn team_code(cell: &str) -> String {
    cell.to_lowercase()
}

/// Says why a cell is no valid phone number. `consequence` follows unless Excel is to blame.
pub fn invalid_number(cell: &str, consequence: &str) -> String {
    let shown = text::quoted(cell);
    if is_excels_number(cell) {
        format!(
            "Excel zamienił numer na liczbę ({shown}); ustaw komórkę jako tekst i wpisz numer ponownie"
        )
    } else if has_several_numbers(cell) {
        format!("„{shown}” nie jest prawidłowym numerem telefonu; kilka numerów oddziel znakiem |")
    } else {
        format!("„{shown}” nie jest prawidłowym numerem telefonu; {consequence}")
    }
}

/// Whether a cell looks like several numbers with another mark between them.
fn has_several_numbers(cell: &str) -> bool {
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let parts = cell.split([',', ';', '/']);
    parts.filter(|part| digits(part) >= 9).count() > 1
}

/// Whether a cell is a number in Excel's scientific notation: `6,00101E+08`.
fn is_excels_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, exponent)) = cell.trim().split_once(['E', 'e']) else {
        return false;
    };
    let (whole, fraction) = mantissa.split_once([',', '.']).unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && exponent.strip_prefix('+').is_some_and(digits)
}

const EXCELS_DAYS: [&str; 2] = ["%Y-%m-%d", "%d.%m.%Y"];
const EXCELS_TIMES: [&str; 2] = [" %H:%M:%S", " %H:%M"];

/// Reads a TIME, or a local time as Excel writes it: `21.11.2026 14:30`. None: empty.
pub fn time(cell: &str, zone: Tz) -> Result<Option<Moment>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let excels = || {
        let days = EXCELS_DAYS.iter();
        let mut read = days.map(|day| moment::parse_local(cell, (day, &EXCELS_TIMES), zone));
        read.find_map(|moment| moment)
    };
    let moment = moment::parse_time(cell, zone).ok().or_else(excels);
    moment.map(Some).ok_or_else(|| {
        format!(
            "„{}” nie jest datą ani godziną; wpisz na przykład 2026-11-21 14:30 albo 21.11.2026 14:30",
            // Masked digits would hide what is wrong with a date.
            text::one_line(cell).chars().take(40).collect::<String>()
        )
    })
}

/// Whether two words are the same but for capitals and the marks of Polish letters.
pub fn is_same_word(one: &str, other: &str) -> bool {
    let plain = |word: &str| word.to_lowercase().chars().map(plain_letter).collect();
    let (one, other): (String, String) = (plain(one), plain(other));
    one == other
}

fn plain_letter(letter: char) -> char {
    match letter {
        'ą' => 'a',
        'ć' => 'c',
        'ę' => 'e',
        'ł' => 'l',
        'ń' => 'n',
        'ó' => 'o',
        'ś' => 's',
        'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_excel_took_for_a_quantity_is_named() {
        for cell in [
            "6,00101E+08",
            "6.00101E+08",
            "4,86E+10",
            "6e+8",
            " 4,86E+10 ",
        ] {
            let expected = format!(
                "Excel zamienił numer na liczbę ({}); ustaw komórkę jako tekst i wpisz numer ponownie",
                cell.trim()
            );
            assert_eq!(invalid_number(cell, "x"), expected);
        }
        let expected = "„*****200 / *****300” nie jest prawidłowym numerem telefonu; kilka numerów oddziel znakiem |";
        assert_eq!(invalid_number("600100200 / 600100300", "x"), expected);
        for cell in ["12", "E+08", ",5E+08", "6,E+08", "6,1E08", "6,1E+", "ext 5"] {
            let expected = format!("„{cell}” nie jest prawidłowym numerem telefonu; x");
            assert_eq!(invalid_number(cell, "x"), expected);
        }
    }

    #[test]
    fn a_name_has_nothing_that_nobody_sees() {
        for (cell, expected) in [
            ("Jan Kowalski", Ok("Jan Kowalski")),
            ("Jan\u{200b}  Kowal\u{ad}ski\u{a0}", Ok("Jan Kowalski")),
            ("\u{200b}", Err("pusta komórka; lead musi mieć nazwę")),
            ("", Err("pusta komórka; lead musi mieć nazwę")),
        ] {
            let read = name(cell, "lead");
            assert_eq!(
                read.as_deref().map_err(String::as_str),
                expected,
                "{cell:?}"
            );
        }
    }

    #[test]
    fn times_are_read_as_excel_writes_them() {
        for (cell, expected) in [
            ("21.11.2026", "2026-11-20T23:00:00Z"),
            ("1.7.2026", "2026-06-30T22:00:00Z"),
            ("21.11.2026 14:30", "2026-11-21T13:30:00Z"),
            ("21.11.2026 9:05", "2026-11-21T08:05:00Z"),
            ("21.11.2026 14:30:09", "2026-11-21T13:30:09Z"),
            ("2026-11-21 14:30:00", "2026-11-21T13:30:00Z"),
            ("2026-11-21 14:30", "2026-11-21T13:30:00Z"),
            ("2026-11-21", "2026-11-20T23:00:00Z"),
            ("2026-11-21T13:30:00Z", "2026-11-21T13:30:00Z"),
        ] {
            let read = time(cell, chrono_tz::Europe::Warsaw).unwrap();
            assert_eq!(
                read.map(moment::to_text).as_deref(),
                Some(expected),
                "{cell}"
            );
        }
        for cell in [
            "31.11.2026",
            "21.11.26",
            "11/21/2026",
            "21.11.2026 25:00",
            "21.11.2026 14:30:60",
            "21.11.2026T10:00",
            "21.11.2026 10",
            "21.11.2026 10:00 rano",
            "46347",
        ] {
            assert!(time(cell, chrono_tz::Europe::Warsaw).is_err(), "{cell}");
        }
    }
}
