//! Reads a page: its tags, and the rows of its tables.

/// A tag of the page, with the text that follows it.
#[derive(Debug)]
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: &'a str,
    pub text: &'a str,
}

impl Tag<'_> {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.attributes.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()
    }
}

/// The tags that open something. Each is closed in its turn.
#[track_caller]
pub fn tags(page: &str) -> Vec<Tag<'_>> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    let body = page.strip_prefix("<!DOCTYPE html>").unwrap();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>{text}");
            continue;
        }
        let name = tag.split(' ').next().unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
        if name != "meta" {
            open.push(name);
        }
        let attributes = &tag[name.len()..];
        found.push(Tag {
            name,
            attributes,
            text,
        });
    }
    assert!(open.is_empty(), "{open:?} are open");
    found
}

/// The rows of all tables: the text of each cell, without changes.
pub fn rows(page: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for tag in tags(page) {
        match tag.name {
            "tr" => rows.push(Vec::new()),
            "th" | "td" => rows.last_mut().unwrap().push(tag.text.trim().into()),
            _ => {}
        }
    }
    rows
}
