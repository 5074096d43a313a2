//! Files of every shape, and what is said of them.

use super::*;

const COLUMNS: Columns = Columns {
    key: CsvColumn::new("id", "id"),
    others: &[
        CsvColumn::new("name", "nazwa"),
        CsvColumn::new("phone", "telefon"),
        CsvColumn::new("team", "zespół"),
    ],
    unknown: Unknown::Ignored,
};

/// Each row as `LINE id|name`, a missing column as `-`; each remark in full.
fn read(text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let cell = |row: &CsvRow, column| row.cell(column).unwrap_or("-").to_owned();
    let contents = super::read(text.into(), &COLUMNS, |row, _| {
        let (id, name) = (cell(&row, "id"), cell(&row, "name"));
        Some(format!("{} {id}|{name}", row.line))
    })?;
    let remarks = contents.remarks.iter().map(ToString::to_string);
    Ok((contents.rows, remarks.collect()))
}

#[test]
fn separators_line_ends_and_column_order_are_understood() {
    for text in [
        "id,name\n1,Jan\n2,\"A, b; \"\"c\"\"\"\n",
        "id,name\r\n1,Jan\r\n2,\"A, b; \"\"c\"\"\"",
        "ID ; \u{a0}Name\n1;Jan\n2;\"A, b; \"\"c\"\"\"\n",
        "name\tid\nJan\t1\nA, b; \"c\"\t\u{a0}2 \n",
        "\"id\",\"name\"\n\"1\",\"Jan\"\n\"2\",\"A, b; \"\"c\"\"\"\n",
    ] {
        let rows = ["2 1|Jan", "3 2|A, b; \"c\""].map(str::to_owned);
        assert_eq!(read(text), Ok((rows.into(), vec![])), "{text:?}");
    }
}

#[test]
fn a_stated_separator_is_a_line_of_its_own() {
    for text in [
        "sep=;\nid;name\n1;a,b\n",
        "SEP=,\nid,name\n1,\"a,b\"\n",
        "\"sep=;\"\nid;name\n1;a,b\n",
        "sep=\t\nid\tname\n1\ta,b\n",
    ] {
        assert_eq!(read(text), Ok((vec!["3 1|a,b".into()], vec![])), "{text:?}");
    }
    let reason = "sep= musi podawać przecinek, średnik albo tabulator";
    assert_eq!(read("sep=|\nid|name\n"), Err(reason.into()));
}

#[test]
fn empty_lines_and_rows_are_passed_over_and_counted() {
    let text = "\nid,name\n\n1,\n , \u{a0}\n\n\n,,,\n2,b\n3,c";
    let rows = ["4 1|", "9 2|b", "10 3|c"].map(str::to_owned);
    assert_eq!(read(text), Ok((rows.into(), vec![])));
}

#[test]
fn a_row_of_another_shape_is_refused_by_its_line() {
    for (text, rows, problems) in [
        (
            "id,name\n1\n2,b\n",
            vec!["3 2|b"],
            vec!["2: wiersz ma 1 komórkę, a pierwszy wiersz wymienia 2 kolumny".to_owned()],
        ),
        (
            "id,name\n1,a,\n2,b\n",
            vec!["3 2|b"],
            vec!["2: wiersz ma 3 komórki, a pierwszy wiersz wymienia 2 kolumny".to_owned()],
        ),
        (
            "id,name\n1,\"a\nb\"\n2,b\n",
            vec!["4 2|b"],
            vec![format!("2: {OPEN_QUOTE}")],
        ),
        (
            "id,name\n1,a\n2,\"b\n3,c\n",
            vec!["2 1|a"],
            vec![format!("3: {OPEN_QUOTE}")],
        ),
        (
            "id,name\n1,a\n2,\"b",
            vec!["2 1|a"],
            vec![format!("3: {OPEN_QUOTE}")],
        ),
        (
            "id,notes\n1,\"a\rb\"\n2,\n",
            vec!["4 2|-"],
            vec![
                "1: pominięto nieznaną kolumnę: „notes”".to_owned(),
                format!("2: {OPEN_QUOTE}"),
            ],
        ),
    ] {
        let rows = rows.into_iter().map(str::to_owned).collect();
        assert_eq!(read(text), Ok((rows, problems)), "{text:?}");
    }
}

#[test]
fn a_file_without_usable_column_names_is_refused() {
    for (text, reason) in [
        ("", "plik jest pusty"),
        ("\r\n \n;;\n", "plik jest pusty"),
        ("sep=;\n", "plik jest pusty"),
        (
            "1,Jan\n",
            "w wierszu 1 nie ma kolumny id; wpisz w nim nazwy kolumn: \
             id,name,phone,team albo id,nazwa,telefon,zespół",
        ),
        (
            "\n\nid,Name,NAME\n",
            "wiersz 3 wymienia tę samą kolumnę dwa razy: „Name” i „NAME”",
        ),
        (
            "team;id;zespol\n",
            "wiersz 1 wymienia tę samą kolumnę dwa razy: „team” i „zespol”",
        ),
        ("id,\"name\n1,Jan\n", &format!("wiersz 1: {OPEN_QUOTE}")),
    ] {
        assert_eq!(read(text), Err(reason.into()), "{text:?}");
    }
}

#[test]
fn unknown_columns_are_warned_of_once() {
    let warning = "1: pominięto nieznane kolumny: „mail”, nr 3 (bez nazwy), „mail”";
    let expected = (vec!["2 1|-".to_owned()], vec![warning.to_owned()]);
    assert_eq!(read("mail,id,,mail\na@b,1,x\ty,\n"), Ok(expected));
}

#[test]
fn remarks_name_a_column_as_the_file_does() {
    for (header, columns) in [
        ("id,name,team", ["name", "team", "phone"]),
        ("ID,Nazwa,ZESPÓŁ", ["Nazwa", "ZESPÓŁ", "telefon"]),
        ("id, name ,zespol", ["name", "zespol", "telefon"]),
        ("id,team,nazwa", ["nazwa", "team", "telefon"]),
    ] {
        let text = format!("{header}\n1,a,b\n");
        let contents = super::read(text.into(), &COLUMNS, |row, remarks| {
            for column in ["name", "team", "phone"] {
                remarks.refuse(row.line, column, "zła");
            }
            Some(())
        });
        let remarks = contents.unwrap().remarks;
        let shown: Vec<_> = remarks.iter().map(ToString::to_string).collect();
        assert_eq!(shown, columns.map(|column| format!("2: {column}: zła")));
    }
}
