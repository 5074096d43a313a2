//! The items of `check`, as text and as JSON.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

use crate::check::{Item, Verdict};
use crate::text;

pub fn write_items<'a>(
    out: &mut dyn Write,
    items: impl IntoIterator<Item = &'a Item>,
) -> Result<()> {
    for item in items {
        writeln!(out, "{item}")?;
    }
    Ok(())
}

/// Writes how many items need a person, and these once more, so that nobody has to search.
pub fn write_verdict(out: &mut dyn Write, items: &[Item]) -> Result<()> {
    let are = |verdict| items.iter().filter(move |item| item.verdict == verdict);
    let (wrong, warnings) = (are(Verdict::Wrong), are(Verdict::Warning));
    let (count, skipped) = (items.len(), are(Verdict::Skipped).count());
    let mut parts = vec![match wrong.clone().count() {
        0 => format!("nothing wrong in {}", text::counted(count, "item")),
        wrong => format!("{wrong} of {} wrong", text::counted(count, "item")),
    }];
    let more = [
        (warnings.clone().count(), "to look at"),
        (skipped, "not checked"),
    ];
    let more = more.iter().filter(|(count, _)| *count > 0);
    parts.extend(more.map(|(count, what)| format!("{count} {what}")));
    writeln!(out, "\n{}", parts.join(", "))?;
    write_items(out, wrong.chain(warnings))
}

pub fn to_json(items: &[Item]) -> Value {
    let is_wrong = |item: &Item| item.verdict == Verdict::Wrong;
    json!({
        "ok": !items.iter().any(is_wrong),
        "items": items.iter().map(item_json).collect::<Vec<_>>(),
    })
}

/// A warning is ok and has a fix.
fn item_json(item: &Item) -> Value {
    json!({
        "name": item.name,
        "ok": item.verdict != Verdict::Wrong,
        "found": text::one_line(&item.found),
        "fix": item.fix.as_deref().map(text::one_line),
    })
}
