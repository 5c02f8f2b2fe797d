//! A real portal, when somebody names one: `PINAX_TEST_SYMBIOTA=url,token` and `PINAX_TEST_SYMBIOTA_IMAGES=url` (three
//! addresses below it are shown as pictures). It must hold the collection TST:VASC with the record TST00000040. What is
//! written is deleted again, but for one record, which the API cannot delete; `PINAX_TEST_KEEP=1` leaves the pictures.

use std::collections::BTreeMap;
use std::env::var;

use pinax_core::ErrorKind;
use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::media::MediaRecord;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::ports::portal::Portal;
use pinax_core::steps::link::MediaChange;
use pinax_io::portal::api::{ApiOptions, ApiPortal, ApiToken};
use pinax_testkit::portal_contract::wanted;

use crate::support::{BATCH, apply, key, numbers};

#[tokio::test]
#[ignore = "needs a portal"]
async fn a_real_portal_does_what_the_one_of_the_tests_does() {
    let named = var("PINAX_TEST_SYMBIOTA").expect("url,token");
    let (url, token) = named.split_once(',').expect("url,token");
    let images = var("PINAX_TEST_SYMBIOTA_IMAGES").unwrap_or_else(|_| "https://img.example.org".to_owned());
    let portal = ApiPortal::new(&ApiOptions::new(url, Some(ApiToken::new(token).unwrap()))).unwrap();
    for finding in portal.check(&key(), &MatchField::ALL).await {
        println!("{:?}: {finding} [{}]", finding.severity, finding.hint.as_deref().unwrap_or_default());
    }
    let collection = portal.collection(&key()).await.unwrap();
    let find = async |texts: &[&str]| {
        portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &numbers(texts)).await.unwrap()
    };
    let found = find(&["TST00000040", "tst00000040", "NONE", "TST-ÄÖ/&?#+ 1"]).await;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 0, 0]);
    let occurrence = &found[0][0];
    println!("{occurrence}");
    let occid = occurrence.occid;

    let record = MediaRecord {
        url: format!("{images}/api_med.jpg"),
        thumbnail_url: Some(format!("{images}/api_tn.jpg")),
        original_url: format!("{images}/api.jpg"),
        tid: occurrence.tid,
        ..wanted(occid.0, "api")
    };
    let insert = || MediaChange::Insert(Box::new(record.clone()));
    let row = apply(&portal, insert()).await.unwrap().unwrap();
    assert!(row.is_known_as(&record.record_id));
    assert_eq!(apply(&portal, insert()).await.unwrap().unwrap().media_id, row.media_id);
    let rows = portal.media_of(&collection, &[occid, Occid(99_999_999)]).await.unwrap();
    let there = rows.iter().find(|row| row.is_known_as(&record.record_id)).unwrap();
    assert_eq!((there.record.creator.as_deref(), &there.record.original_url), (None, &record.original_url));
    println!("{there:?}");

    let long = MediaRecord { owner: Some("x".repeat(251)), ..wanted(occid.0, "long") };
    let odd = MediaRecord { owner: Some("🌿".to_owned()), ..wanted(occid.0, "odd") };
    for refused in [long, odd, wanted(99_999_999, "none")] {
        let error = apply(&portal, MediaChange::Insert(Box::new(refused))).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        println!("{error} [{}]", error.hint_text().unwrap_or_default());
    }

    let after = MediaRecord { thumbnail_url: None, sort_occurrence: 8, ..there.record.clone() };
    let update = |before: &MediaRecord, after: &MediaRecord| MediaChange::Update {
        before: Box::new(before.clone()),
        after: Box::new(after.clone()),
    };
    assert_eq!(apply(&portal, update(&there.record, &after)).await.unwrap().unwrap().record, after);
    assert_eq!(apply(&portal, update(&after, &there.record)).await.unwrap().unwrap().record, there.record);

    let number = format!("API{}", std::process::id());
    let fields = [("catalogNumber", number.as_str()), ("processingStatus", "unprocessed")];
    let fields: BTreeMap<String, String> = fields.map(|(column, text)| (column.to_owned(), text.to_owned())).into();
    let create =
        OccurrenceChange::Create(Box::new(OccurrenceRecord { occid: None, record_id: "x".to_owned(), fields }));
    for _ in 0..2 {
        let made = portal.apply_occurrences(&collection, BATCH, std::slice::from_ref(&create)).await.unwrap();
        println!("{made:?}");
        assert_eq!(made[0].as_ref().unwrap().occid, find(&[&number]).await[0].first().map(|record| record.occid));
    }

    if var("PINAX_TEST_KEEP").is_err() {
        apply(&portal, MediaChange::Delete(Box::new(record.clone()))).await.unwrap().unwrap();
        apply(&portal, MediaChange::Delete(Box::new(record.clone()))).await.unwrap().unwrap();
        let rows = portal.media_of(&collection, &[occid]).await.unwrap();
        assert!(!rows.iter().any(|row| row.is_known_as(&record.record_id)));
    }
    for finding in portal.finish(&collection, BATCH).await.unwrap() {
        println!("{:?}: {finding} [{}]", finding.severity, finding.hint.as_deref().unwrap_or_default());
    }
}
