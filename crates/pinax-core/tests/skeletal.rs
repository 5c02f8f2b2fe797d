//! Skeletal files, from bytes to records: dates by the readable table, the rest by small files.

use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::nouns::reason::{Reason, ReasonCode};
use pinax_core::nouns::skeletal::{OccurrenceField, SkeletalRecord};
use pinax_core::nouns::source_image::Locator;
use pinax_core::steps::skeletal::{SkeletalFile, SkeletalLimits, is_skeletal, read};

mod skeletal {
    mod encodings;
    mod rows;
    mod tables;
    mod values;
}

const DATES: &str = include_str!("skeletal_dates.md");

fn number_of(text: &str) -> Result<CatalogNumber, Reason> {
    CatalogNumber::new(text).map_err(|error| Reason::from_error(ReasonCode::NumberRefused, &error))
}

fn limits() -> SkeletalLimits {
    SkeletalLimits::for_catalog_numbers(32)
}

fn taken(bytes: impl AsRef<[u8]>) -> SkeletalFile {
    let bytes = bytes.as_ref();
    read(bytes, &number_of, &limits()).unwrap_or_else(|reason| {
        panic!("{}: {reason:?}", String::from_utf8_lossy(bytes));
    })
}

fn refused(bytes: impl AsRef<[u8]>) -> Reason {
    let bytes = bytes.as_ref();
    match read(bytes, &number_of, &limits()) {
        Ok(file) => panic!("{} gave {file:?}", String::from_utf8_lossy(bytes)),
        Err(reason) => reason,
    }
}

/// The value of a field; `-` when there is none.
fn value<'r>(record: &'r SkeletalRecord, column: &str) -> &'r str {
    let field = OccurrenceField::parse(column).expect("a column");
    record.fields.get(&field).map_or("-", String::as_str)
}

/// The refusals as `line column`, or `line row`.
fn places(file: &SkeletalFile) -> Vec<String> {
    let place = |column: &Option<String>| column.as_deref().unwrap_or("row").to_owned();
    file.refusals.iter().map(|refusal| format!("{} {}", refusal.line, place(&refusal.column))).collect()
}

#[test]
fn every_row_of_the_table_of_dates() {
    let (mut rows, mut wrong) = (0, Vec::new());
    for line in DATES.lines() {
        let Some(row) = line.strip_prefix("| ").filter(|row| !row.starts_with("written")) else { continue };
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").collect();
        let [written, date, kept, why] = cells[..] else { panic!("four cells: {line}") };
        let file = taken(format!("catalogNumber\teventDate\nTST1\t{written}\n"));
        let record = &file.records[0];
        let verbatim = if kept == "yes" { written } else { "-" };
        let got = (value(record, "eventDate"), value(record, "verbatimEventDate"), file.refusals.len());
        if got != (date, verbatim, usize::from(date == "-")) {
            wrong.push(format!("{written}: expected {date}, kept: {kept}, got {got:?} ({why})"));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= 70, "the table has only {rows} rows");
}

#[test]
fn the_extension_tells_a_skeletal_file() {
    for (name, is) in
        [("a/b.csv", true), ("B.CSV", true), ("b.tab", true), ("b.txt", true), ("b.dat", true), ("b.xml", false)]
    {
        assert_eq!(is_skeletal(&Locator::new(name)), is, "{name}");
    }
    assert!(!is_skeletal(&Locator::new("csv")) && !is_skeletal(&Locator::new("b.csv.jpg")));
}
