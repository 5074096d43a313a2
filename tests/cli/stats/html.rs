//! The page: what a browser, a screen reader and a reader of figures rely on.

mod reader;

use serde_json::Value;

use super::{NOVEMBER, as_json, figures, november, office, stats};
use crate::office::Office;
use reader::{Tag, rows, tags};

fn page(office: &Office, arguments: &[&str]) -> String {
    let arguments = [arguments, &["--format", "html"]].concat();
    stats(office, &arguments)
        .prints("<!DOCTYPE html>")
        .run()
        .stdout
}

fn clock(seconds: &Value) -> String {
    seconds.as_i64().map_or("–".into(), |seconds| {
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
    })
}

/// The cells that the page has for numbers of the JSON.
fn cells(numbers: &Value) -> Vec<String> {
    let count = |name: &str| numbers[name].to_string();
    let average = numbers["calls_per_day"].as_f64();
    let average = average.map_or("–".into(), |average| format!("{average:.2}"));
    vec![
        count("incoming"),
        count("outgoing"),
        count("missed"),
        count("rejected"),
        count("calls"),
        clock(&numbers["talk_time_s"]),
        clock(&numbers["mean_call_s"]),
        count("days"),
        clock(&numbers["mean_day_s"]),
        average.replace('.', ","),
    ]
}

#[test]
fn the_page_is_well_formed_runs_nothing_and_asks_for_nothing() {
    let office = november();
    for arguments in [&NOVEMBER[..], &["--by", "day", "--quarter", "2026-Q4"]] {
        let page = page(&office, arguments);
        let tags = tags(&page);
        for tag in &tags {
            let forbidden = ["script", "link", "img", "iframe", "object", "base", "form"];
            assert!(!forbidden.contains(&tag.name), "{tag:?}");
            for attribute in ["src", "href", "xlink:href", "srcset", "onload", "onclick"] {
                assert_eq!(tag.attribute(attribute), None, "{tag:?}");
            }
        }
        for reference in ["http:", "https:", "url(", "@import", "//"] {
            assert!(!page.contains(reference), "{reference} in {page}");
        }
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        let is_policy = |tag: &Tag| tag.attribute("content") == Some(policy);
        assert!(tags.iter().any(is_policy), "{page}");
    }
}

#[test]
fn a_screen_reader_finds_landmarks_headings_in_order_captions_and_what_a_cell_belongs_to() {
    let page = page(&november(), &NOVEMBER);
    let tags = tags(&page);
    let all = |name: &str| {
        tags.iter()
            .filter(|tag| tag.name == name)
            .collect::<Vec<_>>()
    };
    assert_eq!(all("html")[0].attribute("lang"), Some("pl"));
    assert_eq!(
        (all("main").len(), all("header").len(), all("h1").len()),
        (1, 1, 1)
    );
    let levels = tags.iter().filter_map(|tag| match tag.name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        _ => None,
    });
    let levels: Vec<i32> = levels.collect();
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{levels:?}"
    );
    for heading in all("th") {
        let scope = heading.attribute("scope");
        assert!(matches!(scope, Some("col" | "row")), "{heading:?}");
    }
    assert_eq!(all("caption").len(), all("table").len());
    let ids: Vec<_> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
    for (place, id) in ids.iter().enumerate() {
        assert!(!ids[..place].contains(id), "{id} twice");
    }
    for tag in &tags {
        for attribute in ["aria-labelledby", "aria-describedby"] {
            let target = tag.attribute(attribute);
            assert!(target.is_none_or(|target| ids.contains(&target)), "{tag:?}");
        }
        let is_silent = tag.attribute("aria-hidden") == Some("true");
        let is_picture = tag.attribute("role") == Some("img");
        assert!(tag.name != "svg" || is_silent || is_picture, "{tag:?}");
    }
}

#[test]
fn the_figures_are_those_of_the_json() {
    let office = november();
    let json = as_json(&office, &NOVEMBER);
    let rows = rows(&page(&office, &NOVEMBER));
    let has = |label: &str, numbers: &Value| {
        let expected = [vec![label.to_owned()], cells(numbers)].concat();
        assert!(rows.contains(&expected), "no {expected:?} in {rows:?}");
    };
    for team in json["teams"].as_array().unwrap() {
        for row in team["rows"].as_array().unwrap() {
            has(row["advisor"].as_str().unwrap(), row);
        }
        let summary = cells(&team["summary"]);
        assert!(
            rows.iter().any(|row| row[1..] == summary),
            "{summary:?} in {rows:?}"
        );
    }
    let summary = cells(&json["summary"]);
    assert!(
        rows.iter().any(|row| row[1..] == summary),
        "{summary:?} in {rows:?}"
    );
}

#[test]
fn a_day_has_its_column_and_its_row_and_weekends_are_marked() {
    let page = page(&november(), &NOVEMBER);
    let tags = tags(&page);
    let titles: Vec<_> = tags.iter().filter(|tag| tag.name == "title").collect();
    for column in ["2026-11-03: 13", "2026-11-03: 25:02:41", "2026-11-04: 0"] {
        let has = titles.iter().any(|title| title.text == column);
        assert!(has, "no {column} in {titles:?}");
    }
    // Two charts, each with nine days and a key.
    let is_weekend = |tag: &&Tag| tag.name == "rect" && tag.attribute("class") == Some("weekend");
    assert_eq!(tags.iter().filter(is_weekend).count(), 20);
    let row = rows(&page)
        .into_iter()
        .find(|row| row[0].contains("2026-11-03"));
    assert_eq!(row.unwrap()[5..7], ["13", "25:02:41"]);
}

#[test]
fn numbers_stand_beside_the_signed_change_since_the_period_before() {
    let office = november();
    figures(&office, "anna", "2026-10-05", [4, 1, 8, 0, 900]);
    let page = page(&office, &NOVEMBER);
    assert!(page.contains("od 2026-10-01 do 2026-10-"), "{page}");
    let tags = tags(&page);
    let start = tags
        .iter()
        .position(|tag| tag.text == "Anna Wójcik")
        .unwrap();
    let row = tags[start + 1..].iter().take_while(|tag| tag.name != "tr");
    // Each number, then its change, behind a word for screen readers.
    let changes = row.filter(|tag| tag.attribute("class") == Some("change"));
    assert!(changes.count() >= 8, "{page}");
    for change in [
        "(−1)",
        "(+6)",
        "(=)",
        "(+1)",
        "(+5)",
        "(−00:01:39)",
        "(−00:01:40)",
    ] {
        assert!(
            page.contains(&format!("</span>{change}</span>")),
            "no {change} in {page}"
        );
    }
}

#[test]
fn a_name_from_outside_stays_text() {
    let office = november();
    office.execute(
        "UPDATE users SET name = '<b>&\"''</b>' || char(10) || char(8238) WHERE login = 'anna';
         UPDATE users SET name = '</title><script>' WHERE role = 'manager';
         UPDATE teams SET name = '\"><img src=x>' WHERE code = 'bik'",
    );
    let page = page(&office, &NOVEMBER);
    let names: Vec<_> = tags(&page).iter().map(|tag| tag.name).collect();
    assert!(!names.contains(&"b") && !names.contains(&"img"), "{page}");
    assert!(page.contains("&lt;b&gt;&amp;&quot;'&lt;/b&gt;<"), "{page}");
    assert!(page.contains("&lt;/title&gt;&lt;script&gt;"), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
}

#[test]
fn an_empty_period_says_so_and_has_no_zeros() {
    let page = page(&office(), &["--month", "2025-01"]);
    assert!(page.contains("Brak danych za ten okres"), "{page}");
    let tags = tags(&page);
    assert!(
        tags.iter()
            .all(|tag| tag.name != "table" && tag.name != "svg"),
        "{page}"
    );
}

#[test]
fn the_page_shows_what_the_table_may_show() {
    let office = november();
    let own = page(&office, &[&NOVEMBER[..], &["--as", "kierownik"]].concat());
    assert!(own.contains("Anna") && !own.contains("Celina") && !own.contains("cesje"));
    let other = ["--as", "kierownik", "--team", "cesje", "--format", "html"];
    stats(&office, &other)
        .fails(77)
        .says_only("callsync: Brak uprawnień do przeglądania statystyk zespołu\n")
        .run();
}
