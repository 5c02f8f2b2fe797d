//! The readable table of file names, run row by row.

use pinax_core::nouns::source_image::Locator;
use pinax_core::steps::identify::{NamePattern, identify};

const TABLE: &str = include_str!("identify.md");

#[test]
fn every_row_of_the_table() {
    let (mut rows, mut wrong) = (0, Vec::new());
    let mut pattern = None;
    for line in TABLE.lines() {
        if let Some(heading) = line.strip_prefix("## `").and_then(|rest| rest.strip_suffix('`')) {
            let mut parts = heading.split(" => ");
            let text = parts.next().expect("a pattern");
            let replace = parts.next().map(|from| (from, parts.next().unwrap_or_default()));
            pattern = Some(NamePattern::new(text, replace).unwrap_or_else(|error| panic!("{heading}: {error}")));
            continue;
        }
        let Some(row) = line.strip_prefix("| ").filter(|row| !row.starts_with("file name")) else { continue };
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").collect();
        let [name, number, place, why] = cells[..] else { panic!("four cells: {line}") };
        let pattern = pattern.as_ref().expect("a heading comes first");
        let got = match identify(pattern, 32, &Locator::new(name), false) {
            Ok(identity) => (identity.catalog_number.to_string(), identity.rank.to_string()),
            Err(reason) => ("aside".to_owned(), reason.code.to_string()),
        };
        if got != (number.to_owned(), place.to_owned()) {
            wrong.push(format!("{name}: expected {number} {place}, got {} {} ({why})", got.0, got.1));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= 80, "the table has only {rows} rows");
}

#[test]
fn names_that_are_not_text_wait_for_a_person() {
    let pattern = NamePattern::new(r"/^(TST\d+)/", None).expect("a good pattern");
    let reason = identify(&pattern, 32, &Locator::new(&b"TST1\xff.jpg"[..]), false).expect_err("not text");
    assert_eq!(reason.code.as_str(), "name-not-text");
}

#[test]
fn patterns_that_cannot_work_are_refused_when_they_are_read() {
    for (pattern, says) in [
        (r"/^TST\d{8}/", "no capture"),
        (r"/^(TST\d{8}/", "does not compile"),
        (r"/^(TST\d{8})", "no slash at its end"),
        (r"/^(TST)/q", "flag `q`"),
        (r"/^(?=T)((T+)+)+x/", "forever"),
        (r"/^(?!x)([A-Z]*)*\d$/", "forever"),
        (r"/(\w{1000}){1000}/", "does not compile"),
        (r"/^(.*)(.*)(.*)(.*)(.*)(.*)(.*)(?!.)(x)\1/", "too long"),
    ] {
        match NamePattern::new(pattern, None) {
            Ok(_) => panic!("{pattern} should be refused"),
            Err(error) => assert!(error.to_string().contains(says), "{pattern}: {error}"),
        }
    }
    assert!(NamePattern::new(r"/^(\d+)/", Some(("/(/", ""))).is_err());
    // Nested repeats are harmless where the engine needs no backtracking.
    assert!(NamePattern::new(r"/^((?:[A-Z]+)+\d+)/", None).is_ok());
}
