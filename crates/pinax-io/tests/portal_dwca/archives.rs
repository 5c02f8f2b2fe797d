//! What stands in an archive, and what does not.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::dwca::{DwcaExtension, DwcaOptions, DwcaPortal};
use pinax_testkit::portal_contract::{Seed, SeedRecord, wanted};

use crate::read_back::read;
use crate::support::{Place, apply, finish, herbarium, insert, update};

const AC: &str = "http://rs.tdwg.org/ac/terms/";
const DC: &str = "http://purl.org/dc/terms/";
const RIGHTS: &str = "http://ns.adobe.com/xap/1.0/rights/";

fn moved(before: &MediaRecord) -> MediaRecord {
    let again = |url: &str| url.replace("/tst/", "/tst2/");
    MediaRecord {
        url: again(&before.url),
        thumbnail_url: before.thumbnail_url.as_deref().map(again),
        original_url: again(&before.original_url),
        ..before.clone()
    }
}

#[tokio::test]
async fn an_archive_tells_the_pictures_and_of_records_only_how_to_find_them() {
    let place = Place::counted(5);
    let portal = place.portal();
    let second = MediaRecord { sort_occurrence: 6, ..wanted(3, "b") };
    let first = MediaRecord {
        copyright: Some("© TST; \"all\", 'some'".to_owned()),
        access_rights: Some("no & yes <b>".to_owned()),
        ..wanted(3, "a")
    };
    apply(&portal, 7, &[insert(second), insert(wanted(1, "a")), insert(first.clone())]).await;
    assert_eq!(place.written(), ["pinax-tst-batch-7.part"]);
    let findings = finish(&portal, 7).await;
    assert_eq!(place.written(), ["pinax-tst-batch-7.zip"]);
    let hint = findings[0].hint.as_deref().unwrap();
    assert!(hint.contains("do NOT press Transfer Records") && hint.contains("uploadtype=7"), "{hint}");
    let archive = read(&place.out().join("pinax-tst-batch-7.zip"));
    assert_eq!(archive.row_type, "http://rs.tdwg.org/ac/terms/Multimedia");
    // A third column would be taken for news of the record.
    let core: Vec<Vec<(&str, &str)>> = archive
        .core
        .iter()
        .map(|row| row.iter().map(|(term, value)| (term.as_str(), value.as_str())).collect())
        .collect();
    let number = "http://rs.tdwg.org/dwc/terms/catalogNumber";
    assert_eq!(core, [[(number, "TST00000003"), ("id", "3")], [(number, "TST00000001"), ("id", "1")]]);
    let of = |name: &str| {
        let address = wanted(3, name).original_url;
        archive.media.iter().position(|row| row[&format!("{AC}accessURI")] == address).unwrap()
    };
    assert!(of("a") < of("b"), "the order on the record is the order in the archive");
    let row = &archive.media[of("a")];
    for (term, value) in [
        (format!("{DC}identifier"), first.original_url.as_str()),
        (format!("{AC}goodQualityAccessURI"), &first.url),
        (format!("{AC}thumbnailAccessURI"), first.thumbnail_url.as_deref().unwrap()),
        (format!("{AC}providerManagedID"), &first.record_id),
        (format!("{DC}format"), "image/jpeg"),
        (format!("{DC}type"), "StillImage"),
        (format!("{DC}rights"), first.rights.as_deref().unwrap()),
        (format!("{RIGHTS}Owner"), "Test Herbarium"),
        (format!("{RIGHTS}UsageTerms"), first.copyright.as_deref().unwrap()),
        (format!("{RIGHTS}WebStatement"), first.access_rights.as_deref().unwrap()),
        ("http://purl.org/dc/elements/1.1/creator".to_owned(), first.creator.as_deref().unwrap()),
        (format!("{AC}hashFunction"), "MD5"),
        (format!("{AC}hashValue"), first.media_md5.as_deref().unwrap()),
        ("id".to_owned(), "3"),
    ] {
        assert_eq!(row[&term], value, "{term}");
    }
    for (path, text) in [
        ("eml:eml/dataset/title", "Pictures of Test & \"Herbarium\" <TST>: pinax-tst-batch-7"),
        ("eml:eml/dataset/creator/organizationName", "Test & \"Herbarium\" <TST>"),
        ("eml:eml/dataset/pubDate", "2026-07-01"),
        ("eml:eml/dataset/intellectualRights/para", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ] {
        let found =
            archive.eml.iter().find(|(at, _)| at == path).unwrap_or_else(|| panic!("{path}: {:?}", archive.eml));
        assert_eq!(found.1, text);
    }
}

#[tokio::test]
async fn gbifs_words_on_request() {
    let place = Place::counted(2);
    let options = DwcaOptions { extension: DwcaExtension::GbifMultimedia, ..place.options() };
    let portal = DwcaPortal::new(options.clone()).unwrap();
    assert!(!portal.capabilities().update);
    apply(&portal, 1, &[insert(wanted(1, "a"))]).await;
    finish(&portal, 1).await;
    let archive = read(&place.out().join("pinax-tst-batch-1.zip"));
    assert_eq!(archive.row_type, "http://rs.gbif.org/terms/1.0/Multimedia");
    assert_eq!(archive.media[0].len(), 16);
    assert_eq!(archive.media[0][&format!("{DC}identifier")], wanted(1, "a").original_url);
    assert_eq!(archive.media[0][&format!("{DC}license")], wanted(1, "a").rights.unwrap());
    // Told once, though the archive does not hold its recordID.
    let portal = DwcaPortal::new(options).unwrap();
    apply(&portal, 2, &[insert(wanted(1, "a"))]).await;
    assert!(finish(&portal, 2).await.is_empty());
}

/// The same rows, the same bytes: ending a batch again changes nothing, even after the archive was lost.
#[tokio::test]
async fn the_same_batch_makes_the_same_archive() {
    let mut made = Vec::new();
    for _ in 0..2 {
        let place = Place::counted(3);
        let portal = place.portal();
        apply(&portal, 1, &[insert(wanted(1, "a")), insert(wanted(2, "a"))]).await;
        finish(&portal, 1).await;
        finish(&place.portal(), 1).await;
        made.push(fs::read(place.out().join("pinax-tst-batch-1.zip")).unwrap());
    }
    assert!(made[0] == made[1]);
}

/// What moved is told in a later archive under the same name, never in the same.
#[tokio::test]
async fn a_picture_that_moved_goes_to_the_next_archive() {
    let place = Place::counted(3);
    let portal = place.portal();
    let before = wanted(1, "a");
    apply(&portal, 1, &[insert(before.clone()), insert(wanted(2, "a"))]).await;
    let answers = apply(&portal, 1, &[update(&before, &moved(&before))]).await;
    assert_eq!(answers[0].as_ref().unwrap().record.original_url, moved(&before).original_url);
    finish(&portal, 1).await;
    assert_eq!(place.written(), ["pinax-tst-batch-1-2.zip", "pinax-tst-batch-1.zip"]);
    let second = read(&place.out().join("pinax-tst-batch-1-2.zip"));
    assert_eq!(second.media.len(), 1);
    assert_eq!(second.media[0][&format!("{AC}providerManagedID")], before.record_id);
    // Who remembers nothing knows where it is now.
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let rows = portal.media_of(&collection, &[Occid(1)]).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].record.original_url, moved(&before).original_url);
}

#[tokio::test]
async fn what_no_import_can_do_is_refused() {
    let place = Place::counted(3);
    let portal = place.portal();
    let before = wanted(1, "a");
    apply(&portal, 1, &[insert(before.clone())]).await;
    finish(&portal, 1).await;
    let licensed = MediaRecord { rights: None, ..moved(&before) };
    let same_original = MediaRecord { url: moved(&before).url, ..before.clone() };
    let changes =
        [update(&before, &licensed), update(&before, &same_original), MediaChange::Delete(Box::new(before.clone()))];
    for (answer, part) in apply(&portal, 2, &changes).await.into_iter().zip(["rights", "originalUrl", "away"]) {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(finish(&portal, 2).await.is_empty());
}

/// An import takes any of the records with the number.
#[tokio::test]
async fn a_number_on_two_records_is_refused() {
    let record = |occid| SeedRecord { collid: 1, occid, catalog_number: "TST1".to_owned() };
    let place = Place::holding(&Seed { records: vec![record(1), record(2)], rows: Vec::new() });
    let answers = apply(&place.portal(), 1, &[insert(wanted(1, "a"))]).await;
    assert!(answers[0].as_ref().unwrap_err().to_string().contains("TST1"));
    assert!(place.written().is_empty() || read_rows(&place) == 0);
}

fn read_rows(place: &Place) -> usize {
    place.written().iter().map(|name| fs::read_to_string(place.out().join(name)).unwrap().lines().count() - 1).sum()
}

#[tokio::test]
async fn archives_stay_below_the_limit() {
    let place = Place::counted(200);
    let portal = DwcaPortal::new(DwcaOptions { max_bytes: 20_000, ..place.options() }).unwrap();
    let changes: Vec<MediaChange> = (1..=200).map(|occid| insert(wanted(occid, "a"))).collect();
    apply(&portal, 1, &changes).await;
    finish(&portal, 1).await;
    let names = place.written();
    assert!(names.len() > 3, "{names:?}");
    let rows: usize = names.iter().map(|name| read(&place.out().join(name)).media.len()).sum();
    assert_eq!(rows, 200);
}
