//! `callsync export`: CSV that `import` reads, so that reading it back changes nothing.

use crate::office::Office;

/// Prints users or leads, and reads them back.
#[track_caller]
fn export_and_import(office: &Office, what: &str) -> (String, String) {
    let csv = office
        .callsync(&["export", what])
        .prints("name,")
        .run()
        .stdout;
    let import = office.callsync(&["import", what, "-"]).reads(csv.as_str());
    (csv, import.prints("").logs().run().stdout)
}

#[test]
fn exported_users_are_those_that_were_imported_and_importing_them_changes_nothing() {
    let office = Office::unasked();
    office.import(
        "users",
        "login;name;role;team;numbers;active;telecube;mluvii\n\
         =cmd;\"=1+1; \"\"Łódź\"\", ulica\";head;Żółty;;0;;8 | 7\n\
         -jan;@Jan 'Żak' 'ą|ę';advisor-bik;;;1;u-2|u-1;\n",
    );
    let (csv, imported) = export_and_import(&office, "users");
    let expected = r#"login,name,role,team,numbers,active,telecube,mluvii
anna,Anna Wójcik,advisor-bik,bik,+48600100201,1,101|u-anna,41
bartek,Bartosz Zieliński,advisor-bik,bik,+48225550102|+48600100202,1,,
celina,Celina Dąbrowska,advisor-cesje,cesje,+48600100203,1,u-celina,43
kierownik,Karol Maj,manager,bik,,1,u-karol,44
=cmd,"=1+1; ""Łódź"", ulica",head,żółty,,0,,7|8
-jan,@Jan 'Żak' 'ą|ę',advisor-bik,,,1,u-1|u-2,
"#;
    assert_eq!(csv, expected);
    assert_eq!(imported, "Użytkownicy: 6 (nowi 0, zmienieni 0)\n");
}

#[test]
fn exported_leads_are_those_that_were_imported_and_importing_them_changes_nothing() {
    let office = Office::unasked();
    office.import(
        "leads",
        "id\tname\tphone\tadvisor\tcreated_at\n\
         7\t=HYPERLINK(\"x\"),1;2\t=\"601 200 307\"\tanna\t2026-11-21T14:30:09+01:00\n\
         8\t\"+Żółć \"\"i\"\" 'syn'\"\tbrak\t\t2026-03-29 02:30\n\
         9\t\u{2014} -1\t\t\t1999-01-01\n\
         10\tJan\u{200b}  Nowak\t\t\t2026-01-01\n",
    );
    let (csv, imported) = export_and_import(&office, "leads");
    let expected = r#"id,name,phone,advisor,created_at
1,Jan Kowalski,601 200 301,anna,2025-12-31T23:00:00Z
2,Ewa Nowak,+48 601-200-302,bartek,2026-01-01T23:00:00Z
3,Żaneta Łoś,601200303,,2026-01-02T23:00:00Z
7,"=HYPERLINK(""x""),1;2","=""601 200 307""",anna,2026-11-21T13:30:09Z
8,"+Żółć ""i"" 'syn'",brak,,2026-03-29T01:30:00Z
9,— -1,,,1998-12-31T23:00:00Z
10,Jan Nowak,,,2025-12-31T23:00:00Z
"#;
    assert_eq!(csv, expected);
    assert!(
        imported.starts_with("Leady: 7 (nowe 0, zmienione 0)\n"),
        "{imported}"
    );
}

#[test]
fn leads_are_exported_whole_in_the_order_of_their_ids() {
    let office = Office::unasked();
    office.execute(
        "WITH RECURSIVE n (n) AS (SELECT 2500 UNION ALL SELECT n - 1 FROM n WHERE n > 4)
         INSERT INTO leads (id, name, created_at) SELECT n, 'Lead ' || n, '2026-01-01T00:00:00Z' FROM n",
    );
    let csv = office
        .callsync(&["export", "leads"])
        .prints("id,")
        .run()
        .stdout;
    let id = |line: &str| line.split(',').next().unwrap().parse::<i64>().unwrap();
    assert!(csv.lines().skip(1).map(id).eq(1..=2500));
}

#[test]
fn an_export_writes_nothing_into_the_file_and_a_quiet_one_prints_nothing() {
    let office = Office::unasked();
    let before = office.rows("SELECT * FROM sync_runs");
    office.callsync(&["export", "users"]).prints("login,").run();
    office.callsync(&["-q", "export", "leads"]).run();
    office
        .callsync(&["export", "leads"])
        .into_closed_pipe()
        .run();
    assert_eq!(office.rows("SELECT * FROM sync_runs"), before);
}
