//! The Polish of a reason that was stored or logged in English.

use super::{Cause, JOINT, filled};

/// Joints that one reason, with its details, may hold itself.
const INNER_JOINTS: usize = 8;

/// Translates a reason, or several one after the other, as a run joins its failure and its
/// notes. What no [`Cause`] says stays as it is.
pub fn in_polish(english: &str) -> String {
    let joints = english
        .match_indices(JOINT)
        .map(|(at, _)| at)
        .take(INNER_JOINTS);
    let known = joints
        .chain([english.len()])
        .find_map(|end| Some((end, translated(&english[..end])?)));
    let (end, first) = known.unwrap_or_else(|| {
        let end = english.find(JOINT).unwrap_or(english.len());
        (end, english[..end].to_owned())
    });
    match english.get(end + JOINT.len()..) {
        Some(rest) => format!("{first}{JOINT}{}", in_polish(rest)),
        None => first,
    }
}

/// The whole text as one reason.
fn translated(english: &str) -> Option<String> {
    Cause::ALL.iter().find_map(|cause| {
        let [template, polish] = cause.texts();
        let details = details(template, english)?.into_iter();
        let details: Vec<_> = details.map(in_polish).collect();
        Some(filled(polish, &details))
    })
}

/// What stands in a text where the template has `{}`; None if it is another text.
fn details<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts: Vec<_> = template.split("{}").collect();
    let last = parts.pop()?;
    let Some((first, middle)) = parts.split_first() else {
        return (text == template).then(Vec::new);
    };
    let mut rest = text.strip_prefix(first)?.strip_suffix(last)?;
    let mut details = Vec::new();
    for part in middle {
        let (detail, behind) = rest.split_once(part)?;
        details.push(detail);
        rest = behind;
    }
    details.push(rest);
    // Else a text that begins with its detail would take in the reasons before it.
    let is_another = first.is_empty() && details[0].contains(JOINT);
    (!is_another).then_some(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_again_and_shown_in_polish_with_its_details() {
        for cause in Cause::ALL {
            let [english, polish] = cause.texts();
            let count = english.matches("{}").count();
            assert_eq!(polish.matches("{}").count(), count, "{cause:?}");
            let words: Vec<_> = (0..count).map(|n| format!("Word{n}")).collect();
            let shown = in_polish(&filled(english, &words));
            assert_eq!(shown, filled(polish, &words), "{cause:?}");
            assert_ne!(english, polish, "{cause:?}");
        }
    }

    #[test]
    fn several_reasons_are_translated_one_by_one_and_what_is_unknown_stays() {
        let missing = "2 rows of A/B from C to D never came; the window is kept and read again";
        let missing_pl =
            "nie otrzymano wierszy (2) A/B od C do D; okres zostanie odczytany ponownie";
        for (english, polish) in [
            ("no luck; never mind", "no luck; never mind".to_owned()),
            ("disk; no id", "disk; brak identyfikatora".into()),
            (
                "TeleCube is unavailable: 503: a; b",
                "TeleCube jest niedostępny: 503: a; b".into(),
            ),
            (
                &format!("TeleCube is unavailable: 503: a; {missing}"),
                format!("TeleCube jest niedostępny: 503: a; {missing_pl}"),
            ),
            (
                &format!("Callyzer refused the token (401: x); renew CALLYZER_TOKEN; {missing}; {missing}"),
                format!("Callyzer odrzucił token (401: x); odnów CALLYZER_TOKEN; {missing_pl}; {missing_pl}"),
            ),
            (
                "Callyzer refused the request (400: no); A/B, which is not in CALLYZER_KINDS, is left out",
                "Callyzer odrzucił zapytanie (400: no); A/B, którego nie ma w CALLYZER_KINDS, pominięto".into(),
            ),
            (
                "note: impossible time 'yesterday'",
                "notatka: nieprawidłowa godzina „yesterday”".into(),
            ),
        ] {
            assert_eq!(in_polish(english), polish);
        }
    }
}
