//! Rights: the readable table of licences, row by row.

use pinax_core::steps::rights::{Licence, normalise_licence};

const TABLE: &str = include_str!("licences.md");

#[test]
fn every_row_of_the_table() {
    let (mut rows, mut unknown, mut wrong) = (0, 0, Vec::new());
    for line in TABLE.lines() {
        let Some(row) = line.strip_prefix("| ").filter(|row| !row.starts_with("text |")) else { continue };
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").collect();
        let [text, wanted, _] = cells[..] else { panic!("three cells: {line}") };
        let wanted = wanted.replace("CC:", "https://creativecommons.org/");
        let got = match normalise_licence(text) {
            Licence::Known(uri) => uri.to_string(),
            Licence::Unknown(kept) => {
                assert_eq!(kept, text);
                unknown += 1;
                "unknown".to_owned()
            }
        };
        if got != wanted {
            wrong.push(format!("{text}: expected {wanted}, got {got}"));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows - unknown >= 60 && unknown >= 35, "{rows} rows, {unknown} unknown");
}

#[test]
fn what_is_canonical_stays_as_it_is() {
    let root = "https://creativecommons.org/licenses";
    for code in ["by", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa"] {
        for version in ["2.0", "2.5", "3.0", "4.0"] {
            let uri = format!("{root}/{code}/{version}/");
            assert!(matches!(normalise_licence(&uri), Licence::Known(same) if same.as_str() == uri), "{uri}");
            let name = format!("CC {} {version}", code.to_uppercase());
            assert!(matches!(normalise_licence(&name), Licence::Known(same) if same.as_str() == uri), "{name}");
        }
    }
}

#[test]
fn long_texts_and_odd_letters_are_only_unknown() {
    for text in
        ["", " \n", "CC \u{0}BY \u{1F4A9}", "(((((", "ß".repeat(400).as_str(), "CC BY ".repeat(100).as_str(), "://"]
    {
        assert_eq!(normalise_licence(text), Licence::Unknown(text.trim().to_owned()));
    }
}
