//! Files for the import page, looked through before they are imported.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::nouns::batch::BatchId;
use pinax_core::nouns::finding::Severity;
use pinax_core::ports::portal::Portal;
use pinax_io::portal::import_csv::lint::{LintOptions, LintReport, lint};

use crate::support::{Place, apply, herbarium};

const HEADER: &str = "catalogNumber,originalUrl,format";

fn look(bytes: impl AsRef<[u8]>) -> LintReport {
    let place = Place::table(bytes);
    lint(place.records(), LintOptions::default()).unwrap()
}

/// What is found in a file with this header and row: line, rule, severity.
fn found(text: impl AsRef<[u8]>) -> Vec<(Option<u64>, &'static str, Severity)> {
    look(text).findings.iter().map(|one| (one.line, one.rule, one.severity)).collect()
}

#[tokio::test]
async fn our_own_files_are_found_fine() {
    let place = Place::counted(20);
    let portal = place.portal();
    apply(&portal, 1, 1..=20, "a").await;
    portal.finish(&herbarium(&portal).await, BatchId(1)).await.unwrap();
    let report = lint(&place.out().join("tst-batch1-1.csv"), LintOptions::default()).unwrap();
    assert_eq!((report.rows, report.errors, report.warnings), (20, 0, 0), "{report:?}");
}

#[test]
fn rows_the_page_would_spoil() {
    let long = format!("T1,https://h/{}.jpg,image/jpeg", "x".repeat(250));
    for (row, rule, severity) in [
        ("T1,https://h/a b.jpg,image/jpeg", "percent-encoding", Severity::Error),
        ("T1,https://h/é.jpg,image/jpeg", "percent-encoding", Severity::Error),
        ("T1,https://h/50%.jpg,image/jpeg", "percent-encoding", Severity::Error),
        ("T1,\"https://h/a,b.jpg\",image/jpeg", "separators", Severity::Warning),
        ("T1,https://h/a;b.jpg,image/jpeg", "separators", Severity::Warning),
        ("T1,http://h/a.jpg,image/jpeg", "https", Severity::Warning),
        ("T1,/media/a.jpg,image/jpeg", "https", Severity::Warning),
        ("T1,,image/jpeg", "no-original-url", Severity::Error),
        (",https://h/a.jpg,image/jpeg", "no-identifier", Severity::Error),
        ("\" T1\",https://h/a.jpg,image/jpeg", "identifier-space", Severity::Error),
        ("T1,https://h/a.jpg,image/tiff", "format", Severity::Error),
        ("T1,https://h/00-abc,", "format", Severity::Error),
        ("T1,https://h/a.tif,", "format", Severity::Error),
        ("T1,https://h/a.jpg", "cells", Severity::Error),
        ("T1,https://h/a.jpg,image/jpeg,x", "cells", Severity::Error),
        ("=1+1,https://h/a.jpg,image/jpeg", "formula", Severity::Warning),
        ("T\0 1,https://h/a.jpg,image/jpeg", "characters", Severity::Error),
        ("T🌿1,https://h/a.jpg,image/jpeg", "characters", Severity::Error),
        ("T123456789012345678901234567890123,https://h/a.jpg,image/jpeg", "width", Severity::Error),
        (long.as_str(), "width", Severity::Error),
        ("\"T1\\\",https://h/a.jpg,image/jpeg", "backslash", Severity::Error),
    ] {
        assert_eq!(found(format!("{HEADER}\n{row}\n")), [(Some(2), rule, severity)], "{row}");
    }
    let fine = format!("{HEADER}\nT1,https://h/%C3%A9.jpg,image/jpeg\n\nT2,https://h/b.JPG,\n");
    assert_eq!(found(fine), []);
    let latin = [format!("{HEADER}\n").as_bytes(), b"T\xE9,https://h/a.jpg,image/jpeg\n"].concat();
    assert_eq!(found(latin), [(Some(2), "encoding", Severity::Error)]);
}

#[test]
fn other_columns() {
    for (column, value, rule) in [
        ("rights", "CC BY", "licence"),
        ("mediaMD5", "abc", "md5"),
        ("sortOccurrence", "first", "sort"),
        ("owner", "+Herbarium", "formula"),
        ("caption", "\"a\nb\"", "characters"),
    ] {
        let text = format!("{HEADER},{column}\nT1,https://h/a.jpg,image/jpeg,{value}\n");
        assert_eq!(found(text), [(Some(2), rule, Severity::Warning)], "{column}");
    }
    let hash = format!("{HEADER},hashValue\nT1,https://h/a.jpg,image/jpeg,{}\n", "0".repeat(64));
    assert_eq!(found(hash), [(Some(2), "width", Severity::Error)]);
}

/// A UUID in a column `occid` is compared with a number too: `1b4a…` finds record 1.
#[test]
fn identifiers() {
    let uuid = "occid,originalUrl,format\n1b4a7fa3-0000,https://h/a.jpg,image/jpeg\n";
    assert_eq!(found(uuid), [(Some(2), "occid", Severity::Error)]);
    let two =
        "occid,catalogNumber,originalUrl,format\n1,T1,https://h/a.jpg,image/jpeg\n2,,https://h/b.jpg,image/jpeg\n";
    assert_eq!(found(two), [(Some(2), "identifiers", Severity::Warning)]);
}

#[test]
fn the_same_row_twice_would_double_the_picture() {
    let row = "T1,https://h/a.jpg,image/jpeg\n";
    let text = format!("{HEADER}\n{row}T2,https://h/a.jpg,image/jpeg\nT1,https://h/b.jpg,image/jpeg\n{row}");
    let report = look(text);
    let [only] = report.findings.as_slice() else { panic!("{report:?}") };
    assert_eq!((only.line, only.rule), (Some(5), "row-twice"));
    assert!(only.message.contains("line 2"));
}

#[test]
fn headers() {
    let row = "x,y,z\n";
    for (header, rules) in [
        ("format,catalogNumber,originalUrl", &["first-column"][..]),
        ("originalUrl,catalogNumber,format", &[]),
        ("catalogNumber,originalUrl,Large JPG", &["column-twice", "no-format-column"]),
        ("catalogNumber,originalUrl,photographer", &["unknown-column", "no-format-column"]),
        ("catalogNumber,ac:accessURI,format", &["access-uri", "no-original-url"]),
        ("title,originalUrl,format", &["unknown-column", "no-identifier"]),
        ("catalogNumber,originalUrl,creatorUid", &["creator-uid", "no-format-column"]),
    ] {
        let told: Vec<&str> = look(format!("{header}\n{row}"))
            .findings
            .iter()
            .filter(|one| one.line == Some(1))
            .map(|one| one.rule)
            .collect();
        assert_eq!(told, rules, "{header}");
    }
}

#[test]
fn whole_files() {
    for (bytes, rule) in [
        (&b""[..], "no-header"),
        (b"\n\n", "no-header"),
        (b"\xFF\xFEi\0d\0", "encoding"),
        (b"catalogNumber;originalUrl\nT1;https://h/a.jpg\n", "delimiter"),
        (b"catalogNumber,originalUrl\rT1,https://h/a.jpg\r", "line-ends"),
        (b"PK\x03\x04catalogNumber,originalUrl\n", "file-name"),
    ] {
        let report = look(bytes);
        assert!(report.errors == 1 && report.findings[0].rule == rule, "{report:?}");
    }
    let marked = "\u{feff}\"catalogNumber\",originalUrl,format\r\nT1,https://h/a.jpg,image/jpeg\r\n";
    assert_eq!(found(marked), [(None, "byte-order-mark", Severity::Note)]);
    let tabs = "catalogNumber\toriginalUrl\tformat\n\"T1\"\thttps://h/a.jpg\timage/jpeg\n";
    assert_eq!(found(tabs), [(Some(2), "quotes", Severity::Error)]);
    let open = format!("{HEADER}\nT1,\"https://h/a.jpg,image/jpeg\n{}", "x\n".repeat(1 << 20));
    assert_eq!(found(open), [(Some(2), "row-without-end", Severity::Error)]);
    let place = Place::table("");
    assert_eq!(lint(&place.path().join("nowhere"), LintOptions::default()).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(lint(place.path(), LintOptions::default()).unwrap_err().kind(), ErrorKind::Config);
    let named = place.path().join("x.xlsx");
    fs::write(&named, format!("{HEADER}\nT1,https://h/a.jpg,image/jpeg\n")).unwrap();
    assert_eq!(lint(&named, LintOptions::default()).unwrap().findings[0].rule, "file-name");
}
