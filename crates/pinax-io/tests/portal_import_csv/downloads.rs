//! Downloads in all the forms a portal offers, and broken ones.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::nouns::finding::Severity;
use pinax_core::nouns::matching::MatchField;
use pinax_core::ports::portal::Portal;
use pinax_testkit::portal_contract::{Seed, wanted};
use pinax_testkit::portal_download;

use crate::support::{Place, find, herbarium, key, refused};

const HEADER: &str = "id,institutionCode,collectionCode,catalogNumber,recordedBy,recordID\n";

#[tokio::test]
async fn with_a_byte_order_mark_and_windows_line_ends() {
    let text = portal_download::occurrences(&Seed::counted(3).records).replace('\n', "\r\n");
    let place = Place::table(format!("\u{feff}{text}"));
    let found = find(&place.portal(), "TST00000003").await.unwrap();
    assert_eq!(found[0].occid.0, 3);
    assert_eq!(found[0].recorded_by.as_deref(), Some("Gray, A. \"Asa\" 17"));
    assert_eq!(found[0].event_date.as_deref(), Some("1899-07-14"));
}

#[tokio::test]
async fn parted_by_tabs_and_never_quoted() {
    let text = "id\tinstitutionCode\tcollectionCode\tcatalogNumber\trecordedBy\trecordID\n\
                4\tTST\tVASC\tT4\t\"Asa\" Gray\tx\n5\tTST\tVASC\tT5\t\"unclosed\tx\n6\tTST\tVASC\tT6\ta, b\tx\n";
    let portal = Place::table(text);
    let portal = portal.portal();
    assert_eq!(find(&portal, "T4").await.unwrap()[0].recorded_by.as_deref(), Some("\"Asa\" Gray"));
    assert_eq!(find(&portal, "T5").await.unwrap()[0].occid.0, 5);
    assert_eq!(find(&portal, "T6").await.unwrap()[0].recorded_by.as_deref(), Some("a, b"));
}

#[tokio::test]
async fn in_latin_1() {
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend(b"7,TST,VASC,\xC9-7,Mu\xF1oz,x\n");
    let place = Place::table(bytes);
    let found = find(&place.portal(), "é-7").await.unwrap();
    assert_eq!((found[0].occid.0, found[0].recorded_by.as_deref()), (7, Some("Muñoz")));
}

#[tokio::test]
async fn with_names_of_columns_in_any_case_and_with_prefixes() {
    let text = "dwc:ID,DWC:INSTITUTIONCODE,http://rs.tdwg.org/dwc/terms/collectionCode,CatalogNumber,recordId\n\
                9,TST,VASC,T9,x\n";
    assert_eq!(find(&Place::table(text).portal(), "t9").await.unwrap()[0].occid.0, 9);
}

#[tokio::test]
async fn in_a_zip_with_pictures() {
    let seed = Seed { rows: vec![wanted(2, "a")], ..Seed::counted(3) };
    let place = Place::zip(&[
        ("meta.xml", b"<archive/>"),
        ("multimedia.csv", portal_download::multimedia(&seed.rows).as_bytes()),
        ("occurrences.csv", portal_download::occurrences(&seed.records).as_bytes()),
    ]);
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let occid = find(&portal, "TST00000002").await.unwrap()[0].occid;
    let rows = portal.media_of(&collection, &[occid]).await.unwrap();
    assert_eq!(rows[0].record.original_url, wanted(2, "a").original_url);
    assert_eq!(rows[0].record.record_id, wanted(2, "a").record_id);
}

/// Nothing is unpacked, so no name can lead anywhere.
#[tokio::test]
async fn in_a_zip_with_names_that_lead_out_of_it() {
    let good = portal_download::occurrences(&Seed::counted(1).records);
    let place = Place::zip(&[
        ("../occurrences.csv", b"evil"),
        ("/occurrences.csv", b"evil"),
        ("sub/occurrences.csv", b"evil"),
        ("occurrences.exe", b"evil"),
        ("occurrences.csv", good.as_bytes()),
    ]);
    assert_eq!(find(&place.portal(), "TST00000001").await.unwrap()[0].occid.0, 1);
    let there: Vec<_> = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(there.iter().all(|name| name == "download.csv" || name == "cache"), "{there:?}");
}

#[tokio::test]
async fn in_a_zip_that_unpacks_to_too_much() {
    let mut text = portal_download::occurrences(&Seed::counted(1).records).into_bytes();
    text.resize(4 << 20, b'\n');
    let place = Place::zip(&[("occurrences.csv", &text)]);
    let mut options = place.options();
    options.max_download_bytes = 1 << 20;
    let portal = pinax_io::portal::import_csv::ImportCsvPortal::new(options).unwrap();
    let error = portal.collection(&key("TST:VASC")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("unpacks to more"), "{error}");
    let cache: Vec<_> = fs::read_dir(place.path().join("cache")).unwrap().collect();
    assert!(cache.is_empty(), "a half-made index is left: {cache:?}");
}

#[tokio::test]
async fn with_a_quote_that_is_never_closed() {
    let mut text = format!("{HEADER}1,TST,VASC,T1,\"open,x\n").into_bytes();
    text.resize(20 << 20, b'x');
    let error = refused(&Place::table(text)).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("quote may be missing"), "{error}");
}

#[tokio::test]
async fn a_few_broken_lines_are_left_out_and_told() {
    let mut text = HEADER.to_owned();
    for n in 1..=400 {
        let extra = if n == 7 || n == 9 { ",one,more" } else { "" };
        text += &format!("{n},TST,VASC,T{n},,x{extra}\n");
    }
    let place = Place::table(text);
    let portal = place.portal();
    assert!(find(&portal, "T7").await.unwrap().is_empty());
    assert_eq!(find(&portal, "T8").await.unwrap().len(), 1);
    let findings = portal.check(&key("TST:VASC"), &[MatchField::CatalogNumber]).await;
    let told = findings.iter().find(|finding| finding.severity == Severity::Warning).unwrap();
    assert!(told.message.contains("line 8, 10"), "{told}");
}

#[tokio::test]
async fn many_broken_lines_are_an_error() {
    let text = format!("{HEADER}1,TST,VASC,T1,,x\n2,TST,VASC,T2\n3,TST,VASC,T3,a,b,c,d\n");
    let error = refused(&Place::table(text)).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("2 of 3 lines") && error.to_string().contains("line 3"), "{error}");
}

#[tokio::test]
async fn no_download_at_all() {
    for (bytes, kind, part) in [
        (&b""[..], ErrorKind::Corrupt, "empty"),
        (b"\xFF\xFEi\0d\0", ErrorKind::Corrupt, "UTF-16"),
        (b"i\0d\0,\0", ErrorKind::Corrupt, "UTF-16"),
        (b"PK\x03\x04garbage", ErrorKind::Corrupt, "zip"),
        (b"id,name\n1,x\n", ErrorKind::Config, "it has id, name"),
        (b"<html><body>log in</body></html>\n", ErrorKind::Config, "no column catalogNumber"),
    ] {
        let error = refused(&Place::table(bytes)).await;
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.hint_text().is_some());
    }
    let place = Place::counted(1);
    fs::remove_file(place.records()).unwrap();
    let error = refused(&place).await;
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let error = refused(&Place::zip(&[("other.csv", b"id\n")])).await;
    assert!(error.to_string().contains("no occurrences.csv"), "{error}");
}

#[tokio::test]
async fn with_nul_bytes_in_it() {
    let text = format!("{HEADER}1,TST,VASC,T\0 1,\0,x\n2,TST,VASC,T2,\0,x\n");
    let place = Place::table(text);
    assert_eq!(find(&place.portal(), "T2").await.unwrap()[0].occid.0, 2);
}

/// The index is kept, and made again when the download is another one.
#[tokio::test]
async fn a_new_download_is_read_anew() {
    let place = Place::counted(2);
    assert!(find(&place.portal(), "TST00000005").await.unwrap().is_empty());
    let index = fs::read_dir(place.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    let made = fs::metadata(&index).unwrap().modified().unwrap();
    find(&place.portal(), "TST00000002").await.unwrap();
    assert_eq!(fs::metadata(&index).unwrap().modified().unwrap(), made);
    fs::write(place.records(), portal_download::occurrences(&Seed::counted(5).records)).unwrap();
    assert_eq!(find(&place.portal(), "TST00000005").await.unwrap().len(), 1);
    // An index that is broken is made again too.
    fs::write(&index, b"not a database, not at all").unwrap();
    assert_eq!(find(&place.portal(), "TST00000005").await.unwrap().len(), 1);
}
