//! Decodes the bytes of a file.

use encoding_rs::WINDOWS_1250;

const MARK: &[u8] = "\u{feff}".as_bytes();
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
const POLISH: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";

/// Decodes UTF-8 or Windows-1250. The text has no byte order mark, and each line
/// ends with a line feed.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.contains(&0) {
        return Err(
            "plik jest w UTF-16 albo nie jest tekstem; zapisz plik jako „CSV UTF-8” i zaimportuj go ponownie"
                .into(),
        );
    }
    let body = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let text = match str::from_utf8(body) {
        Ok(text) => text.into(),
        Err(error) if body.len() < bytes.len() || has_polish_utf8(body) => {
            let line = 1 + line_feeds(&body[..error.valid_up_to()]);
            return Err(format!(
                "wiersz {line} nie jest w UTF-8, a inne są; zapisz plik jako „CSV UTF-8” i zaimportuj go ponownie"
            ));
        }
        Err(_) => WINDOWS_1250.decode_without_bom_handling(body).0,
    };
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Whether there is a Polish letter in UTF-8. As Windows-1250 its bytes would be a
/// pair such as `Ĺ‚`, which occurs in no word.
fn has_polish_utf8(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| {
        matches!(pair[0], 0xc3..=0xc5)
            && str::from_utf8(pair).is_ok_and(|letter| POLISH.contains(letter))
    })
}

fn line_feeds(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_windows_1250_give_the_same_text() {
        let utf_8 = "login;name\r\nj;Zażółć gęślą jaźń\r\n";
        let expected = "login;name\nj;Zażółć gęślą jaźń\n";
        let marked = [MARK, utf_8.as_bytes()].concat();
        let windows = WINDOWS_1250.encode(utf_8).0;
        let mac = expected.replace('\n', "\r");
        for bytes in [utf_8.as_bytes(), &marked, &windows, mac.as_bytes()] {
            assert_eq!(decode(bytes).as_deref(), Ok(expected), "{bytes:?}");
        }
    }

    #[test]
    fn capitals_that_form_a_pair_of_utf_8_are_windows_1250() {
        let windows = WINDOWS_1250.encode("SPÓŁKA, WSPÓŁPRACA ŻÓŁĆ").0;
        assert_eq!(decode(&windows).as_deref(), Ok("SPÓŁKA, WSPÓŁPRACA ŻÓŁĆ"));
    }

    #[test]
    fn what_is_neither_is_refused() {
        let utf_16: Vec<u8> = "id,name"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked_utf_16 = [b"\xff\xfe", utf_16.as_slice()].concat();
        for bytes in [utf_16.as_slice(), &marked_utf_16, b"\xfe\xff", b"id\n1\0\n"] {
            let reason = decode(bytes).unwrap_err();
            assert!(reason.contains("CSV UTF-8"), "{reason}");
        }
        let mixed = [
            "id,name\n1,Łoś\n2,".as_bytes(),
            &WINDOWS_1250.encode("Łoś\n").0,
        ]
        .concat();
        let marked = [MARK, b"id,name\n1,\n2,\xb3\n"].concat();
        for bytes in [mixed, marked] {
            let reason = decode(&bytes).unwrap_err();
            assert!(reason.starts_with("wiersz 3 nie jest w UTF-8"), "{reason}");
        }
    }
}
